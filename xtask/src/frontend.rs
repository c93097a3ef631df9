//! A real frontend's view: types and a client from the published contract, and two journeys in headless Chromium.
//!
//! The types of a frontend are committed, made from openapi.yml; those made from what the server publishes must be the same.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::command::{self, built, cargo};
use crate::npm::{self, NODE};
use crate::regen::File;
use crate::server::Server;

/// The types for frontends: what `cargo xtask regen` writes.
const TYPES: &str = "client/typescript/contract.d.ts";
const FOLDER: &str = "tests/frontend";
const CHROMIUM: &str = "/usr/bin/chromium";
const EMAIL: &str = "owner@example.com";
const PASSWORD: &str = "frontend-password";

pub(crate) fn run() -> Result<(), String> {
    let chromium = chromium()?;
    npm::install(FOLDER, FOLDER)?;
    cargo(&["build", "--package", "portfolio-server"])?;
    let port = free_port()?;
    let origin = format!("http://127.0.0.1:{port}");
    let server = Server::start(
        &built("debug", "portfolio")?,
        &crate::root().join("target/frontend"),
        &[
            ("OWNER_EMAIL", EMAIL),
            ("OWNER_PASSWORD", PASSWORD),
            ("CORS_ALLOW_ORIGINS", &origin),
            // The journeys read their headers, and the owner's runs into one of them.
            ("RATE_LIMITS", "on"),
        ],
    )?;
    let published = format!("http://{}/openapi.json", server.address);
    let types = made_from(&published)?;
    write(
        &crate::root().join(FOLDER).join("src/contract.d.ts"),
        &types,
    )?;
    if types != self::types()?.text {
        return Err(format!(
            "the types made from {published} are others than those made from openapi.yml: {FOLDER}/src/contract.d.ts is not {TYPES}"
        ));
    }
    command::run(&mut script("build"), NODE)?;
    let mut journeys = script("journeys");
    journeys
        .env("API_URL", format!("http://{}/v1", server.address))
        .env("PAGE_PORT", port.to_string())
        .env("CHROMIUM", chromium)
        .env("OWNER_EMAIL", EMAIL)
        .env("OWNER_PASSWORD", PASSWORD);
    command::run(&mut journeys, NODE)
}

/// The types for frontends, derived from the contract.
pub(crate) fn types() -> Result<File, String> {
    npm::install(FOLDER, FOLDER)?;
    let contract = crate::root().join("openapi.yml");
    Ok(File {
        path: crate::root().join(TYPES),
        text: made_from(&contract.to_string_lossy())?,
    })
}

/// The types made from a contract at a path or URL.
fn made_from(contract: &str) -> Result<String, String> {
    let mut types = script("types");
    types.args(["--", contract]);
    let text = command::output(&mut types, NODE)?;
    Ok(format!(
        "// Made from openapi.yml by `cargo xtask regen`.\n\n{text}"
    ))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text)
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// Where Chromium is: `CHROMIUM`, or where Debian has it.
fn chromium() -> Result<String, String> {
    let path = std::env::var("CHROMIUM").unwrap_or_else(|_| CHROMIUM.to_owned());
    if Path::new(&path).exists() {
        return Ok(path);
    }
    Err(format!(
        "there is no Chromium at {path}: install it (Debian: apt-get install chromium), or set CHROMIUM to where it is"
    ))
}

/// A script of package.json. npm runs it in the package's folder, where no other tool's settings lie.
fn script(name: &str) -> Command {
    let mut npm = Command::new("npm");
    npm.args(["--prefix", FOLDER, "run", "--silent", name]);
    npm
}

/// A port for the page: the API must be told its origin before the page is served.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener
        .map(|address| address.port())
        .map_err(|error| format!("there is no free port: {error}"))
}
