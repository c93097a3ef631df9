//! Random requests of several clients at once, and what they were answered.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use portfolio_tests::{EMAIL, KINDS, Kind, PASSWORD};
use serde_json::{Value, json};

use crate::item::{self, Content, Version};
use crate::linear::Event;
use crate::plan::{Action, Change, Match};
use crate::session::{self, Revocation, Rotation};
use crate::visitor::{self, Mark};
use crate::world::{Owner, Reply, Request, World};

/// Numbers of requests from here on meet no faults.
pub(crate) const UNDISTURBED: usize = 1_000_000;

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
