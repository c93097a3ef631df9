//! One side under one operation for a while.

use std::fs;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use super::histogram::Histogram;
use super::operation::{Client, Operation};
use super::side::Side;
use crate::connection::Connection;
use crate::memory;

/// What was seen of one side and one operation, in one round or in several.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    pub(crate) latencies: Histogram,
    /// Answers per second of each round.
    pub(crate) throughputs: Vec<f64>,
    /// The 99th percentile of each round that had enough answers for one.
    pub(crate) tails: Vec<Duration>,
    /// Computing time of the server's process, and of the engine's where it is another.
    pub(crate) server: Duration,
    pub(crate) engine: Duration,
    /// Resident KiB after the last round, and those that are the process's own.
    pub(crate) memory: u64,
    pub(crate) anonymous: u64,
}

impl Measured {
    /// Adds a round.
    pub(crate) fn add(&mut self, round: Self) {
        self.latencies.merge(&round.latencies);
        self.throughputs.extend(round.throughputs);
        self.tails.extend(round.tails);
        self.server += round.server;
        self.engine += round.engine;
        self.memory = round.memory;
        self.anonymous = round.anonymous;
    }

    /// A computing time by request, in microseconds.
    pub(crate) fn each(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1e6 / self.latencies.total().max(1) as f64
    }
}

/// Sends requests of all clients for `time`; the last ones are waited for.
pub(crate) fn run(
    side: &mut Side,
    operation: Operation,
    time: Duration,
) -> Result<Measured, String> {
    let (server, engine) = (side.process, side.engine);
    let before = (
        computed(server)?,
        engine.map_or(Ok(Duration::ZERO), computed)?,
    );
    let (address, name) = (side.address.as_str(), side.name);
    let barrier = Barrier::new(side.clients.len());
    let start = Instant::now();
    let rounds: Vec<Result<Histogram, String>> = thread::scope(|scope| {
        let clients = side.clients.iter_mut().map(|client| {
            let barrier = &barrier;
            scope.spawn(move || {
                // Connections of a former round may have been given up by the server.
                let connection = Connection::open(address);
                barrier.wait();
                let connection =
                    connection.map_err(|error| format!("{name} takes no connection: {error}"))?;
                requests(client, connection, operation, time)
                    .map_err(|error| format!("{}, {name}: {error}", operation.name()))
            })
        });
        let clients: Vec<_> = clients.collect();
        let joined = clients.into_iter().map(|client| {
            client
                .join()
                .unwrap_or_else(|_| Err("a client panicked".to_owned()))
        });
        joined.collect()
    });
    let elapsed = start.elapsed();
    let mut measured = Measured::default();
    for round in rounds {
        measured.latencies.merge(&round?);
    }
    let answers = measured.latencies.total() as f64;
    measured.throughputs.push(answers / elapsed.as_secs_f64());
    measured.tails.extend(measured.latencies.quantile(0.99));
    measured.server = computed(server)? - before.0;
    measured.engine = engine.map_or(Ok(Duration::ZERO), computed)? - before.1;
    measured.memory = memory::resident(server)?;
    measured.anonymous = memory::anonymous(server)?;
    Ok(measured)
}

fn requests(
    client: &mut Client,
    mut connection: Connection,
    operation: Operation,
    time: Duration,
) -> Result<Histogram, String> {
    let mut latencies = Histogram::default();
    let end = Instant::now() + time;
    loop {
        let request = operation.request(client);
        let sent = Instant::now();
        if sent >= end {
            return Ok(latencies);
        }
        let answer = connection.send(&request);
        let answer = answer.map_err(|error| format!("a request failed: {error}"))?;
        latencies.add(sent.elapsed());
        if answer.status != operation.status() {
            let body = String::from_utf8_lossy(&answer.body);
            return Err(format!(
                "{} {} was answered with {}: {body}",
                request.method, request.path, answer.status
            ));
        }
        operation.answered(client, &answer);
    }
}

/// The computing time of a process so far (proc(5), `/proc/PID/stat`, fields 14 and 15).
pub(crate) fn computed(process: u32) -> Result<Duration, String> {
    /// Of a second; what `getconf CLK_TCK` says on every Linux that Rust runs on.
    const TICK: Duration = Duration::from_millis(10);
    let path = format!("/proc/{process}/stat");
    let stat = fs::read_to_string(&path)
        .map_err(|error| format!("{path} cannot be read (has the server ended?): {error}"))?;
    // The second field, a name in parentheses, may hold anything.
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let mut times = fields
        .split(' ')
        .skip(11)
        .map_while(|field| field.parse::<u32>().ok());
    match (times.next(), times.next()) {
        (Some(user), Some(system)) => Ok(TICK * (user + system)),
        _ => Err(format!("{path} has no times")),
    }
}
