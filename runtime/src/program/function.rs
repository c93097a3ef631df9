//! A service as an AWS Lambda function. Nothing is bound or listened on: the runtime API gives the requests.

use std::process::ExitCode;

use super::{Failure, Service, read, routes};
use crate::lambda::{self, Function};
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

/// Which command the function is for, as the command line would have it. Not set: it serves requests.
const COMMAND: &str = "COMMAND";

/// No `.env` file is read: a function's settings are its environment.
async fn serve<S: Service>(service: S) -> Result<(), Failure> {
    if let Some(line) = std::env::var(COMMAND)
        .ok()
        .filter(|line| !line.trim().is_empty())
    {
        return work(service, &line).await;
    }
    let (common, settings) = read(&service, &Source::environment(), Place::Lambda)?;
    log::init(common.log_level, common.log_format)?;
    let (description, stack) = (service.description(), service.stack(&common));
    // Boxed, here and below: what a service does first may be deeper than the compiler looks.
    let started = Box::pin(service.start(settings, &common)).await?;
    let router = routes::all(&description, started, &stack)?;
    Function::described(router, &description).serve().await
}

/// Does a command for each event, whatever is in it. What it says is the answer, and in the log.
async fn work<S: Service>(service: S, line: &str) -> Result<(), Failure> {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let commands = service.commands();
    let found = commands
        .iter()
        .find_map(|command| Some((command.name, command.arguments_in(&words)?)));
    let Some((name, arguments)) = found else {
        return Err(format!("{COMMAND} {line:?} is no command of this program.").into());
    };
    // Said now, not when somebody needs it.
    let (common, _) = read(&service, &Source::environment(), Place::Lambda)?;
    log::init(common.log_level, common.log_format)?;
    let arguments = arguments.to_vec();
    lambda::each(move || {
        let (service, arguments) = (service.clone(), arguments.clone());
        async move {
            let (common, settings) = read(&service, &Source::environment(), Place::Lambda)?;
            let outcome = Box::pin(service.command(name, &arguments, settings, &common)).await;
            match &outcome {
                Ok(said) => tracing::info!(command = name, said, "a command was done"),
                Err(error) => tracing::error!(command = name, %error, "a command failed"),
            }
            outcome
        }
    })
    .await
}
