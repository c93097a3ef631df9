//! Running other programs, and speaking to the person who ran this one.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::coverage::VARIABLE as RECORD;

/// Runs a program to its end; its output is the caller's.
///
/// # Errors
///
/// A sentence: the program is missing (then what to install), or it failed.
pub(crate) fn run(command: &mut Command, install: &str) -> Result<(), String> {
    let shown = shown(command);
    say(&format!("$ {shown}\n"));
    match command.current_dir(crate::root()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed ({status})")),
        Err(error) => Err(not_run(command, &shown, &error, install)),
    }
}

/// Runs a program to its end and returns what it printed; what it complained of is the caller's.
///
/// # Errors
///
/// As those of [`run`], or its output is no text.
pub(crate) fn output(command: &mut Command, install: &str) -> Result<String, String> {
    let shown = shown(command);
    command.stderr(std::process::Stdio::inherit());
    match command.current_dir(crate::root()).output() {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout)
            .map_err(|_| format!("`{shown}` printed something else than text")),
        Ok(output) => Err(format!("`{shown}` failed ({})", output.status)),
        Err(error) => Err(not_run(command, &shown, &error, install)),
    }
}

fn not_run(command: &Command, shown: &str, error: &std::io::Error, install: &str) -> String {
    if error.kind() == ErrorKind::NotFound {
        let program = command.get_program().to_string_lossy();
        format!("`{program}` is not installed: {install}")
    } else {
        format!("`{shown}` could not be run: {error}")
    }
}

/// Cargo, as it runs this command.
pub(crate) fn cargo(arguments: &[&str]) -> Result<(), String> {
    run(cargo_program().args(arguments), INSTALL_RUST)
}

/// A program that cargo has built here, by the folder of its profile (`debug` or `release`) and its name.
pub(crate) fn built(profile: &str, program: &str) -> Result<PathBuf, String> {
    Ok(target()?.join(profile).join(program))
}

/// Where cargo puts what it builds here. That is for cargo to say: CARGO_TARGET_DIR and cargo's own settings move it, and a
/// relative path means something else in each of them.
pub(crate) fn target() -> Result<PathBuf, String> {
    let mut metadata = cargo_program();
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata = output(&mut metadata, INSTALL_RUST)?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|error| format!("`cargo metadata` printed no JSON: {error}"))?;
    let folder = metadata["target_directory"].as_str().map(PathBuf::from);
    folder.ok_or_else(|| "`cargo metadata` does not say where cargo builds".to_owned())
}

/// What to do when cargo is missing.
pub(crate) const INSTALL_RUST: &str = "install Rust from https://rustup.rs";

/// Cargo without what it tells this program about itself: build scripts that read that would run again, and their
/// packages be compiled again, each time that cargo is run from here and from a shell in turns.
pub(crate) fn cargo_program() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = running_cargo(Command::new(cargo));
    // From wherever this program is called, the packages are those of the whole, and programs are for this machine.
    command
        .current_dir(crate::root())
        .env_remove("CARGO_BUILD_TARGET");
    command
}

/// A program that runs cargo itself, without the same, and without the record of what tests see: see [`RECORD`].
pub(crate) fn running_cargo(mut command: Command) -> Command {
    command.env_remove(RECORD);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// Writes to standard output.
pub(crate) fn say(text: &str) {
    // A reader that went away is no reason to stop.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Writes to standard error.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "error: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_a_command_runs_are_not_recorded() {
        let cargo = cargo_program();
        assert!(
            cargo
                .get_envs()
                .any(|variable| variable == (RECORD.as_ref(), None))
        );
    }
}
