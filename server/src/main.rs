//! `portfolio`: serves the portfolio's API.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use contract_runtime::clock::Clock;
use contract_runtime::log;
use contract_runtime::serve::{Server, shutdown_signal};
use portfolio_server::app::{App, Storage};
use portfolio_server::banner::{Banner, SignIn};
use portfolio_server::contract;
use portfolio_server::identity::embedded::PasswordOrigin;
use portfolio_server::settings::{self, Database, LogFormat, Settings};

/// How often expired items are deleted. DynamoDB does it by itself, within days.
const SWEEP: Duration = Duration::from_secs(60);

/// The command line was not understood; other failures end with 1.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {}
        ["--help" | "-h"] => return say(&settings::help()),
        ["--version" | "-V"] => return say(&format!("{}\n", contract::VERSION)),
        [unknown, ..] => {
            complain(format_args!(
                "{unknown:?} is not understood; settings come from the environment, --help lists them."
            ));
            return ExitCode::from(USAGE);
        }
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(format_args!("the runtime could not be started: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::load()?;
    let format = match settings.log_format {
        LogFormat::Json => log::Format::Json,
        LogFormat::Pretty => log::Format::Pretty,
    };
    log::init(settings.log_level.into(), format)?;
    // The address first: nothing is written by a start that cannot serve.
    let server = Server::bind(&settings.host, settings.port).await?;
    let storage = Storage::open(&settings)?;
    if let Storage::Embedded(engine) = &storage {
        let engine = engine.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP).await;
                if let Err(error) = engine.sweep().await {
                    tracing::warn!(%error, "expired items could not be deleted");
                }
            }
        });
    }
    let app = App::start(&settings, storage, Clock::system()).await?;
    let sign_in = match &app.password {
        PasswordOrigin::Generated(password) => SignIn::Generated(password.reveal()),
        PasswordOrigin::Settings => SignIn::Settings,
        PasswordOrigin::Kept => SignIn::Kept,
    };
    let data = std::path::absolute(&settings.data_dir).unwrap_or(settings.data_dir.clone());
    let banner = Banner {
        address: server.address(),
        data: (settings.database == Database::Embedded).then_some(data.as_path()),
        owner: Some((&settings.owner.email, sign_in)),
    };
    say(&format!("{banner}\n"));
    server.serve(app.router, shutdown_signal()).await;
    Ok(())
}

/// Writes to standard output. A reader that went away is no reason to stop.
fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(sentence: std::fmt::Arguments<'_>) {
    // There is nowhere left to report that standard error is gone.
    let _ = writeln!(std::io::stderr(), "error: {sentence}");
}
