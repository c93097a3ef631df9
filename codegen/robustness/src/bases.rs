//! Sound contracts that others are made of.

use std::iter::repeat_n;
use std::sync::OnceLock;

use contract_judge::edits::Vocabulary;
use serde_json::{Value, json};

/// A contract, and which share of all inputs is made of it.
pub(crate) struct Base {
    /// Its folder's name.
    name: &'static str,
    source: &'static str,
    /// How many values of an input's first byte mean it: the fewer, the longer it takes.
    values: usize,
    read: &'static OnceLock<(Value, Vocabulary)>,
}

/// The contract in a folder, how that is called, and its share.
macro_rules! base {
    ($folder:literal, $name:literal, $values:literal) => {{
        static READ: OnceLock<(Value, Vocabulary)> = OnceLock::new();
        Base {
            name: $name,
            source: include_str!(concat!($folder, "/openapi.yml")),
            values: $values,
            read: &READ,
        }
    }};
}

/// In an order that stays, as their shares do: committed inputs choose by number.
static BASES: [Base; 12] = [
    base!("../../tests/golden/smallest", "smallest", 10),
    base!("../../tests/golden/shared", "shared", 10),
    base!("../../tests/golden/streams", "streams", 10),
    base!("../../tests/golden/guarded", "guarded", 8),
    base!("../../tests/golden/faults", "faults", 6),
    base!("../../tests/golden/notes", "notes", 12),
    base!("../../tests/golden/everything", "everything", 2),
    base!("../../tests/golden/names", "names", 1),
    base!("../../../examples/assistant", "assistant", 2),
    base!("../../../examples/movies", "movies", 1),
    base!("../../../examples/fitspace", "fitspace", 1),
    base!("../../..", "root", 1),
];

/// How many values of the first byte there are; they count around.
const VALUES: usize = shares(&BASES);

// Another number, and most committed inputs would mean another contract.
const _: () = assert!(VALUES == 64);

const fn shares(bases: &[Base]) -> usize {
    match bases {
        [] => 0,
        [first, others @ ..] => first.values + shares(others),
    }
}

/// What OpenAPI and the generator's extensions know, with values that may stand there.
const VOCABULARY: &str = include_str!("vocabulary.json");

/// The contract that an input's first byte means.
pub(crate) fn chosen(first: u8) -> &'static Base {
    let mut values = BASES.iter().flat_map(|base| repeat_n(base, base.values));
    let chosen = values.nth(usize::from(first) % VALUES);
    chosen.expect("there are as many values as the shares have together")
}

impl Base {
    /// It and the vocabulary for it, in which references to its own components are words too.
    pub(crate) fn read(&self) -> &(Value, Vocabulary) {
        self.read.get_or_init(|| {
            let contract = self.contract();
            let mut vocabulary = Vocabulary::read(VOCABULARY);
            vocabulary.0.extend(references(&contract));
            (contract, vocabulary)
        })
    }

    fn contract(&self) -> Value {
        let generated = contract_codegen::generate(self.source, "openapi.yml")
            .unwrap_or_else(|found| panic!("{} is refused: {found}", self.name));
        serde_json::from_str(&generated.json).expect("generated JSON is JSON")
    }
}

/// The references to a contract's components, each with how one is written.
fn references(contract: &Value) -> Vec<(String, Value)> {
    let mut references = Vec::new();
    for (kind, components) in contract["components"].as_object().into_iter().flatten() {
        for (name, _) in components.as_object().into_iter().flatten() {
            references.push(format!("#/components/{kind}/{name}"));
        }
    }
    references.sort_unstable();
    let references = references.into_iter();
    let words = references.map(|reference| (reference.clone(), json!({ "$ref": reference })));
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contracts::contract_edits;
    use crate::property::survives;

    /// The committed inputs (`codegen/fuzz/corpus/`) were kept for what they meant then.
    #[test]
    fn a_first_byte_means_the_contract_that_it_always_meant() {
        let named = |first: usize| chosen(u8::try_from(first).unwrap()).name;
        let values = 0..2 * VALUES;
        let starts = values.filter(|first| *first == 0 || named(*first) != named(first - 1));
        let starts: Vec<_> = starts.map(|first| (first, named(first))).collect();
        let once = [
            (0, "smallest"),
            (10, "shared"),
            (20, "streams"),
            (30, "guarded"),
            (38, "faults"),
            (44, "notes"),
            (56, "everything"),
            (58, "names"),
            (59, "assistant"),
            (61, "movies"),
            (62, "fitspace"),
            (63, "root"),
        ];
        let again = once.map(|(start, name)| (start + VALUES, name));
        assert_eq!(starts, [once, again].concat());
    }

    /// Whichever contract the first byte chooses: without a change it is one that is accepted.
    #[test]
    fn contracts_without_a_change_are_accepted() {
        let mut first = 0;
        for base in &BASES {
            let contract = contract_edits(&[first]).unwrap();
            assert!(survives(&contract), "{}", base.name);
            first += u8::try_from(base.values).unwrap();
        }
        assert_eq!(usize::from(first), VALUES);
    }
}
