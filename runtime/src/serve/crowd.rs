//! Room for connections: a bounded number of them, and which one goes when there is no room for another.
//!
//! A connection costs memory and a file descriptor whether or not its client ever asks for something. When there are as
//! many as there may be, a new one takes the place of one that keeps the server waiting, of the network that has
//! most of these: one that waits for a head, else one whose body is arriving, else one whose client does not take
//! its answer, else one whose answer has nothing to say for now (a stream of events, which clients open again); the
//! one that does so longest. Who has just been let in is not held to do so for half a second, unless
//! there is nobody else. So who opens thousands of connections closes their own, and honest clients are answered
//! meanwhile. There is no bound per address: behind a proxy, or on one machine, every client has the same.
//!
//! A connection whose request is being worked on is left alone. If there are only such, those who come wait in the
//! system's queue until one ends, which the time limit of requests sees to.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

use super::phase::{Doing, Phase};
use crate::client::ClientAddress;

/// How soon it is looked again for room that was not there.
const PAUSE: Duration = Duration::from_millis(1);

/// How long nobody is held to keep the server waiting: a client that has just been let in has not had the time to ask.
const FAIR: Duration = Duration::from_millis(500);

/// Between two lines of the log about connections that were closed for others.
const SILENCE: Duration = Duration::from_secs(60);

/// The connections of a server.
pub(super) struct Crowd {
    /// Those closed for others too, until they have ended.
    tasks: JoinSet<()>,
    members: HashMap<Id, Member>,
    most: usize,
    /// Connections closed for others that the log does not know of yet.
    closed: u64,
    told: Option<Instant>,
}

struct Member {
    network: std::net::IpAddr,
    phase: Arc<Phase>,
    task: AbortHandle,
}

impl Crowd {
    /// At most `most` connections, at least one.
    pub(super) fn new(most: usize) -> Self {
        Self {
            tasks: JoinSet::new(),
            members: HashMap::new(),
            most: most.max(1),
            closed: 0,
            told: None,
        }
    }

    /// Connections that are not closed.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// Takes a connection in; `answering` ends with it.
    pub(super) fn admit(
        &mut self,
        peer: SocketAddr,
        phase: Arc<Phase>,
        answering: impl Future<Output = ()> + Send + 'static,
    ) {
        let task = self.tasks.spawn(answering);
        let member = Member {
            network: ClientAddress(peer.ip()).network(),
            phase,
            task: task.clone(),
        };
        self.members.insert(task.id(), member);
    }

    /// Waits for a connection to end; `None` if there is none.
    pub(super) async fn ended(&mut self) -> Option<()> {
        let ended = self.tasks.join_next_with_id().await?;
        self.forget(ended);
        Some(())
    }

    fn forget(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        self.members.remove(&id);
    }

    /// Waits until there is room for one more, and makes it where that can be done.
    pub(super) async fn room(&mut self) {
        while self.len() >= self.most {
            self.make_room().await;
        }
    }

    /// Closes a connection that keeps the server waiting; or, if there is none, waits a moment for one to end.
    async fn make_room(&mut self) {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.forget(ended);
        }
        if self.close_one() {
            // Who is closed need not be waited for, as long as these do not add up.
            while self.tasks.len() > self.members.len() + self.most / 8 {
                self.ended().await;
            }
        } else {
            tokio::select! {
                Some(()) = self.ended() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Closes a connection that keeps the server waiting, and waits until one has ended and given back what it held.
    /// False if there is none.
    pub(super) async fn give_one_up(&mut self) -> bool {
        self.close_one() && self.ended().await.is_some()
    }

    fn close_one(&mut self) -> bool {
        let mut waiting = Vec::new();
        let mut crowds = HashMap::new();
        for (id, member) in &self.members {
            let (doing, since) = member.phase.now();
            if doing < Doing::Working {
                *crowds.entry(member.network).or_insert(0_usize) += 1;
                waiting.push((*id, member, doing, since));
            }
        }
        let now = Instant::now();
        let chosen = waiting.into_iter().min_by_key(|(_, member, doing, since)| {
            let patient = now.saturating_duration_since(*since) < FAIR;
            let doing = if patient { Doing::Working } else { *doing };
            (patient, Reverse(crowds[&member.network]), doing, *since)
        });
        // One that got to work just now is not closed; there will be another.
        let closed = chosen.and_then(|(id, member, doing, _)| {
            let closed = member.phase.close(doing);
            closed.then(|| {
                member.task.abort();
                id
            })
        });
        let Some(closed) = closed else {
            return false;
        };
        self.members.remove(&closed);
        self.tell();
        true
    }

    /// Says in the log, now and then, that connections are closed for others.
    fn tell(&mut self) {
        self.closed += 1;
        if self.told.is_none_or(|told| told.elapsed() >= SILENCE) {
            tracing::warn!(
                closed = self.closed,
                connections = self.len(),
                "there are as many connections as there may be; some that wait for their clients are closed for others"
            );
            self.told = Some(Instant::now());
            self.closed = 0;
        }
    }

    /// Ends every connection.
    pub(super) async fn end(mut self) {
        self.tasks.shutdown().await;
    }
}
