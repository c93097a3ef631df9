//! What goes wrong between the server and its database.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract_runtime::dynamodb::embedded::{Call, Disturbance, Failure, Faults};

/// The call is not made.
pub fn before(failure: Failure) -> Disturbance {
    Disturbance {
        before: Some(failure),
        ..Disturbance::default()
    }
}

/// The call is made and its answer is lost.
pub fn after(failure: Failure) -> Disturbance {
    Disturbance {
        after: Some(failure),
        ..Disturbance::default()
    }
}

/// The call is made and its answer breaks off.
pub fn cut() -> Disturbance {
    Disturbance {
        cut: true,
        ..Disturbance::default()
    }
}

/// The call takes longer, so that others come between it and the next.
pub fn late(milliseconds: u64) -> Disturbance {
    Disturbance {
        delay: Duration::from_millis(milliseconds),
        ..Disturbance::default()
    }
}

/// A site's faults: none at first.
#[derive(Debug, Clone, Default)]
pub struct Script(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    steps: VecDeque<(&'static str, Disturbance)>,
    always: Disturbance,
    /// Whether tokens can still be checked.
    tokens: bool,
    calls: Vec<String>,
}

impl Script {
    /// Each step disturbs the first call of its operation (such as `PutItem`) that comes after the steps before it.
    pub fn play(&self, steps: impl IntoIterator<Item = (&'static str, Disturbance)>) {
        self.0.lock().unwrap().steps = steps.into_iter().collect();
    }

    /// What happens from now on to every call that no step is about.
    pub fn always(&self, disturbance: Disturbance) {
        let mut state = self.0.lock().unwrap();
        (state.always, state.tokens) = (disturbance, false);
    }

    /// As [`always`](Self::always), but the look-up of a token's session goes through: it is the operation itself that
    /// is disturbed.
    pub fn behind_tokens(&self, disturbance: Disturbance) {
        let mut state = self.0.lock().unwrap();
        (state.always, state.tokens) = (disturbance, true);
    }

    /// Whether every step has been played.
    pub fn played(&self) -> bool {
        self.0.lock().unwrap().steps.is_empty()
    }

    /// The operations called since the last time that somebody asked.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().calls)
    }
}

impl Faults for Script {
    fn disturb(&self, call: &Call<'_>) -> Disturbance {
        let mut state = self.0.lock().unwrap();
        state.calls.push(call.operation.to_owned());
        match state.steps.front() {
            Some((operation, disturbance)) if *operation == call.operation => {
                let disturbance = *disturbance;
                state.steps.pop_front();
                disturbance
            }
            _ if state.tokens && is_session(call) => Disturbance::default(),
            _ => state.always,
        }
    }
}

/// Whether a call asks for a session that may have ended.
fn is_session(call: &Call<'_>) -> bool {
    let key = br#""SESSION#"#;
    call.operation == "GetItem" && call.body.windows(key.len()).any(|part| part == key)
}
