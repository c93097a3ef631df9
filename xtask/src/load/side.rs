//! The servers that are measured, each with the data set behind it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};

use super::cores::Cores;
use super::data::Data;
use super::engine::{self, Engine};
use super::operation::Client;
use crate::connection::{Connection, Request};
use crate::emulator::{DUMMY, Emulator};
use crate::python;
use crate::server::Server;

const BINARY: &str = "target/release/portfolio";
/// What Python's side needs.
pub(crate) const REQUIREMENTS: &str = "xtask/load/requirements.txt";
const EMAIL: &str = "owner@example.com";
const PASSWORD: &str = "load-test-password";
/// What the embedded identity provider signs tokens as.
const ISSUER: &str = "http://localhost/embedded";
const AUDIENCE: &str = "portfolio-embedded";
/// The embedded database's file in its folder, and its table.
const FILE: &str = "data/dynamodb.sqlite";
const EMBEDDED_TABLE: &str = "portfolio";
const EMBEDDED_FOLDER: &str = "embedded";

/// Requests that are under way at the same time.
pub(crate) const CLIENTS: usize = 8;

/// A server under load.
pub(crate) struct Side {
    pub(crate) name: &'static str,
    pub(crate) address: String,
    /// Its process's number.
    pub(crate) process: u32,
    /// The engine's, where it is another.
    pub(crate) engine: Option<u32>,
    pub(crate) clients: Vec<Client>,
    pub(crate) token: String,
    _process: Process,
}

/// Ended when dropped.
enum Process {
    Rust { _server: Server },
    Python { _server: Emulator },
}

/// What the sides have in common.
pub(crate) struct Place<'a> {
    cores: &'a Cores,
    data: Arc<Data>,
    batches: Vec<String>,
}

impl<'a> Place<'a> {
    /// A place for sides that have this behind them.
    pub(crate) fn new(cores: &'a Cores, data: Arc<Data>) -> Self {
        let batches = engine::batches(data.items());
        Self {
            cores,
            data,
            batches,
        }
    }

    /// Ours, with a table in the engine.
    pub(crate) fn over_http(
        &self,
        name: &'static str,
        engine: &mut Engine,
        table: &str,
    ) -> Result<Side, String> {
        engine.create(table)?;
        engine.load(table, &self.batches)?;
        let variables = remote(engine.url(), table);
        let token = self.sign_in(table, &variables)?;
        self.ours(name, table, &variables, token, Some(engine.id()), drop)
    }

    /// Ours once more, on a table that is loaded; what it logs is passed on.
    pub(crate) fn logged(
        &self,
        engine: &Engine,
        table: &str,
        each_line: impl FnMut(String) + Send + 'static,
    ) -> Result<Side, String> {
        let mut variables = remote(engine.url(), table);
        let folder = format!("{table}-logged");
        let token = self.sign_in(&folder, &variables)?;
        variables.extend([("LOG_LEVEL", "info"), ("LOG_FORMAT", "json")]);
        self.ours(
            "logged",
            &folder,
            &variables,
            token,
            Some(engine.id()),
            each_line,
        )
    }

    /// Ours, with the engine inside: as `cargo run --release` serves, with its files on the disk.
    pub(crate) fn embedded(&self, name: &'static str) -> Result<Side, String> {
        let token = self.sign_in(EMBEDDED_FOLDER, &[])?;
        let mut engine = Engine::start(self.cores, Some(&folder(EMBEDDED_FOLDER).join(FILE)))?;
        engine.load(EMBEDDED_TABLE, &self.batches)?;
        drop(engine);
        self.ours(name, EMBEDDED_FOLDER, &[], token, None, drop)
    }

    /// Python's, with a table of its own in the engine. It takes the tokens of `issuer`, a side of ours.
    pub(crate) fn python(
        &self,
        name: &'static str,
        engine: &mut Engine,
        table: &str,
        issuer: &Side,
    ) -> Result<Side, String> {
        engine.create(table)?;
        engine.load(table, &self.batches)?;
        let programs = python::environment("load", REQUIREMENTS)?;
        let mut uvicorn = self.cores.server(&programs.join("uvicorn"));
        uvicorn
            .args(["app:app", "--workers", "1", "--loop", "uvloop"])
            .args(["--http", "httptools", "--no-access-log"])
            .args(["--log-level", "warning"])
            .current_dir(crate::root().join("xtask/load"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env(
                "JWKS_URL",
                format!("http://{}/.well-known/jwks.json", issuer.address),
            )
            .env("TOKEN_ISSUER", ISSUER)
            .env("TOKEN_AUDIENCE", AUDIENCE)
            .envs(remote(engine.url(), table));
        let process = Emulator::start(&mut uvicorn)?;
        let token = issuer.token.clone();
        Ok(Side {
            name,
            address: process.address().to_owned(),
            process: process.id(),
            engine: Some(engine.id()),
            clients: self.clients(&token),
            token,
            _process: Process::Python { _server: process },
        })
    }

    /// Starts a server of ours for the first time, to have it make what it keeps, and signs in. The process is not the one
    /// that is measured: hashing a password takes 19 MiB, and Python's signs nobody in.
    fn sign_in(&self, name: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let settings = settings(variables, &[("OWNER_PASSWORD", PASSWORD)]);
        let server = Server::launch(self.program(), &folder(name), &settings, drop)?;
        login(&server.address)
    }

    fn ours(
        &self,
        name: &'static str,
        kept: &str,
        variables: &[(&str, &str)],
        token: String,
        engine: Option<u32>,
        each_line: impl FnMut(String) + Send + 'static,
    ) -> Result<Side, String> {
        let settings = settings(variables, &[]);
        let server = Server::resume(self.program(), &folder(kept), &settings, each_line)?;
        Ok(Side {
            name,
            address: server.address.clone(),
            process: server.id(),
            engine,
            clients: self.clients(&token),
            token,
            _process: Process::Rust { _server: server },
        })
    }

    fn program(&self) -> Command {
        self.cores.server(&crate::root().join(BINARY))
    }

    fn clients(&self, token: &str) -> Vec<Client> {
        let clients =
            (0..CLIENTS).map(|number| Client::new(number, self.data.clone(), token.to_owned()));
        clients.collect()
    }
}

fn folder(name: &str) -> PathBuf {
    crate::root().join("target/load").join(name)
}

/// What both languages' SDKs read.
fn remote<'a>(url: &'a str, table: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut variables = DUMMY.to_vec();
    variables.extend([
        ("AWS_ENDPOINT_URL_DYNAMODB", url),
        ("DYNAMODB_TABLE_NAME", table),
    ]);
    variables
}

fn settings<'a>(
    variables: &[(&'a str, &'a str)],
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let common = [("OWNER_EMAIL", EMAIL), ("SAMPLE_CONTENT", "false")];
    [&common, variables, more].concat()
}

/// The owner's token.
fn login(address: &str) -> Result<String, String> {
    let request = Request {
        method: "POST",
        path: "/v1/auth/login".to_owned(),
        headers: "content-type: application/json\r\n".to_owned(),
        body: json!({ "email": EMAIL, "password": PASSWORD }).to_string(),
    };
    let answer = Connection::open(address).and_then(|mut connection| connection.send(&request));
    let answer = answer.map_err(|error| format!("signing in failed: {error}"))?;
    let session: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let token = session["token"].as_str().map(str::to_owned);
    token.ok_or_else(|| format!("signing in was answered with {}: {session}", answer.status))
}
