//! `portfolio`: serves the portfolio's API.

use std::process::ExitCode;

use portfolio_server::program::Program;

fn main() -> ExitCode {
    contract_runtime::program::run(Program)
}
