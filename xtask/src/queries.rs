//! What PostgreSQL says of the queries in the code: `.sqlx` folders, which builds check the queries against.
//!
//! sqlx's macros ask a running database (`DATABASE_URL`) and write down what it says (`SQLX_OFFLINE_DIR`); so that is what a
//! package is checked with here, against a throw-away server that its migrations have been applied to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use contract_postgres::{Binaries, Server};

use crate::command::{INSTALL_RUST, cargo_program, run as run_command, say};
use crate::regen::Mode;

/// Packages with queries, and their folders.
const PACKAGES: [(&str, &str); 1] = [("fitspace", "examples/fitspace")];

/// What sqlx's files begin with.
const PREFIX: &str = "query-";

type Files = BTreeMap<String, String>;

pub(crate) fn run(mode: Mode) -> Result<(), String> {
    let binaries = Binaries::find().map_err(|error| error.to_string())?;
    let mut stale = Vec::new();
    for (package, folder) in PACKAGES {
        let folder = crate::root().join(folder);
        let committed = folder.join(".sqlx");
        let now = ask(&binaries, package, &folder)?;
        if now.is_empty() {
            return Err(format!(
                "{package} has no queries, or sqlx wrote nothing about them"
            ));
        }
        let before = read(&committed)?;
        match mode {
            Mode::Write => write(&committed, &before, &now)?,
            Mode::Check => stale.extend(
                differences(&before, &now)
                    .into_iter()
                    .map(|name| committed.join(name).display().to_string()),
            ),
        }
        say(&format!("{package}: {} queries\n", now.len()));
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "stale: {}; run `cargo xtask queries` and commit what it writes",
        stale.join(", ")
    ))
}

/// What a fresh database says of a package's queries.
fn ask(binaries: &Binaries, package: &str, folder: &Path) -> Result<Files, String> {
    let server = Server::start(binaries, "queries").map_err(|error| error.to_string())?;
    for migration in migrations(folder)? {
        let beside = binaries.program("psql");
        let psql = if beside.exists() {
            beside
        } else {
            "psql".into()
        };
        let mut command = Command::new(psql);
        command
            .args([
                "--no-psqlrc",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                "--single-transaction",
            ])
            .args(["--dbname", &server.url(), "--file"])
            .arg(migration);
        run_command(
            &mut command,
            "install PostgreSQL's client (apt-get install postgresql-client)",
        )?;
    }
    // A folder of another name each time: cargo would not check again what it has checked.
    let answers = crate::root().join(format!("target/queries/{package}-{}", std::process::id()));
    let made = |error: std::io::Error| format!("{} cannot be made: {error}", answers.display());
    std::fs::create_dir_all(&answers).map_err(made)?;
    let mut command = cargo_program();
    command
        .args(["check", "--package", package, "--lib"])
        .env("DATABASE_URL", server.url())
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &answers);
    let outcome = run_command(&mut command, INSTALL_RUST).and_then(|()| read(&answers));
    // The next run makes its own.
    let _ = std::fs::remove_dir_all(&answers);
    outcome
}

fn migrations(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = folder.join("migrations");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    Ok(files)
}

/// What is in a folder about queries; nothing if there is no folder.
fn read(folder: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(files);
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with(PREFIX) {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            files.insert(name, text.trim_end().to_owned() + "\n");
        }
    }
    Ok(files)
}

fn write(folder: &Path, before: &Files, now: &Files) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    for name in before.keys().filter(|name| !now.contains_key(*name)) {
        std::fs::remove_file(folder.join(name)).map_err(failed)?;
    }
    for (name, text) in now {
        std::fs::write(folder.join(name), text).map_err(failed)?;
    }
    Ok(())
}

/// Names of files that are missing, superfluous or other than they should be.
fn differences(before: &Files, now: &Files) -> Vec<String> {
    let mut names: Vec<String> = now
        .iter()
        .filter(|(name, text)| before.get(*name) != Some(*text))
        .chain(before.iter().filter(|(name, _)| !now.contains_key(*name)))
        .map(|(name, _)| name.clone())
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_superfluous_or_changed_is_named() {
        let files = |pairs: &[(&str, &str)]| -> Files {
            pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect()
        };
        let before = files(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let now = files(&[("b", "2"), ("c", "1"), ("d", "1")]);
        assert_eq!(differences(&before, &now), ["a", "b", "d"]);
        assert!(differences(&now, &now).is_empty());
    }
}
