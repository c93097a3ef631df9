//! Whether one session was counted: once for a day, or once for one piece of content.

use super::linear::Model;

/// The mark of one session.
pub(crate) enum Mark {}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// To be counted.
    Track,
    /// Whether the mark is in the table, in the end.
    Look,
}

impl Model for Mark {
    type State = bool;
    type Call = Call;
    /// Of a visit, whether it was counted; of a look, whether there is a mark.
    type Answer = bool;

    fn step(marked: &bool, call: &Call, answer: Option<&bool>) -> Vec<bool> {
        let possible = match (call, answer) {
            (Call::Track, None) => !marked,
            (Call::Track, Some(counted)) => counted != marked,
            (Call::Look, Some(there)) => there == marked,
            (Call::Look, None) => false,
        };
        let next = *call == Call::Track || *marked;
        possible.then_some(next).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::{Event, check};

    fn event(call: Call, answer: Option<bool>, begin: u64) -> Event<Mark> {
        Event {
            call,
            answer,
            begin,
            end: begin + 10,
        }
    }

    #[test]
    fn a_session_that_is_counted_twice_or_never_is_found() {
        let track = |counted, begin| event(Call::Track, Some(counted), begin);
        let look = |there| event(Call::Look, Some(there), 100);
        assert!(check(false, &[track(true, 0), track(false, 1), look(true)]).is_ok());
        assert!(check(false, &[track(true, 0), track(true, 1), look(true)]).is_err());
        assert!(check(false, &[track(false, 0), look(false)]).is_err());
        assert!(check(false, &[track(true, 0), look(false)]).is_err());
        for there in [false, true] {
            assert!(check(false, &[event(Call::Track, None, 0), look(there)]).is_ok());
        }
    }
}
