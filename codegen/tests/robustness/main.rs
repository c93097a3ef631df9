//! No input makes the generator panic, overflow the stack or take long: contracts with mistakes
//! everywhere, and texts that are no contracts at all.
//!
//! Test threads have 2 MB of stack, less than the main thread of a build script. The samples are
//! the same in each run; `THOROUGH=1 cargo test --release -p contract-codegen --test robustness` takes
//! all of them. `cargo xtask fuzz` looks for more, and `corpora` has what it found worth keeping.
#![allow(clippy::unwrap_used)]

mod bombs;
mod changes;
mod corpora;
mod noise;

use contract_robustness::property::survives;

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
