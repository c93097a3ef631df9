//! What a connection is at, and so whether it may be closed for another.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What a connection is at. Before `Working` are those that may be closed for another, the first of them first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doing {
    /// Its client has not sent a whole head: it is silent, slow, or done for now. Closing it is what a server may do at
    /// any time (RFC 9112, section 9.5).
    Waiting,
    /// A request's body is still arriving.
    Receiving,
    /// Its client does not take the answer.
    Stuck,
    /// Its answer comes bit by bit, as server-sent events do, and nothing of it for now.
    Quiet,
    /// A request is being answered; such a connection is never closed for another.
    Working,
    /// Nobody has looked yet whether the client has sent something.
    New,
    /// It was closed for another.
    Closed,
}

/// A connection's phase: told by the connection itself, asked for by who looks for room.
#[derive(Debug)]
pub(super) struct Phase(Mutex<State>);

#[derive(Debug, Clone, Copy)]
struct State {
    doing: Doing,
    since: Instant,
    /// The answer is with the connection, on its way out.
    answered: bool,
    /// The client was refused; the connection ends.
    refused: bool,
}

impl State {
    fn change(&mut self, doing: Doing) {
        if self.doing != doing {
            self.doing = doing;
            self.since = Instant::now();
        }
    }
}

impl Phase {
    /// That of a connection that is new.
    pub(super) fn new() -> Self {
        Self(Mutex::new(State {
            doing: Doing::New,
            since: Instant::now(),
            answered: false,
            refused: false,
        }))
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        // A state is whole whatever panics: each change is a few plain assignments.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What it is at, and since when.
    pub(super) fn now(&self) -> (Doing, Instant) {
        self.with(|state| (state.doing, state.since))
    }

    /// Nothing more has come of what was asked for.
    pub(super) fn listened(&self) {
        self.with(|state| {
            if state.doing == Doing::New {
                state.change(Doing::Waiting);
            }
        });
    }

    /// Whether no request is under way, so that nothing of the router's is being sent.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.now().0, Doing::Waiting | Doing::New)
    }

    /// A request's head is here, and its body too unless that is still `arriving`. False if the connection was closed
    /// for another just before: the request is then not to be looked at.
    #[must_use]
    pub(super) fn begin(&self, arriving: bool) -> bool {
        self.with(|state| {
            if state.doing == Doing::Closed {
                return false;
            }
            state.answered = false;
            state.change(if arriving {
                Doing::Receiving
            } else {
                Doing::Working
            });
            true
        })
    }

    /// The request's body is here, or nobody wants it.
    pub(super) fn received(&self) {
        self.with(|state| {
            if state.doing == Doing::Receiving {
                state.change(Doing::Working);
            }
        });
    }

    /// The connection has the whole answer.
    pub(super) fn answered(&self) {
        self.with(|state| state.answered = true);
    }

    /// The client takes no more bytes for now.
    pub(super) fn stuck(&self) {
        self.with(|state| {
            if state.doing == Doing::Working {
                state.change(Doing::Stuck);
            }
        });
    }

    /// The answer's next bytes are not there yet.
    pub(super) fn quiet(&self) {
        self.with(|state| {
            if state.doing == Doing::Working {
                state.change(Doing::Quiet);
            }
        });
    }

    /// The client takes bytes again, or there are some again.
    pub(super) fn goes_on(&self) {
        self.with(|state| {
            if matches!(state.doing, Doing::Stuck | Doing::Quiet) {
                state.change(Doing::Working);
            }
        });
    }

    /// All that there was to send is sent.
    pub(super) fn flushed(&self) {
        self.with(|state| {
            let sent = matches!(state.doing, Doing::Working | Doing::Stuck);
            if sent && state.answered {
                state.answered = false;
                state.change(Doing::Waiting);
            }
        });
    }

    /// The client is refused, and the connection ends with that.
    pub(super) fn refused(&self) {
        self.with(|state| state.refused = true);
    }

    /// Whether the client was refused.
    pub(super) fn is_refused(&self) -> bool {
        self.with(|state| state.refused)
    }

    /// Closes the connection for another if it is still at what it was seen at.
    pub(super) fn close(&self, seen: Doing) -> bool {
        self.with(|state| {
            let still = state.doing == seen;
            if still {
                state.change(Doing::Closed);
            }
            still
        })
    }
}
