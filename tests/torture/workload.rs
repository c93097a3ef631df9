//! Random requests of several clients at once, and what they were answered.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use futures_util::future::join_all;
use portfolio_tests::{EMAIL, KINDS, Kind, PASSWORD};
use serde_json::{Value, json};

use crate::item::{self, Content, Version};
use crate::linear::Event;
use crate::session::{self, Revocation, Rotation};
use crate::visitor::{self, Mark};
use crate::world::{Owner, Reply, Request, World};

/// Numbers of requests from here on meet no faults.
pub(crate) const UNDISTURBED: usize = 1_000_000;

/// One thing to do. Which item is meant turns out when it is done: of those that are known then.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Create(Kind),
    Change(usize, Change, Match),
    /// As the owner or as anybody.
    Read(usize, bool),
    View(usize, usize),
    Visit(usize),
    Login,
    /// With the newest refresh token of a session, or one of those before.
    Refresh(usize, bool),
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
            0..8 => Self::Create(kind),
            8..44 => Self::Change(
                item,
                CHANGES[random.usize(..CHANGES.len())],
                Match::random(random),
            ),
            44..52 => Self::Read(item, random.bool()),
            52..66 => Self::View(item, random.usize(..3)),
            66..76 => Self::Visit(random.usize(..4)),
            76 => Self::Login,
            77..82 => Self::Refresh(random.usize(..2), random.u8(..3) > 0),
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
            88..94 => Self::Refresh(0, random.u8(..20) > 0),
            94 => Self::Logout(0),
            _ => Self::Me(0),
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

/// An item whose creation was acknowledged.
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) start: Version,
    pub(crate) events: Vec<Event<Content>>,
    newest: u64,
}

/// A session that somebody has.
pub(crate) struct Session {
    token: String,
    refresh_tokens: Vec<String>,
    pub(crate) rotation: Vec<Event<Rotation>>,
    pub(crate) revocation: Vec<Event<Revocation>>,
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
    pub(crate) slowest: Duration,
}

/// A world that is worked on.
pub(crate) struct Work {
    pub(crate) world: World,
    pub(crate) record: RefCell<Record>,
    now: Cell<u64>,
}

impl Work {
    /// With an item of each kind and a session.
    pub(crate) async fn start(world: World) -> Self {
        let [token, refresh_token] = Owner::get().session.clone();
        let mut record = Record::default();
        record.sessions.push(Session::new(token, refresh_token));
        let work = Self {
            world,
            record: RefCell::new(record),
            now: Cell::new(0),
        };
        for (index, kind) in KINDS.into_iter().enumerate() {
            work.perform(UNDISTURBED + index, &Action::Create(kind))
                .await;
        }
        work
    }

    /// Does all of a plan, the clients at once.
    pub(crate) async fn run(&self, plan: &[Vec<(usize, Action)>]) {
        let clients = plan.iter().map(async |actions| {
            for (number, action) in actions {
                self.perform(*number, action).await;
            }
        });
        join_all(clients).await;
    }

    /// A moment like no other.
    fn moment(&self) -> u64 {
        self.now.replace(self.now.get() + 1)
    }

    /// Asks, and notes when.
    async fn ask(&self, number: usize, request: Request) -> (Reply, u64, u64) {
        let begin = self.moment();
        let reply = self.world.ask(number, request).await;
        let end = self.moment();
        let mut record = self.record.borrow_mut();
        record.answers.push((number, reply.operation, reply.status));
        record.slowest = record.slowest.max(reply.took);
        (reply, begin, end)
    }

    pub(crate) async fn perform(&self, number: usize, action: &Action) {
        match *action {
            Action::Create(kind) => self.create(number, kind).await,
            Action::Change(item, change, when) => self.change(number, item, change, when).await,
            Action::Read(item, owner) => {
                self.of_item(number, item, item::Call::Read { owner }, |path| {
                    let read = Request::get(path);
                    if owner { read.owner() } else { read }
                })
                .await;
            }
            Action::View(item, visitor) => self.view(number, item, visitor).await,
            Action::Visit(visitor) => self.visit(number, visitor).await,
            Action::Login => self.login(number).await,
            Action::Refresh(session, newest) => self.refresh(number, session, newest).await,
            Action::Logout(session) => {
                let request = Request::post("/auth/logout");
                self.of_session(number, session, session::Call::Logout, request)
                    .await;
            }
            Action::Me(session) => {
                let request = Request::get("/auth/me");
                self.of_session(number, session, session::Call::Use, request)
                    .await;
            }
            Action::List(kind, status) => {
                let list = Request::get(format!("{}?status={status}", kind.path));
                self.browse(number, list.owner()).await;
            }
            Action::Browse(path, owner) => {
                let browse = Request::get(path);
                self.browse(number, if owner { browse.owner() } else { browse })
                    .await;
            }
            Action::Views(item) => {
                let (_, kind, id) = self.item(item);
                let path = format!("/analytics/views/{}/{id}", kind.name);
                let (reply, ..) = self.ask(number, Request::get(path)).await;
                assert!(
                    [200, 404, 503].contains(&reply.status),
                    "{number}: {reply:?}"
                );
            }
        }
    }

    /// Index, kind and id of one of the items that are known.
    fn item(&self, pick: usize) -> (usize, Kind, String) {
        let record = self.record.borrow();
        let index = pick % record.items.len();
        let item = &record.items[index];
        (index, item.kind, item.id.clone())
    }

    async fn create(&self, number: usize, kind: Kind) {
        let title = format!("Made by {number}");
        let request = Request::post(kind.path).owner().json(&kind.body(&title));
        let (reply, ..) = self.ask(number, request).await;
        let mut record = self.record.borrow_mut();
        match reply.status {
            201 => {
                let start = version(kind, &reply);
                let expected = Version {
                    number: 1,
                    published: false,
                    title,
                };
                assert_eq!(start, expected, "{number}: {reply:?}");
                record.items.push(Item {
                    kind,
                    id: reply.body["id"].as_str().unwrap().to_owned(),
                    start,
                    events: Vec::new(),
                    newest: 1,
                });
            }
            503 => record.unknown.push((kind, title)),
            _ => panic!("{number}: {reply:?}"),
        }
    }

    async fn change(&self, number: usize, item: usize, change: Change, when: Match) {
        let (index, kind, _) = self.item(item);
        let if_match = match when {
            Match::Nothing => None,
            Match::Newest => Some(self.record.borrow().items[index].newest),
            Match::First => Some(1),
        };
        let title = format!("Changed by {number}");
        let call = match change {
            Change::Update => item::Call::Update {
                title: title.clone(),
                if_match,
            },
            Change::Publish | Change::Unpublish => item::Call::Become {
                published: matches!(change, Change::Publish),
                if_match,
            },
            Change::Delete => item::Call::Delete { if_match },
        };
        self.of_item(number, index, call, |path| {
            let request = match change {
                Change::Update => Request::put(path).json(&json!({ kind.title: title })),
                Change::Publish => Request::post(format!("{path}/publish")),
                Change::Unpublish => Request::post(format!("{path}/unpublish")),
                Change::Delete => Request::delete(path),
            };
            request.owner().if_match(if_match)
        })
        .await;
    }

    /// Anything that is done to one item.
    async fn of_item(
        &self,
        number: usize,
        item: usize,
        call: item::Call,
        request: impl FnOnce(String) -> Request,
    ) {
        let (index, kind, id) = self.item(item);
        let (reply, begin, end) = self.ask(number, request(kind.item(&id))).await;
        let answer = match reply.status {
            200 => Some(item::Answer::Is(version(kind, &reply))),
            204 => Some(item::Answer::Deleted),
            404 => Some(item::Answer::NotFound),
            412 => Some(item::Answer::PreconditionFailed),
            503 => None,
            _ => panic!("{number}: {reply:?}"),
        };
        let item = &mut self.record.borrow_mut().items[index];
        if let Some(item::Answer::Is(version)) = &answer {
            item.newest = item.newest.max(version.number);
        }
        item.events.push(Event {
            call,
            answer,
            begin,
            end,
        });
    }

    async fn view(&self, number: usize, item: usize, visitor: usize) {
        let (index, kind, id) = self.item(item);
        let session = format!("the-visitor-number-{visitor}");
        let body = json!({ "contentType": kind.name, "contentId": id });
        let request = Request::post("/analytics/track").header("x-session-id", &session);
        let (reply, begin, end) = self.ask(number, request.json(&body)).await;
        let mut record = self.record.borrow_mut();
        let seen = match reply.status {
            200 => item::Answer::Viewed,
            404 => item::Answer::NotFound,
            503 => {
                let views = record.views.entry((index, session)).or_default();
                return views.push(track(None, begin, end));
            }
            _ => panic!("{number}: {reply:?}"),
        };
        if seen == item::Answer::Viewed {
            let views = record.views.entry((index, session)).or_default();
            views.push(track(reply.body["tracked"].as_bool(), begin, end));
        }
        record.items[index].events.push(Event {
            call: item::Call::View,
            answer: Some(seen),
            begin,
            end,
        });
    }

    async fn visit(&self, number: usize, visitor: usize) {
        let session = format!("the-visitor-number-{visitor}");
        let request = Request::post("/visitors/track").header("x-session-id", &session);
        let (reply, begin, end) = self.ask(number, request).await;
        let counted = match reply.status {
            200 => reply.body["tracked"].as_bool(),
            503 => None,
            _ => panic!("{number}: {reply:?}"),
        };
        let mut record = self.record.borrow_mut();
        let visits = record.visits.entry(session).or_default();
        visits.push(track(counted, begin, end));
    }

    async fn login(&self, number: usize) {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let request = Request::post("/auth/login").json(&body);
        let (reply, ..) = self.ask(number, request).await;
        match reply.status {
            200 => {
                let session = Session::new(text(&reply, "token"), text(&reply, "refreshToken"));
                self.record.borrow_mut().sessions.push(session);
            }
            503 => {}
            _ => panic!("{number}: {reply:?}"),
        }
    }

    async fn refresh(&self, number: usize, session: usize, newest: bool) {
        let (index, used, token) = {
            let record = self.record.borrow();
            let index = session % record.sessions.len();
            let tokens = &record.sessions[index].refresh_tokens;
            let used = if newest {
                tokens.len() - 1
            } else {
                number % tokens.len()
            };
            (index, used, tokens[used].clone())
        };
        let body = json!({ "refreshToken": token });
        let request = Request::post("/auth/refresh").json(&body);
        let (reply, begin, end) = self.ask(number, request).await;
        let session = &mut self.record.borrow_mut().sessions[index];
        let call = session::Call::Refresh(used);
        let answer = match reply.status {
            200 => {
                let next = session.refresh_tokens.len();
                session.refresh_tokens.push(text(&reply, "refreshToken"));
                Some(session::Answer::Renewed(next))
            }
            401 => Some(session::Answer::Refused),
            503 => None,
            _ => panic!("{number}: {reply:?}"),
        };
        if reply.status != 200 {
            let event = Event {
                call,
                answer: None,
                begin,
                end,
            };
            session.revocation.push(event);
        }
        session.rotation.push(Event {
            call,
            answer,
            begin,
            end,
        });
    }

    /// What is done with the ID token of a session.
    async fn of_session(
        &self,
        number: usize,
        session: usize,
        call: session::Call,
        request: Request,
    ) {
        let (index, token) = {
            let sessions = &self.record.borrow().sessions;
            let index = session % sessions.len();
            (index, sessions[index].token.clone())
        };
        let (reply, begin, end) = self.ask(number, request.token(&token)).await;
        let answer = match reply.status {
            200 => Some(session::Answer::Done),
            401 => Some(session::Answer::Refused),
            503 => None,
            _ => panic!("{number}: {reply:?}"),
        };
        let session = &mut self.record.borrow_mut().sessions[index];
        session.rotation.push(Event {
            call,
            answer,
            begin,
            end,
        });
        session.revocation.push(Event {
            call,
            answer,
            begin,
            end,
        });
    }

    async fn browse(&self, number: usize, request: Request) {
        let (reply, ..) = self.ask(number, request).await;
        assert!([200, 503].contains(&reply.status), "{number}: {reply:?}");
    }
}

impl Session {
    fn new(token: String, refresh_token: String) -> Self {
        Self {
            token,
            refresh_tokens: vec![refresh_token],
            rotation: Vec::new(),
            revocation: Vec::new(),
        }
    }
}

fn track(answer: Option<bool>, begin: u64, end: u64) -> Event<Mark> {
    Event {
        call: visitor::Call::Track,
        answer,
        begin,
        end,
    }
}

/// The version of an item that an answer shows.
fn version(kind: Kind, reply: &Reply) -> Version {
    Version {
        number: reply.version.unwrap_or_else(|| number_of_new(reply)),
        published: reply.body["status"] == "published",
        title: text(reply, kind.title),
    }
}

/// The answer to a creation has no `ETag` if the contract declares none; what is new has version 1.
fn number_of_new(reply: &Reply) -> u64 {
    assert_eq!(reply.status, 201, "{reply:?}");
    1
}

fn text(reply: &Reply, name: &str) -> String {
    let value: &Value = &reply.body[name];
    value
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {reply:?}"))
        .to_owned()
}
