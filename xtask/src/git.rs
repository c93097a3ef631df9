//! Git, and commits of a repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command::{output, run as run_command};

pub(crate) const INSTALL: &str = "install git (https://git-scm.com)";

/// What git tells the hooks that it runs, and takes for the repository's parts whatever `-C` says (git(1), "The Git
/// Repository").
const PARTS: [&str; 6] = [
    "GIT_DIR",
    "GIT_COMMON_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// Git in a repository, though a hook of another one, or with another index, runs this.
pub(crate) fn git(repository: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(repository);
    for part in PARTS {
        git.env_remove(part);
    }
    git
}

/// The last commit, by its full hash: what names it once builds the same however many commits follow meanwhile.
pub(crate) fn last_commit(repository: &Path) -> Result<String, String> {
    let mut parse = git(repository);
    parse.args(["rev-parse", "--verify", "HEAD^{commit}"]);
    Ok(output(&mut parse, INSTALL)?.trim().to_owned())
}

/// Puts a commit into `folder`, whatever was there.
pub(crate) fn checkout(repository: &Path, folder: &Path, commit: &str) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut clone = git(repository);
    clone.args(["clone", "--quiet", "--shared", "--no-checkout"]);
    clone.arg(repository).arg(folder);
    run_command(&mut clone, INSTALL)?;
    let mut checkout = git(folder);
    checkout.args(["checkout", "--quiet", "--detach", commit]);
    run_command(&mut checkout, INSTALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_checked_out_though_another_one_followed() {
        let folder = tempfile::tempdir().unwrap();
        let [repository, copy] = ["repository", "copy"].map(|name| folder.path().join(name));
        fs::create_dir(&repository).unwrap();
        let tell = |words: &[&str]| {
            let mut git = git(&repository);
            git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
                .args(["-c", "commit.gpgsign=false"])
                .args(words);
            output(&mut git, INSTALL).unwrap();
        };
        let commit = |text| {
            fs::write(repository.join("file"), text).unwrap();
            tell(&["add", "file"]);
            tell(&["commit", "--quiet", "--message", text]);
            last_commit(&repository).unwrap()
        };
        tell(&["init", "--quiet"]);
        let one = commit("one");
        let another = commit("another");
        assert!(one.len() >= 40, "{one} is abbreviated");
        assert_ne!(one, another);
        for (commit, text) in [(&one, "one"), (&another, "another"), (&one, "one")] {
            checkout(&repository, &copy, commit).unwrap();
            assert_eq!(fs::read_to_string(copy.join("file")).unwrap(), text);
            assert_eq!(&last_commit(&copy).unwrap(), commit);
        }
    }

    /// The test above, run by something that has another repository in its environment.
    #[test]
    fn a_commit_is_checked_out_though_a_hook_names_another_repository() {
        let test = "git::tests::a_commit_is_checked_out_though_another_one_followed";
        for part in PARTS {
            let elsewhere = tempfile::tempdir().unwrap();
            let mut again = Command::new(std::env::current_exe().unwrap());
            again.args(["--exact", test]);
            let ran = again.env(part, elsewhere.path()).output().unwrap();
            let said = String::from_utf8_lossy(&ran.stdout);
            assert!(said.contains("1 passed"), "{part}: {said}");
        }
    }
}
