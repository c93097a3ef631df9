//! The project's own commands: `cargo xtask --help`.

mod add_operation;
mod bench;
mod bill;
mod cargo_tool;
mod check;
mod command;
mod conformance;
mod connection;
mod copy;
mod cost;
mod coverage;
mod deployed;
mod diff;
mod dynamodb;
mod emulator;
mod end_to_end;
mod fifth;
mod frontend;
mod fuzz;
mod gateway;
mod git;
mod golden;
mod lambda;
mod lint;
mod load;
mod memory;
mod moto;
mod mutants;
mod npm;
mod operations_table;
mod python;
mod queries;
mod readme;
mod regen;
mod reproducible;
mod server;
mod service;
mod smoke;
mod supply;
mod table;
mod template;
mod torture;
mod version;
mod workflows;

use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  check            formatting, clippy, the tests of these commands, of runtime/postgres and of examples/, regen --check,
                   queries --check, diff --since HEAD~1 (or the commit that CONTRACT_BASE names: where the branch was
                   before a push), lint, template, workflows, supply, smoke, cost --check, dynamodb, end-to-end, moto,
                   add-operation, fifth, conformance with one seed, and frontend: what CI runs after `cargo test`
  regen            writes what is committed and derived from a contract (Node.js needed for the TypeScript types)
  regen --check    fails if any of it is stale
  queries [--check]
                   what PostgreSQL says of the queries in the code, written down for builds without one, or compared
                   (PostgreSQL and psql needed; starts a server of its own)
  lint             a strict public linter on every openapi.yml (Node.js needed; installs itself into target/)
  template         SAM's and cfn-lint's opinion of every template.yaml, as it is and translated, without an account on AWS
                   (python3 needed; installs itself into target/)
  workflows        GitHub's schema, an auditor and shellcheck on .github/workflows and the scripts (python3 needed)
  supply [--advisories]
                   licences, sources and duplicates of all dependencies but libFuzzer, which no product has (cargo-deny),
                   and those that nothing uses (cargo-machete); with --advisories known vulnerabilities too, from
                   RustSec's database on GitHub (builds the two tools into target/, some minutes)
  sbom             a bill of materials of the function, CycloneDX in target/sbom/ (builds cargo-cyclonedx into target/)
  reproducible     builds the function of the last commit in two folders and compares the bytes (many minutes)
  diff OLD NEW     what changed between two contracts: breaking, compatible, documentation
  diff --since REV what changed since a revision; fails if info.version does not say so
  conformance [--service NAME]... [--seed N]...
                   an outside judge: schemathesis against running servers, the portfolio's and those of examples/, with a
                   token and without (python3 needed; installs itself into target/; three seeds, minutes for each service)
  add-operation    adds the operation of README.md to a copy, sees the builds fail and succeed as that says, and asks it
  fifth            makes the smallest service, the one of README.md, in a folder outside, and asks it
  frontend         types and a client from the published contract, type-checked, and a reader's and the owner's journey
                   in headless Chromium (Node.js and Chromium needed; the rest installs itself)
  coverage         runs the contract tests; operations against the statuses that they declare, and the case for each
  coverage --recorded
                   the same of tests that have just run with CONTRACT_COVERAGE=$PWD/target/coverage/answers.jsonl
  mutants [--sample N] [--seed S]
                   spoils contract and handlers in every way and proves that builds or tests fail (nine minutes)
  dynamodb         the contract tests against a DynamoDB in another process (builds the engine's server into target/)
  end-to-end [--gateway KIND]...
                   the contract tests through the function's release binary behind an emulated gateway: rest,
                   rest-custom-domain, http, http-stage, url, or all (libfaketime needed)
  smoke [--url URL [--origin ORIGIN] [--contract any] [--email EMAIL --password-env NAME | --token-env NAME]]
                   every kind of request to a server, by default one of its own; deletes what it creates
  moto             sign-in through a user pool of moto's, a stand-in for Amazon Cognito (python3 needed; installs itself
                   into target/)
  cost [--check | [--duration-ms N] [--memory-mb N]]
                   a month on AWS at three volumes: measured request units, a stated traffic, list prices
  table create NAME [--endpoint URL]
                   makes the portfolio's table on AWS, or on an emulator
  bench            generated routes against hand-written ones, and the time to generate (about a minute)
  memory           the server's memory after 10,000 and after 100,000 requests (about a minute)
  torture [KIND]... [--seed N] [--rounds N]
                   the server under what somebody does to it on purpose, or nobody does, with figures: faults (10,000
                   random schedules of them between the server and its database), crashes (200 kills while writing, full
                   disks; Linux), races (100 rounds of 64 clients at once), floods (thousands of connections that want
                   nothing; Linux); a seed that fails says the command that repeats it (of crashes, and of races on
                   connections, when things happen is up to the machine)
  fuzz [TARGET]... [--seconds N] [--keep]
                   coverage-guided fuzzing, a minute for each target: contract and contract_edits (the generator, and a sample
                   of the code that it made is compiled), operations (every operation of the server), token (credentials);
                   --keep puts what was found into the committed corpora, which `cargo test` repeats, unless something was
                   found to be broken: at most 48 inputs each in place of what was kept before, and seeds with names of
                   their own stay (a C++ compiler needed; builds cargo-fuzz into target/, some minutes)
  fuzz TARGET --repeat FILE
                   one input again
  load [--seconds N] [--posts N] | load --quick
                   the release server under load, beside the same operations by FastAPI and boto3 on the same engine:
                   throughput, latencies, memory, and what grows with the content (python3 and two cores needed; installs
                   itself into target/; ten minutes, and the builds; --quick tries the machinery in two)
  lambda           builds the function as it is deployed, and functions that do nothing: their sizes, how soon they
                   answer, what they add to a request (some minutes)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["check"] => check::run(),
        ["regen"] => regen::run(regen::Mode::Write),
        ["regen", "--check"] => regen::run(regen::Mode::Check),
        ["queries"] => queries::run(regen::Mode::Write),
        ["queries", "--check"] => queries::run(regen::Mode::Check),
        ["lint"] => lint::run(),
        ["template"] => template::run(),
        ["diff", "--since", revision] => diff::since(revision),
        ["diff", old, new] => diff::files(old, new),
        ["conformance", words @ ..] => {
            conformance::Extent::read(words).and_then(|extent| conformance::run(&extent))
        }
        ["add-operation"] => add_operation::run(),
        ["fifth"] => fifth::run(),
        ["frontend"] => frontend::run(),
        ["coverage"] => coverage::run(false),
        ["coverage", "--recorded"] => coverage::run(true),
        ["dynamodb"] => dynamodb::run(),
        ["end-to-end", words @ ..] => end_to_end::run(words),
        ["moto"] => moto::run(),
        ["table", words @ ..] => table::run(words),
        ["bench"] => bench::run(),
        ["mutants", sample @ ..] => {
            mutants::Sample::read(sample).and_then(|sample| mutants::run(&sample))
        }
        ["cost", words @ ..] => cost::run(words),
        ["supply"] => supply::run(false),
        ["supply", "--advisories"] => supply::run(true),
        ["sbom"] => bill::run(),
        ["reproducible"] => reproducible::run(),
        ["workflows"] => workflows::run(),
        ["smoke", words @ ..] => smoke::run(words),
        ["memory"] => memory::run(),
        ["torture", words @ ..] => torture::run(words),
        ["load", words @ ..] => load::Options::read(words).and_then(|options| load::run(&options)),
        ["fuzz", words @ ..] => fuzz::run(words),
        ["lambda"] => lambda::run(),
        ["--help" | "-h" | "help"] => {
            command::say(HELP);
            Ok(())
        }
        [] => Err(format!("a command is missing\n\n{HELP}")),
        words => Err(format!("`{}` is not a command\n\n{HELP}", words.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            command::complain(&message);
            ExitCode::FAILURE
        }
    }
}

/// The contract, read by the generator.
fn contract() -> Result<contract_codegen::Generated, String> {
    let path = root().join("openapi.yml");
    let source = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    contract_codegen::generate(&source, "openapi.yml").map_err(|found| found.to_string())
}

/// The repository's folder.
fn root() -> PathBuf {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .map_or_else(|| package.clone(), PathBuf::from)
}
