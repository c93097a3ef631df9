//! Settings: read from the environment and a `.env` file, checked all at once before anything starts.

mod reader;
pub mod source;
pub mod table;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;

use contract_runtime::client::Network;
use contract_runtime::middleware::Origins;
use tracing::Level;

use crate::identity::Secret;
use reader::Reader;

pub use table::help;

/// Where the server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On a developer's machine or in CI: the embedded database and identity provider are allowed.
    Local,
    /// On AWS, for trying out.
    Staging,
    /// On AWS, for the public.
    Production,
}

impl Environment {
    /// The value of `ENVIRONMENT`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

/// Which DynamoDB is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// The engine inside the process, with its files in `DATA_DIR`.
    Embedded,
    /// This table on AWS.
    DynamoDb {
        /// The table's name.
        table: String,
        /// Another DynamoDB than the region's.
        endpoint: Option<String>,
    },
}

/// Who issues tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentitySource {
    /// The provider inside the process.
    Embedded,
    /// An Amazon Cognito user pool.
    Cognito {
        /// The pool's id, such as `eu-west-1_aBcDeFgHi`.
        user_pool_id: String,
        /// The app client's id.
        client_id: String,
        /// The pool's region.
        region: String,
        /// Another Cognito than the region's, for its API and its keys.
        endpoint: Option<String>,
    },
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A JSON object per line, for machines.
    Json,
    /// For people.
    Pretty,
}

/// What CloudWatch is told of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsDetail {
    /// Nothing.
    Off,
    /// All operations together.
    Service,
    /// That, and each operation by itself.
    Operations,
}

/// The owner's account at the embedded identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerAccount {
    /// The email address to log in with.
    pub email: String,
    /// The name shown.
    pub name: String,
    /// The password; without one the stored one stays, or one is generated on the first start.
    pub password: Option<Secret>,
}

/// All settings, valid and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `ENVIRONMENT`.
    pub environment: Environment,
    /// `HOST`: a name or an IP address.
    pub host: String,
    /// `PORT`: 0 takes any free port.
    pub port: u16,
    /// `DATA_DIR`.
    pub data_dir: PathBuf,
    /// `OWNER_EMAIL`, `OWNER_NAME`, `OWNER_PASSWORD`.
    pub owner: OwnerAccount,
    /// `SAMPLE_CONTENT`: whether a new embedded database is filled with examples.
    pub sample_content: bool,
    /// `LOG_LEVEL`.
    pub log_level: Level,
    /// `LOG_FORMAT`.
    pub log_format: LogFormat,
    /// `METRICS`; where it is not set, off on a machine of one's own and operations in AWS Lambda.
    pub metrics: MetricsDetail,
    /// `CORS_ALLOW_ORIGINS`.
    pub cors_allow_origins: Origins,
    /// `DYNAMODB_TABLE_NAME`, `AWS_ENDPOINT_URL_DYNAMODB`.
    pub database: Database,
    /// `COGNITO_USER_POOL_ID`, `COGNITO_CLIENT_ID`, `COGNITO_REGION`, `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER`.
    pub identity: IdentitySource,
    /// `COUNTER_SHARDS`: 1 to 100.
    pub counter_shards: u16,
    /// `RATE_LIMITS`.
    pub rate_limits: bool,
    /// `TRUSTED_PROXIES`: networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

/// What is wrong with the settings: one sentence per mistake, each naming the setting and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The sentences.
    pub mistakes: Vec<String>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mistakes.join("\n"))
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// The settings of this process: its environment first, then the file `.env` in the current directory.
    pub fn load() -> Result<Self, SettingsError> {
        let file = source::env_file(".env".as_ref())?;
        Self::from(|name| Ok(source::environment(name)?.or_else(|| file.get(name).cloned())))
    }

    /// The settings of an AWS Lambda function: what `value` knows, as a rule the environment alone. Nothing embedded
    /// can be meant there, and lines in the log are read by machines.
    pub fn of_function(
        value: impl Fn(&str) -> Result<Option<String>, String>,
    ) -> Result<Self, SettingsError> {
        let is_silent =
            value("METRICS").is_ok_and(|text| text.is_none_or(|text| text.trim().is_empty()));
        let settings = Self::from(value)?;
        if settings.environment == Environment::Local {
            return Err(SettingsError {
                mistakes: vec![
                    "ENVIRONMENT must be staging or production in AWS Lambda: an instance keeps nothing, so that \
                     the embedded database and identity provider of ENVIRONMENT=local cannot run there."
                        .to_owned(),
                ],
            });
        }
        Ok(Self {
            log_format: LogFormat::Json,
            // Without requests' lines there is nothing to carry them.
            metrics: if is_silent && settings.log_level >= Level::INFO {
                MetricsDetail::Operations
            } else {
                settings.metrics
            },
            ..settings
        })
    }

    /// The settings that `value` knows by name; an empty value counts as none.
    pub fn from(
        value: impl Fn(&str) -> Result<Option<String>, String>,
    ) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(value);
        let environment = reader.choice(
            "ENVIRONMENT",
            Environment::Local,
            [
                Environment::Local,
                Environment::Staging,
                Environment::Production,
            ]
            .map(|value| (value.as_str(), value)),
        );
        let local = environment == Environment::Local;
        let log_format = if local {
            LogFormat::Pretty
        } else {
            LogFormat::Json
        };
        let levels = [
            Level::ERROR,
            Level::WARN,
            Level::INFO,
            Level::DEBUG,
            Level::TRACE,
        ];
        let levels = ["error", "warn", "info", "debug", "trace"]
            .into_iter()
            .zip(levels);
        let settings = Self {
            environment,
            host: reader.host("HOST", "127.0.0.1"),
            port: reader.number("PORT", 8000, 0..=u16::MAX),
            data_dir: reader.text("DATA_DIR", ".data").into(),
            owner: reader.owner(),
            sample_content: reader.choice(
                "SAMPLE_CONTENT",
                true,
                [("true", true), ("false", false)],
            ),
            log_level: reader.choice("LOG_LEVEL", Level::INFO, levels),
            log_format: reader.choice(
                "LOG_FORMAT",
                log_format,
                [("json", LogFormat::Json), ("pretty", LogFormat::Pretty)],
            ),
            metrics: reader.choice(
                "METRICS",
                MetricsDetail::Off,
                [
                    ("off", MetricsDetail::Off),
                    ("service", MetricsDetail::Service),
                    ("operations", MetricsDetail::Operations),
                ],
            ),
            cors_allow_origins: reader.origins("CORS_ALLOW_ORIGINS", local),
            database: reader.database(),
            identity: reader.identity(),
            counter_shards: reader.number("COUNTER_SHARDS", 1, 1..=100),
            rate_limits: reader.choice("RATE_LIMITS", true, [("on", true), ("off", false)]),
            trusted_proxies: reader.networks("TRUSTED_PROXIES"),
        };
        if settings.metrics != MetricsDetail::Off {
            reader.require_lines(settings.log_level, settings.log_format);
        }
        if !local {
            reader.require_aws(environment, &settings.database, &settings.identity);
        }
        reader.finish(settings)
    }
}
