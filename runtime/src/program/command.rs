//! What a program can do beside serving.

use std::borrow::Cow;

/// A command, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// One word or several: `migrate up`.
    pub name: &'static str,
    /// What it is given, each needed: `STEPS`.
    pub arguments: &'static [&'static str],
    /// What it does, for `--help`.
    pub meaning: Cow<'static, str>,
}

impl Command {
    /// A command that takes no arguments.
    pub const fn new(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            arguments: &[],
            meaning: Cow::Borrowed(meaning),
        }
    }

    /// With arguments, each of which must be given.
    #[must_use]
    pub fn taking(self, arguments: &'static [&'static str]) -> Self {
        Self { arguments, ..self }
    }

    /// The arguments that follow its words in `line`, if `line` is this command.
    pub(super) fn arguments_in<'l>(&self, line: &'l [String]) -> Option<&'l [String]> {
        let words: Vec<&str> = self.name.split(' ').collect();
        let (name, arguments) = line.split_at_checked(words.len())?;
        (name == words && arguments.len() == self.arguments.len()).then_some(arguments)
    }
}
