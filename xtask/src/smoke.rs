//! A smoke test of a deployed server, or of one's own, through the generated client: client/examples/smoke.

use crate::command::{INSTALL_RUST, built, cargo, cargo_program, run as run_command};
use crate::server::Server;

const EMAIL: &str = "owner@example.com";
const PASSWORD: &str = "smoke-test-password";
const PASSWORD_VARIABLE: &str = "SMOKE_PASSWORD";
/// A web page that may call.
const ORIGIN: &str = "http://localhost:5173";

/// Runs `smoke` with the words of the client's own command, or against a server that is started for it.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    if words.is_empty() {
        return own_server();
    }
    smoke(words, &[])
}

fn own_server() -> Result<(), String> {
    cargo(&["build", "--package", "portfolio-server"])?;
    let settings = [
        ("OWNER_EMAIL", EMAIL),
        ("OWNER_PASSWORD", PASSWORD),
        ("CORS_ALLOW_ORIGINS", ORIGIN),
        ("RATE_LIMITS", "on"),
    ];
    let folder = crate::root().join("target/smoke");
    let server = Server::start(&built("debug", "portfolio")?, &folder, &settings)?;
    let url = format!("http://{}/v1", server.address);
    let words = ["--url", &url, "--origin", ORIGIN, "--email", EMAIL];
    let secret = ["--password-env", PASSWORD_VARIABLE];
    smoke(
        &[&words[..], &secret].concat(),
        &[(PASSWORD_VARIABLE, PASSWORD)],
    )
}

fn smoke(words: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    let mut program = cargo_program();
    program.args(["run", "--quiet", "--package", "portfolio-client"]);
    // Without need the client is not built a second time.
    if words.iter().any(|word| word.starts_with("https:")) {
        program.args(["--features", "tls"]);
    }
    program
        .args(["--example", "smoke", "--"])
        .args(words)
        .envs(variables.iter().copied());
    run_command(&mut program, INSTALL_RUST).map_err(|error| {
        if error.contains("not installed") {
            error
        } else {
            // What failed stands above.
            "the smoke test did not succeed".to_owned()
        }
    })
}
