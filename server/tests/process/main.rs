//! The binary as a process: how it starts, what it says, what it survives and how it ends.

#![allow(
    clippy::unwrap_used,
    reason = "a test that panics has failed, in its helpers too"
)]

mod bodies;
mod crash;
mod data_folder;
mod floods;
mod full_disk;
mod function;
mod http;
#[path = "../../../tests/torture/invariants.rs"]
mod invariants;
mod lines;
mod settings;
mod shutdown;
mod site;
mod start;
