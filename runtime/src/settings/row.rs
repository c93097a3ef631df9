//! The list of settings, from which `--help` is printed.

use std::borrow::Cow;

/// One setting, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name in the environment and in `.env`.
    pub name: Cow<'static, str>,
    /// What holds when it is not set.
    pub default: Cow<'static, str>,
    /// What it says and which values it takes.
    pub meaning: Cow<'static, str>,
}

impl Row {
    /// A setting.
    pub const fn new(name: &'static str, default: &'static str, meaning: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            default: Cow::Borrowed(default),
            meaning: Cow::Borrowed(meaning),
        }
    }

    /// The settings of [`Common`](super::Common), and a service's own after them. An own row with the name of a common
    /// one takes its place.
    pub fn all(own: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut rows = COMMON.to_vec();
        for row in own {
            match rows.iter_mut().find(|known| known.name == row.name) {
                Some(known) => *known = row,
                None => rows.push(row),
            }
        }
        rows
    }
}

const COMMON: [Row; 9] = [
    Row::new("HOST", "127.0.0.1", "address to listen on; 0.0.0.0 for all"),
    Row::new("PORT", "8000", "port to listen on; 0 takes any free one"),
    Row::new("ENVIRONMENT", "local", "local, staging or production"),
    Row::new("LOG_LEVEL", "info", "error, warn, info, debug or trace"),
    Row::new("LOG_FORMAT", "pretty (local), else json", "pretty or json"),
    Row::new(
        "METRICS",
        "off; operations in AWS Lambda",
        "off, service or operations: CloudWatch metrics in requests' lines in the log, in total or also by operation; \
         need LOG_LEVEL info or finer and LOG_FORMAT json",
    ),
    Row::new(
        "CORS_ALLOW_ORIGINS",
        "http://localhost:3000,http://localhost:5173 (local), else none",
        "origins of web pages that may call, separated by commas; * for all, then without credentials",
    ),
    Row::new("RATE_LIMITS", "on", "on or off"),
    Row::new(
        "TRUSTED_PROXIES",
        "none",
        "addresses or networks (10.0.0.0/8) whose X-Forwarded-For is believed, separated by commas",
    ),
];
