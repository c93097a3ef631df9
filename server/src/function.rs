//! The server as an AWS Lambda function. Nothing is bound or listened on: the runtime API gives the requests.

use std::error::Error;
use std::process::ExitCode;

use contract_runtime::clock::Clock;
use contract_runtime::lambda::Function;
use contract_runtime::log;

use crate::app::{App, Storage};
use crate::contract;
use crate::settings::{Settings, source};

/// The variable that Lambda sets to the runtime API's address, and nobody else.
pub const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// Whether this process is an instance of a function.
pub fn is_here() -> bool {
    std::env::var_os(RUNTIME_API).is_some()
}

/// Serves until Lambda ends the process. What keeps it from starting is in the log, a line each.
pub fn run() -> ExitCode {
    // An instance is given one request at a time: one thread serves it sooner than several.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let end = match runtime {
        Ok(runtime) => runtime.block_on(serve()),
        Err(error) => Err(error.into()),
    };
    let Err(error) = end else {
        return ExitCode::SUCCESS;
    };
    // Fails if the settings were good and the log has begun.
    let _ = log::init(log::Level::INFO, log::Format::Json);
    for sentence in error.to_string().lines() {
        tracing::error!(cause = sentence, "the function ends");
    }
    ExitCode::FAILURE
}

async fn serve() -> Result<(), Box<dyn Error + Send + Sync>> {
    start().await?.serve().await
}

/// No call over the network is made here: credentials, keys and connections are had when a request needs them.
async fn start() -> Result<Function, Box<dyn Error + Send + Sync>> {
    let settings = Settings::of_function(source::environment)?;
    log::init(settings.log_level.into(), log::Format::Json)?;
    let storage = Storage::open(&settings).await?;
    let app = App::start(&settings, storage, Clock::system()).await?;
    Ok(Function::new::<contract::types::Error>(
        app.router,
        contract::BASE_PATH,
    ))
}
