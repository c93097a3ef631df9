//! `portfolio`: serves the portfolio's API.

use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;
#[cfg(feature = "embedded")]
use std::time::Duration;

use contract_runtime::clock::Clock;
#[cfg(feature = "embedded")]
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::log;
use contract_runtime::serve::{BindError, Server, shutdown_signal};
use portfolio_server::app::{App, Storage};
use portfolio_server::banner::Banner;
#[cfg(feature = "embedded")]
use portfolio_server::banner::SignIn;
#[cfg(feature = "embedded")]
use portfolio_server::identity::embedded::PasswordOrigin;
use portfolio_server::settings::{self, Database, LogFormat, Settings};
use portfolio_server::{contract, function};

/// How often expired items are deleted. DynamoDB does it by itself, within days.
#[cfg(feature = "embedded")]
const SWEEP: Duration = Duration::from_secs(60);

/// The command line was not understood; other failures end with 1.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    if function::is_here() {
        // Lambda gives no arguments, and reads what is wrong in the log.
        return function::run();
    }
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments
        .iter()
        .map(|text| text.to_string_lossy())
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    let done = match arguments.as_slice() {
        [] => start(),
        ["--help" | "-h"] => say(&settings::help()).map_err(Into::into),
        ["--version" | "-V"] => {
            say(&format!("{} {}\n", contract::TITLE, contract::VERSION)).map_err(Into::into)
        }
        other => {
            complain(&format!(
                "{:?} is not understood; settings come from the environment, --help lists them.",
                other.join(" ")
            ));
            return ExitCode::from(USAGE);
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

fn start() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Runtime::new()
        .map_err(|error| format!("no threads can be started: {error}"))?
        .block_on(serve())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let settings = Settings::load()?;
    let format = match settings.log_format {
        LogFormat::Json => log::Format::Json,
        LogFormat::Pretty => log::Format::Pretty,
    };
    log::init(settings.log_level.into(), format)?;
    // The address first: nothing is written by a start that cannot serve.
    let server = Server::bind(&settings.host, settings.port)
        .await
        .map_err(|error| format!("{error}; {}", remedy(&error)))?;
    let storage = Storage::open(&settings).await?;
    #[cfg(feature = "embedded")]
    if let Some(engine) = &storage.engine {
        tokio::spawn(sweep(engine.clone()));
    }
    let app = App::start(&settings, storage, Clock::system()).await?;
    let data = std::path::absolute(&settings.data_dir).unwrap_or(settings.data_dir.clone());
    let banner = Banner {
        address: server.address(),
        data: (settings.database == Database::Embedded).then_some(data.as_path()),
        #[cfg(feature = "embedded")]
        owner: app.password.as_ref().map(|password| {
            let sign_in = match password {
                PasswordOrigin::Generated(password) => SignIn::Generated(password.reveal()),
                PasswordOrigin::Settings => SignIn::Settings,
                PasswordOrigin::Kept => SignIn::Kept,
            };
            (settings.owner.email.as_str(), sign_in)
        }),
        #[cfg(not(feature = "embedded"))]
        owner: None,
    };
    // Heard before anybody is told that the server runs.
    let stop = shutdown_signal()?;
    // A reader that went away is no reason to stop.
    let _ = say(&format!("{banner}\n"));
    server.serve(app.router, stop).await;
    Ok(())
}

/// Deletes expired items of the embedded database from time to time, as DynamoDB does by itself.
#[cfg(feature = "embedded")]
async fn sweep(engine: Engine) {
    loop {
        tokio::time::sleep(SWEEP).await;
        if let Err(error) = engine.sweep().await {
            tracing::warn!(%error, "expired items could not be deleted");
        }
    }
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
