//! The server's memory as requests go by.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::command::{cargo, say};

const FIRST: usize = 10_000;
const ALL: usize = 100_000;
const CONNECTIONS: usize = 8;
/// How much more memory the server may have after all requests than after the first ones.
const ALLOWED: f64 = 1.10;

pub(crate) fn run() -> Result<(), String> {
    cargo(&["build", "--release", "--package", "portfolio-server"])?;
    let folder = crate::root().join("target/memory");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let server = Server::start(&folder)?;
    server.requests(0..FIRST)?;
    let early = server.resident()?;
    server.requests(FIRST..ALL)?;
    let late = server.resident()?;
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

/// A server of its own, ended when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path) -> Result<Self, String> {
        let mut process = Command::new(crate::root().join("target/release/portfolio"))
            .current_dir(folder)
            .env("PORT", "0")
            .env("HOST", "127.0.0.1")
            .env("DATA_DIR", folder.join("data"))
            .env("RATE_LIMITS", "off")
            .env("LOG_LEVEL", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the server could not be started: {error}"))?;
        let output = process.stdout.take().ok_or("the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            Some(line.split_once("http://")?.1.split('/').next()?.to_owned())
        });
        // Whatever the server prints later must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        match address {
            Some(address) => Ok(Self { process, address }),
            None => Err("the server ended before it said its address".to_owned()),
        }
    }

    /// Sends requests over several connections: three reads, then a view of a visitor of its own.
    fn requests(&self, numbers: std::ops::Range<usize>) -> Result<(), String> {
        let share = numbers.len() / CONNECTIONS;
        thread::scope(|scope| {
            let workers: Vec<_> = (0..CONNECTIONS)
                .map(|worker| {
                    let first = numbers.start + worker * share;
                    scope.spawn(move || self.connection(first..first + share))
                })
                .collect();
            workers.into_iter().try_for_each(|worker| {
                worker
                    .join()
                    .map_err(|_| "a connection panicked".to_owned())?
            })
        })
    }

    fn connection(&self, numbers: std::ops::Range<usize>) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("a request failed: {error}");
        let mut stream = TcpStream::connect(&self.address).map_err(failed)?;
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

    /// Resident memory in KiB.
    fn resident(&self) -> Result<u64, String> {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(&path)
            .map_err(|error| format!("{path} cannot be read (this needs Linux): {error}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.ok_or_else(|| format!("{path} has no VmRSS"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
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
