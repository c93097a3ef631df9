//! Sound contracts after changes that bytes name, so that fuzzing gets past the first look: the first byte chooses the
//! contract, the others are [`contract_judge::edits`].

use std::sync::LazyLock;

use contract_judge::edits::{Vocabulary, edited};
use serde_json::{Value, json};

/// The contracts, each with how many of the values of the first byte mean it: the fewer, the longer it takes.
const BASES: [(&str, usize); 12] = [
    (include_str!("../../tests/golden/smallest/openapi.yml"), 10),
    (include_str!("../../tests/golden/shared/openapi.yml"), 10),
    (include_str!("../../tests/golden/streams/openapi.yml"), 10),
    (include_str!("../../tests/golden/guarded/openapi.yml"), 8),
    (include_str!("../../tests/golden/faults/openapi.yml"), 6),
    (include_str!("../../tests/golden/notes/openapi.yml"), 12),
    (include_str!("../../tests/golden/everything/openapi.yml"), 2),
    (include_str!("../../tests/golden/names/openapi.yml"), 1),
    (include_str!("../../../examples/assistant/openapi.yml"), 2),
    (include_str!("../../../examples/movies/openapi.yml"), 1),
    (include_str!("../../../examples/fitspace/openapi.yml"), 1),
    (include_str!("../../../openapi.yml"), 1),
];

/// How many values of the first byte there are; they count around.
pub const VALUES: usize = 64;

/// What OpenAPI and the generator's extensions know, with values that may stand there.
const VOCABULARY: &str = include_str!("vocabulary.json");

type Base = LazyLock<(Value, Vocabulary)>;

static READ: [Base; BASES.len()] = [
    Base::new(|| read(0)),
    Base::new(|| read(1)),
    Base::new(|| read(2)),
    Base::new(|| read(3)),
    Base::new(|| read(4)),
    Base::new(|| read(5)),
    Base::new(|| read(6)),
    Base::new(|| read(7)),
    Base::new(|| read(8)),
    Base::new(|| read(9)),
    Base::new(|| read(10)),
    Base::new(|| read(11)),
];

/// A contract and the vocabulary for it, in which references to its own components are words too.
fn read(base: usize) -> (Value, Vocabulary) {
    let generated = contract_codegen::generate(BASES[base].0, "openapi.yml")
        .expect("a contract that other tests have accepted");
    let contract: Value = serde_json::from_str(&generated.json).expect("generated JSON is JSON");
    let mut vocabulary = Vocabulary::read(VOCABULARY);
    let mut references = Vec::new();
    for (kind, components) in contract["components"].as_object().into_iter().flatten() {
        for name in components.as_object().into_iter().flatten() {
            references.push(format!("#/components/{kind}/{}", name.0));
        }
    }
    references.sort_unstable();
    let words = references.into_iter();
    let words = words.map(|reference| (reference.clone(), json!({ "$ref": reference })));
    vocabulary.0.extend(words);
    (contract, vocabulary)
}

/// The contract that bytes stand for; none without any.
#[must_use]
pub fn contract(bytes: &[u8]) -> Option<String> {
    let (first, edits) = bytes.split_first()?;
    let mut left = usize::from(*first) % VALUES;
    let base = BASES.iter().position(|(_, values)| {
        let here = left < *values;
        left = left.saturating_sub(*values);
        here
    });
    let (contract, vocabulary) = &*READ[base?];
    Some(edited(contract, vocabulary, edits).to_string())
}
