//! A session of the owner: its refresh tokens, each of which is good once, and whether it was ended.
//!
//! Two objects, because ending a session takes two steps, and a caller may see one without the other.

use super::linear::Model;

/// The refresh tokens. Tokens have numbers; 0 is the first.
pub(crate) enum Rotation {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Current {
    Token(usize),
    /// A renewal's answer was lost: nobody has the token.
    Nobodys,
    Ended,
}

/// What is asked of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Refresh(usize),
    Logout,
    /// Anything with the session's ID token.
    Use,
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 200 to a renewal, with this token.
    Renewed(usize),
    /// 200 to the others.
    Done,
    /// 401.
    Refused,
}

impl Model for Rotation {
    type State = Current;
    type Call = Call;
    type Answer = Answer;

    fn step(state: &Current, call: &Call, answer: Option<&Answer>) -> Vec<Current> {
        match (call, answer) {
            (Call::Refresh(token), Some(Answer::Renewed(next))) => {
                if *state == Current::Token(*token) {
                    vec![Current::Token(*next)]
                } else {
                    Vec::new()
                }
            }
            // Used before: the session is ended, since one of the two who had the token has stolen it.
            (Call::Refresh(token), Some(_)) if *state != Current::Token(*token) => {
                vec![Current::Ended]
            }
            (Call::Refresh(_), Some(_)) => Vec::new(),
            (Call::Refresh(token), None) if *state == Current::Token(*token) => {
                vec![Current::Nobodys]
            }
            (Call::Refresh(_), None) => vec![Current::Ended],
            (Call::Logout, Some(Answer::Done) | None) => vec![Current::Ended],
            (Call::Logout | Call::Use, _) => vec![*state],
        }
    }
}

/// Whether the session was ended, for its ID tokens. A refresh that was refused may have ended it, or found it ended: in
/// this history nobody knows what came of it.
pub(crate) enum Revocation {}

impl Model for Revocation {
    type State = bool;
    type Call = Call;
    type Answer = Answer;

    fn step(ended: &bool, call: &Call, answer: Option<&Answer>) -> Vec<bool> {
        match (call, answer) {
            (Call::Use, Some(Answer::Done)) => (!ended).then_some(false).into_iter().collect(),
            (Call::Use | Call::Logout, Some(Answer::Refused)) => {
                ended.then_some(true).into_iter().collect()
            }
            (Call::Logout, _) | (Call::Refresh(_), None) => vec![true],
            _ => vec![*ended],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::{Event, check};

    fn event<M: Model<Call = Call, Answer = Answer>>(
        call: Call,
        answer: Option<Answer>,
        begin: u64,
        end: u64,
    ) -> Event<M> {
        Event {
            call,
            answer,
            begin,
            end,
        }
    }

    #[test]
    fn two_renewals_by_one_token_are_found() {
        let twice = [
            event::<Rotation>(Call::Refresh(0), Some(Answer::Renewed(1)), 0, 5),
            event(Call::Refresh(0), Some(Answer::Renewed(2)), 1, 6),
        ];
        assert!(check(Current::Token(0), &twice).is_err());
        let once = [
            event::<Rotation>(Call::Refresh(0), Some(Answer::Renewed(1)), 0, 5),
            event(Call::Refresh(0), Some(Answer::Refused), 1, 6),
        ];
        assert!(check(Current::Token(0), &once).is_ok());
    }

    #[test]
    fn a_token_that_is_believed_after_the_logout_is_found() {
        let late = [
            event::<Revocation>(Call::Logout, Some(Answer::Done), 0, 1),
            event(Call::Use, Some(Answer::Done), 2, 3),
        ];
        assert!(check(false, &late).is_err());
        let unknown = [
            event::<Revocation>(Call::Logout, None, 0, 1),
            event(Call::Use, Some(Answer::Done), 2, 3),
        ];
        assert!(check(false, &unknown).is_ok());
    }
}
