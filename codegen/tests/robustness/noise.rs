//! Contracts that end too soon, or have other characters in them; and noise.

use super::{EVERYTHING, NOTES, Numbers, ROOT, every, survives};

fn truncated(source: &str, step: usize) {
    for end in (0..source.len()).step_by(step) {
        if source.is_char_boundary(end) {
            survives(&source[..end]);
        }
    }
}

const SPECIAL: &[char] = &[
    '\0', '\t', '\n', '\r', ' ', '!', '"', '#', '%', '&', '\'', '*', ',', '-', '.', '/', '0', ':',
    '<', '>', '?', '@', '[', '\\', ']', '`', '{', '|', '}', '~', '\u{85}', '\u{a0}', '²', 'é',
    '\u{301}', '\u{2028}', '\u{202e}', '\u{feff}', '\u{fffd}', '😀',
];

/// Contracts with a few characters changed.
fn disturbed(source: &str, rounds: usize, seed: u64) {
    let mut numbers = Numbers(seed);
    let letters: Vec<char> = source.chars().collect();
    for _ in 0..rounds {
        let mut changed = letters.clone();
        for _ in 0..=numbers.below(3) {
            let index = numbers.below(changed.len());
            let special = SPECIAL[numbers.below(SPECIAL.len())];
            match numbers.below(3) {
                0 => changed[index] = special,
                1 => changed.insert(index, special),
                _ => {
                    changed.remove(index);
                }
            }
        }
        survives(&changed.iter().collect::<String>());
    }
}

/// Texts of special characters, and of random ones.
fn noise(rounds: usize, seed: u64) {
    let mut numbers = Numbers(seed);
    for round in 0..rounds {
        let length = numbers.below(200);
        let text: String = (0..length)
            .map(|_| match round % 3 {
                0 => SPECIAL[numbers.below(SPECIAL.len())],
                1 => char::from(numbers.below(128) as u8),
                _ => char::from_u32(numbers.below(0x11_0000) as u32).unwrap_or('a'),
            })
            .collect();
        survives(&text);
        let prefixed = format!("openapi: 3.0.3\n{text}");
        survives(&prefixed);
    }
}

#[test]
fn a_contract_that_ends_too_soon() {
    truncated(NOTES, every(61));
    truncated(EVERYTHING, every(409));
    truncated(ROOT, every(5_003));
}

#[test]
fn a_contract_with_other_characters() {
    disturbed(NOTES, 120, 0x5EED);
    disturbed(EVERYTHING, 40, 0xBEEF);
    disturbed(ROOT, 15, 0xCAFE);
}

#[test]
fn no_contract_at_all() {
    noise(1_500, 0xF00D);
}
