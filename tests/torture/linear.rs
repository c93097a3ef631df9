//! Whether a history is linearisable: whether every call can be thought to have happened at one moment between its
//! beginning and its end, one after another, with the answers that it got (Herlihy and Wing, "Linearizability: a
//! correctness condition for concurrent objects", 1990).
//!
//! The search is Wing and Gong's with Lowe's memory of what was tried ("Testing for linearizability", 2017): of the calls
//! that began before any other has ended, one is put first, then of the rest another, until all have a place or none fits.
//! A call of which nobody knows what came may have happened at any moment after its beginning, or never.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

/// What one object does: its states, and what a call makes of a state.
pub(crate) trait Model {
    type State: Clone + Eq + Hash + Debug;
    type Call: Debug;
    type Answer: Debug;

    /// The states that a call can lead to from `state`: those that its answer agrees with (none if it contradicts), or
    /// with no answer known, all that it has an effect in.
    fn step(
        state: &Self::State,
        call: &Self::Call,
        answer: Option<&Self::Answer>,
    ) -> Vec<Self::State>;
}

/// One call with its beginning and end, on a clock on which no two moments are the same.
pub(crate) struct Event<M: Model> {
    pub(crate) call: M::Call,
    /// None if nobody knows what came of it.
    pub(crate) answer: Option<M::Answer>,
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

impl<M: Model> Event<M> {
    /// The moment before which it has certainly happened.
    fn deadline(&self) -> u64 {
        if self.answer.is_some() {
            self.end
        } else {
            u64::MAX
        }
    }
}

/// The calls that have a place, as bits.
type Placed = Vec<u64>;

/// States that a search tries at most; the histories here need some thousands.
const PATIENCE: usize = 1_000_000;

struct Search<'a, M: Model> {
    events: &'a [Event<M>],
    tried: HashSet<(Placed, M::State)>,
    /// The longest order found, for whoever has to understand a failure.
    longest: Vec<usize>,
}

/// Finds an order, or says how far one goes, or that it was sought for too long.
pub(crate) fn check<M: Model>(start: M::State, events: &[Event<M>]) -> Result<(), String> {
    let mut search = Search {
        events,
        tried: HashSet::new(),
        longest: Vec::new(),
    };
    let nothing = vec![0; events.len().div_ceil(64)];
    if search.run(start.clone(), nothing) {
        return Ok(());
    }
    let found = if search.tried.len() < PATIENCE {
        "no order explains these answers".to_owned()
    } else {
        format!("whether an order explains these answers is not known after {PATIENCE} tries")
    };
    let mut text = format!("{found}; from {start:?}, the longest:\n");
    let line = |event: &Event<M>| {
        let Event {
            call,
            answer,
            begin,
            end,
        } = event;
        format!("  [{begin}, {end}] {call:?} -> {answer:?}\n")
    };
    for index in &search.longest {
        text += &line(&events[*index]);
    }
    text += "without a place:\n";
    for (index, event) in events.iter().enumerate() {
        if !search.longest.contains(&index) {
            text += &line(event);
        }
    }
    Err(text)
}

impl<M: Model> Search<'_, M> {
    /// Depth first, on a stack of its own: a state, the calls placed, and their order.
    fn run(&mut self, start: M::State, nothing: Placed) -> bool {
        let mut stack = vec![(start, nothing, Vec::new())];
        while let Some((state, mut placed, mut order)) = stack.pop() {
            self.take_readings(&state, &mut placed, &mut order);
            if self.longest.len() < order.len() {
                self.longest.clone_from(&order);
            }
            if self.complete(&placed) {
                return true;
            }
            if self.tried.len() == PATIENCE {
                return false;
            }
            if !self.tried.insert((placed.clone(), state.clone())) {
                continue;
            }
            for index in self.possible(&placed) {
                let event = &self.events[index];
                for next in M::step(&state, &event.call, event.answer.as_ref()) {
                    if event.answer.is_none() && next == state {
                        // It has no effect here, so it need not be here.
                        continue;
                    }
                    let (mut placed, mut order) = (placed.clone(), order.clone());
                    set(&mut placed, index);
                    order.push(index);
                    stack.push((next, placed, order));
                }
            }
        }
        false
    }

    /// Places every call that is possible now and changes nothing. It may as well be now: it is in nobody's way, and
    /// without this sixty refusals at once would be tried in every order.
    fn take_readings(&self, state: &M::State, placed: &mut Placed, order: &mut Vec<usize>) {
        loop {
            let reading = self.possible(placed).into_iter().find(|index| {
                let event = &self.events[*index];
                event.answer.is_some()
                    && M::step(state, &event.call, event.answer.as_ref()) == [state.clone()]
            });
            let Some(index) = reading else { return };
            set(placed, index);
            order.push(index);
        }
    }

    /// The calls without a place that began before any other of them has ended.
    fn possible(&self, placed: &Placed) -> Vec<usize> {
        let rest = || {
            let all = self.events.iter().enumerate();
            all.filter(|(index, _)| !is_set(placed, *index))
        };
        let first = rest().map(|(_, event)| event.deadline()).min();
        let first = first.unwrap_or(u64::MAX);
        let mut possible: Vec<usize> = rest()
            .filter(|(_, event)| event.begin < first)
            .map(|(index, _)| index)
            .collect();
        // Those that must have happened are tried first, which the stack has last.
        possible.sort_by_key(|index| self.events[*index].answer.is_some());
        possible
    }

    /// Whether every call that was answered has a place.
    fn complete(&self, placed: &Placed) -> bool {
        let mut all = self.events.iter().enumerate();
        all.all(|(index, event)| event.answer.is_none() || is_set(placed, index))
    }
}

fn is_set(bits: &Placed, index: usize) -> bool {
    bits[index / 64] >> (index % 64) & 1 == 1
}

fn set(bits: &mut Placed, index: usize) {
    bits[index / 64] |= 1 << (index % 64);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that is written and read.
    struct Register;

    #[derive(Debug)]
    enum Call {
        Write(u8),
        Read,
    }

    impl Model for Register {
        type State = u8;
        type Call = Call;
        type Answer = u8;

        fn step(state: &u8, call: &Call, answer: Option<&u8>) -> Vec<u8> {
            match (call, answer) {
                (Call::Write(value), _) => vec![*value],
                (Call::Read, Some(value)) if value == state => vec![*state],
                (Call::Read, _) => Vec::new(),
            }
        }
    }

    fn event(call: Call, answer: Option<u8>, begin: u64, end: u64) -> Event<Register> {
        Event {
            call,
            answer,
            begin,
            end,
        }
    }

    fn is_linearisable(events: &[Event<Register>]) -> bool {
        check(0, events).is_ok()
    }

    #[test]
    fn a_reading_may_see_a_write_that_has_not_ended_or_not() {
        for seen in [0, 1] {
            assert!(is_linearisable(&[
                event(Call::Write(1), Some(0), 0, 5),
                event(Call::Read, Some(seen), 1, 2),
            ]));
        }
    }

    #[test]
    fn a_reading_that_misses_a_write_that_has_ended_is_found() {
        assert!(!is_linearisable(&[
            event(Call::Write(1), Some(0), 0, 1),
            event(Call::Read, Some(0), 2, 3),
        ]));
    }

    #[test]
    fn readings_that_go_back_in_time_are_found() {
        let write = || event(Call::Write(1), Some(0), 0, 9);
        let read = |seen, begin| event(Call::Read, Some(seen), begin, begin + 1);
        assert!(is_linearisable(&[write(), read(0, 1), read(1, 3)]));
        assert!(!is_linearisable(&[write(), read(1, 1), read(0, 3)]));
    }

    #[test]
    fn what_nobody_knows_of_may_have_happened_late_or_never_but_not_early_nor_twice() {
        let unknown = || event(Call::Write(1), None, 2, 3);
        let other = |begin| event(Call::Write(2), Some(0), begin, begin + 1);
        let read = |seen, begin| event(Call::Read, Some(seen), begin, begin + 1);
        assert!(is_linearisable(&[unknown(), read(0, 4), read(1, 6)]));
        assert!(is_linearisable(&[unknown(), read(0, 4), read(0, 6)]));
        assert!(!is_linearisable(&[read(1, 0), unknown()]));
        assert!(!is_linearisable(&[
            unknown(),
            read(1, 4),
            other(6),
            read(2, 8),
            read(1, 10),
        ]));
    }

    #[test]
    fn a_failure_says_what_has_no_place() {
        let said = check(0, &[event(Call::Read, Some(7), 0, 1)]).unwrap_err();
        assert!(
            said.contains("without a place:\n  [0, 1] Read -> Some(7)"),
            "{said}"
        );
    }
}
