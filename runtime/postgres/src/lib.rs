//! A throw-away PostgreSQL server for laptops and tests, started from the binaries that the machine has.
//!
//! ```no_run
//! use contract_postgres::{Binaries, Server};
//!
//! let binaries = Binaries::find()?;
//! let server = Server::start(&binaries, "notes")?;
//! println!("{}", server.url());
//! # Ok::<(), contract_postgres::StartError>(())
//! ```
//!
//! The cluster lies in a folder of its own below the system's folder for temporary files, nobody but its user can enter
//! that, and the server listens on a socket in it and nowhere else. Nothing is written through to the disk.
//!
//! It ends with the process that started it, however that ends: a shell between the two reads from a pipe that only that
//! process holds open, and when the pipe is closed, by [`Drop`] or by the kernel after `kill -9`, it stops the server and
//! removes the folder. What outlives a power cut is removed by the next start.
//!
//! PostgreSQL refuses to run as root; started by root it runs as `postgres` or else as `nobody`.

mod account;
mod binaries;
mod cluster;
mod error;
mod leftovers;
mod server;

pub use binaries::Binaries;
pub use error::StartError;
pub use server::Server;
