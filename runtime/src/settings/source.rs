//! Where values come from: the environment, a `.env` file, or a map. A file is read into a map and never put into the
//! process's environment, which threads share.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::SettingsError;

/// Values by name.
///
/// ```
/// use contract_runtime::settings::Source;
///
/// let source: Source = [("PORT", "0")].into_iter().collect();
/// assert_eq!(source.value("PORT"), Ok(Some("0".to_owned())));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Whether this process's environment is asked, first.
    environment: bool,
    values: HashMap<String, String>,
}

impl Source {
    /// This process's environment.
    pub fn environment() -> Self {
        Self {
            environment: true,
            values: HashMap::new(),
        }
    }

    /// This process's environment, and for what it does not have a `.env` file; without such a file it is the environment
    /// alone. Later lines of the file win.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line of it is not `NAME=value`; which one is said, what is in it is not.
    pub fn environment_and(file: &Path) -> Result<Self, SettingsError> {
        Ok(Self {
            environment: true,
            values: env_file(file)?,
        })
    }

    /// The value of a name, if it has one.
    ///
    /// # Errors
    ///
    /// The rest of a sentence that begins with the name: the value is not text.
    pub fn value(&self, name: &str) -> Result<Option<String>, String> {
        if self.environment {
            match std::env::var(name) {
                Ok(value) => return Ok(Some(value)),
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err("must be UTF-8 text".to_owned());
                }
            }
        }
        Ok(self.values.get(name).cloned())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Source {
    /// These values and no others; the last one of a name wins.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(values: I) -> Self {
        Self {
            environment: false,
            values: values
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }
}

/// The variables of a `.env` file; none if there is no such file.
fn env_file(path: &Path) -> Result<HashMap<String, String>, SettingsError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        SettingsError::from(format!("{} cannot be read: {error}.", path.display()))
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => return Err(unreadable(&error)),
    };
    let number = Cell::new(0);
    let lines = Lines {
        rest: text.trim_start_matches('\u{feff}').as_bytes(),
        number: &number,
    };
    let mut values = HashMap::new();
    for line in dotenvy::Iter::new(lines) {
        match line {
            Ok((name, value)) => values.insert(name, value),
            // The line may hold a password: only its number is shown.
            Err(dotenvy::Error::LineParse(..)) => {
                return Err(SettingsError::from(format!(
                    "{}, line {} is not NAME=value; put a value with spaces, \", #, $ or \\ between '...', and one with ' between \"...\".",
                    path.display(),
                    number.get(),
                )));
            }
            Err(error) => return Err(unreadable(&error)),
        };
    }
    Ok(values)
}

/// Hands out a line at a time and counts them: the parser's errors do not say where they are.
struct Lines<'a> {
    rest: &'a [u8],
    number: &'a Cell<usize>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let end = self
            .rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(self.rest.len(), |newline| newline + 1);
        let length = end.min(buffer.len());
        let (line, rest) = self.rest.split_at(length);
        buffer[..length].copy_from_slice(line);
        self.rest = rest;
        self.number
            .set(self.number.get() + usize::from(length > 0 && length == end));
        Ok(length)
    }
}
