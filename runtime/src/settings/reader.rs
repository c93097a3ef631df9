//! Reading typed values, collecting every mistake instead of stopping at the first.

use std::fmt::{self, Display};
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Environment, SettingsError, Source};
use crate::client::Network;
use crate::middleware::Origins;

/// Makes typed values of texts. Each method reads one setting; a value that is wrong is noted as a sentence that says what
/// is allowed, and the default goes on in its place. An empty value counts as none.
///
/// ```
/// use contract_runtime::settings::{Reader, Source};
///
/// let source: Source = [("RETRIES", "many")].into_iter().collect();
/// let mut reader = Reader::new(&source);
/// let retries = reader.number("RETRIES", 3, 0..=10);
/// let error = reader.finish(retries).unwrap_err();
/// assert_eq!(error.to_string(), "RETRIES must be a number from 0 to 10, not \"many\".");
/// ```
pub struct Reader<'a> {
    source: &'a Source,
    mistakes: Vec<String>,
}

impl fmt::Debug for Reader<'_> {
    /// Without the values, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("mistakes", &self.mistakes.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    /// Reads from `source`.
    pub fn new(source: &'a Source) -> Self {
        Self {
            source,
            mistakes: Vec::new(),
        }
    }

    /// What was made of the settings, if there is no mistake.
    ///
    /// # Errors
    ///
    /// Every mistake, in the order in which it was read.
    pub fn finish<T>(self, settings: T) -> Result<T, SettingsError> {
        if self.mistakes.is_empty() {
            Ok(settings)
        } else {
            Err(SettingsError {
                mistakes: self.mistakes,
            })
        }
    }

    /// Notes a mistake, a whole sentence: for rules that concern several settings.
    pub fn mistake(&mut self, sentence: impl Into<String>) {
        self.mistakes.push(sentence.into());
    }

    /// How many mistakes were found until now.
    pub fn mistakes(&self) -> usize {
        self.mistakes.len()
    }

    /// Whether a setting has a value, valid or not.
    pub fn is_set(&self, name: &str) -> bool {
        match self.source.value(name) {
            Ok(value) => value.is_some_and(|value| !value.trim().is_empty()),
            Err(_) => true,
        }
    }

    /// A value as it is, not trimmed, and never shown: a secret, for one.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        match self.source.value(name) {
            Ok(value) => value.filter(|value| !value.trim().is_empty()),
            Err(reason) => {
                self.mistakes.push(format!("{name} {reason}."));
                None
            }
        }
    }

    /// A value that passes `valid`, trimmed; `allowed` completes the sentence "NAME must be …". A wrong value is shown, so
    /// nothing secret may be read with this.
    pub fn checked(
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

    /// As [`checked`](Self::checked), and parsed.
    pub fn parsed<T: FromStr>(&mut self, name: &str, allowed: &str) -> Option<T> {
        self.checked(name, allowed, |text| text.parse::<T>().is_ok())
            .and_then(|text| text.parse().ok())
    }

    /// Text without control characters.
    pub fn text(&mut self, name: &str, default: &str) -> String {
        let value = self.checked(name, "text without control characters", |text| {
            !text.chars().any(char::is_control)
        });
        value.unwrap_or_else(|| default.to_owned())
    }

    /// A host name or an IP address.
    pub fn host(&mut self, name: &str, default: &str) -> String {
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

    /// A whole number in a range.
    pub fn number<N: FromStr + PartialOrd + Display>(
        &mut self,
        name: &str,
        default: N,
        range: RangeInclusive<N>,
    ) -> N {
        let allowed = format!("a number from {} to {}", range.start(), range.end());
        let number = |text: &str| {
            N::from_str(text)
                .ok()
                .filter(|number| range.contains(number))
        };
        self.checked(name, &allowed, |text| number(text).is_some())
            .and_then(|text| number(&text))
            .unwrap_or(default)
    }

    /// One of several words, in upper or lower case, and what it stands for.
    pub fn choice<T: Clone>(
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

    /// Values separated by commas, each of which passes `valid`; `allowed` completes the sentence "NAME must be …".
    pub fn list(
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

    /// The URL of a service, without a slash at its end. For one of AWS's, name the variable as AWS's own tools do (AWS SDKs
    /// and Tools reference guide, "Service-specific endpoints").
    pub fn endpoint(&mut self, name: &str) -> Option<String> {
        let url = self.checked(name, "a URL such as http://127.0.0.1:8001", |text| {
            let rest = text
                .strip_prefix("http://")
                .or_else(|| text.strip_prefix("https://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        });
        url.map(|url| url.trim_end_matches('/').to_owned())
    }

    /// The name of a DynamoDB table.
    pub fn table(&mut self, name: &str) -> Option<String> {
        let allowed = "a table name: 3 to 255 letters, digits, hyphens, underscores and dots";
        self.checked(name, allowed, |text| {
            (3..=255).contains(&text.len())
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        })
    }

    /// The origins of web pages; `default` is written as the setting would be.
    pub fn origins(&mut self, name: &str, default: &str) -> Origins {
        let allowed = "origins such as https://example.com, without a path and separated by commas, or * alone";
        self.parsed(name, allowed)
            .or_else(|| default.parse().ok())
            .unwrap_or_default()
    }

    /// Networks, none by default.
    pub fn networks(&mut self, name: &str) -> Vec<Network> {
        let allowed = "IP addresses or networks such as 10.0.0.0/8, separated by commas";
        let networks = self
            .list(name, allowed, |text| text.parse::<Network>().is_ok())
            .unwrap_or_default();
        networks
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect()
    }

    /// Whether `ENVIRONMENT` is `local`, or not set. Not a mistake if it is anything else: [`Common`](super::Common) says so.
    pub fn is_local(&self) -> bool {
        let environment = self.source.value("ENVIRONMENT").ok().flatten();
        let environment = environment.unwrap_or_default();
        let environment = environment.trim();
        environment.is_empty() || environment.eq_ignore_ascii_case(Environment::Local.as_str())
    }
}

/// `a, b or c`, with this conjunction.
pub fn listed<T: Display>(items: impl IntoIterator<Item = T>, conjunction: &str) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} {conjunction} {last}", first.join(", ")),
        None => String::new(),
    }
}
