//! Random faults and races, and what must be true whatever they were.
//!
//! A [`world::World`] is the whole server. Of faults and of races it is in one thread, asked without a socket, on a database in
//! memory and on time that nobody waits for: ten seconds of latency cost none, and everything random comes of a seed. Of
//! [`connections`] it is one or two servers with threads of their own, asked over HTTP. `cargo test` runs a selection;
//! `cargo xtask torture` runs as many rounds as it is told, and a failure says the command that repeats it; on connections
//! only what is asked is the same then, not who meets whom.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, in its helpers too"
)]
#![allow(
    clippy::print_stdout,
    reason = "figures, and how to repeat a round, are what these tests are run for"
)]

mod connections;
mod faults;
mod invariants;
mod item;
mod judge;
mod linear;
mod plan;
mod races;
mod record;
mod request;
mod rounds;
mod schedule;
mod servers;
mod session;
mod visitor;
mod work;
mod world;
