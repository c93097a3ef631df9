//! What nobody does on purpose, or somebody does on purpose: the server under it, with figures.
//!
//! One module a kind. Each builds what it needs, prints what it measured, and fails with a sentence if a promise does not
//! hold.

mod floods;

type Torture = fn() -> Result<(), String>;

/// The kinds, and what runs them.
const KINDS: [(&str, Torture); 1] = [("floods", floods::run)];

/// Runs the kinds that are named, or all.
pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    let known = |name: &str| KINDS.iter().find(|(known, _)| *known == name);
    if let Some(unknown) = names.iter().find(|name| known(name).is_none()) {
        let kinds: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "{unknown:?} is no kind of torture; there is: {}",
            kinds.join(", ")
        ));
    }
    KINDS
        .iter()
        .filter(|(name, _)| names.is_empty() || names.contains(name))
        .try_for_each(|(_, torture)| torture())
}
