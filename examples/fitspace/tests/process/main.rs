//! The program as people and Lambda start and end it.

// Clippy knows tests from what they call by the attribute alone.
#![allow(clippy::unwrap_used)]

mod commands;
mod function;
mod start;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use contract_postgres::{Binaries, Server};

/// The program in an empty folder, with these settings and none of this process's.
fn program(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fitspace"));
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("PORT", "0")
        .env("LOG_LEVEL", "warn")
        .envs(settings.iter().copied());
    command
}

/// What the program says before it ends by itself.
fn outcome(settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    program(folder.path(), settings)
        .args(arguments)
        .output()
        .unwrap()
}

/// The sentence with which the program ends.
fn complaint(settings: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = outcome(settings, arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn postgres() -> Server {
    let binaries = Binaries::find().unwrap_or_else(|error| panic!("{error}"));
    Server::start(&binaries, "someone").unwrap_or_else(|error| panic!("{error}"))
}

/// A running program; it ends with this value.
struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    banner: Vec<String>,
}

impl Running {
    fn start(settings: &[(&str, &str)]) -> Self {
        let mut child = program(&std::env::temp_dir(), settings)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut banner = Vec::new();
        loop {
            let mut line = String::new();
            assert!(
                output.read_line(&mut line).unwrap() > 0,
                "it ended after {banner:?}"
            );
            if line.trim().is_empty() {
                break;
            }
            banner.push(line.trim().to_owned());
        }
        Self {
            child,
            output,
            banner,
        }
    }

    /// What the line of this name in the banner says.
    fn line(&self, name: &str) -> &str {
        let line = self.banner.iter().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{:?}", self.banner)).trim()
    }

    /// The folder of its throw-away database.
    fn folder(&self) -> PathBuf {
        let look = self.line("Look").trim_end_matches('"');
        let data = Path::new(look.split_once("host=").unwrap().1);
        data.parent().unwrap().to_owned()
    }

    /// The status of an answer, and its body.
    fn get(&self, path: &str) -> (u16, String) {
        let address = self.line("API").strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    fn wait(mut self) -> ExitStatus {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
