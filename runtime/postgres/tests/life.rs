//! A server's beginning and end, on the machine's own PostgreSQL.

// Clippy knows tests from what they call by the attribute alone.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use contract_postgres::{Binaries, Server};

/// Set for the process that [`a_server_ends_with_a_process_that_is_killed`] kills.
const CHILD: &str = "THROWAWAY_POSTGRES_CHILD";

fn start() -> Server {
    let binaries = Binaries::find().unwrap_or_else(|error| panic!("{error}"));
    Server::start(&binaries, "someone").unwrap_or_else(|error| panic!("{error}"))
}

fn socket(folder: &Path) -> PathBuf {
    folder.join(".s.PGSQL.5432")
}

#[test]
fn a_server_answers_and_leaves_nothing_behind() {
    let server = start();
    let folder = server.socket_folder();
    assert!(UnixStream::connect(socket(&folder)).is_ok());
    assert!(
        server
            .log()
            .unwrap()
            .contains("ready to accept connections")
    );
    let whole = folder.parent().unwrap().to_owned();
    let begin = Instant::now();
    drop(server);
    assert!(!whole.exists(), "{} is left", whole.display());
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn two_servers_do_not_meet() {
    let (one, other) = (start(), start());
    assert_ne!(one.socket_folder(), other.socket_folder());
    assert!(UnixStream::connect(socket(&one.socket_folder())).is_ok());
    assert!(UnixStream::connect(socket(&other.socket_folder())).is_ok());
}

#[test]
fn a_server_ends_with_a_process_that_is_killed() {
    if std::env::var_os(CHILD).is_some() {
        let server = start();
        // For the process that is going to kill this one.
        let mut output = std::io::stdout();
        writeln!(output, "\nFOLDER {}", server.socket_folder().display()).unwrap();
        std::thread::sleep(Duration::from_secs(600));
        return;
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "a_server_ends_with_a_process_that_is_killed",
            "--exact",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let folder = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .find_map(|line| Some(PathBuf::from(line.unwrap().strip_prefix("FOLDER ")?)))
        .expect("the child says where its server is");
    assert!(UnixStream::connect(socket(&folder)).is_ok());
    // SIGKILL: nothing in the process runs any more.
    child.kill().unwrap();
    child.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while folder.exists() || folder.parent().is_some_and(Path::exists) {
        assert!(Instant::now() < deadline, "{} is left", folder.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_folder_without_programs_is_refused() {
    let empty = tempfile::tempdir().unwrap();
    let error = Binaries::within(empty.path()).unwrap_err();
    assert!(error.to_string().contains("initdb"), "{error}");
}
