//! Logs, one line per event: JSON for machines, plain text for people.

#[cfg(test)]
pub(crate) mod captured;
mod lines;

use std::fmt;
use std::io::{self, IsTerminal};
use std::str::FromStr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// From `off` over `error`, `warn`, `info` and `debug` to `trace`.
pub type Level = LevelFilter;

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A JSON object with `time` (RFC 3339, UTC), `level`, `message`, `requestId` and `traceId` of the
    /// request that it belongs to, and what else the event says.
    Json,
    /// Text, in colours on a terminal.
    Pretty,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text {
            "json" => Ok(Self::Json),
            "pretty" => Ok(Self::Pretty),
            _ => Err(UnknownFormat(text.to_owned())),
        }
    }
}

/// A text that names no [`Format`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is neither json nor pretty", self.0)
    }
}

impl std::error::Error for UnknownFormat {}

/// An error and what caused it, in one line. Not their `Debug`, which may show a response, and with it a token.
pub fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Crates whose chatter below a warning tells of requests' inner lives (headers, bodies, credentials), which
/// belong into no log.
const QUIET: [&str; 12] = [
    "aws_config",
    "aws_runtime",
    // Every service's client: names are compared from their beginning.
    "aws_sdk_",
    "aws_sigv4",
    "aws_smithy_http_client",
    "aws_smithy_runtime",
    "aws_smithy_runtime_api",
    "hyper",
    "hyper_util",
    "lambda_http",
    "lambda_runtime",
    "lambda_runtime_api_client",
];

/// The SDK's complaint, as an error, that it has no connection to close after a failed call: it need not, the
/// failure itself is reported, and an engine inside the process has no connections.
const NOISE: &str = "aws_smithy_runtime::client::http::connection_poisoning";

/// Writes events of `level` and above to standard output from now on, for the whole process.
///
/// # Errors
///
/// If the process has a log already.
pub fn init(level: Level, format: Format) -> Result<(), tracing_subscriber::util::TryInitError> {
    let quiet = QUIET.map(|name| (name, level.min(LevelFilter::WARN)));
    let filter = Targets::new()
        .with_default(level)
        .with_targets(quiet)
        .with_target(NOISE, LevelFilter::OFF);
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        Format::Json => registry.with(lines::JsonLines::new(io::stdout)).try_init(),
        Format::Pretty => registry
            .with(
                tracing_subscriber::fmt::layer()
                    // A log that cannot be written has nowhere to say so; trying panics if standard error is gone.
                    .log_internal_errors(false)
                    .with_ansi(io::stdout().is_terminal())
                    .with_target(false),
            )
            .try_init(),
    }
}
