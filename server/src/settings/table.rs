//! The list of all settings, from which `--help` is printed.

use std::fmt::Write;

/// One setting, for people.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in the environment and in `.env`.
    pub name: &'static str,
    /// What holds when it is not set.
    pub default: &'static str,
    /// What it says and which values it takes.
    pub meaning: &'static str,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting {
        name,
        default,
        meaning,
    }
}

/// All settings.
pub const SETTINGS: [Setting; 22] = [
    setting("HOST", "127.0.0.1", "address to listen on; 0.0.0.0 for all"),
    setting("PORT", "8000", "port to listen on; 0 takes any free one"),
    setting("DATA_DIR", ".data", "folder of the embedded database"),
    setting(
        "OWNER_EMAIL",
        "owner@example.com",
        "the owner's email address, embedded identity only",
    ),
    setting(
        "OWNER_PASSWORD",
        "generated once",
        "the owner's password, 1 to 256 characters, embedded identity only",
    ),
    setting(
        "OWNER_NAME",
        "Portfolio Owner",
        "the owner's name, embedded identity only",
    ),
    setting(
        "SAMPLE_CONTENT",
        "true",
        "true or false: fill a new embedded database with examples",
    ),
    setting(
        "ENVIRONMENT",
        "local",
        "local, staging or production; the last two need DynamoDB and Cognito",
    ),
    setting("LOG_LEVEL", "info", "error, warn, info, debug or trace"),
    setting("LOG_FORMAT", "pretty (local), else json", "pretty or json"),
    setting(
        "METRICS",
        "off; operations in AWS Lambda",
        "off, service or operations: CloudWatch metrics in requests' lines in the log, in total or also by operation; \
         need LOG_LEVEL info or finer and LOG_FORMAT json",
    ),
    setting(
        "CORS_ALLOW_ORIGINS",
        "http://localhost:3000,http://localhost:5173 (local), else none",
        "origins of web pages that may call, separated by commas; * for all, then without credentials",
    ),
    setting("DYNAMODB_TABLE_NAME", "embedded database", "table on AWS"),
    setting(
        "AWS_ENDPOINT_URL_DYNAMODB",
        "the region's",
        "URL of another DynamoDB, such as an emulator",
    ),
    setting(
        "COGNITO_USER_POOL_ID",
        "embedded identity",
        "user pool on AWS; needs the two settings below",
    ),
    setting("COGNITO_CLIENT_ID", "none", "app client of the user pool"),
    setting("COGNITO_REGION", "none", "region of the user pool"),
    setting(
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
        "the region's",
        "URL of another Cognito, such as an emulator",
    ),
    setting(
        "COUNTER_SHARDS",
        "1",
        "1 to 100: items that visits are counted in; may be raised, never lowered",
    ),
    setting("RATE_LIMITS", "on", "on or off"),
    setting(
        "TRUSTED_PROXIES",
        "none",
        "addresses or networks (10.0.0.0/8) whose X-Forwarded-For is believed, separated by commas",
    ),
    setting(
        "AWS_*",
        "as for every AWS tool",
        "region and credentials, from the environment only",
    ),
];

/// The text of `--help`.
pub fn help() -> String {
    let mut text = String::from(
        "Serves the portfolio's API.\n\n\
         Usage: portfolio [--help | --version]\n\n\
         Settings come from the environment or, if it does not have them, from a file .env in the current folder.\n\
         An empty value counts as none. In .env a value with spaces, quotes, # or $ stands between '...'.\n",
    );
    for Setting {
        name,
        default,
        meaning,
    } in SETTINGS
    {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n  {name}\n      {meaning}\n      default: {default}\n"
        );
    }
    text
}
