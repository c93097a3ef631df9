//! A service as an AWS Lambda function. Nothing is bound or listened on: the runtime API gives the requests.

use std::process::ExitCode;

use super::{Failure, Service, read, routes};
use crate::lambda::Function;
use crate::log;
use crate::settings::{Place, Source};

/// Serves until Lambda ends the process. What keeps it from starting is in the log, a line each.
pub(super) fn run<S: Service>(service: S) -> ExitCode {
    // An instance is given one request at a time: one thread serves it sooner than several.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let end = match runtime {
        Ok(runtime) => runtime.block_on(serve(service)),
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

/// No `.env` file is read: a function's settings are its environment.
async fn serve<S: Service>(service: S) -> Result<(), Failure> {
    let (common, settings) = read(&service, &Source::environment(), Place::Lambda)?;
    log::init(common.log_level, common.log_format)?;
    let (description, stack) = (service.description(), service.stack(&common));
    let started = service.start(settings, &common).await?;
    let router = routes(&description, started.router, &stack);
    Function::described(router, &description).serve().await
}
