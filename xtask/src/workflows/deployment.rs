//! aws/deploy.sh with stand-ins for everything that it calls.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

/// `aws`, `sam`, `cargo` and the smoke test: they write down what they are asked, and answer as a case says.
const STAND_IN: &str = r#"#!/bin/sh
name=$(basename "$0")
echo "$name $*" >>"$LOG"
case "$name $*" in
*SourceBucket*) echo bucket ;;
*StackStatus)
    case $FORMER in
    refused) echo "An error occurred (ExpiredToken)" >&2; exit 254 ;;
    none) [ -e "$LOG.deployed" ] || { echo "Stack with id portfolio does not exist" >&2; exit 254; } ;;
    esac
    if [ -e "$LOG.deployed" ]; then echo "$STATUS"; else echo UPDATE_COMPLETE; fi ;;
*get-template*) echo "the former template" ;;
*Parameters*) printf 'LogLevel\tinfo\nDeployment\tCanary10Percent5Minutes\nRestoredTable\t\nCorsAllowOrigins\thttps://a.example,https://b.example\n' ;;
*ApiUrl*) echo https://api.example.com/v1 ;;
*describe-stack-resources*) printf 'Table\tportfolio-Table-1\n' ;;
"aws cloudformation deploy"*)
    previous=
    for word; do
        [ "$previous" = --template-file ] && cat "$word" >>"$LOG"
        previous=$word
    done ;;
"sam deploy"*)
    for word; do echo "  [$word]" >>"$LOG"; done
    : >"$LOG.deployed"
    exit "$SAM" ;;
"smoke "*"--contract any"*) exit "$SMOKE_AFTER" ;;
"smoke "*) exit "$SMOKE" ;;
esac
"#;

/// What the stand-ins answer.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    /// What was deployed before: `some`, `none`, or `refused` to tell.
    former: &'static str,
    /// How `sam deploy` ends, and the stack's status then.
    sam: &'static str,
    status: &'static str,
    /// How the smoke test ends, and after going back.
    smoke: &'static str,
    smoke_after: &'static str,
    parameters: &'static str,
    /// The smoke test was built.
    is_built: bool,
    words: &'static [&'static str],
}

const GOOD: Case = Case {
    name: "good",
    former: "some",
    sam: "0",
    status: "UPDATE_COMPLETE",
    smoke: "0",
    smoke_after: "0",
    parameters: "AlarmEmail=me@example.com\nMemorySize=512 Architecture=x86_64\nRestoredTable=\"\"\n",
    is_built: true,
    words: &["portfolio", "staging"],
};

/// What a run came to.
struct Run {
    output: Output,
    /// What it asked of others.
    log: String,
}

impl Run {
    fn said(&self) -> String {
        String::from_utf8_lossy(&[&self.output.stdout[..], &self.output.stderr[..]].concat())
            .into_owned()
    }

    /// It ended with 1 and said this.
    fn failed(&self, with: &str) {
        assert_eq!(self.output.status.code(), Some(1), "{}", self.said());
        assert!(self.said().contains(with), "{}", self.said());
    }
}

/// A copy of aws/deploy.sh, run in a folder that is its repository.
fn deploy(case: Case) -> Run {
    let folder = crate::root().join("target/deploy-tests").join(case.name);
    let _ = std::fs::remove_dir_all(&folder);
    let write = |path: &str, text: &[u8]| -> PathBuf {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    for program in ["aws", "sam", "cargo"] {
        write(&format!("bin/{program}"), STAND_IN.as_bytes());
    }
    if case.is_built {
        write("built/debug/examples/smoke", STAND_IN.as_bytes());
    }
    // As far as e_machine: 62, x86-64.
    let mut binary = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0".to_vec();
    binary.extend([62, 0]);
    write("repository/.aws-sam/build/Function/bootstrap", &binary);
    let script = std::fs::read(crate::root().join("aws/deploy.sh")).unwrap();
    let script = write("repository/aws/deploy.sh", &script);
    let log = write("log", b"");
    let path = std::env::var("PATH").unwrap();
    let output = Command::new(script)
        .args(case.words)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("CARGO_TARGET_DIR", folder.join("built"))
        .env("LOG", &log)
        .env("FORMER", case.former)
        .env("SAM", case.sam)
        .env("STATUS", case.status)
        .env("SMOKE", case.smoke)
        .env("SMOKE_AFTER", case.smoke_after)
        .env("PARAMETERS", case.parameters)
        .env("SMOKE_EMAIL", "smoke@example.com")
        .env("SMOKE_PASSWORD", "a secret")
        .env("GITHUB_STEP_SUMMARY", folder.join("summary"))
        .env_remove("DEPLOYMENT")
        .env_remove("SMOKE_ORIGIN")
        .output()
        .unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.contains("a secret"), "{log}");
    Run { output, log }
}

#[test]
fn a_good_deployment_stays() {
    let run = deploy(GOOD);
    assert!(run.output.status.success(), "{}", run.said());
    // Each line of the parameters is used, and each parameter is a word.
    let words = "  [Environment=staging]\n  [Deployment=Canary10Percent5Minutes]\n  [Architecture=x86_64]\n  \
                 [AlarmEmail=me@example.com]\n  [MemorySize=512]\n  [Architecture=x86_64]\n  [RestoredTable=\"\"]\n";
    assert!(run.log.contains(words), "{}", run.log);
    let smoke = "smoke --url https://api.example.com/v1 --email smoke@example.com --password-env SMOKE_PASSWORD\n";
    assert!(run.log.contains(smoke), "{}", run.log);
    assert!(!run.log.contains("aws cloudformation deploy"));
}

#[test]
fn what_is_built_is_for_the_architecture_that_is_deployed() {
    let build = Case {
        name: "build",
        words: &["build"],
        ..GOOD
    };
    let run = deploy(build);
    assert!(run.output.status.success(), "{}", run.said());
    let built = "sam build --parameter-overrides Architecture=x86_64 AlarmEmail=me@example.com MemorySize=512 \
                 Architecture=x86_64 RestoredTable=\"\"\ncargo build --locked --package portfolio-client \
                 --features tls --example smoke\n";
    assert_eq!(run.log, built);
    let run = deploy(Case {
        name: "build-default",
        parameters: "",
        ..build
    });
    let built = "sam build --parameter-overrides Architecture=arm64\n";
    assert!(run.log.starts_with(built), "{}", run.log);

    for case in [
        Case {
            name: "architecture",
            parameters: "",
            ..GOOD
        },
        Case {
            name: "unbuilt",
            is_built: false,
            ..GOOD
        },
    ] {
        let run = deploy(case);
        run.failed("write `aws/deploy.sh build`");
        assert_eq!(run.log, "", "nothing was asked of AWS");
    }
}

#[test]
fn a_failed_smoke_test_deploys_what_was_there() {
    let case = Case {
        name: "back",
        smoke: "1",
        ..GOOD
    };
    let run = deploy(case);
    run.failed("what was there before is deployed again** and passes it");
    let back = run.log.split_once("aws cloudformation deploy").unwrap().1;
    // All former values, the empty ones too; what the failed deployment has set would stay otherwise.
    let parameters = "--parameter-overrides Deployment=AllAtOnce LogLevel=info RestoredTable= \
                      CorsAllowOrigins=https://a.example,https://b.example\nthe former template\n";
    assert!(back.contains(parameters), "{back}");
    assert!(back.contains("\nsmoke --url https://api.example.com/v1 "));
    let asked = |what: &str| run.log.find(what).unwrap();
    assert!(asked("Parameters[]") < asked("sam deploy"), "{}", run.log);

    let run = deploy(Case {
        name: "back-and-broken",
        smoke_after: "1",
        ..case
    });
    run.failed("does not pass it either");
}

#[test]
fn only_what_the_server_did_wrong_goes_back() {
    for (name, smoke) in [
        ("usage", "2"),
        ("panic", "101"),
        ("missing", "127"),
        ("interrupted", "130"),
    ] {
        let run = deploy(Case {
            name,
            smoke,
            ..GOOD
        });
        run.failed("was not tested");
        assert!(!run.log.contains("aws cloudformation deploy"), "{name}");
    }
}

#[test]
fn what_cannot_go_back_says_so() {
    let run = deploy(Case {
        name: "first",
        former: "none",
        smoke: "1",
        ..GOOD
    });
    run.failed("nothing to go back to");
    assert!(!run.log.contains("aws cloudformation deploy"));

    // Who may not look may not deploy: going back would be impossible.
    let run = deploy(Case {
        name: "refused",
        former: "refused",
        ..GOOD
    });
    run.failed("ExpiredToken");
    assert!(!run.log.contains("sam deploy"), "{}", run.log);
}

#[test]
fn a_deployment_that_failed_says_how_the_stack_is() {
    let case = Case {
        name: "failed",
        sam: "1",
        status: "UPDATE_ROLLBACK_COMPLETE",
        ..GOOD
    };
    let run = deploy(case);
    run.failed("The stack's status is UPDATE_ROLLBACK_COMPLETE;");
    assert!(!run.log.contains("smoke "), "{}", run.log);
    assert!(!run.said().contains("delete-stack"));

    let run = deploy(Case {
        name: "failed-first",
        former: "none",
        status: "ROLLBACK_COMPLETE",
        ..case
    });
    run.failed("aws cloudformation delete-stack --stack-name portfolio");
    run.failed("Table\tportfolio-Table-1");

    let run = deploy(Case {
        name: "failed-back",
        status: "UPDATE_ROLLBACK_FAILED",
        ..case
    });
    run.failed("continue-update-rollback");
}
