//! What more content costs: the same requests with little of it and with much.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use chrono::Utc;
use serde_json::Value;

use super::cores::Cores;
use super::data::Data;
use super::engine::Engine;
use super::operation::{Client, Operation};
use super::round::{self, Measured};
use super::side::{CLIENTS, Place, Side};
use crate::connection::Connection;

/// Sizes, as shares of the largest.
const SHARES: [usize; 3] = [100, 10, 1];

/// At least a post for each client to change.
pub(crate) const FEWEST: usize = 2 * CLIENTS;

/// No line of the log takes as long.
const PATIENCE: Duration = Duration::from_secs(10);

/// One operation at every size.
pub(crate) struct Growth {
    pub(crate) operation: Operation,
    /// From the smallest size to the largest.
    pub(crate) sizes: Vec<Size>,
}

/// One operation at one size.
pub(crate) struct Size {
    pub(crate) posts: usize,
    pub(crate) measured: Measured,
    /// Request units of one request, as the server's log says.
    pub(crate) read: f64,
    pub(crate) write: f64,
}

/// Measures ours over the engine at each size, in turns, and what each operation consumes; each is handed on when it is done.
pub(crate) fn measure(
    cores: &Cores,
    engine: &mut Engine,
    posts: usize,
    visits: u64,
    rounds: usize,
    time: Duration,
    each: impl Fn(&Growth),
) -> Result<(), String> {
    let mut sides: Vec<(usize, Side<'_>, Logged<'_>)> = Vec::new();
    for posts in sizes(posts) {
        let data = Arc::new(Data::new(posts, visits, Utc::now()));
        let place = Place::new(cores, data.clone())?;
        let table = format!("growth-{posts}");
        let side = place.over_http("ours", engine, &table)?;
        let (sender, lines) = channel();
        let logged = place.logged(engine, &table, move |line| {
            // Nobody reads any more when the last operation was logged.
            let _ = sender.send(line);
        })?;
        // Another number than the clients that are measured: sessions and a post of its own.
        let client = Client::new(CLIENTS, data, logged.token.clone());
        sides.push((
            posts,
            side,
            Logged {
                server: logged,
                lines,
                client,
            },
        ));
    }
    for operation in Operation::ALL {
        let mut sizes = Vec::new();
        for (posts, _, logged) in &mut sides {
            let (read, write) = logged.units(operation)?;
            sizes.push(Size {
                posts: *posts,
                measured: Measured::default(),
                read,
                write,
            });
        }
        for _ in 0..rounds {
            for ((_, side, _), size) in sides.iter_mut().zip(&mut sizes) {
                size.measured.add(round::run(side, operation, time)?);
            }
        }
        each(&Growth { operation, sizes });
    }
    Ok(())
}

/// From the smallest to the largest, each once.
fn sizes(posts: usize) -> Vec<usize> {
    let mut sizes = SHARES.map(|share| (posts / share).max(FEWEST)).to_vec();
    sizes.dedup();
    sizes
}

/// A server that logs what its requests consume.
struct Logged<'a> {
    server: Side<'a>,
    lines: Receiver<String>,
    client: Client,
}

impl Logged<'_> {
    fn units(&mut self, operation: Operation) -> Result<(f64, f64), String> {
        let request = operation.request(&mut self.client);
        let failed = |error| format!("{}: {error}", operation.name());
        let mut connection = Connection::open(&self.server.address).map_err(failed)?;
        let answer = connection.send(&request).map_err(failed)?;
        operation.answered(&mut self.client, &answer);
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.map_err(|_| format!("the server did not log {}", operation.name()))?;
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            if line["message"] == "request" {
                let units = |name: &str| line[name].as_f64().unwrap_or(0.0);
                return Ok((units("readUnits"), units("writeUnits")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn few_posts_are_one_size() {
        assert_eq!(super::sizes(10_000), [100, 1_000, 10_000]);
        assert_eq!(super::sizes(200), [16, 20, 200]);
        assert_eq!(super::sizes(160), [16, 160]);
        assert_eq!(super::sizes(16), [16]);
    }
}
