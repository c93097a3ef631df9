//! What clients were answered, as histories of the things that they asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use portfolio_tests::Kind;

use crate::item::{Content, Version};
use crate::linear::Event;
use crate::session::{Revocation, Rotation};
use crate::visitor::Mark;

/// Numbers of requests from here on meet no faults.
pub(crate) const UNDISTURBED: usize = 1_000_000;

/// What the second request of an action has more than the first one's number: the faults of the first are not its own.
pub(crate) const SECOND: usize = 100_000;

/// An item whose creation was acknowledged.
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) start: Version,
    pub(crate) events: Vec<Event<Content>>,
    /// The newest version that anybody was told of.
    pub(crate) newest: u64,
}

/// A session that somebody has.
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) refresh_tokens: Vec<String>,
    pub(crate) rotation: Vec<Event<Rotation>>,
    pub(crate) revocation: Vec<Event<Revocation>>,
}

impl Session {
    pub(crate) fn new(token: String, refresh_token: String) -> Self {
        Self {
            token,
            refresh_tokens: vec![refresh_token],
            rotation: Vec::new(),
            revocation: Vec::new(),
        }
    }
}

/// Number, operation and status of each request, in the order of their answers.
pub(crate) type Answers = Vec<(usize, &'static str, u16)>;

/// Everything that was answered.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) items: Vec<Item>,
    /// Kinds and titles of items of which nobody knows whether they were made.
    pub(crate) unknown: Vec<(Kind, String)>,
    pub(crate) sessions: Vec<Session>,
    /// By the name of the visitor's session.
    pub(crate) visits: BTreeMap<String, Vec<Event<Mark>>>,
    /// By the index of the item and the name of the visitor's session.
    pub(crate) views: BTreeMap<(usize, String), Vec<Event<Mark>>>,
    pub(crate) answers: Answers,
    /// Answers that said that something was written.
    pub(crate) acknowledged: usize,
    pub(crate) slowest: Duration,
}
