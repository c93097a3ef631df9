//! What changed in the contract, and whether its version says so.

use std::path::Path;

use contract_codegen::compare::{Comparison, Severity, Side, Text, compare};

use crate::command::say;
use crate::git::{INSTALL, git};
use crate::version::Version;

const CONTRACT: &str = "openapi.yml";

/// Lists what changed between two files.
pub(crate) fn files(old: &str, new: &str) -> Result<(), String> {
    let (before, after) = (read(Path::new(old))?, read(Path::new(new))?);
    let text = |file, source| Text { file, source };
    let comparison =
        compare(text(old, &before), text(new, &after)).map_err(|found| found.to_string())?;
    list(&comparison, old, new);
    Ok(())
}

/// The commit that a branch was at before a push, which may bring several.
const BASE: &str = "CONTRACT_BASE";

/// What [`since`] compares with before a change lands: the commit that [`BASE`] names, or the one before. The commit before
/// the first one of a branch is named by zeros (GitHub Docs, "Webhook events and payloads", `push`: `before`), and one that a
/// forced push took out of the branch is not in a clone.
pub(crate) fn base() -> Result<String, String> {
    let Some(named) = named(std::env::var(BASE).ok()) else {
        return Ok(BEFORE.to_owned());
    };
    if is_commit(&named)? {
        return Ok(named);
    }
    say(&format!(
        "{BASE} names {named}, which is no commit here: compared with {BEFORE} instead\n"
    ));
    Ok(BEFORE.to_owned())
}

const BEFORE: &str = "HEAD~1";

fn named(base: Option<String>) -> Option<String> {
    base.filter(|base| base.bytes().any(|byte| byte != b'0'))
}

fn is_commit(revision: &str) -> Result<bool, String> {
    let commit = format!("{revision}^{{commit}}");
    let found = printed(&["rev-parse", "--verify", "--quiet", &commit])?;
    Ok(found.is_some())
}

/// Lists what changed since a revision, and wants `info.version` raised as that demands (Semantic Versioning 2.0.0).
///
/// Where there is nothing to compare with (the first commit, a shallow clone, no git at all), nothing has been promised to
/// anybody, and that is said.
pub(crate) fn since(revision: &str) -> Result<(), String> {
    let old = match contract_at(revision)? {
        Found::Contract(text) => text,
        Found::Nothing(why) => {
            say(&format!("no contract to compare with: {why}\n"));
            return Ok(());
        }
    };
    let new = read(&crate::root().join(CONTRACT))?;
    let name = format!("{revision}:{CONTRACT}");
    let text = |file, source| Text { file, source };
    let comparison = match compare(text(&name, &old), text(CONTRACT, &new)) {
        Ok(comparison) => comparison,
        // Nobody was promised anything by a contract that nobody can read.
        Err(diagnostics) if diagnostics.file == name => {
            say(&format!("no contract to compare with:\n{diagnostics}"));
            return Ok(());
        }
        Err(diagnostics) => return Err(diagnostics.to_string()),
    };
    list(&comparison, &name, CONTRACT);
    judge(&comparison)
}

/// The contract of a revision.
enum Found {
    Contract(String),
    /// Why there is none.
    Nothing(String),
}

fn contract_at(revision: &str) -> Result<Found, String> {
    if !crate::root().join(".git").exists() {
        return Ok(Found::Nothing("this folder has no git history".to_owned()));
    }
    if !is_commit(revision)? {
        let shallow = printed(&["rev-parse", "--is-shallow-repository"])?;
        let is_shallow = shallow.is_some_and(|answer| answer.trim() == "true");
        return match (is_shallow, revision.starts_with("HEAD")) {
            (true, _) => Ok(Found::Nothing(format!(
                "this shallow clone has no {revision}"
            ))),
            (false, true) => Ok(Found::Nothing(format!("there is no {revision} yet"))),
            (false, false) => Err(format!("{revision} is not a commit of this repository")),
        };
    }
    Ok(
        match printed(&["show", &format!("{revision}:{CONTRACT}")])? {
            Some(text) => Found::Contract(text),
            None => Found::Nothing(format!("{revision} has no {CONTRACT}")),
        },
    )
}

/// What git prints; none if it fails.
fn printed(arguments: &[&str]) -> Result<Option<String>, String> {
    let output = git(&crate::root())
        .args(arguments)
        .output()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!("git is not installed: {INSTALL}"),
            _ => format!("git could not be run: {error}"),
        })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(output.status.success().then_some(text))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

fn list(comparison: &Comparison, old: &str, new: &str) {
    for change in &comparison.changes {
        let file = match change.side {
            Side::Old => old,
            Side::New => new,
        };
        let severity = change.severity.as_str();
        say(&format!(
            "{severity:<14}{file}:{}: {}\n",
            change.at.line, change.what
        ));
    }
    let count = |severity| {
        let of_it = comparison
            .changes
            .iter()
            .filter(|change| change.severity == severity);
        of_it.count()
    };
    say(&format!(
        "{} breaking, {} compatible, {} in documentation only ({} -> {})\n",
        count(Severity::Breaking),
        count(Severity::Compatible),
        count(Severity::Documentation),
        comparison.old_version,
        comparison.new_version
    ));
}

fn judge(comparison: &Comparison) -> Result<(), String> {
    let (old, new) = (&comparison.old_version, &comparison.new_version);
    let version = |text: &str| {
        Version::read(text).ok_or_else(|| {
            format!("info.version `{text}` is not MAJOR.MINOR.PATCH, three whole numbers")
        })
    };
    let (before, now) = (version(old)?, version(new)?);
    if now < before {
        return Err(format!("info.version went back from {old} to {new}"));
    }
    let wanted = match comparison.severity() {
        Some(Severity::Breaking) => before.after_breaking(),
        Some(Severity::Compatible) => before.after_compatible(),
        Some(Severity::Documentation) | None => return Ok(()),
    };
    if now >= wanted {
        return Ok(());
    }
    Err(format!(
        "the contract changed, so info.version in {CONTRACT} must be {wanted} or later; it is {new}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(old: &str, new: &str, severity: Option<Severity>) -> Result<(), String> {
        let change = severity.map(|severity| contract_codegen::compare::Change {
            severity,
            side: Side::New,
            at: contract_codegen::Position { line: 1, column: 1 },
            what: String::new(),
        });
        judge(&Comparison {
            changes: change.into_iter().collect(),
            old_version: old.to_owned(),
            new_version: new.to_owned(),
        })
    }

    #[test]
    fn the_version_follows_the_gravest_change() {
        let breaking = Some(Severity::Breaking);
        let compatible = Some(Severity::Compatible);
        let documentation = Some(Severity::Documentation);
        for (old, new, severity, right) in [
            ("1.2.3", "1.2.3", None, true),
            ("1.2.3", "1.2.3", documentation, true),
            ("1.2.3", "1.2.4", documentation, true),
            ("1.2.3", "1.2.2", documentation, false),
            ("1.2.3", "1.2.4", compatible, false),
            ("1.2.3", "1.3.0", compatible, true),
            ("1.2.3", "1.3.0", breaking, false),
            ("1.2.3", "2.0.0", breaking, true),
            ("1.2.3", "2.0.0", compatible, true),
            ("0.2.3", "0.2.4", compatible, true),
            ("0.2.3", "0.2.4", breaking, false),
            ("0.2.3", "0.3.0", breaking, true),
            ("1.2", "1.3.0", compatible, false),
            ("1.2.3", "next", compatible, false),
        ] {
            let outcome = outcome(old, new, severity);
            assert_eq!(outcome.is_ok(), right, "{old} -> {new}: {outcome:?}");
        }
    }

    #[test]
    fn zeros_name_no_commit() {
        let zeros = "0".repeat(40);
        for nothing in [None, Some(String::new()), Some(zeros)] {
            assert_eq!(named(nothing), None);
        }
        let commit = Some("08c6903".to_owned());
        assert_eq!(named(commit.clone()), commit);
        assert!(!is_commit("1234567890123456789012345678901234567890").unwrap());
    }

    #[test]
    fn the_wanted_version_is_named() {
        assert_eq!(
            outcome("1.2.3", "1.3.0", Some(Severity::Breaking)),
            Err("the contract changed, so info.version in openapi.yml must be 2.0.0 or later; it is 1.3.0".to_owned())
        );
    }
}
