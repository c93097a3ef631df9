//! A running program.

use std::process::Stdio;
use std::sync::LazyLock;

use contract_judge::witness::{Contract, Witness};
use contract_runtime::Description;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const DESCRIPTION: Description = assistant::contract::DESCRIPTION;

pub(crate) static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::read(DESCRIPTION.json));

/// The program with these settings and no others.
fn program(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assistant"));
    let keys = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "eu-west-1"),
    ];
    command
        .env_clear()
        .envs([("PORT", "0"), ("RATE_LIMITS", "off")])
        .envs(keys)
        .envs(settings.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

pub(crate) struct Site {
    _child: Child,
    /// Without a token.
    pub(crate) visitor: Witness,
    /// With the token of the banner.
    pub(crate) user: Witness,
    pub(crate) origin: String,
    /// That token.
    pub(crate) token: String,
}

impl Site {
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let mut child = program(settings).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut origin, mut token) = (String::new(), String::new());
        while let Some(line) = lines.next_line().await.unwrap() {
            let line = line.trim();
            if let Some(url) = line.strip_prefix("API ") {
                origin = url.trim().to_owned();
            }
            if let Some(given) = line.strip_prefix("Token     export TOKEN=") {
                token = given.to_owned();
            }
            if line.is_empty() {
                break;
            }
        }
        // Whatever else it says must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let address = origin.trim_start_matches("http://").parse().unwrap();
        let visitor = Witness::new(&CONTRACT, address);
        Self {
            _child: child,
            user: visitor.with_token(&token),
            visitor,
            origin,
            token,
        }
    }
}

/// What a program that does not start says, and how it ends.
pub(crate) async fn refused(settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = program(settings).output().await.unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}
