//! Reading typed values, collecting every mistake instead of stopping at the first.

use std::fmt::Display;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use contract_runtime::client::Network;
use contract_runtime::format::is_email;
use contract_runtime::middleware::Origins;
use tracing::Level;

use super::{
    Database, Environment, IdentitySource, LogFormat, OwnerAccount, Settings, SettingsError,
};
use crate::identity::Secret;

pub(super) struct Reader<F> {
    value: F,
    mistakes: Vec<String>,
}

impl<F: Fn(&str) -> Result<Option<String>, String>> Reader<F> {
    pub(super) fn new(value: F) -> Self {
        Self {
            value,
            mistakes: Vec::new(),
        }
    }

    pub(super) fn finish(self, settings: Settings) -> Result<Settings, SettingsError> {
        if self.mistakes.is_empty() {
            Ok(settings)
        } else {
            Err(SettingsError {
                mistakes: self.mistakes,
            })
        }
    }

    fn optional(&mut self, name: &str) -> Option<String> {
        match (self.value)(name) {
            Ok(value) => value.filter(|value| !value.trim().is_empty()),
            Err(reason) => {
                self.mistakes.push(format!("{name} {reason}."));
                None
            }
        }
    }

    /// A value that passes `valid`; `allowed` completes the sentence "NAME must be …".
    fn checked(
        &mut self,
        name: &str,
        allowed: &str,
        valid: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let value = self.optional(name)?.trim().to_owned();
        if valid(&value) {
            return Some(value);
        }
        self.mistakes
            .push(format!("{name} must be {allowed}, not {value:?}."));
        None
    }

    pub(super) fn text(&mut self, name: &str, default: &str) -> String {
        let value = self.checked(name, "text without control characters", |text| {
            !text.chars().any(char::is_control)
        });
        value.unwrap_or_else(|| default.to_owned())
    }

    pub(super) fn host(&mut self, name: &str, default: &str) -> String {
        let allowed = "a host name or an IP address, without scheme, port and path";
        let host = self.checked(name, allowed, |text| {
            let address = text
                .strip_prefix('[')
                .and_then(|text| text.strip_suffix(']'));
            address.unwrap_or(text).parse::<IpAddr>().is_ok()
                || text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        });
        host.unwrap_or_else(|| default.to_owned())
    }

    pub(super) fn number(&mut self, name: &str, default: u16, range: RangeInclusive<u16>) -> u16 {
        let allowed = format!("a number from {} to {}", range.start(), range.end());
        let number = |text: &str| {
            u16::from_str(text)
                .ok()
                .filter(|number| range.contains(number))
        };
        self.checked(name, &allowed, |text| number(text).is_some())
            .and_then(|text| number(&text))
            .unwrap_or(default)
    }

    pub(super) fn choice<T: Clone>(
        &mut self,
        name: &str,
        default: T,
        choices: impl IntoIterator<Item = (&'static str, T)>,
    ) -> T {
        let choices: Vec<(&str, T)> = choices.into_iter().collect();
        let allowed = listed(choices.iter().map(|(text, _)| *text), "or");
        let chosen = |text: &str| {
            choices
                .iter()
                .find(|(choice, _)| choice.eq_ignore_ascii_case(text))
        };
        let text = self.checked(name, &allowed, |text| chosen(text).is_some());
        text.and_then(|text| chosen(&text).map(|(_, value)| value.clone()))
            .unwrap_or(default)
    }

    /// Values separated by commas, each of which passes `valid`.
    fn list(
        &mut self,
        name: &str,
        allowed: &str,
        valid: impl Fn(&str) -> bool,
    ) -> Option<Vec<String>> {
        let values = self.optional(name)?;
        let values: Vec<&str> = values
            .split(',')
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect();
        let wrong: Vec<String> = values
            .iter()
            .filter(|value| !valid(value))
            .map(|value| format!("{value:?}"))
            .collect();
        if wrong.is_empty() {
            return Some(values.into_iter().map(str::to_owned).collect());
        }
        self.mistakes.push(format!(
            "{name} must be {allowed}, not {}.",
            wrong.join(", ")
        ));
        None
    }

    pub(super) fn owner(&mut self) -> OwnerAccount {
        let email = self.checked(
            "OWNER_EMAIL",
            "an email address of at most 254 characters",
            |text| text.len() <= 254 && is_email(text),
        );
        // Not trimmed, and never shown.
        let password = self.optional("OWNER_PASSWORD");
        if password
            .as_ref()
            .is_some_and(|password| password.chars().count() > 256)
        {
            self.mistakes
                .push("OWNER_PASSWORD must have 1 to 256 characters.".to_owned());
        }
        OwnerAccount {
            email: email.unwrap_or_else(|| "owner@example.com".to_owned()),
            name: self.text("OWNER_NAME", "Portfolio Owner"),
            password: password.map(Secret::new),
        }
    }

    pub(super) fn origins(&mut self, name: &str, local: bool) -> Origins {
        let allowed = "origins such as https://example.com, without a path and separated by commas, or * alone";
        let default = if local {
            "http://localhost:3000,http://localhost:5173"
        } else {
            ""
        };
        let text = self.checked(name, allowed, |text| text.parse::<Origins>().is_ok());
        let origins = text.as_deref().unwrap_or(default).parse();
        origins.unwrap_or_default()
    }

    pub(super) fn networks(&mut self, name: &str) -> Vec<Network> {
        let allowed = "IP addresses or networks such as 10.0.0.0/8, separated by commas";
        let networks = self
            .list(name, allowed, |text| text.parse::<Network>().is_ok())
            .unwrap_or_default();
        networks
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect()
    }

    pub(super) fn database(&mut self) -> Database {
        let allowed = "a table name: 3 to 255 letters, digits, hyphens, underscores and dots";
        let table = self.checked("DYNAMODB_TABLE_NAME", allowed, |text| {
            (3..=255).contains(&text.len())
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        });
        let endpoint = self.endpoint("AWS_ENDPOINT_URL_DYNAMODB");
        match table {
            Some(table) => Database::DynamoDb { table, endpoint },
            None => {
                if let Some(endpoint) = endpoint {
                    self.mistakes.push(format!(
                        "DYNAMODB_TABLE_NAME must be set with AWS_ENDPOINT_URL_DYNAMODB: which table of {endpoint}?"
                    ));
                }
                Database::Embedded
            }
        }
    }

    /// The URL of an AWS service, as AWS's own tools take it (AWS SDKs and Tools reference guide, "Service-specific
    /// endpoints").
    fn endpoint(&mut self, name: &str) -> Option<String> {
        let url = self.checked(name, "a URL such as http://127.0.0.1:8001", |text| {
            let rest = text
                .strip_prefix("http://")
                .or_else(|| text.strip_prefix("https://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        });
        url.map(|url| url.trim_end_matches('/').to_owned())
    }

    pub(super) fn identity(&mut self) -> IdentitySource {
        let region_like = |text: &str| {
            text.contains('-') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let mistakes = self.mistakes.len();
        let pool = self.checked(
            "COGNITO_USER_POOL_ID",
            "a user pool id such as eu-west-1_aBcDeFgHi",
            |text| {
                text.split_once('_')
                    .is_some_and(|(region, id)| region_like(region) && alphanumeric(id))
            },
        );
        let client = self.checked(
            "COGNITO_CLIENT_ID",
            "an app client id: letters and digits",
            alphanumeric,
        );
        let region = self.checked("COGNITO_REGION", "a region such as eu-west-1", region_like);
        let endpoint = self.endpoint("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER");
        match (pool, client, region) {
            (Some(user_pool_id), Some(client_id), Some(region)) => {
                if user_pool_id
                    .split_once('_')
                    .is_some_and(|(of_pool, _)| of_pool != region)
                {
                    self.mistakes.push(format!(
                        "COGNITO_REGION must be the region that COGNITO_USER_POOL_ID starts with, not {region:?}."
                    ));
                }
                IdentitySource::Cognito {
                    user_pool_id,
                    client_id,
                    region,
                    endpoint,
                }
            }
            (None, None, None) => IdentitySource::Embedded,
            (pool, client, region) => {
                let parts =
                    COGNITO
                        .into_iter()
                        .zip([pool.is_some(), client.is_some(), region.is_some()]);
                let (set, missing): (Vec<_>, Vec<_>) = parts.partition(|(_, set)| *set);
                // With an invalid part the others are not missing: that mistake is told already. Outside local use
                // `require_aws` tells what is missing, with the rest.
                if self.mistakes.len() == mistakes && self.is_local() {
                    let [set, missing] = [set, missing]
                        .map(|parts| listed(parts.iter().map(|(name, _)| *name), "and"));
                    self.mistakes.push(format!(
                        "{missing} must be set too, not only {set}: Cognito needs all three."
                    ));
                }
                IdentitySource::Embedded
            }
        }
    }

    fn is_local(&self) -> bool {
        let environment = (self.value)("ENVIRONMENT")
            .ok()
            .flatten()
            .unwrap_or_default();
        environment.trim().is_empty()
            || environment
                .trim()
                .eq_ignore_ascii_case(Environment::Local.as_str())
    }

    /// Metrics are part of requests' lines in the log, which must be there and be JSON.
    pub(super) fn require_lines(&mut self, level: Level, format: LogFormat) {
        if level < Level::INFO {
            self.mistakes.push(
                "METRICS needs LOG_LEVEL info, debug or trace: they are part of requests' lines in the log."
                    .to_owned(),
            );
        }
        if format != LogFormat::Json {
            self.mistakes
                .push("METRICS needs LOG_FORMAT=json: CloudWatch reads no other lines.".to_owned());
        }
    }

    pub(super) fn require_aws(
        &mut self,
        environment: Environment,
        database: &Database,
        identity: &IdentitySource,
    ) {
        let table = (*database == Database::Embedded).then_some("DYNAMODB_TABLE_NAME");
        let cognito = if *identity == IdentitySource::Embedded {
            COGNITO.as_slice()
        } else {
            &[]
        };
        let needed = table.into_iter().chain(cognito.iter().copied());
        let missing: Vec<&str> = needed
            .filter(|name| self.optional(name).is_none())
            .collect();
        if !missing.is_empty() {
            self.mistakes.push(format!(
                "ENVIRONMENT={} needs {}: the embedded database and identity provider run only with \
                 ENVIRONMENT=local.",
                environment.as_str(),
                listed(missing.into_iter(), "and"),
            ));
        }
    }
}

const COGNITO: [&str; 3] = [
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    "COGNITO_REGION",
];

fn alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// `a, b or c`.
fn listed<T: Display>(items: impl Iterator<Item = T>, conjunction: &str) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} {conjunction} {last}", first.join(", ")),
        None => String::new(),
    }
}
