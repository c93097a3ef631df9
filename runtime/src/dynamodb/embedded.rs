//! DynamoDB inside the process, behind the AWS SDK's own HTTP client trait.
//!
//! `aws-sdk-dynamodb` serialises, signs, retries and parses as it does against AWS; only the connection is
//! replaced: a request goes to an engine over SQLite (`dynoxide`) instead of a socket. What is written is on
//! the disk before it is acknowledged (write-ahead log, `synchronous = FULL`).
//!
//! Unlike AWS, every read is consistent, nothing is throttled, transactions do not conflict, expired items
//! stay until [`Engine::sweep`], and client request tokens are forgotten when the process ends.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use aws_sdk_dynamodb::config::{Credentials, Region};
//! use contract_runtime::dynamodb::embedded::Engine;
//!
//! let engine = Engine::open("data".as_ref())?;
//! let client = aws_sdk_dynamodb::Client::from_conf(
//!     aws_sdk_dynamodb::Config::builder()
//!         .behavior_version_latest()
//!         .region(Region::from_static("local"))
//!         .credentials_provider(Credentials::new("local", "local", None, None, "embedded"))
//!         .http_client(engine.http_client())
//!         .build(),
//! );
//! # let _ = client; Ok(()) }
//! ```

mod connector;
mod dispatch;
mod faults;
mod folder;
mod past;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use dynoxide::Database;
use tokio::sync::Semaphore;

pub use self::faults::{Behind, Call, Disturbance, Failure, Faults};
pub use self::folder::OpenError;
use self::past::Past;

/// Calls that may be inside an engine on disk at once. The engine takes one at a time; a few more are let in
/// so that one is being parsed while another is being executed, and the rest wait without holding a thread.
const TURNS: usize = 4;

/// An engine. Clones share it; its files are closed and unlocked when the last clone and the last client
/// made with it are gone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    between: Option<Arc<Between>>,
}

/// What is between the engine and the clients.
struct Between {
    faults: Box<dyn Faults>,
    /// None if no read is ever behind.
    past: Option<Past>,
}

struct Shared {
    database: Database,
    /// `None` for an engine in memory, whose calls are short and never wait for a disk.
    disk: Option<Disk>,
}

struct Disk {
    turns: Arc<Semaphore>,
    /// Holds the lock on the folder.
    _lock: File,
}

/// The engine could not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineError(String);

impl std::fmt::Display for EngineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the embedded database failed: {}", self.0)
    }
}

impl std::error::Error for EngineError {}

impl Engine {
    /// Opens the database in the folder `dir`, both made if missing, and locks the folder until the engine is
    /// dropped. Blocks for some 20 ms.
    ///
    /// # Errors
    ///
    /// [`OpenError`], one clear sentence: the folder is in use or not writable, the disk is full, the file is
    /// damaged or not a database. Nothing is overwritten in that case.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let (database, lock) = folder::open(dir)?;
        Ok(Self::with(
            database,
            Some(Disk {
                turns: Arc::new(Semaphore::new(TURNS)),
                _lock: lock,
            }),
        ))
    }

    /// An empty database in memory, gone with the engine.
    ///
    /// # Errors
    ///
    /// [`EngineError`] if SQLite cannot start, out of memory for one.
    pub fn memory() -> Result<Self, EngineError> {
        let database = Database::memory().map_err(|error| EngineError(error.to_string()))?;
        Ok(Self::with(database, None))
    }

    fn with(database: Database, disk: Option<Disk>) -> Self {
        Self {
            shared: Arc::new(Shared { database, disk }),
            between: None,
        }
    }

    /// The same engine, with `faults` between it and the clients made from the answer.
    #[must_use]
    pub fn with_faults(self, faults: impl Faults) -> Self {
        Self {
            between: Some(Arc::new(Between {
                past: faults.reads_are_behind().then(Past::default),
                faults: Box::new(faults),
            })),
            ..self
        }
    }

    /// What the SDK's configuration takes as `http_client`.
    pub fn http_client(&self) -> SharedHttpClient {
        connector::http_client(self.clone())
    }

    /// Deletes expired items (DynamoDB's time to live) of every table that has it enabled, and says how many.
    /// Time is the machine's. Other calls go on meanwhile.
    ///
    /// # Errors
    ///
    /// [`EngineError`], a full disk for one.
    pub async fn sweep(&self) -> Result<usize, EngineError> {
        let shared = self.shared.clone();
        tokio::task::spawn_blocking(move || shared.database.sweep_ttl())
            .await
            .map_err(|panic| EngineError(panic.to_string()))?
            .map_err(|error| EngineError(error.to_string()))
    }

    /// Runs `call` with the database: at once if it is in memory, on a thread that may block if not.
    async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Database) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        let Some(disk) = &self.shared.disk else {
            return Ok(call(&self.shared.database));
        };
        // The semaphore is never closed. The turn belongs to the thread: a caller that gives up does not
        // let another in before its own call has ended.
        let turn = disk.turns.clone().acquire_owned().await;
        let shared = self.shared.clone();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            call(&shared.database)
        })
        .await
        .map_err(|panic| EngineError(panic.to_string()))
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("on_disk", &self.shared.disk.is_some())
            .finish_non_exhaustive()
    }
}
