//! The settings that every service has.

use std::time::Duration;

use super::Reader;
use crate::client::{Network, TrustedProxies};
use crate::log::{Format, Level};
use crate::middleware::{Metrics, Origins, Stack};

/// How long a request may take by default. Amazon API Gateway gives up after 29 seconds.
const TIMEOUT: Duration = Duration::from_secs(20);

// A body that trickles in was answered with 503, as if the server were at fault.
const _: () = assert!(TIMEOUT.as_secs() > crate::serve::BODY_PATIENCE.as_secs());

/// Where the service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On a developer's machine or in CI: what is embedded is allowed.
    Local,
    /// In the cloud, for trying out.
    Staging,
    /// In the cloud, for the public.
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

/// What gives the process its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A socket that it listens on.
    Socket,
    /// AWS Lambda: lines in the log are read by machines, and nothing embedded can be meant, since an instance keeps
    /// nothing.
    Lambda,
}

/// The settings that every service has, valid and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// `ENVIRONMENT`.
    pub environment: Environment,
    /// `HOST`: a name or an IP address.
    pub host: String,
    /// `PORT`: 0 takes any free port.
    pub port: u16,
    /// `LOG_LEVEL`.
    pub log_level: Level,
    /// `LOG_FORMAT`.
    pub log_format: Format,
    /// `METRICS`; where it is not set, off on a socket and operations in AWS Lambda.
    pub metrics: MetricsDetail,
    /// `CORS_ALLOW_ORIGINS`.
    pub cors_allow_origins: Origins,
    /// `RATE_LIMITS`.
    pub rate_limits: bool,
    /// `TRUSTED_PROXIES`: networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

impl Common {
    /// Reads them.
    pub fn read(reader: &mut Reader<'_>, place: Place) -> Self {
        let environments = [
            Environment::Local,
            Environment::Staging,
            Environment::Production,
        ];
        let environment = reader.choice(
            "ENVIRONMENT",
            Environment::Local,
            environments.map(|value| (value.as_str(), value)),
        );
        let is_local = environment == Environment::Local;
        if place == Place::Lambda && reader.is_local() {
            reader.mistake(
                "ENVIRONMENT must be staging or production in AWS Lambda: an instance keeps nothing, so that nothing \
                 that ENVIRONMENT=local embeds can run there.",
            );
        }
        let host = reader.host("HOST", "127.0.0.1");
        let port = reader.number("PORT", 8000, 0..=u16::MAX);
        let log_level = reader.choice(
            "LOG_LEVEL",
            Level::INFO,
            [
                ("error", Level::ERROR),
                ("warn", Level::WARN),
                ("info", Level::INFO),
                ("debug", Level::DEBUG),
                ("trace", Level::TRACE),
            ],
        );
        let log_format = reader.choice(
            "LOG_FORMAT",
            if is_local {
                Format::Pretty
            } else {
                Format::Json
            },
            [("json", Format::Json), ("pretty", Format::Pretty)],
        );
        let log_format = match place {
            Place::Socket => log_format,
            Place::Lambda => Format::Json,
        };
        let has_lines = log_level >= Level::INFO;
        let metrics = reader.choice(
            "METRICS",
            // Without requests' lines there is nothing to carry them.
            if place == Place::Lambda && has_lines {
                MetricsDetail::Operations
            } else {
                MetricsDetail::Off
            },
            [
                ("off", MetricsDetail::Off),
                ("service", MetricsDetail::Service),
                ("operations", MetricsDetail::Operations),
            ],
        );
        if metrics != MetricsDetail::Off {
            if !has_lines {
                reader.mistake(
                    "METRICS needs LOG_LEVEL info, debug or trace: they are part of requests' lines in the log.",
                );
            }
            if log_format != Format::Json {
                reader.mistake("METRICS needs LOG_FORMAT=json: CloudWatch reads no other lines.");
            }
        }
        let origins = if is_local {
            "http://localhost:3000,http://localhost:5173"
        } else {
            ""
        };
        Self {
            environment,
            host,
            port,
            log_level,
            log_format,
            metrics,
            cors_allow_origins: reader.origins("CORS_ALLOW_ORIGINS", origins),
            rate_limits: reader.choice("RATE_LIMITS", true, [("on", true), ("off", false)]),
            trusted_proxies: reader.networks("TRUSTED_PROXIES"),
        }
    }

    /// Whether the service runs on a developer's machine or in CI.
    pub fn is_local(&self) -> bool {
        self.environment == Environment::Local
    }

    /// The middleware: HSTS outside local use, 20 seconds for a request, compression. `namespace` is CloudWatch's namespace of
    /// the metrics and `service` their dimension of that name.
    pub fn stack(&self, namespace: &str, service: &str) -> Stack {
        Stack {
            origins: self.cors_allow_origins.clone(),
            hsts: !self.is_local(),
            timeout: TIMEOUT,
            compression: true,
            proxies: TrustedProxies::new(self.trusted_proxies.iter().copied()),
            metrics: (self.metrics != MetricsDetail::Off).then(|| Metrics {
                namespace: namespace.to_owned(),
                service: service.to_owned(),
                environment: self.environment.as_str().to_owned(),
                operations: self.metrics == MetricsDetail::Operations,
            }),
        }
    }
}
