//! The servers that are measured, each with the data set behind it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};

use super::cores::Cores;
use super::data::Data;
use super::engine::{self, Engine};
use super::operation::Client;
use crate::command::built;
use crate::connection::{Connection, Request};
use crate::emulator::{DUMMY, Emulator};
use crate::python;
use crate::server::Server;

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
pub(crate) struct Side<'a> {
    pub(crate) name: &'static str,
    pub(crate) address: String,
    /// Its process's number.
    pub(crate) process: u32,
    /// The engine's, where it is another.
    pub(crate) engine: Option<u32>,
    pub(crate) clients: Vec<Client>,
    pub(crate) token: String,
    start: Start<'a>,
    running: Option<Process>,
}

type Start<'a> = Box<dyn Fn() -> Result<Process, String> + 'a>;

/// Ended when dropped.
enum Process {
    Rust(Server),
    Python(Emulator),
}

impl<'a> Side<'a> {
    fn started(
        name: &'static str,
        engine: Option<u32>,
        clients: Vec<Client>,
        token: String,
        start: Start<'a>,
    ) -> Result<Self, String> {
        let mut side = Self {
            name,
            address: String::new(),
            process: 0,
            engine,
            clients,
            token,
            start,
            running: None,
        };
        side.restart()?;
        Ok(side)
    }

    /// A new process on the same data, whose memory knows nothing of former requests.
    pub(crate) fn restart(&mut self) -> Result<(), String> {
        // Not both at once: they would want the same files.
        self.running = None;
        let running = (self.start)()?;
        (self.address, self.process) = match &running {
            Process::Rust(server) => (server.address.clone(), server.id()),
            Process::Python(server) => (server.address().to_owned(), server.id()),
        };
        self.running = Some(running);
        Ok(())
    }
}

/// What the sides have in common.
pub(crate) struct Place<'a> {
    cores: &'a Cores,
    data: Arc<Data>,
    batches: Vec<String>,
    /// Our server.
    binary: PathBuf,
}

impl<'a> Place<'a> {
    /// A place for sides that have this behind them.
    pub(crate) fn new(cores: &'a Cores, data: Arc<Data>) -> Result<Self, String> {
        let batches = engine::batches(data.items());
        Ok(Self {
            cores,
            data,
            batches,
            binary: built("release", "portfolio")?,
        })
    }

    /// Ours, with a table in the engine.
    pub(crate) fn over_http(
        &self,
        name: &'static str,
        engine: &mut Engine,
        table: &str,
    ) -> Result<Side<'a>, String> {
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
        each_line: impl FnMut(String) + Clone + Send + 'static,
    ) -> Result<Side<'a>, String> {
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
    pub(crate) fn embedded(&self, name: &'static str) -> Result<Side<'a>, String> {
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
    ) -> Result<Side<'a>, String> {
        engine.create(table)?;
        engine.load(table, &self.batches)?;
        let programs = python::environment("load", REQUIREMENTS)?;
        // A file, since the issuer is started again and then listens elsewhere.
        let keys = folder("jwks.json");
        std::fs::write(&keys, key_set(&issuer.address)?)
            .map_err(|error| format!("{} cannot be written: {error}", keys.display()))?;
        let (cores, url, table) = (self.cores, engine.url().to_owned(), table.to_owned());
        let start = move || {
            let mut uvicorn = cores.server(&programs.join("uvicorn"));
            uvicorn
                .args(["app:app", "--workers", "1", "--loop", "uvloop"])
                .args(["--http", "httptools", "--no-access-log"])
                .args(["--log-level", "warning"])
                .current_dir(crate::root().join("xtask/load"))
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .env("JWKS_FILE", &keys)
                .env("TOKEN_ISSUER", ISSUER)
                .env("TOKEN_AUDIENCE", AUDIENCE)
                .envs(remote(&url, &table));
            Emulator::start(&mut uvicorn).map(Process::Python)
        };
        let token = issuer.token.clone();
        let clients = self.clients(&token);
        Side::started(name, Some(engine.id()), clients, token, Box::new(start))
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
        each_line: impl FnMut(String) + Clone + Send + 'static,
    ) -> Result<Side<'a>, String> {
        let (cores, binary, folder) = (self.cores, self.binary.clone(), folder(kept));
        let settings: Vec<(String, String)> = settings(variables, &[])
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let start = move || {
            let settings = settings.iter();
            let settings: Vec<(&str, &str)> = settings.map(|(n, v)| (&**n, &**v)).collect();
            let program = cores.server(&binary);
            Server::resume(program, &folder, &settings, each_line.clone()).map(Process::Rust)
        };
        let clients = self.clients(&token);
        Side::started(name, engine, clients, token, Box::new(start))
    }

    fn program(&self) -> Command {
        self.cores.server(&self.binary)
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

/// What the issuer's tokens are verified with.
fn key_set(address: &str) -> Result<Vec<u8>, String> {
    let request = Request {
        method: "GET",
        path: "/.well-known/jwks.json".to_owned(),
        ..Request::default()
    };
    let answer = Connection::open(address).and_then(|mut connection| connection.send(&request));
    let answer = answer.map_err(|error| format!("the issuer's keys were not answered: {error}"))?;
    Ok(answer.body)
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
