//! Secrets: values that only their users see, fetched from AWS Secrets Manager when they are needed and kept for a while.
//!
//! ```no_run
//! # async fn example(shared: aws_sdk_secretsmanager::config::Builder) -> Result<(), contract_runtime::secrets::SecretError> {
//! use std::time::Duration;
//! use contract_runtime::clock::Clock;
//! use contract_runtime::secrets::{self, Secret};
//!
//! let client = secrets::client(shared); // Builder::from(&sdk_config)
//! let secret = Secret::managed(client, "service/database", Duration::from_secs(300), Clock::system());
//! let value = secret.current().await?; // the first call of Secrets Manager
//! let _password = value.text()?;
//! // A login with it failed: it may have been rotated in the meantime.
//! let _value = secret.refresh(&value).await?;
//! # Ok(())
//! # }
//! ```

mod slot;
#[cfg(test)]
pub(crate) mod tests;
mod value;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Builder};

use crate::clock::Clock;
use crate::log::causes;
use slot::Slot;

pub use value::SecretValue;

/// Which version of a secret (Secrets Manager user guide, "Secret versions"): its staging label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Current,
    Previous,
}

impl Stage {
    const fn label(self) -> &'static str {
        match self {
            Self::Current => "AWSCURRENT",
            Self::Previous => "AWSPREVIOUS",
        }
    }
}

/// Why a secret cannot be had; for the log, without any of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretError {
    id: Arc<str>,
    cause: String,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the secret {:?} is unusable: {}", self.id, self.cause)
    }
}

impl std::error::Error for SecretError {}

/// A client with limits: a request waits for a secret, so an attempt may take two seconds, and all three of them five.
pub fn client(builder: Builder) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(100))
        .with_max_backoff(Duration::from_secs(1));
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(5));
    let config = builder
        .behavior_version(BehaviorVersion::latest())
        .retry_config(retries)
        .timeout_config(timeouts.build());
    Client::from_conf(config.build())
}

/// A secret by its name or ARN. Clones share what is known of it.
///
/// Nothing is called before a value is asked for. A value is kept for the time to live; then one caller fetches it
/// again, while the others go on with the value they know. When that fails, the known value stays, and the failure
/// is logged; it is tried again five seconds later. Callers who know no value yet wait for one and the same fetch. It goes
/// on when the one who began it gives up.
#[derive(Clone)]
pub struct Secret(Arc<Inner>);

struct Inner {
    id: Arc<str>,
    source: Source,
    current: Slot,
    previous: Slot,
}

enum Source {
    /// A value that does not change and has no predecessor.
    Fixed(SecretValue),
    Managed(Client),
}

impl Secret {
    /// The secret with this name or ARN at AWS Secrets Manager.
    pub fn managed(
        client: Client,
        id: impl Into<Arc<str>>,
        time_to_live: Duration,
        clock: Clock,
    ) -> Self {
        let id = id.into();
        Self(Arc::new(Inner {
            source: Source::Managed(client),
            current: Slot::new(id.clone(), time_to_live, clock.clone()),
            previous: Slot::new(id.clone(), time_to_live, clock),
            id,
        }))
    }

    /// A secret that is kept elsewhere and known already: in a setting or a file of a developer's machine. `id` names
    /// it in errors.
    pub fn fixed(id: impl Into<Arc<str>>, value: impl Into<Vec<u8>>) -> Self {
        let id = id.into();
        let value = SecretValue::new(id.clone(), String::new(), value.into());
        let unused = || Slot::new(id.clone(), Duration::MAX, Clock::system());
        Self(Arc::new(Inner {
            source: Source::Fixed(value),
            current: unused(),
            previous: unused(),
            id,
        }))
    }

    /// Its name or ARN.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The version that is in force (`AWSCURRENT`).
    ///
    /// # Errors
    ///
    /// If no value is known and none can be fetched, within five seconds.
    pub async fn current(&self) -> Result<SecretValue, SecretError> {
        match &self.0.source {
            Source::Fixed(value) => Ok(value.clone()),
            Source::Managed(client) => {
                let fetch = self.fetch(client, Stage::Current);
                self.there(self.0.current.get(fetch).await?)
            }
        }
    }

    /// The version that was in force before (`AWSPREVIOUS`), `None` if the secret has never been rotated.
    ///
    /// # Errors
    ///
    /// As [`Secret::current`].
    pub async fn previous(&self) -> Result<Option<SecretValue>, SecretError> {
        match &self.0.source {
            Source::Fixed(_) => Ok(None),
            Source::Managed(client) => {
                let fetch = self.fetch(client, Stage::Previous);
                self.0.previous.get(fetch).await
            }
        }
    }

    /// The version in force, fetched again because `seen` did not do: a database refused it, say, or a signature that
    /// it should verify is wrong. Who asks while another fetches gets the same answer; when `seen` is not what is known
    /// any more, or the last fetch is less than a second old, nothing is fetched at all, so failures of any number
    /// cost one call a second.
    ///
    /// # Errors
    ///
    /// Never where a value is known: if it cannot be fetched, that is logged and the known value returned.
    pub async fn refresh(&self, seen: &SecretValue) -> Result<SecretValue, SecretError> {
        match &self.0.source {
            Source::Fixed(value) => Ok(value.clone()),
            Source::Managed(client) => {
                let fetch = self.fetch(client, Stage::Current);
                self.there(self.0.current.refresh(seen, fetch).await?)
            }
        }
    }

    /// Fetches both versions, whatever is known of them and however short ago: the caller sees to it that this is not
    /// done often.
    ///
    /// # Errors
    ///
    /// If one of them cannot be fetched, also where a value is known, which stays.
    pub(crate) async fn renew(&self) -> Result<(), SecretError> {
        let Source::Managed(client) = &self.0.source else {
            return Ok(());
        };
        let Inner {
            current, previous, ..
        } = &*self.0;
        // One after the other: a secret that is rotated in between has its old version as the previous one by then. At the
        // same time, that version could be missed in both places.
        let renewed = current.renew(self.fetch(client, Stage::Current)).await;
        let fetch = self.fetch(client, Stage::Previous);
        renewed.and(previous.renew(fetch).await)
    }

    fn there(&self, value: Option<SecretValue>) -> Result<SecretValue, SecretError> {
        value.ok_or_else(|| self.error("it has no value"))
    }

    fn error(&self, cause: impl Into<String>) -> SecretError {
        SecretError {
            id: self.0.id.clone(),
            cause: cause.into(),
        }
    }

    /// The call of Secrets Manager, which is free of the caller: others may wait for it.
    fn fetch(
        &self,
        client: &Client,
        stage: Stage,
    ) -> impl Future<Output = Result<Option<SecretValue>, SecretError>> + Send + use<> {
        let (secret, client) = (self.clone(), client.clone());
        async move {
            let call = client
                .get_secret_value()
                .secret_id(&*secret.0.id)
                .version_stage(stage.label());
            let output = match call.send().await {
                Ok(output) => output,
                // A secret that has no version with this label, or no such secret: the latter is seen with the current one.
                Err(error)
                    if stage == Stage::Previous
                        && error
                            .as_service_error()
                            .is_some_and(|error| error.is_resource_not_found_exception()) =>
                {
                    return Ok(None);
                }
                // Only the chain of texts: `Debug` may show the response.
                Err(error) => return Err(secret.error(causes(&error))),
            };
            let version = output.version_id.unwrap_or_default();
            let bytes = match (output.secret_string, output.secret_binary) {
                (Some(text), _) => text.into_bytes(),
                (None, Some(blob)) => blob.into_inner(),
                (None, None) => return Err(secret.error("the answer has no value")),
            };
            let value = SecretValue::new(secret.0.id.clone(), version, bytes);
            Ok(Some(value))
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secret").field(&self.0.id).finish()
    }
}
