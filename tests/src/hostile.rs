//! Requests made of any bytes, and what must hold of every answer: each function is a property that panics where it is
//! broken. The fuzz targets (`tests/fuzz/`) call them, and `cargo test` with the inputs that are
//! committed: seeds, and what fuzzing kept.
//!
//! A world is the whole server in one thread with a published item and a draft of each kind. One in which a request may
//! have changed something is not used for another input, so that an input alone says what happens.

mod operations;
mod token;
mod world;

pub use operations::operations;
pub use token::{is_taken, token};
