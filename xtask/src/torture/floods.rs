//! Thousands of connections that want nothing but to be there, and honest clients beside them.
//!
//! Attackers and honest clients have one address, which is the hardest case: nothing but what they do tells them
//! apart. A connection that the server closes is opened again at once.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::rounds::tests;
use crate::command::{self, INSTALL_RUST, built, say};
use crate::memory::resident;
use crate::server::Server;

/// Threads that keep the attackers' connections, a share each.
const ATTACKERS: usize = 20;
/// How long honest clients ask once the flood is there.
const DURATION: Duration = Duration::from_secs(5);
/// Between two honest requests.
const PAUSE: Duration = Duration::from_millis(10);
/// How long the flood may take to be there.
const OPENING: Duration = Duration::from_secs(30);
/// An honest client waits no longer than this.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much memory a flood may cost, KiB.
const ALLOWED: u64 = 64 * 1024;

/// What an attacker's connection does.
struct Flood {
    name: &'static str,
    /// Connections that attackers have, or have again.
    connections: usize,
    /// How many they open in a second at most. What is tried is how many there are, not how much work a machine can do: an
    /// answer that is not taken is work.
    rate: u32,
    /// What it sends when it is opened.
    first: &'static str,
    /// What it sends from time to time.
    trickle: &'static str,
    /// Whether it takes what it is answered.
    reads: bool,
}

macro_rules! ask_often {
    ($request:expr) => {
        concat!(
            $request, $request, $request, $request, $request, $request, $request
        )
    };
}

const FLOODS: [Flood; 4] = [
    Flood {
        name: "silent",
        connections: 5_000,
        rate: 2_000,
        first: "",
        trickle: "",
        reads: true,
    },
    Flood {
        name: "slow heads",
        connections: 5_000,
        rate: 2_000,
        first: "GET /v1/visitors/count HTTP/1.1\r\nhost: localhost\r\n",
        trickle: "x: y\r\n",
        reads: true,
    },
    Flood {
        name: "slow bodies",
        connections: 5_000,
        rate: 1_000,
        first: "POST /v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 8000\r\n\r\n{",
        trickle: " ",
        reads: true,
    },
    Flood {
        name: "untaken answers",
        connections: 1_500,
        rate: 300,
        first: ASK,
        trickle: "",
        reads: false,
    },
];

/// Requests for the contract, the longest answer that anybody can ask for: more than a connection's buffers hold.
const ASK: &str = ask_often!(ask_often!(
    "GET /openapi.yml HTTP/1.1\r\nhost: localhost\r\n\r\n"
));

/// How honest clients fared.
#[derive(Default)]
struct Honest {
    times: Vec<Duration>,
    failed: Vec<String>,
}

pub(crate) fn run() -> Result<(), String> {
    allow_files()?;
    command::run(
        tests().args(["--test", "process", "--no-run"]),
        INSTALL_RUST,
    )?;
    let broken: Vec<String> = FLOODS
        .iter()
        .map(flooded)
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken.join("\n"))
    }
}

/// A server under a flood: says how it fared, gives the promises that it broke.
fn flooded(flood: &Flood) -> Result<Vec<String>, String> {
    let folder = crate::root().join("target/torture/floods");
    let server = Server::start(&built("release", "portfolio")?, &folder, &[])?;
    let calm = ask_for(&server.address, DURATION / 5);
    let before = resident(server.id())?;
    let (stop, opened) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (fared, most) = thread::scope(|scope| {
        for _ in 0..ATTACKERS {
            scope.spawn(|| attack(&server.address, flood, &stop, &opened));
        }
        let most = scope.spawn(|| {
            let mut most = before;
            while !stop.load(Ordering::Relaxed) {
                most = resident(server.id()).map_or(u64::MAX, |now| now.max(most));
                thread::sleep(PAUSE);
            }
            most
        });
        let start = Instant::now();
        while opened.load(Ordering::Relaxed) < flood.connections && start.elapsed() < OPENING {
            thread::sleep(PAUSE);
        }
        let fared = ask_for(&server.address, DURATION);
        stop.store(true, Ordering::Relaxed);
        (fared, most.join().unwrap_or(u64::MAX))
    });
    let (name, opened) = (flood.name, opened.into_inner());
    let last = resident(server.id())
        .map_err(|error| format!("{name}: the server did not survive it: {error}"))?;
    say(&format!(
        "{name}: {opened} connections opened; memory {before} KiB before, {most} at most, {last} after\n  \
         honest requests: {}\n  without it: {}\n",
        fared.said(),
        calm.said(),
    ));
    let mut broken = Vec::new();
    if opened < flood.connections {
        broken.push(format!("{name}: only {opened} connections could be opened"));
    }
    if let Some(failure) = fared.failed.first() {
        let failed = fared.failed.len();
        broken.push(format!(
            "{name}: {failed} honest requests failed, the first with {failure}"
        ));
    }
    if most > before + ALLOWED {
        let grown = most - before;
        broken.push(format!("{name}: memory grew by {grown} KiB"));
    }
    Ok(broken)
}

/// Lets this process have as many files as connections.
fn allow_files() -> Result<(), String> {
    let connections = FLOODS.iter().map(|flood| flood.connections).max();
    let files = connections.unwrap_or(0) + 200;
    let allowed = Command::new("prlimit")
        .args([
            &format!("--pid={}", std::process::id()),
            &format!("--nofile={files}:"),
        ])
        .status()
        .map_err(|error| format!("prlimit (Debian: util-linux) cannot be run: {error}"))?;
    if allowed.success() {
        Ok(())
    } else {
        Err(format!(
            "this process may not open {files} files; raise its hard limit (ulimit -Hn)"
        ))
    }
}

/// Keeps a share of the connections open until told to stop.
fn attack(address: &str, flood: &Flood, stop: &AtomicBool, opened: &AtomicUsize) {
    let mut connections: Vec<Option<TcpStream>> = Vec::new();
    connections.resize_with(flood.connections.div_ceil(ATTACKERS), || None);
    while !stop.load(Ordering::Relaxed) {
        for connection in &mut connections {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let alive = connection
                .as_mut()
                .is_some_and(|stream| trickle(stream, flood));
            if !alive {
                *connection = open(address, flood);
                opened.fetch_add(usize::from(connection.is_some()), Ordering::Relaxed);
                thread::sleep(Duration::from_secs(ATTACKERS as u64) / flood.rate);
            }
        }
        thread::sleep(PAUSE);
    }
}

fn open(address: &str, flood: &Flood) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_nonblocking(true).ok()?;
    stream.write_all(flood.first.as_bytes()).ok()?;
    Some(stream)
}

/// Sends a little more; whether the connection is still there.
fn trickle(stream: &mut TcpStream, flood: &Flood) -> bool {
    let waits = |error: &std::io::Error| error.kind() == ErrorKind::WouldBlock;
    let sent = stream.write(flood.trickle.as_bytes());
    if sent.is_err_and(|error| !waits(&error)) {
        return false;
    }
    let mut taken = [0; 1];
    let heard = if flood.reads {
        stream.read(&mut taken)
    } else {
        stream.peek(&mut taken)
    };
    match heard {
        Ok(0) => false,
        Ok(_) => true,
        Err(error) => waits(&error),
    }
}

/// Sends honest requests, each on a connection of its own.
fn ask_for(address: &str, duration: Duration) -> Honest {
    let mut honest = Honest::default();
    let start = Instant::now();
    while start.elapsed() < duration {
        let asked = Instant::now();
        match ask(address) {
            Ok(()) => honest.times.push(asked.elapsed()),
            Err(failure) => honest.failed.push(failure),
        }
        thread::sleep(PAUSE);
    }
    honest.times.sort_unstable();
    honest
}

fn ask(address: &str) -> Result<(), String> {
    let asked = || {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(
            b"GET /v1/visitors/count HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok::<_, std::io::Error>(answer)
    };
    match asked() {
        Ok(answer) if answer.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(answer) => Err(format!(
            "{:?}",
            answer.lines().next().unwrap_or("no answer")
        )),
        Err(error) => Err(error.to_string()),
    }
}

impl Honest {
    fn said(&self) -> String {
        let at = |share: f64| {
            let last = self.times.len().saturating_sub(1);
            let time = self.times.get((last as f64 * share) as usize);
            time.map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        format!(
            "{} answered, {} failed; {:.1} ms median, {:.1} ms 99th percentile, {:.1} ms longest",
            self.times.len(),
            self.failed.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        )
    }
}
