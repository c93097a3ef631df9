//! No input makes the generator panic, overflow the stack or take long: contracts with mistakes
//! everywhere, and texts that are no contracts at all.
//!
//! Test threads have 2 MB of stack, less than the main thread of a build script. The samples are
//! the same in each run; `THOROUGH=1 cargo test --release -p contract-codegen --test robustness` takes
//! all of them.
#![allow(clippy::unwrap_used)]

mod bombs;
mod changes;
mod noise;

use std::time::{Duration, Instant};

const NOTES: &str = include_str!("../golden/notes/openapi.yml");
const EVERYTHING: &str = include_str!("../golden/everything/openapi.yml");
const ROOT: &str = include_str!("../../../openapi.yml");

/// How far apart the places are that a test changes: so many, or each one if `THOROUGH` is set, which takes minutes.
fn every(places: usize) -> usize {
    if std::env::var_os("THOROUGH").is_some() {
        1
    } else {
        places
    }
}

/// Generates and lets the outcome be what it may, if only it comes soon. Whether it was accepted.
fn survives(source: &str) -> bool {
    let start = Instant::now();
    let outcome = contract_codegen::generate(source, "openapi.yml");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    match outcome {
        Ok(_) => true,
        Err(diagnostics) => {
            assert!(!diagnostics.list.is_empty());
            for line in diagnostics.lines() {
                assert!(line.starts_with("openapi.yml:"), "{line}");
                assert!(!line.contains(char::is_control), "{line:?}");
            }
            false
        }
    }
}

/// Numbers that look random and are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}
