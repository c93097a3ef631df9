//! One post, project or certification as a register with a version.

use super::linear::Model;

/// The item of a history, from its creation on.
pub(crate) enum Content {}

/// What is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) published: bool,
    pub(crate) title: String,
}

/// What is asked. `if_match` is the version that the caller wants to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Update {
        title: String,
        if_match: Option<u64>,
    },
    Become {
        published: bool,
        if_match: Option<u64>,
    },
    Delete {
        if_match: Option<u64>,
    },
    /// As the owner, or as anybody, who sees no drafts.
    Read {
        owner: bool,
    },
    /// A view, which is counted of what is published only.
    View,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 200 with the item.
    Is(Version),
    /// 200 to a view.
    Viewed,
    /// 204.
    Deleted,
    /// 404.
    NotFound,
    /// 412.
    PreconditionFailed,
}

impl Model for Content {
    /// None once it is deleted.
    type State = Option<Version>;
    type Call = Call;
    type Answer = Answer;

    fn step(state: &Option<Version>, call: &Call, answer: Option<&Answer>) -> Vec<Option<Version>> {
        let (expected, next) = expected(state.as_ref(), call);
        let possible = match answer {
            Some(answer) => *answer == expected,
            None => next != *state,
        };
        possible.then_some(next).into_iter().collect()
    }
}

/// What a call is answered in a state, and what it makes of it.
fn expected(state: Option<&Version>, call: &Call) -> (Answer, Option<Version>) {
    let Some(now) = state else {
        return (Answer::NotFound, None);
    };
    let stays = |answer| (answer, Some(now.clone()));
    let becomes = |next: Version| (Answer::Is(next.clone()), Some(next));
    if let Call::Update { if_match, .. } | Call::Become { if_match, .. } | Call::Delete { if_match } =
        call
        && if_match.is_some_and(|version| version != now.number)
    {
        return stays(Answer::PreconditionFailed);
    }
    match call {
        Call::Update { title, .. } => becomes(Version {
            number: now.number + 1,
            title: title.clone(),
            ..*now
        }),
        Call::Become { published, .. } if *published == now.published => {
            stays(Answer::Is(now.clone()))
        }
        Call::Become { published, .. } => becomes(Version {
            number: now.number + 1,
            published: *published,
            title: now.title.clone(),
        }),
        Call::Delete { .. } => (Answer::Deleted, None),
        Call::Read { owner } if *owner || now.published => stays(Answer::Is(now.clone())),
        Call::View if now.published => stays(Answer::Viewed),
        Call::Read { .. } | Call::View => stays(Answer::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::{Event, check};

    fn version(number: u64, title: &str) -> Version {
        Version {
            number,
            published: false,
            title: title.to_owned(),
        }
    }

    fn update(title: &str, answer: Option<u64>, begin: u64, end: u64) -> Event<Content> {
        Event {
            call: Call::Update {
                title: title.to_owned(),
                if_match: None,
            },
            answer: answer.map(|number| Answer::Is(version(number, title))),
            begin,
            end,
        }
    }

    fn last(number: u64, title: &str) -> Event<Content> {
        Event {
            call: Call::Read { owner: true },
            answer: Some(Answer::Is(version(number, title))),
            begin: 100,
            end: 101,
        }
    }

    #[test]
    fn an_acknowledged_change_that_is_lost_is_found() {
        let start = || Some(version(1, "a"));
        let both = [update("b", Some(2), 0, 5), update("c", Some(3), 1, 6)];
        assert!(
            check(
                start(),
                &[both, [last(3, "c"), last(3, "c")]].concat_events()
            )
            .is_ok()
        );
        // Both were told that they made version 2.
        let same = [update("b", Some(2), 0, 5), update("c", Some(2), 1, 6)];
        assert!(
            check(
                start(),
                &[same, [last(2, "c"), last(2, "c")]].concat_events()
            )
            .is_err()
        );
    }

    #[test]
    fn a_change_that_is_made_twice_is_found() {
        let events = [
            update("b", None, 0, 10),
            update("c", Some(3), 2, 3),
            last(4, "b"),
        ];
        assert!(check(Some(version(1, "a")), &events).is_err());
    }

    #[test]
    fn a_change_that_was_refused_and_made_is_found() {
        let refused = Event {
            answer: Some(Answer::PreconditionFailed),
            ..update("b", None, 0, 1)
        };
        let start = || Some(version(1, "a"));
        assert!(check(start(), &[refused, last(2, "b")]).is_err());
        let unknown = || update("b", None, 0, 1);
        assert!(check(start(), &[unknown(), last(2, "b")]).is_ok());
        assert!(check(start(), &[unknown(), last(1, "a")]).is_ok());
        assert!(check(start(), &[unknown(), last(1, "b")]).is_err());
    }

    #[test]
    fn a_hundred_at_once_take_no_long_time() {
        let title = |number: u64| format!("by {number}");
        let updates = (2..66).map(|number| update(&title(number), Some(number), 0, 90));
        let refused = (0..64).map(|_| Event {
            call: Call::Delete { if_match: Some(1) },
            answer: Some(Answer::PreconditionFailed),
            begin: 1,
            end: 90,
        });
        let mut events: Vec<_> = updates.rev().chain(refused).collect();
        events.push(last(65, &title(65)));
        assert!(check(Some(version(1, "a")), &events).is_ok());
    }

    trait Concat {
        fn concat_events(self) -> Vec<Event<Content>>;
    }

    impl Concat for [[Event<Content>; 2]; 2] {
        fn concat_events(self) -> Vec<Event<Content>> {
            self.into_iter().flatten().collect()
        }
    }
}
