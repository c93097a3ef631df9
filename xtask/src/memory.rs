//! The server's memory as requests go by.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;

use crate::command::{cargo, say};
use crate::server::Server;

const FIRST: usize = 10_000;
const ALL: usize = 100_000;
const CONNECTIONS: usize = 8;
/// How much more memory the server may have after all requests than after the first ones.
const ALLOWED: f64 = 1.10;

pub(crate) fn run() -> Result<(), String> {
    cargo(&["build", "--release", "--package", "portfolio-server"])?;
    let folder = crate::root().join("target/memory");
    let server = Server::start("target/release/portfolio", &folder, &[])?;
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

/// Sends requests over several connections: three reads, then a view of a visitor of its own.
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
    let mut stream = TcpStream::connect(address).map_err(failed)?;
    let mut reader = BufReader::new(stream.try_clone().map_err(failed)?);
    for number in numbers {
        let (method, path) = match number % 4 {
            0 => ("GET", "/v1/blog/posts?limit=3"),
            1 => ("GET", "/v1/visitors/count"),
            2 => ("GET", "/v1/projects?featured=true"),
            _ => ("POST", "/v1/visitors/track"),
        };
        // Fewer visitors than visits: durable writes take milliseconds each on a slow disk.
        let session = number % 400;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-session-id: visitor-{session:016}\r\ncontent-length: 0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let status = answer(&mut reader).map_err(failed)?;
        if !status.contains(" 200 ") {
            return Err(format!("{method} {path} was answered with {status}"));
        }
    }
    Ok(())
}

/// A process's resident memory in KiB.
pub(crate) fn resident(process: u32) -> Result<u64, String> {
    let path = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(&path)
        .map_err(|error| format!("{path} cannot be read (this needs Linux): {error}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("{path} has no VmRSS"))
}
/// Reads one response to its end; gives its status line.
fn answer(reader: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(status.trim_end().to_owned())
}
