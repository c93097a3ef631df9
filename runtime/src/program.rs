//! A service as a program: arguments, settings, log, address, banner, health, documentation, middleware, an end in good
//! order; on a socket of this machine or as an AWS Lambda function.
//!
//! A service without settings of its own is one line:
//!
//! ```text
//! fn main() -> ExitCode {
//!     contract_runtime::program::serve(contract::DESCRIPTION, contract::router(Arc::new(Hello)))
//! }
//! ```
//!
//! Any other implements [`Service`] and calls [`run`]. Tests start either in their own process with [`Running`].
//!
//! A command of the service's own ([`Service::commands`]) is what the command line says (`notes migrate up`), or in AWS Lambda,
//! which gives no arguments, the variable `COMMAND`: a second function of the same program, in the same network, that does it
//! each time it is invoked.

mod banner;
mod command;
#[cfg(feature = "lambda")]
mod function;
mod help;
mod plain;
mod routes;
mod run;
mod running;

#[cfg(test)]
mod tests;

use std::error::Error;

use axum::Router;

pub use self::command::Command;
pub use self::plain::Plain;
pub use self::routes::routes;
pub use self::run::{run, serve};
pub use self::running::Running;
use crate::description::Description;
use crate::middleware::Stack;
use crate::settings::{Common, Place, Reader, Row, SettingsError, Source};

/// Why something did not start or did not work, in one sentence or several lines of them, for whoever started it.
pub type Failure = Box<dyn Error + Send + Sync>;

/// A service that is ready to answer.
#[derive(Debug, Clone)]
pub struct Started {
    /// The operations, and what else it serves. Health, the published contract, the documentation page and the middleware are
    /// put around it.
    pub router: Router,
    /// Lines of the banner below those of every service: a name of at most 9 characters, and what there is to say.
    pub lines: Vec<(&'static str, String)>,
    /// Whether everybody may read the contract: `/openapi.yml`, `/openapi.json`, and `/docs`, which shows them.
    pub published: bool,
}

impl From<Router> for Started {
    /// Nothing more to say.
    fn from(router: Router) -> Self {
        Self {
            router,
            lines: Vec::new(),
            published: true,
        }
    }
}

impl Started {
    /// Without the published contract and the page that shows it. A contract may have an operation of its own for that,
    /// which asks who is calling.
    #[must_use]
    pub fn unpublished(mut self) -> Self {
        self.published = false;
        self
    }

    /// With another line of the banner.
    #[must_use]
    pub fn with_line(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.lines.push((name, text.into()));
        self
    }
}

/// What makes a program of a contract and its implementation.
///
/// The value itself carries what a test wants to set and no setting can: a clock, a database in memory. `main` has
/// `run(MyService::default())`.
pub trait Service: Clone + Send + Sync + 'static {
    /// Its own settings, `()` if it has none.
    type Settings: Send + Sync;

    /// What the contract says: the constant `DESCRIPTION` of the generated code.
    fn description(&self) -> Description;

    /// Its own settings, for `--help`. One with the name of a setting of [`Common`] takes its place there.
    fn rows(&self) -> Vec<Row> {
        Vec::new()
    }

    /// Reads its own settings. Mistakes are noted in `reader`.
    fn settings(&self, reader: &mut Reader<'_>, common: &Common) -> Self::Settings;

    /// The middleware that it wants. CloudWatch's namespace and dimension are the contract's title if nothing else is said.
    fn stack(&self, common: &Common) -> Stack {
        let title = self.description().title;
        common.stack(title, title)
    }

    /// What the program can do beside serving.
    fn commands(&self) -> Vec<Command> {
        Vec::new()
    }

    /// Does one of [`commands`](Self::commands), with as many arguments as it takes; what is returned is printed.
    fn command(
        self,
        name: &'static str,
        arguments: &[String],
        settings: Self::Settings,
        common: &Common,
    ) -> impl Future<Output = Result<String, Failure>> + Send {
        let _ = (arguments, settings, common);
        async move { Err(format!("{name} is not implemented").into()) }
    }

    /// Prepares what the operations need, and puts them together. The address is bound already, nothing is answered yet;
    /// `common.port` is the one that was bound, also where any free one was asked for.
    fn start(
        self,
        settings: Self::Settings,
        common: &Common,
    ) -> impl Future<Output = Result<Started, Failure>> + Send;
}

/// Whether this process is an instance of an AWS Lambda function. Lambda sets the variable to the address of its runtime API,
/// and nobody else does.
pub fn is_function() -> bool {
    std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// Reads a service's settings, and the common ones.
fn read<S: Service>(
    service: &S,
    source: &Source,
    place: Place,
) -> Result<(Common, S::Settings), SettingsError> {
    let mut reader = Reader::new(source);
    let common = Common::read(&mut reader, place);
    let settings = service.settings(&mut reader, &common);
    reader.finish((common, settings))
}
