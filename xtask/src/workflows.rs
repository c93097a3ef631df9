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
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Output;

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
                "run: sam build",
                "run: sam build ${{ github.event.head_commit.message }}",
                "zizmor",
            ),
            (
                "script",
                "deploy.sh",
                "\"$url\" \"${caller[@]}\"",
                "$url ${caller[@]}",
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

    /// `aws`, `sam` and `cargo` that write down what they are asked.
    const STAND_IN: &str = r#"#!/bin/sh
name=$(basename "$0")
echo "$name $*" >>"$LOG"
case "$name $*" in
*get-template*)
    [ "$FORMER" = refused ] && { echo "An error occurred (ExpiredToken)" >&2; exit 254; }
    [ "$FORMER" = none ] && { echo "Stack with id portfolio does not exist" >&2; exit 254; }
    echo "the former template" ;;
*SourceBucket*) echo bucket ;;
*describe-stacks*) echo https://api.example.com/v1 ;;
"aws cloudformation deploy"*)
    previous=
    for word; do
        [ "$previous" = --template-file ] && cat "$word" >>"$LOG"
        previous=$word
    done ;;
"sam deploy"*) exit "$SAM" ;;
"cargo xtask smoke"*) exit "$SMOKE" ;;
esac
"#;

    /// Runs aws/deploy.sh; what it printed, and what it asked of others.
    fn deploy(name: &str, former: &str, sam: &str, smoke: &str) -> (Output, String) {
        let folder = crate::root().join("target/deploy-tests").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for program in ["aws", "sam", "cargo"] {
            let path = folder.join(program);
            std::fs::write(&path, STAND_IN).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let log = folder.join("log");
        let path = format!(
            "{}:{}",
            folder.display(),
            std::env::var("PATH").unwrap_or_default()
        );
        let output = Command::new(crate::root().join("aws/deploy.sh"))
            .args(["portfolio", "staging"])
            .env("PATH", path)
            .env("LOG", &log)
            .env("FORMER", former)
            .env("SAM", sam)
            .env("SMOKE", smoke)
            .env("PARAMETERS", "AlarmEmail=me@example.com MemorySize=512")
            .env("SMOKE_EMAIL", "owner@example.com")
            .env("SMOKE_PASSWORD", "a secret")
            .env("GITHUB_STEP_SUMMARY", folder.join("summary"))
            .output()
            .unwrap();
        (output, std::fs::read_to_string(log).unwrap())
    }

    #[test]
    fn a_good_deployment_stays() {
        let (output, log) = deploy("good", "some", "0", "0");
        assert!(output.status.success(), "{output:?}");
        assert!(
            log.contains(
                "--parameter-overrides Environment=staging Deployment=Canary10Percent5Minutes \
                 AlarmEmail=me@example.com MemorySize=512\n"
            ),
            "{log}"
        );
        assert!(
            log.contains(
                "cargo xtask smoke --url https://api.example.com/v1 --email owner@example.com \
                 --password-env SMOKE_PASSWORD\n"
            ),
            "{log}"
        );
        assert!(!log.contains("a secret") && !log.contains("aws cloudformation deploy"));
    }

    #[test]
    fn a_failed_smoke_test_deploys_what_was_there() {
        let (output, log) = deploy("back", "some", "0", "1");
        assert_eq!(output.status.code(), Some(1));
        let back = log.split_once("aws cloudformation deploy").unwrap().1;
        assert!(
            back.contains("--parameter-overrides Deployment=AllAtOnce"),
            "{back}"
        );
        assert!(back.contains("\nthe former template\n"), "{back}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.contains("what was there before is deployed again"),
            "{said}"
        );
    }

    #[test]
    fn what_cannot_go_back_says_so() {
        let (output, log) = deploy("first", "none", "0", "1");
        assert_eq!(output.status.code(), Some(1));
        assert!(!log.contains("aws cloudformation deploy"), "{log}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("nothing to go back to"), "{said}");

        let (output, log) = deploy("failed", "some", "1", "0");
        assert_eq!(output.status.code(), Some(1));
        assert!(!log.contains("smoke"), "{log}");

        // Who may not look may not deploy: going back would be impossible.
        let (output, log) = deploy("refused", "refused", "0", "0");
        assert_eq!(output.status.code(), Some(1));
        assert!(!log.contains("sam deploy"), "{log}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("ExpiredToken"), "{said}");
    }
}
