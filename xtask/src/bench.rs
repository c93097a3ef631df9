//! The benchmarks. Each compares things within one run; none judges.

use crate::command::cargo;

pub(crate) fn run() -> Result<(), String> {
    cargo(&["bench", "--package", "contract-codegen", "--bench", "layer"])?;
    cargo(&[
        "bench",
        "--package",
        "contract-codegen",
        "--bench",
        "generate",
    ])
}
