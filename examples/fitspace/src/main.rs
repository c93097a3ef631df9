//! `fitspace`: serves the API, or migrates its database.

use std::process::ExitCode;

fn main() -> ExitCode {
    contract_runtime::program::run(fitspace::program::Program)
}
