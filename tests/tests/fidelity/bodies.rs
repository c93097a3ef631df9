//! An independent judge for request bodies: the server refuses what the contract forbids, and nothing else.

use std::collections::{BTreeSet, HashSet};

use contract_judge::Judge;
use contract_judge::mutations::{at_the_bounds, mutations};
use portfolio_tests::contract::{CONTRACT, OPERATIONS};

use crate::{component, referred};

/// The components that are bodies of requests.
fn bodies() -> BTreeSet<&'static str> {
    let bodies = OPERATIONS.iter().filter_map(|operation| {
        let body = operation.declaration.get("requestBody")?;
        let schema = &body["content"]["application/json"]["schema"];
        let id = operation.id();
        Some(referred(schema).unwrap_or_else(|| panic!("name the schema of {id}'s body")))
    });
    bodies.collect()
}

/// Disagreements over one body, and how many values were accepted and refused.
fn judged(name: &str) -> (Vec<String>, usize, usize) {
    let (judge, component) = (Judge::new(&CONTRACT).component(name), component(name));
    let schema = &CONTRACT["components"]["schemas"][name];
    let example = &schema["example"];
    let mut values = mutations(example);
    values.extend(at_the_bounds(&CONTRACT, schema, example));
    let (mut known, mut disagreements) = (HashSet::new(), Vec::new());
    let (mut accepted, mut refused) = (0, 0);
    for value in values {
        let text = value.to_string();
        let (read, walked) = (component.read(text.as_bytes()), component.inspect(&value));
        let objection = judge.objection(&value);
        if read.is_ok() != objection.is_none() || walked.is_empty() != objection.is_none() {
            let text: String = text.chars().take(500).collect();
            disagreements.push(format!(
                "{name}: {text}\n  server: {:?}\n  tolerant reading: {walked:?}\n  judge: {objection:?}",
                read.err()
            ));
        }
        if known.insert(text) {
            match objection {
                None => accepted += 1,
                Some(_) => refused += 1,
            }
        }
    }
    (disagreements, accepted, refused)
}

#[test]
fn the_server_and_the_judge_agree_on_every_body() {
    let judged: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = bodies()
            .into_iter()
            .map(|name| (name, scope.spawn(move || judged(name))))
            .collect();
        let joined = threads.into_iter();
        joined
            .map(|(name, thread)| (name, thread.join().unwrap()))
            .collect()
    });
    for (name, (disagreements, accepted, refused)) in judged {
        assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
        // The values are worth something only if both verdicts are common.
        assert!(
            accepted >= 5 && refused >= 100,
            "{name}: {accepted} accepted, {refused} refused"
        );
    }
}
