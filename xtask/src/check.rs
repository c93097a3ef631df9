//! Everything that CI wants to be right beside the tests.

use crate::command::cargo;
use crate::deployed;
use crate::service::{self, Service};
use crate::{
    add_operation, conformance, cost, diff, dynamodb, end_to_end, fifth, frontend, lint, moto,
    queries, regen, smoke, supply, template, workflows,
};

pub(crate) fn run() -> Result<(), String> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])?;
    // What is deployed has neither database nor identity provider inside, another service may want less still, and a client
    // of what is deployed wants more.
    for parts in [
        &deployed::arguments()[..],
        &["--package", "contract-runtime", "--no-default-features"],
        &["--package", "portfolio-client", "--features", "tls"],
    ] {
        cargo(&[&["clippy"], parts, &["--", "-D", "warnings"]].concat())?;
    }
    cargo(&["test", "--package", "xtask"])?;
    // What `cargo test` leaves out: the examples, of which one needs PostgreSQL, and what starts it.
    let mut packages = vec!["contract-postgres".to_owned()];
    let examples = service::all()?.into_iter().filter(Service::is_example);
    packages.extend(examples.flat_map(|service| service.packages()));
    let packages = packages.iter().flat_map(|package| ["--package", package]);
    cargo(&[&["test"], &packages.collect::<Vec<_>>()[..]].concat())?;
    regen::run(regen::Mode::Check)?;
    queries::run(regen::Mode::Check)?;
    diff::since(&diff::base()?)?;
    lint::run()?;
    template::run()?;
    workflows::run()?;
    supply::run(false)?;
    smoke::run(&[])?;
    cost::run(&["--check"])?;
    dynamodb::run()?;
    end_to_end::run(&[])?;
    moto::run()?;
    add_operation::run()?;
    fifth::run()?;
    conformance::run(&conformance::Extent {
        services: Vec::new(),
        seeds: vec![1],
    })?;
    frontend::run()
}
