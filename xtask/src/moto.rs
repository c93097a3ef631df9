//! Amazon Cognito as somebody else has understood it: moto, from PyPI, and the built server with a user pool there.
//!
//! The contract tests have a user pool of their own, which does what they tell it; this one nobody here has written. The
//! journeys are in tests/examples/moto.rs.

use std::process::{Command, Stdio};

use crate::command::{self, INSTALL_RUST, built, cargo, cargo_program};
use crate::emulator::{DUMMY, Emulator};
use crate::python;
use crate::server::Server;

const REQUIREMENTS: &str = "tests/moto/requirements.txt";

/// The two kinds of user pools: people's usernames are their email addresses, or the pool makes them up.
const POOLS: [&str; 2] = ["named", "email"];

pub(crate) fn run() -> Result<(), String> {
    let programs = python::environment("moto", REQUIREMENTS)?;
    cargo(&["build", "--package", "portfolio-server"])?;
    cargo(&["build", "--package", "portfolio-tests", "--example", "moto"])?;
    for kind in POOLS {
        // One for each: nothing of the other's.
        let moto = Emulator::start(
            Command::new(programs.join("moto_server"))
                .envs(DUMMY)
                // A line for each request.
                .stderr(Stdio::null()),
        )?;
        let made = example(&["pool", &moto.url, kind]).output();
        let made = made.map_err(|error| format!("the example could not be run: {error}"))?;
        if !made.status.success() {
            let complaint = String::from_utf8_lossy(&made.stderr);
            return Err(format!("moto has made no user pool: {complaint}"));
        }
        let made = String::from_utf8_lossy(&made.stdout).into_owned();
        let mut settings: Vec<(&str, &str)> = made
            .lines()
            .filter_map(|line| line.split_once('='))
            .collect();
        settings.extend(DUMMY);
        let folder = crate::root().join("target/moto").join(kind);
        let server = Server::start(&built("debug", "portfolio")?, &folder, &settings)?;
        let base = format!("http://{}/v1", server.address);
        let ids = settings.iter().filter(|(name, _)| name.ends_with("_ID"));
        let ids: Vec<&str> = ids.map(|(_, id)| *id).collect();
        let journeys = [&["journeys", &moto.url, kind, &base], &ids[..2]].concat();
        command::run(&mut example(&journeys), INSTALL_RUST)?;
    }
    Ok(())
}

fn example(words: &[&str]) -> Command {
    let mut cargo = cargo_program();
    cargo
        .args(["run", "--quiet", "--package", "portfolio-tests"])
        .args(["--example", "moto", "--"])
        .args(words)
        .current_dir(crate::root());
    cargo
}
