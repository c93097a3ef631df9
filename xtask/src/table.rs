//! The portfolio's table on AWS or on an emulator.

use crate::command;

const USAGE: &str = "write `cargo xtask table create NAME [--endpoint URL]`";

/// Runs `table create NAME [--endpoint URL]`.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    let arguments = match words {
        ["create", name] => vec![*name],
        ["create", name, "--endpoint", endpoint] | ["create", "--endpoint", endpoint, name] => {
            vec![*name, *endpoint]
        }
        _ => return Err(USAGE.to_owned()),
    };
    if arguments.iter().any(|word| word.starts_with('-')) {
        return Err(USAGE.to_owned());
    }
    let program = [
        "run",
        "--quiet",
        "--package",
        "portfolio-server",
        "--example",
        "table",
        "--",
    ];
    command::cargo(&[&program[..], &arguments].concat())
}
