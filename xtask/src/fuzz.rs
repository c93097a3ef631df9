//! Coverage-guided fuzzing: cargo-fuzz and libFuzzer on the generator (codegen/fuzz/) and on the server (tests/fuzz/).
//!
//! Without a sanitizer, which would ask for a nightly compiler: all of our code is safe. What a run finds worth keeping goes
//! to target/fuzz/corpus/, so that the next one goes on from there; the committed corpora change with `--keep` only, and
//! only if nothing was found to be broken.

mod corpus;
mod dictionary;
mod figures;
mod options;
mod sample;
mod target;

use std::process::Command;

use crate::cargo_tool::CargoTool;
use crate::command::{output, say};
use options::Options;
use target::{Fuzzer, TARGETS, Target};

const CARGO_FUZZ: CargoTool = CargoTool {
    name: "cargo-fuzz",
    version: "0.13.2",
};

/// Everything that a run leaves behind.
const FOLDER: &str = "target/fuzz";

pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    let options = Options::read(words)?;
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    output(
        Command::new(&compiler).arg("--version"),
        "libFuzzer is written in C++; install a compiler for it (apt-get install g++)",
    )?;
    let program = CARGO_FUZZ.program()?;
    let chosen = || TARGETS.iter().filter(|target| options.chooses(target));
    let (mut fuzzers, mut broken) = (Vec::new(), Vec::new());
    for target in chosen() {
        let fuzzer = target.build(&program)?;
        if let Some(input) = &options.repeat {
            return fuzzer.repeat(input);
        }
        match fuzzer.run(options.seconds) {
            Ok(figures) => say(&format!("{}: {figures}\n", target.name)),
            Err(message) => broken.push(message),
        }
        fuzzers.push(fuzzer);
    }
    for target in chosen() {
        if let Err(message) = compile(target) {
            broken.push(message);
        }
    }
    if broken.is_empty() {
        let mut keep = fuzzers.iter().filter(|_| options.keep);
        return keep.try_for_each(Fuzzer::keep);
    }
    if options.keep {
        broken.push("nothing was put into the committed corpora".to_owned());
    }
    Err(broken.join("\n"))
}

/// Compiles some of the code that was generated of a target's inputs, if they are contracts.
fn compile(target: &Target) -> Result<(), String> {
    let Some(contracts) = &target.contracts else {
        return Ok(());
    };
    let inputs = target.inputs()?;
    let sample = sample::Sample::of(inputs, contracts)
        .map_err(|message| format!("{}: {message}", target.name))?;
    let compiled = sample.compile(target.name)?;
    say(&format!(
        "{}: {compiled} contracts of those that the generator accepted compile\n",
        target.name
    ));
    Ok(())
}
