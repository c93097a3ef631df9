//! A fresh table on an engine in memory, for tests.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::{Behind, Call, Disturbance, Engine, Failure};

use super::schema::Layout;
use super::{Table, Units, connection};

/// A table and the clock that its services use.
pub(crate) struct Trial {
    pub(crate) engine: Engine,
    pub(crate) table: Table,
    pub(crate) clock: Clock,
}

impl Trial {
    /// An empty table, and a clock that stands at `now`.
    pub(crate) async fn at(now: &str) -> Self {
        let engine = Engine::memory().unwrap();
        let table = Table::new(connection::local(engine.http_client()), "portfolio");
        table.create(Layout::Listed).await.unwrap();
        Self {
            engine,
            table,
            clock: Clock::manual(time(now)),
        }
    }

    /// The same table behind a connection that fails as `script` says: each step disturbs the first call of its
    /// operation that comes after the steps before it.
    pub(crate) fn disturbed(
        &self,
        script: impl IntoIterator<Item = (&'static str, Disturbance)>,
    ) -> Table {
        let script: Mutex<VecDeque<_>> = Mutex::new(script.into_iter().collect());
        let faults = move |call: &Call<'_>| {
            let mut script = script.lock().unwrap();
            match script.front() {
                Some((operation, disturbance)) if *operation == call.operation => {
                    let disturbance = *disturbance;
                    script.pop_front();
                    disturbance
                }
                _ => Disturbance::default(),
            }
        };
        Table::new(
            connection::local(self.engine.clone().with_faults(faults).http_client()),
            "portfolio",
        )
    }

    /// The same table behind a replica that stays as it is: an eventually consistent read is answered as it was for the first
    /// time.
    pub(crate) fn behind(&self) -> Table {
        let engine = self.engine.clone().with_faults(Behind);
        Table::new(connection::local(engine.http_client()), "portfolio")
    }

    /// What `work` costs, with its result.
    pub(crate) async fn cost<T>(&self, work: impl Future<Output = T>) -> (T, Units) {
        let before = self.table.meter().reading();
        let result = work.await;
        (result, self.table.meter().reading() - before)
    }
}

/// The call is not made.
pub(crate) fn before(failure: Failure) -> Disturbance {
    Disturbance {
        before: Some(failure),
        ..Disturbance::default()
    }
}

/// The call is made and its answer is lost.
pub(crate) fn after(failure: Failure) -> Disturbance {
    Disturbance {
        after: Some(failure),
        ..Disturbance::default()
    }
}

/// The call is made and its answer breaks off.
pub(crate) fn cut() -> Disturbance {
    Disturbance {
        cut: true,
        ..Disturbance::default()
    }
}

/// The call arrives late.
pub(crate) fn late(milliseconds: u64) -> Disturbance {
    Disturbance {
        delay: Duration::from_millis(milliseconds),
        ..Disturbance::default()
    }
}

pub(crate) fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
