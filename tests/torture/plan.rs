//! What several clients are to do: random requests, made up before any of them is sent.

use fastrand::Rng;
use portfolio_tests::{KINDS, Kind};

/// One thing to do. Which item is meant turns out when it is done: of those that are known then.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Create(Kind),
    /// Made, and deleted as soon as that is acknowledged.
    Regret(Kind),
    Change(usize, Change, Match),
    /// As the owner or as anybody.
    Read(usize, bool),
    View(usize, usize),
    Visit(usize),
    Login,
    /// With a refresh token of a session.
    Refresh(usize, Token),
    Logout(usize),
    Me(usize),
    List(Kind, &'static str),
    /// What only reads: a path, and whether it is the owner's.
    Browse(&'static str, bool),
    /// The views of an item.
    Views(usize),
}

/// A change of an item.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Update,
    Publish,
    Unpublish,
    Delete,
}

/// What a change is made to depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Match {
    Nothing,
    /// The newest version that anybody was told of.
    Newest,
    /// The first.
    First,
    Version(u64),
}

/// A refresh token, of those that a session has had.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Token {
    Newest,
    /// Any of them.
    Any,
    Number(usize),
}

/// Reads that are of no item.
const BROWSED: [(&str, bool); 9] = [
    ("/blog/categories", false),
    ("/visitors/count", false),
    ("/visitors/trends/daily", true),
    ("/visitors/trends/monthly", true),
    ("/analytics/views/blog", true),
    ("/analytics/views/project", true),
    ("/analytics/views/certification", true),
    ("/analytics/top-content", true),
    ("/analytics/total-views", true),
];

const CHANGES: [Change; 5] = [
    Change::Update,
    Change::Update,
    Change::Publish,
    Change::Unpublish,
    Change::Delete,
];

impl Action {
    /// Any of all operations, those that write more often.
    pub(crate) fn random(random: &mut Rng) -> Self {
        let kind = KINDS[random.usize(..3)];
        // Half of it happens to one item, so that requests meet there.
        let item = random.usize(..8).saturating_sub(3);
        match random.u8(..100) {
            0..5 => Self::Create(kind),
            5..8 => Self::Regret(kind),
            8..44 => Self::Change(
                item,
                CHANGES[random.usize(..CHANGES.len())],
                Match::random(random),
            ),
            44..52 => Self::Read(item, random.bool()),
            52..66 => Self::View(item, random.usize(..3)),
            66..76 => Self::Visit(random.usize(..4)),
            76 => Self::Login,
            77..82 => Self::Refresh(random.usize(..2), Token::random(random, 3)),
            82..84 => Self::Logout(random.usize(..2)),
            84..88 => Self::Me(random.usize(..2)),
            88..92 => Self::List(kind, ["published", "draft", "all"][random.usize(..3)]),
            92..94 => Self::Views(item),
            _ => {
                let (path, owner) = BROWSED[random.usize(..BROWSED.len())];
                Self::Browse(path, owner)
            }
        }
    }

    /// Changes and readings of one item, and of one session.
    pub(crate) fn random_of_one(random: &mut Rng) -> Self {
        match random.u8(..100) {
            0..50 => {
                // Deleted soon, there would be nothing left to race for.
                let changes = if random.u8(..40) == 0 { 5 } else { 4 };
                Self::Change(0, CHANGES[random.usize(..changes)], Match::random(random))
            }
            50..70 => Self::Read(0, random.bool()),
            70..82 => Self::View(0, random.usize(..40)),
            82..88 => Self::Visit(random.usize(..8)),
            88..94 => Self::Refresh(0, Token::random(random, 20)),
            94 => Self::Logout(0),
            _ => Self::Me(0),
        }
    }
}

impl Token {
    /// The newest, but for once in so many times.
    fn random(random: &mut Rng, times: u8) -> Self {
        if random.u8(..times) > 0 {
            Self::Newest
        } else {
            Self::Any
        }
    }
}

impl Match {
    fn random(random: &mut Rng) -> Self {
        match random.u8(..5) {
            0..2 => Self::Nothing,
            2..4 => Self::Newest,
            _ => Self::First,
        }
    }
}

/// What each client does, one thing after another. Requests are numbered through.
pub(crate) fn plan(
    random: &mut Rng,
    clients: usize,
    each: usize,
    action: impl Fn(&mut Rng) -> Action,
) -> Vec<Vec<(usize, Action)>> {
    let client = |client: usize| {
        let requests = (0..each).map(|request| (client * each + request, action(random)));
        requests.collect()
    };
    (0..clients).map(client).collect()
}
