//! The contract tests once more, against a DynamoDB in another process: the SDK's real connector, its retries and
//! timeouts, and an endpoint without TLS.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{self, INSTALL_RUST, cargo_program};

/// The engine that is also embedded in the server, as a server of its own: the faithful one of those that can be had.
const ENGINE: &str = "3.2.0";

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// Credentials that no AWS would accept, and a region: an emulator wants to be asked as AWS is.
const DUMMY: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "emulated"),
    ("AWS_SECRET_ACCESS_KEY", "emulated"),
    ("AWS_REGION", "eu-west-1"),
];

pub(crate) fn run() -> Result<(), String> {
    let engine = Engine::start()?;
    command::run(
        cargo_program()
            .args(["test", "--package", "portfolio-tests", "--test", "contract"])
            .env("CONTRACT_DYNAMODB", &engine.url)
            .envs(DUMMY),
        INSTALL_RUST,
    )
}

/// A running engine, in memory; ended when dropped.
struct Engine {
    process: Child,
    url: String,
}

impl Engine {
    fn start() -> Result<Self, String> {
        let program = installed()?;
        // The engine cannot be asked for any free port, so one is found for it.
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| format!("no port is free: {error}"))?
            .port();
        let process = Command::new(&program)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} could not be started: {error}", program.display()))?;
        let mut engine = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Ok(Some(status)) = engine.process.try_wait() {
                return Err(format!("the engine ended before it listened ({status})"));
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("the engine does not listen on port {port}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(engine)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The engine's program, built once into the build folder.
fn installed() -> Result<PathBuf, String> {
    let tools = crate::root().join("target/tools");
    let folder = tools.join(format!("dynoxide-{ENGINE}"));
    let program = folder.join("bin").join("dynoxide");
    if program.is_file() {
        return Ok(program);
    }
    let version = format!("={ENGINE}");
    let mut cargo = cargo_program();
    cargo
        .args(["install", "dynoxide-rs", "--version", &version, "--locked"])
        .args([
            "--debug",
            "--no-default-features",
            "--features",
            "cli,http-server,native-sqlite",
        ])
        .arg("--root")
        .arg(&folder)
        .env("CARGO_TARGET_DIR", tools.join("build"));
    command::run(&mut cargo, INSTALL_RUST)?;
    Ok(program)
}
