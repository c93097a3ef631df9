//! What is deployed: how it is built, and its sources as a commit has them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::{output, run as run_command};

/// The function's package.
pub(crate) const PACKAGE: &str = "portfolio-server";

/// Its features, as server/Cargo.toml tells cargo-lambda: neither database nor identity provider inside.
pub(crate) const FEATURES: [&str; 3] = ["--no-default-features", "--features", "docs"];

/// What cargo is told to build it.
pub(crate) fn arguments() -> Vec<&'static str> {
    [&["--package", PACKAGE][..], &FEATURES].concat()
}

pub(crate) const INSTALL_GIT: &str = "install git";

/// The last commit, by its full hash: what names it once builds the same however many commits follow meanwhile.
pub(crate) fn last_commit() -> Result<String, String> {
    last_commit_of(&crate::root())
}

/// Puts a commit into `folder`, whatever was there.
pub(crate) fn checkout(folder: &Path, commit: &str) -> Result<(), String> {
    checkout_of(&crate::root(), folder, commit)
}

fn last_commit_of(repository: &Path) -> Result<String, String> {
    let mut parse = git(repository);
    parse.args(["rev-parse", "--verify", "HEAD^{commit}"]);
    Ok(output(&mut parse, INSTALL_GIT)?.trim().to_owned())
}

fn checkout_of(repository: &Path, folder: &Path, commit: &str) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--shared", "--no-checkout"]);
    clone.arg(repository).arg(folder);
    run_command(&mut clone, INSTALL_GIT)?;
    let mut checkout = git(folder);
    checkout.args(["checkout", "--quiet", "--detach", commit]);
    run_command(&mut checkout, INSTALL_GIT)
}

fn git(repository: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(repository);
    git
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_checked_out_though_another_one_followed() {
        let folder = std::env::temp_dir().join(format!("deployed-{}", std::process::id()));
        let (repository, copy) = (folder.join("repository"), folder.join("copy"));
        fs::create_dir_all(&repository).unwrap();
        let tell = |words: &[&str]| {
            let mut git = git(&repository);
            git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
                .args(["-c", "commit.gpgsign=false"])
                .args(words);
            output(&mut git, INSTALL_GIT).unwrap();
        };
        let commit = |text| {
            fs::write(repository.join("file"), text).unwrap();
            tell(&["add", "file"]);
            tell(&["commit", "--quiet", "--message", text]);
            last_commit_of(&repository).unwrap()
        };
        tell(&["init", "--quiet"]);
        let one = commit("one");
        let another = commit("another");
        assert!(one.len() >= 40, "{one} is abbreviated");
        assert_ne!(one, another);
        for (commit, text) in [(&one, "one"), (&another, "another"), (&one, "one")] {
            checkout_of(&repository, &copy, commit).unwrap();
            assert_eq!(fs::read_to_string(copy.join("file")).unwrap(), text);
            assert_eq!(&last_commit_of(&copy).unwrap(), commit);
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
