//! What holds of every text that is given as a contract, whoever made it.

use std::time::{Duration, Instant};

use contract_codegen::Diagnostics;
use contract_codegen::compare::{Text, compare};
use contract_codegen::gateway::{self, Tree};

/// What an emitter's own mistake is called: no contract may bring one about.
const OWN_MISTAKE: &str = "mistake of the generator";

/// Generates and lets the outcome be what it may, if only it comes soon. Whether it was accepted.
///
/// # Panics
///
/// If it takes ten seconds, or its faults cannot be read.
pub fn survives(source: &str) -> bool {
    let start = Instant::now();
    let outcome = contract_codegen::generate(source, "openapi.yml");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    match outcome {
        Ok(_) => true,
        Err(diagnostics) => {
            are_readable(&diagnostics);
            false
        }
    }
}

/// Somebody can read what is wrong, and it is the contract's own fault.
fn are_readable(diagnostics: &Diagnostics) {
    assert!(!diagnostics.list.is_empty());
    for line in diagnostics.lines() {
        assert!(line.starts_with("openapi.yml:"), "{line}");
        assert!(!line.contains(char::is_control), "{line:?}");
        assert!(!line.contains(OWN_MISTAKE), "{line}");
    }
}

/// The same, and with everything else that reads a contract: nothing has changed between a contract and itself, which can be
/// said at least of one that is accepted, and of that a definition for an API gateway is made or refused. One in eight is
/// generated twice, with the same outcome. Whether it was accepted.
///
/// # Panics
///
/// If something of this does not hold.
pub fn holds(source: &str) -> bool {
    let accepted = survives(source);
    if source.len().is_multiple_of(8) {
        let [one, two] = [(); 2].map(|()| contract_codegen::generate(source, "openapi.yml"));
        match (one, two) {
            (Ok(one), Ok(two)) => assert!(one.rust == two.rust && one.json == two.json),
            (Err(one), Err(two)) => assert_eq!(one, two),
            _ => panic!("accepted once and refused once"),
        }
    }
    let text = Text {
        file: "openapi.yml",
        source,
    };
    match compare(text, text) {
        Ok(comparison) => assert_eq!(comparison.changes, []),
        Err(found) => {
            assert!(!accepted, "accepted, and not compared: {found}");
            are_readable(&found);
        }
    }
    if accepted {
        let options = gateway::Options {
            function: Tree::text("arn"),
            authorizers: &[],
            other_paths: &["/health"],
            error: |_, _, _| String::new(),
            clients: 2,
        };
        if let Err(found) = gateway::generate(source, "openapi.yml", &options) {
            are_readable(&found);
        }
    }
    accepted
}
