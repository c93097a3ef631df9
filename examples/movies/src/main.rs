//! `movies`: serves the movies' API.

use std::process::ExitCode;

use movies::program::Program;

fn main() -> ExitCode {
    contract_runtime::program::run(Program::default())
}
