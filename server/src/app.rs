//! The whole server put together: settings in, a router out.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use contract_runtime::aws::AwsError;
use contract_runtime::clock::Clock;
#[cfg(feature = "embedded")]
use contract_runtime::dynamodb::embedded::OpenError;
use contract_runtime::limit::InstanceLimits;
use contract_runtime::middleware::Stack;
use contract_runtime::program;
use contract_runtime::settings::Common;

use crate::content::Contents;
use crate::contract::{self, DESCRIPTION};
use crate::identity::{Identity, IdentityError, Revocations};
use crate::key_set;
use crate::portfolio::{Limits, Portfolio};
use crate::settings::Settings;
use crate::table::{Table, TableError};
use crate::tracking::{Views, Visits};

mod backend;

pub use backend::{Backend, Storage};

/// CloudWatch's namespace of the service's metrics; template.yaml's dashboard names it too.
const NAMESPACE: &str = "Portfolio";

/// Their dimension `service`.
const SERVICE: &str = "portfolio-api";

/// A server that is ready to answer.
#[derive(Debug)]
pub struct App {
    /// The contract's operations, and the keys that its tokens are signed with.
    pub operations: Router,
    /// The middleware around them.
    stack: Stack,
    /// The portfolio's table, for what is not a request.
    pub table: Table,
    /// Where the owner's password comes from; none where users sign in elsewhere.
    #[cfg(feature = "embedded")]
    pub password: Option<crate::identity::embedded::PasswordOrigin>,
}

/// Why a server did not start: one sentence for whoever starts it.
#[derive(Debug)]
pub enum StartError {
    /// A setting asks for what this build does not have.
    Unsupported(String),
    /// The data folder cannot be used.
    #[cfg(feature = "embedded")]
    Data(OpenError),
    /// The database answered with an error.
    Table(TableError),
    /// The identity provider could not be set up.
    Identity(IdentityError),
    /// The sample content is not what the contract allows.
    #[cfg(feature = "embedded")]
    Sample(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(sentence) => formatter.write_str(sentence),
            #[cfg(feature = "embedded")]
            Self::Data(error) => write!(formatter, "{error}; {}", remedy(error)),
            Self::Table(error) => write!(formatter, "the database could not be prepared: {error}"),
            Self::Identity(error) => write!(formatter, "signing in could not be prepared: {error}"),
            #[cfg(feature = "embedded")]
            Self::Sample(error) => write!(formatter, "the sample content is unusable: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// What the person who started the server can do about a data folder that cannot be used.
#[cfg(feature = "embedded")]
fn remedy(error: &OpenError) -> &'static str {
    match error {
        OpenError::Locked(_) => "stop that process or set DATA_DIR to another folder",
        OpenError::DiskFull(_) => "free some space or set DATA_DIR to a folder on another disk",
        OpenError::Corrupt(..) => {
            "put a sound copy in its place or set DATA_DIR to an empty folder"
        }
        _ => "set DATA_DIR to a folder that can be written to",
    }
}

impl From<AwsError> for StartError {
    fn from(error: AwsError) -> Self {
        Self::Unsupported(error.to_string())
    }
}

impl From<TableError> for StartError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl From<IdentityError> for StartError {
    fn from(error: IdentityError) -> Self {
        Self::Identity(error)
    }
}

impl App {
    /// Prepares the database, the sample content and the identity provider, and puts the routes
    /// together. A second start finds what the first one made and keeps it.
    ///
    /// # Errors
    ///
    /// What is missing or broken, in one sentence.
    pub async fn start(
        settings: &Settings,
        storage: Storage,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let backend = Backend::prepare(settings, &storage, &clock).await?;
        let table = backend.table.clone();
        let revocations = Revocations::new(table.clone(), clock.clone());
        let portfolio = Arc::new(Portfolio {
            posts: Contents::new(table.clone(), clock.clone()),
            projects: Contents::new(table.clone(), clock.clone()),
            certifications: Contents::new(table.clone(), clock.clone()),
            visits: Visits::new(table.clone(), clock.clone(), settings.counter_shards),
            views: Views::new(table.clone(), clock.clone()),
            identity: Identity::new(backend.provider, revocations),
            limits: settings.common.rate_limits.then(|| Limits {
                instance: InstanceLimits::new(clock.clone()),
                shared: table.shared_limits(clock.clone()),
            }),
            secure_cookies: !settings.common.is_local(),
        });
        let keys = key_set::router(portfolio.identity.key_set());
        Ok(Self {
            operations: contract::router(portfolio).merge(keys),
            stack: stack(&settings.common),
            table,
            #[cfg(feature = "embedded")]
            password: backend.password,
        })
    }

    /// Every route, with its middleware.
    pub fn router(&self) -> Router {
        program::routes(&DESCRIPTION, self.operations.clone(), &self.stack)
    }
}

/// The middleware.
pub(crate) fn stack(common: &Common) -> Stack {
    common.stack(NAMESPACE, SERVICE)
}
