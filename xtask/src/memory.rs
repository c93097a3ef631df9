//! The server's memory as requests go by.

use std::thread;

use crate::command::{built, cargo, say};
use crate::connection::{Connection, Request};
use crate::server::Server;

const FIRST: usize = 10_000;
const ALL: usize = 100_000;
const CONNECTIONS: usize = 8;
/// How much more memory the server may have after all requests than after the first ones.
const ALLOWED: f64 = 1.10;

pub(crate) fn run() -> Result<(), String> {
    cargo(&["build", "--release", "--package", "portfolio-server"])?;
    let folder = crate::root().join("target/memory");
    let server = Server::start(&built("release", "portfolio")?, &folder, &[])?;
    requests(&server.address, 0..FIRST)?;
    let early = resident(server.id())?;
    requests(&server.address, FIRST..ALL)?;
    let late = resident(server.id())?;
    let ratio = late as f64 / early as f64;
    say(&format!(
        "memory: {early} KiB after {FIRST} requests, {late} KiB after {ALL}\nratio: {ratio:.3} memory\n"
    ));
    if ratio > ALLOWED {
        return Err(format!(
            "memory grew by more than {:.0} %",
            (ALLOWED - 1.0) * 100.0
        ));
    }
    Ok(())
}

/// Sends requests over several connections: three reads, then a visit.
fn requests(address: &str, numbers: std::ops::Range<usize>) -> Result<(), String> {
    let share = numbers.len() / CONNECTIONS;
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|worker| {
                let first = numbers.start + worker * share;
                scope.spawn(move || connection(address, first..first + share))
            })
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .map_err(|_| "a connection panicked".to_owned())?
        })
    })
}

fn connection(address: &str, numbers: std::ops::Range<usize>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("a request failed: {error}");
    let mut connection = Connection::open(address).map_err(failed)?;
    for number in numbers {
        let (method, path) = match number % 4 {
            0 => ("GET", "/v1/blog/posts?limit=3"),
            1 => ("GET", "/v1/visitors/count"),
            2 => ("GET", "/v1/projects?featured=true"),
            _ => ("POST", "/v1/visitors/track"),
        };
        // A hundred visitors, who come again and again: each new one is a durable write, which takes milliseconds on a slow
        // disk.
        let session = number % 400;
        let request = Request {
            method,
            path: path.to_owned(),
            headers: format!("x-session-id: visitor-{session:016}\r\n"),
            body: String::new(),
        };
        let status = connection.send(&request).map_err(failed)?.status;
        if status != 200 {
            return Err(format!("{method} {path} was answered with {status}"));
        }
    }
    Ok(())
}

/// A process's resident memory in KiB.
pub(crate) fn resident(process: u32) -> Result<u64, String> {
    field(process, "VmRSS:")
}

/// What of it is the process's own in KiB: not the pages of programs and libraries, which the kernel can drop and shares.
pub(crate) fn anonymous(process: u32) -> Result<u64, String> {
    field(process, "RssAnon:")
}

/// A number of proc(5), `/proc/PID/status`.
fn field(process: u32, name: &str) -> Result<u64, String> {
    let path = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(&path)
        .map_err(|error| format!("{path} cannot be read (this needs Linux): {error}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("{path} has no {name}"))
}
