//! What nobody does on purpose, or somebody does on purpose: the server under it, with figures.
//!
//! One module a kind. Each builds what it needs, prints what it measured, and fails with a sentence if a promise does not
//! hold.

mod floods;
mod rounds;

use rounds::{CRASHES, FAULTS, RACES, Rounds};

type Torture = fn(&Rounds) -> Result<(), String>;

/// The kinds, and what runs them.
const KINDS: [(&str, Torture); 4] = [
    ("faults", |rounds| FAULTS.run(rounds)),
    ("crashes", |rounds| CRASHES.run(rounds)),
    ("races", |rounds| RACES.run(rounds)),
    ("floods", |_| floods::run()),
];

/// Runs the kinds that are named, or all: `[KIND]... [--seed N] [--rounds N]`.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    let names = words.iter().take_while(|word| !word.starts_with("--"));
    let names: Vec<&str> = names.copied().collect();
    let rounds = Rounds::read(&words[names.len()..])?;
    let known = |name: &str| KINDS.iter().find(|(known, _)| *known == name);
    if let Some(unknown) = names.iter().find(|name| known(name).is_none()) {
        let kinds: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "{unknown:?} is no kind of torture; there is: {}",
            kinds.join(", ")
        ));
    }
    if names == ["floods"] && rounds != Rounds::default() {
        return Err("floods have neither seeds nor rounds".to_owned());
    }
    KINDS
        .iter()
        .filter(|(name, _)| names.is_empty() || names.contains(name))
        .try_for_each(|(_, torture)| torture(&rounds))
}
