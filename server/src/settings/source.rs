//! The environment and the `.env` file. That is read into a map and never put into the process's environment, which threads share.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::SettingsError;

/// A variable of this process.
pub fn environment(name: &str) -> Result<Option<String>, String> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err("must be UTF-8 text".to_owned()),
    }
}

/// The variables of a `.env` file; none if there is no such file. Later lines win.
pub fn env_file(path: &Path) -> Result<HashMap<String, String>, SettingsError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        mistake(format!("{} cannot be read: {error}.", path.display()))
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
                return Err(mistake(format!(
                    "{}, line {} is not NAME=value; put a value with spaces, quotes, # or $ between '...'.",
                    path.display(),
                    number.get(),
                )));
            }
            Err(error) => return Err(unreadable(&error)),
        };
    }
    Ok(values)
}

fn mistake(sentence: String) -> SettingsError {
    SettingsError {
        mistakes: vec![sentence],
    }
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
