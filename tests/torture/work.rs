//! Clients at work: what they were told to do, asked for all at once.

mod contents;
mod sessions;
mod visitors;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use portfolio_tests::KINDS;
use portfolio_tests::resident::Resident;

use crate::plan::{Action, Change, Match};
use crate::record::{Record, SECOND, Session, UNDISTURBED};
use crate::request::{Reply, Request};
use crate::session;
use crate::world::World;

/// A world that is worked on.
pub(crate) struct Work {
    pub(crate) world: World,
    record: Mutex<Record>,
    now: AtomicU64,
}

/// A reply, and the moments of its request and of itself.
type Heard = (Reply, u64, u64);

impl Work {
    /// With an item of each kind and a session.
    pub(crate) async fn start(world: World) -> Arc<Self> {
        let [token, refresh_token] = Resident::get().session.clone();
        let mut record = Record::default();
        record.sessions.push(Session::new(token, refresh_token));
        let work = Self {
            world,
            record: Mutex::new(record),
            now: AtomicU64::new(0),
        };
        for (index, kind) in KINDS.into_iter().enumerate() {
            work.perform(UNDISTURBED + index, &Action::Create(kind))
                .await;
        }
        Arc::new(work)
    }

    /// What was answered. No task waits for anything while it has this.
    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap()
    }

    /// Does all of a plan, the clients at once, each a task of its own.
    pub(crate) async fn run(self: &Arc<Self>, plan: &[Vec<(usize, Action)>]) {
        let client = |actions: &Vec<(usize, Action)>| {
            let (work, actions) = (self.clone(), actions.clone());
            tokio::spawn(async move {
                for (number, action) in actions {
                    work.perform(number, &action).await;
                }
            })
        };
        let clients: Vec<_> = plan.iter().map(client).collect();
        for client in clients {
            if let Err(error) = client.await {
                std::panic::resume_unwind(error.into_panic());
            }
        }
    }

    /// Whether a request may be answered with what was there a while ago.
    fn may_be_behind(&self, number: usize) -> bool {
        self.world.stale && number < UNDISTURBED
    }

    /// A moment like no other: what ended before something else began, on whatever thread, has the smaller numbers.
    fn moment(&self) -> u64 {
        self.now.fetch_add(1, Ordering::SeqCst)
    }

    /// Asks, and notes when.
    async fn ask(&self, number: usize, request: Request) -> Heard {
        let writes = request.writes();
        let begin = self.moment();
        let reply = self.world.ask(number, request).await;
        let end = self.moment();
        let mut record = self.record();
        record.answers.push((number, reply.operation, reply.status));
        let written = writes && reply.status < 300 && reply.body["tracked"] != false;
        record.acknowledged += usize::from(written);
        record.slowest = record.slowest.max(reply.took);
        drop(record);
        (reply, begin, end)
    }

    /// Does one thing, and writes down what came of it.
    pub(crate) async fn perform(&self, number: usize, action: &Action) {
        match *action {
            Action::Create(kind) => drop(self.create(number, kind).await),
            Action::Regret(kind) => {
                if let Some(item) = self.create(number, kind).await {
                    self.change(number + SECOND, item, Change::Delete, Match::Nothing)
                        .await;
                }
            }
            Action::Change(item, change, when) => self.change(number, item, change, when).await,
            Action::Read(item, owner) => self.read(number, item, owner).await,
            Action::View(item, visitor) => self.view(number, item, visitor).await,
            Action::Views(item) => self.views(number, item).await,
            Action::Visit(visitor) => self.visit(number, visitor).await,
            Action::Login => self.login(number).await,
            Action::Refresh(session, token) => self.refresh(number, session, token).await,
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
        }
    }

    async fn browse(&self, number: usize, request: Request) {
        let (reply, ..) = self.ask(number, request).await;
        assert!([200, 503].contains(&reply.status), "{number}: {reply:?}");
    }
}
