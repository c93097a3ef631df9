//! The database, as the operations see it: one statement at a time, within a time limit, with credentials that may change.
//!
//! Made for RDS Proxy, which gives a client a connection of its own for good ("pins" it) as soon as the session has a state:
//! a prepared statement with a name, a SET, an advisory lock, a temporary table, LISTEN. No statement has a name here
//! ([`Session`]), nothing is set, and what the startup message says is the same for all connections.

mod address;
mod error;
mod session;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contract_runtime::log::causes;
use contract_runtime::secrets::{Secret, SecretError, SecretValue};
use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio::time::{sleep, timeout};

pub use address::{Address, AddressError};
pub use error::DatabaseError;
pub use session::Session;

/// How long a caller waits for a connection, a new one included.
const ACQUIRE: Duration = Duration::from_secs(3);

/// How long everything may take that one call does. The request itself is given up after twenty seconds.
const PATIENCE: Duration = Duration::from_secs(12);

/// Connections are replaced after a while: others may be nearer, or the only ones left, after a failover.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
const IDLE: Duration = Duration::from_secs(5 * 60);

/// How often a statement is run that others keep from being carried out (serialization failures, deadlocks).
const ATTEMPTS: u32 = 4;

/// The pause before the second attempt; it doubles.
const PAUSE: Duration = Duration::from_millis(10);

/// A pool of connections, made when they are needed. Clones share it.
#[derive(Clone, Debug)]
pub struct Database {
    pool: PgPool,
    credentials: Option<Arc<Credentials>>,
}

/// Where user and password come from that change while the process runs.
#[derive(Debug)]
struct Credentials {
    secret: Secret,
    address: Option<Address>,
    /// The version of the secret that new connections are made with.
    adopted: Mutex<Option<SecretValue>>,
}

impl Database {
    /// A database with credentials that stay. Nothing is connected yet.
    pub fn fixed(address: &Address, connections: u32) -> Self {
        Self {
            pool: pool(address.options(), connections),
            credentials: None,
        }
    }

    /// A database whose user and password a secret holds, and with them where it is unless an address says that. Neither
    /// is asked for yet.
    pub fn with_secret(secret: Secret, address: Option<Address>, connections: u32) -> Self {
        let credentials = Credentials {
            secret,
            address,
            adopted: Mutex::new(None),
        };
        Self {
            pool: pool(PgConnectOptions::new_without_pgpass(), connections),
            credentials: Some(Arc::new(credentials)),
        }
    }

    /// Runs one statement. It is repeated when others were in its way, which it outlives without a trace.
    ///
    /// # Errors
    ///
    /// Those of the statement, and [`DatabaseError::Unavailable`] when there is no connection in three seconds or no answer
    /// in twelve.
    pub async fn run<T, F, R>(&self, statement: F) -> Result<T, DatabaseError>
    where
        F: Fn(Session) -> R,
        R: Future<Output = Result<T, sqlx::Error>>,
    {
        let attempts = async {
            let mut pause = PAUSE;
            for _ in 1..ATTEMPTS {
                match statement(self.session().await?).await {
                    Err(error) if error::is_repeatable(&error) => {
                        sleep(pause).await;
                        pause *= 2;
                    }
                    outcome => return outcome.map_err(Into::into),
                }
            }
            statement(self.session().await?).await.map_err(Into::into)
        };
        timeout(PATIENCE, attempts).await.unwrap_or_else(|_| {
            Err(DatabaseError::Unavailable(
                "the database takes too long".to_owned(),
            ))
        })
    }

    async fn session(&self) -> Result<Session, DatabaseError> {
        self.connection().await.map(Session::new)
    }

    /// A connection for other work than the operations': migrations. Whatever keeps one from being made, callers may try
    /// again.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Postgres>, DatabaseError> {
        let unavailable = |error: sqlx::Error| {
            DatabaseError::Unavailable(match error {
                // sqlx tries again where a connection is refused, and says of that no more than this.
                sqlx::Error::PoolTimedOut => {
                    "no connection in three seconds: nobody answers there, or all are in use"
                        .to_owned()
                }
                error => causes(&error),
            })
        };
        let Some(credentials) = &self.credentials else {
            return self.pool.acquire().await.map_err(unavailable);
        };
        let without = |error: SecretError| DatabaseError::Unavailable(error.to_string());
        let value = credentials.secret.current().await.map_err(without)?;
        self.adopt(credentials, &value)?;
        match self.pool.acquire().await {
            Err(error) if error::is_refusal(&error) => {
                // The password may have been rotated since it was read.
                let fresh = credentials.secret.refresh(&value).await.map_err(without)?;
                self.adopt(credentials, &fresh)?;
                self.pool.acquire().await.map_err(unavailable)
            }
            outcome => outcome.map_err(unavailable),
        }
    }

    /// Lets new connections be made with these credentials.
    fn adopt(&self, credentials: &Credentials, value: &SecretValue) -> Result<(), DatabaseError> {
        // No code that can panic runs under the lock.
        let mut adopted = credentials
            .adopted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if adopted.as_ref() != Some(value) {
            let options = Address::with(credentials.address.as_ref(), value)
                .map_err(|error| DatabaseError::Unavailable(error.to_string()))?;
            self.pool.set_connect_options(options);
            *adopted = Some(value.clone());
        }
        Ok(())
    }

    /// Ends every connection, and waits for that.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn pool(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(0)
        .acquire_timeout(ACQUIRE)
        .max_lifetime(LIFETIME)
        .idle_timeout(IDLE)
        // A Sync message and its answer: a connection that ended in the meantime is replaced before it can do harm.
        .test_before_acquire(true)
        .connect_lazy_with(options)
}
