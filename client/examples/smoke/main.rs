//! A smoke test of a running server through the generated client; `cargo xtask smoke` runs it.

mod arguments;
mod journey;
mod owner;
mod raw;
mod visitor;

use std::io::Write;
use std::process::ExitCode;

use arguments::Arguments;
use journey::Journey;

/// The command line was not understood, or nothing could be set up: nothing was asked. What the server did wrong ends
/// with 1, and aws/deploy.sh goes back for that alone.
const NOT_BEGUN: u8 = 2;

/// Interrupted, as a shell says it: nothing is known.
const INTERRUPTED: u8 = 130;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let arguments = match Arguments::read(&words, |name| std::env::var(name).ok()) {
        Ok(arguments) => arguments,
        Err(sentence) => {
            complain(&sentence);
            return ExitCode::from(NOT_BEGUN);
        }
    };
    let mut journey = match Journey::new(arguments, say) {
        Ok(journey) => journey,
        Err(sentence) => {
            complain(&sentence);
            return ExitCode::from(NOT_BEGUN);
        }
    };
    let mut failure = ExitCode::FAILURE;
    // Whoever interrupts it leaves nothing behind either.
    let outcome = tokio::select! {
        outcome = journey.run() => outcome,
        _ = tokio::signal::ctrl_c() => {
            failure = ExitCode::from(INTERRUPTED);
            Err("interrupted".to_owned())
        }
    };
    let cleaned = journey.clean().await;
    match outcome.and(cleaned.clone()) {
        Ok(()) => {
            say(&journey.summary());
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            complain(&sentence);
            if let Err(rest) = cleaned
                && rest != sentence
            {
                complain(&rest);
            }
            failure
        }
    }
}

fn say(line: &str) {
    // A reader that went away is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn complain(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "error: {sentence}");
}
