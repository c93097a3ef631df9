//! The contract's descriptions as documentation comments.

use proc_macro2::TokenStream;
use quote::quote;

/// The widest line of documentation, in characters.
const WIDTH: usize = 90;
/// Markdown takes lines with a deeper indentation for code.
const DEEPEST_TEXT: usize = 3;

/// Documentation, wrapped. Nothing for no text.
pub(super) fn docs(text: &str) -> TokenStream {
    let text = printable(text);
    let mut in_code = false;
    let lines: Vec<String> = text
        .trim()
        .lines()
        .flat_map(|line| laid_out(line.trim_end(), &mut in_code))
        .collect();
    let lines = lines.iter().map(|line| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

/// Documentation that is never missing.
pub(super) fn docs_or(text: &str, otherwise: &str) -> TokenStream {
    if printable(text).trim().is_empty() {
        docs(otherwise)
    } else {
        docs(text)
    }
}

/// Without characters that a comment must not have: rustc refuses carriage returns, and marks
/// that change the direction of text (they can make code look other than it is).
fn printable(text: &str) -> String {
    let hidden = |letter: char| {
        (letter.is_control() && letter != '\n' && letter != '\t')
            || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.replace("\r\n", "\n").replace(hidden, " ")
}

/// A line of Markdown, broken at blanks. Code is kept as it is, and is marked as text, or rustdoc
/// would take it for a Rust test.
fn laid_out(line: &str, in_code: &mut bool) -> Vec<String> {
    let start = line.trim_start();
    if start.starts_with("```") || start.starts_with("~~~") {
        *in_code = !*in_code;
        let language = start.trim_start_matches(['`', '~']);
        let is_rust = language.is_empty() || language.trim_start().starts_with("rust");
        let fence = &start[..start.len() - language.len()];
        return vec![if *in_code && is_rust {
            format!("{fence}text")
        } else {
            start.to_owned()
        }];
    }
    if *in_code || start.starts_with('|') {
        return vec![line.to_owned()];
    }
    let indent = (line.len() - start.len()).min(DEEPEST_TEXT);
    if indent > 0 {
        return vec![format!("{:indent$}{start}", "")];
    }
    wrapped(line)
}

fn wrapped(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut width = 0;
    for word in line.split(' ') {
        let letters = word.chars().count();
        if width > 0 && width + 1 + letters > WIDTH {
            lines.push(String::new());
            width = 0;
        }
        if let Some(last) = lines.last_mut() {
            if width > 0 {
                last.push(' ');
                width += 1;
            }
            last.push_str(word);
            width += letters;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let mut in_code = false;
        let text = printable(text);
        let lines = text.trim().lines();
        lines
            .flat_map(|line| laid_out(line.trim_end(), &mut in_code))
            .collect()
    }

    #[test]
    fn code_is_no_test() {
        assert_eq!(
            lines("a\n```\n  b\n```\nc"),
            ["a", "```text", "  b", "```", "c"]
        );
        assert_eq!(lines("```json\n{}\n```"), ["```json", "{}", "```"]);
        assert_eq!(lines("a\n\n        b"), ["a", "", "   b"]);
    }

    #[test]
    fn comments_hold_no_hidden_characters() {
        assert_eq!(lines("a\rb\u{202E}c\r\nd"), ["a b c", "d"]);
    }

    #[test]
    fn long_lines_are_broken() {
        let line = "word ".repeat(40);
        assert!(lines(&line).iter().all(|line| line.len() <= WIDTH));
    }
}
