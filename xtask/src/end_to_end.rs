//! The contract tests once more, through what is deployed: the function's release binary, on an emulated Lambda runtime
//! API, behind a gateway of each kind, with DynamoDB and the user pool over HTTP.

use std::path::Path;

use crate::command::{built, cargo};
use crate::deployed;
use crate::dynamodb;

/// Answers what a program asks its machine for the time, so that the function lives by the tests' clock.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// As tests/src/deployed.rs has them; the first is the one of template.yaml.
const GATEWAYS: [&str; 5] = ["rest", "rest-custom-domain", "http", "http-stage", "url"];

/// Runs with the gateways that `words` name (`[--gateway KIND]...`), or with template.yaml's.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    let mut gateways = Vec::new();
    for pair in words.chunks(2) {
        match pair {
            ["--gateway", "all"] => gateways.extend(GATEWAYS),
            ["--gateway", gateway] if GATEWAYS.contains(gateway) => gateways.push(*gateway),
            _ => {
                return Err(format!(
                    "write `cargo xtask end-to-end [--gateway KIND]...` with a kind of {} or all",
                    GATEWAYS.join(", ")
                ));
            }
        }
    }
    if gateways.is_empty() {
        gateways.push(GATEWAYS[0]);
    }
    let faketime = std::env::var("FAKETIME").unwrap_or_else(|_| FAKETIME.to_owned());
    if !Path::new(&faketime).exists() {
        return Err(format!(
            "there is no libfaketime at {faketime}: install it (Debian: apt-get install libfaketime), or set FAKETIME to where it is"
        ));
    }
    cargo(&[&["build", "--release"], &deployed::arguments()[..]].concat())?;
    let binary = built("release", "portfolio")?;
    let binary = binary.to_string_lossy();
    for gateway in gateways {
        dynamodb::contract_tests(&[
            ("CONTRACT_FUNCTION", &binary),
            ("CONTRACT_GATEWAY", gateway),
            ("FAKETIME", &faketime),
        ])?;
    }
    Ok(())
}
