//! Whether what is deployed is the same wherever it is built.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{INSTALL_RUST, cargo_program, run as run_command, say};
use crate::{deployed, git};

const FOLDER: &str = "target/reproducible";
/// Folders of other names and depths.
const PLACES: [&str; 2] = ["one", "another/place"];
const BINARY: &str = "portfolio";

/// Builds the function of the last commit twice, in folders of its own, and compares the binaries byte by byte.
pub(crate) fn run() -> Result<(), String> {
    let commit = git::last_commit(&crate::root())?;
    let built = PLACES.map(|place| build(&crate::root().join(FOLDER).join(place), &commit));
    let [one, another] = built;
    let (one, another) = (one?, another?);
    for (binary, place) in [(&one, PLACES[0]), (&another, PLACES[1])] {
        for folder in [crate::root(), cargo_home()?] {
            let leaked = leaks(binary, &folder);
            if leaked > 0 {
                return Err(format!(
                    "the binary that was built in {FOLDER}/{place} names {} {leaked} times",
                    folder.display()
                ));
            }
        }
    }
    if let Some(place) = difference(&one, &another) {
        return Err(format!(
            "two builds of {commit} differ: {} and {} bytes, and other ones from byte {place} on",
            one.len(),
            another.len()
        ));
    }
    say(&format!(
        "two builds of {commit}, in {FOLDER}/{} and {FOLDER}/{}, are the same {} bytes\n",
        PLACES[0],
        PLACES[1],
        one.len()
    ));
    Ok(())
}

fn build(folder: &Path, commit: &str) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let source = folder.join("source");
    fs::create_dir_all(folder).map_err(failed)?;
    git::checkout(&crate::root(), &source, commit)?;
    let target = folder.join("target");
    let mut cargo = cargo_program();
    cargo
        .args([
            "build",
            "--release",
            "--locked",
            "--quiet",
            "--manifest-path",
        ])
        .arg(source.join("Cargo.toml"))
        .args(deployed::arguments())
        .env("CARGO_TARGET_DIR", &target)
        // As aws/deploy.sh has them.
        .env("RUSTFLAGS", flags(&source, &target)?);
    run_command(&mut cargo, INSTALL_RUST)?;
    let binary = target.join("release").join(BINARY);
    let bytes = fs::read(&binary).map_err(failed)?;
    // One build needs gigabytes.
    fs::remove_dir_all(folder).map_err(failed)?;
    Ok(bytes)
}

/// Other names for the folders of this machine that would be written into the binary.
fn flags(source: &Path, target: &Path) -> Result<String, String> {
    let home = cargo_home()?;
    let names = [
        (source, "/source"),
        (target, "/source/target"),
        (&home, "/cargo"),
    ];
    let flags =
        names.map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()));
    Ok(flags.join(" "))
}

/// Where cargo keeps the sources of dependencies.
fn cargo_home() -> Result<PathBuf, String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    home.ok_or_else(|| "neither CARGO_HOME nor a home directory is known".to_owned())
}

/// How often a folder's path is in a binary.
fn leaks(binary: &[u8], folder: &Path) -> usize {
    let path = folder.as_os_str().as_encoded_bytes();
    binary
        .windows(path.len())
        .filter(|bytes| *bytes == path)
        .count()
}

/// The first place at which two binaries differ.
fn difference(one: &[u8], another: &[u8]) -> Option<usize> {
    let different = one
        .iter()
        .zip(another)
        .position(|(one, another)| one != another);
    different.or_else(|| (one.len() != another.len()).then(|| one.len().min(another.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_found() {
        assert_eq!(difference(b"abc", b"abc"), None);
        assert_eq!(difference(b"abc", b"abd"), Some(2));
        assert_eq!(difference(b"abc", b"ab"), Some(2));
    }

    #[test]
    fn a_folder_in_a_binary_is_found() {
        assert_eq!(
            leaks(b"\0/home/ada/x\0/home/ada\0", "/home/ada".as_ref()),
            2
        );
        assert_eq!(leaks(b"\0/home/adb\0", "/home/ada".as_ref()), 0);
    }
}
