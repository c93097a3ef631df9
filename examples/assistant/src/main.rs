//! `assistant`: serves the assistant's API.

use std::process::ExitCode;

fn main() -> ExitCode {
    contract_runtime::program::run(assistant::Assistant)
}
