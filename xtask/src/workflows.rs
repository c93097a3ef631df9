//! What can be known of .github/workflows and of the scripts that they run, without GitHub and without AWS.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{command, python};

const REQUIREMENTS: &str = "xtask/workflows/requirements.txt";
const WORKFLOWS: &str = ".github/workflows";
const SCRIPTS: [&str; 2] = [".ci/run", "aws/deploy.sh"];

const INSTALL: &str = "run the command again; it installs what it needs";

pub(crate) fn run() -> Result<(), String> {
    let scripts = SCRIPTS.map(|script| crate::root().join(script));
    judge(&crate::root().join(WORKFLOWS), &scripts)
}

/// GitHub's schema, an auditor (unpinned actions, broad permissions, text that becomes code), and shellcheck.
fn judge(workflows: &Path, scripts: &[PathBuf]) -> Result<(), String> {
    let programs = python::environment("workflows", REQUIREMENTS)?;
    let mut files = std::fs::read_dir(workflows)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(|error| format!("{} cannot be read: {error}", workflows.display()))?;
    files.sort();

    let mut schema = Command::new(programs.join("check-jsonschema"));
    schema
        .args(["--builtin-schema", "vendor.github-workflows"])
        .args(&files);
    command::run(&mut schema, INSTALL)?;

    let mut audit = Command::new(programs.join("zizmor"));
    audit
        .args(["--offline", "--no-progress", "--quiet"])
        .args(&files);
    command::run(&mut audit, INSTALL)?;

    let mut shell = Command::new(programs.join("shellcheck"));
    shell.args(scripts);
    command::run(&mut shell, INSTALL)
}

#[cfg(test)]
mod deployment;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found() {
        let faults = [
            (
                "key",
                "checks.yml",
                "timeout-minutes:",
                "timeout-minuts:",
                "check-jsonschema",
            ),
            (
                "unpinned",
                "deploy.yml",
                "configure-aws-credentials@61815dcd50bd041e203e49132bacad1fd04d2708",
                "configure-aws-credentials@v5",
                "zizmor",
            ),
            (
                "injection",
                "deploy.yml",
                "run: aws/deploy.sh build",
                "run: aws/deploy.sh build ${{ github.event.head_commit.message }}",
                "zizmor",
            ),
            (
                "script",
                "deploy.sh",
                "\"${words[@]}\" \"$@\"",
                "${words[@]} $@",
                "shellcheck",
            ),
        ];
        for (name, file, from, to, finder) in faults {
            let folder = crate::root().join("target/workflows-tests").join(name);
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(folder.join("workflows")).unwrap();
            let mut changed = 0;
            for path in [
                ".github/workflows/checks.yml",
                ".github/workflows/deploy.yml",
                "aws/deploy.sh",
            ] {
                let text = std::fs::read_to_string(crate::root().join(path)).unwrap();
                let leaf = path.rsplit('/').next().unwrap();
                let text = if leaf == file {
                    changed += text.matches(from).count();
                    text.replace(from, to)
                } else {
                    text
                };
                let to = if leaf.ends_with("yml") {
                    "workflows"
                } else {
                    "."
                };
                std::fs::write(folder.join(to).join(leaf), text).unwrap();
            }
            assert_eq!(changed, 1, "`{from}` in {file}");
            let found = judge(&folder.join("workflows"), &[folder.join("deploy.sh")]).unwrap_err();
            assert!(found.starts_with(&format!("`{finder} ")), "{name}: {found}");
        }
    }
}
