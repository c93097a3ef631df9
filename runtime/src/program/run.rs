//! From the command line to the end of the process.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use axum::Router;

use super::banner::Banner;
use super::{Command, Failure, Plain, Service, help, is_function, read, routes};
use crate::description::Description;
use crate::log;
use crate::serve::{BindError, Server, shutdown_signal};
use crate::settings::{Common, Place, Source};

/// The command line was not understood; other failures end with 1.
const USAGE: u8 = 2;

/// Runs a service without settings of its own: see [`run`].
pub fn serve(description: Description, router: Router) -> ExitCode {
    run(Plain {
        description,
        router,
    })
}

/// Runs a service until it is told to stop (Ctrl-C, SIGTERM), or does what the command line says: `--help`, `--version`, or a
/// command of the service's own. In AWS Lambda it serves the function's events instead.
///
/// Ends with 0, with 1 if something is wrong (one sentence each on standard error, in Lambda a line each in the log), and with
/// 2 if the command line is not understood.
pub fn run<S: Service>(service: S) -> ExitCode {
    if is_function() {
        // Lambda gives no arguments, and reads what is wrong in the log.
        #[cfg(feature = "lambda")]
        return super::function::run(service);
        #[cfg(not(feature = "lambda"))]
        {
            complain(
                "this build does not run in AWS Lambda; build it with contract-runtime's feature lambda",
            );
            return ExitCode::FAILURE;
        }
    }
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let name = Path::new(&name).file_stem().unwrap_or_default();
    let name = name.to_string_lossy();
    let line: Vec<String> = arguments
        .map(|text: OsString| text.to_string_lossy().into_owned())
        .collect();
    let words: Vec<&str> = line.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [] => start(service),
        ["--help" | "-h"] => say(&help::help(&service, &name)).map_err(Into::into),
        ["--version" | "-V"] => {
            let Description { title, version, .. } = service.description();
            say(&format!("{title} {version}\n")).map_err(Into::into)
        }
        other => {
            let commands = service.commands();
            let found = commands
                .iter()
                .find_map(|command| Some((command, command.arguments_in(&line)?)));
            match found {
                Some((command, arguments)) => work(service, command, arguments),
                None => {
                    complain(&format!(
                        "{:?} is not understood; settings come from the environment, --help lists them.",
                        other.join(" ")
                    ));
                    return ExitCode::from(USAGE);
                }
            }
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn threads() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Runtime::new()
        .map_err(|error| format!("no threads can be started: {error}").into())
}

fn start<S: Service>(service: S) -> Result<(), Failure> {
    threads()?.block_on(answer(service))
}

fn work<S: Service>(service: S, command: &Command, arguments: &[String]) -> Result<(), Failure> {
    threads()?.block_on(async {
        let (common, settings) = prepare(&service)?;
        let work = service.command(command.name, arguments, settings, &common);
        let text = Box::pin(work).await?;
        Ok(say(&text)?)
    })
}

/// Reads the settings and opens the log.
fn prepare<S: Service>(service: &S) -> Result<(Common, S::Settings), Failure> {
    let source = Source::environment_and(".env".as_ref())?;
    let (common, settings) = read(service, &source, Place::Socket)?;
    log::init(common.log_level, common.log_format)?;
    Ok((common, settings))
}

async fn answer<S: Service>(service: S) -> Result<(), Failure> {
    let (mut common, settings) = prepare(&service)?;
    // The address first: nothing is written by a start that cannot serve.
    let server = Server::bind(&common.host, common.port)
        .await
        .map_err(|error| format!("{error}; {}", remedy(&error)))?;
    common.port = server.address().port();
    let (description, stack) = (service.description(), service.stack(&common));
    let started = Box::pin(service.start(settings, &common)).await?;
    let (lines, published) = (started.lines.clone(), started.published);
    let router = routes::all(&description, started, &stack)?;
    let banner = Banner {
        description,
        address: server.address(),
        lines: &lines,
        docs: cfg!(feature = "docs") && published,
    };
    // Heard before anybody is told that the server runs.
    let stop = shutdown_signal()?;
    // A reader that went away is no reason to stop.
    let _ = say(&format!("{banner}\n"));
    server
        .refusing(description.refuse)
        .serve(router, stop)
        .await;
    Ok(())
}

/// What the person who started the server can do about an address that cannot be had.
fn remedy(error: &BindError) -> &'static str {
    match error {
        BindError::InUse(_) => "set PORT to a free one, or to 0 for any",
        BindError::NotPermitted(_) => "set PORT to 1024 or more",
        BindError::BadHost(..) => "set HOST to a name or address of this machine",
        _ => "set HOST and PORT to an address of this machine",
    }
}

fn say(text: &str) -> std::io::Result<()> {
    std::io::stdout().write_all(text.as_bytes())
}

/// Writes a sentence, or several in lines of their own, to standard error.
fn complain(sentences: &str) {
    for sentence in sentences.lines() {
        // There is nowhere left to report that standard error is gone.
        let _ = writeln!(std::io::stderr(), "error: {sentence}");
    }
}
