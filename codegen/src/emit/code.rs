//! Generated code as text, written item by item: the tokens and the syntax tree of a large contract
//! as a whole would take gigabytes.

use proc_macro2::TokenStream;
use quote::quote;

/// Lines that begin an item start with one of these.
const BEGINNINGS: &[&[u8]] = &[
    b"///",
    b"#[derive",
    b"pub struct",
    b"pub enum",
    b"pub mod",
    b"pub trait",
    b"pub use",
    b"pub(super) async fn",
    b"async fn",
    b"impl ",
    b"mod ",
    b"fn ",
    b"::contract_runtime::",
];

/// Formatted code.
#[derive(Default)]
pub(crate) struct Code {
    text: String,
    /// How deep the lines that come next lie, in blanks.
    depth: usize,
    /// How deep an item ended on the last line, if one did.
    ended: Option<usize>,
    error: Option<syn::Error>,
}

impl Code {
    /// Writes items. They are parsed, so what is written is Rust.
    pub(super) fn items(&mut self, tokens: TokenStream) {
        if let Some(text) = self.printed(tokens) {
            self.lines(&text);
        }
    }

    /// Writes a module. Its attributes and visibility are its `head`.
    pub(super) fn module(
        &mut self,
        head: &TokenStream,
        name: &str,
        content: impl FnOnce(&mut Self),
    ) {
        let name = super::identifier(name);
        let Some(empty) = self.printed(quote!(#head mod #name {})) else {
            return;
        };
        self.lines(empty.trim_end().trim_end_matches('}'));
        self.depth += 4;
        content(self);
        self.depth -= 4;
        self.lines("}");
    }

    /// The whole text, or why something is not Rust.
    pub(super) fn finish(self) -> Result<String, syn::Error> {
        self.error.map_or(Ok(self.text), Err)
    }

    fn printed(&mut self, tokens: TokenStream) -> Option<String> {
        match syn::parse2(tokens) {
            Ok(file) => Some(prettyplease::unparse(&file)),
            Err(error) => {
                self.error.get_or_insert(error);
                None
            }
        }
    }

    /// Adds lines, with a blank one before each item that follows another one of the same depth,
    /// which the pretty printer does not know. No literal has several lines.
    fn lines(&mut self, text: &str) {
        for line in text.lines() {
            // On bytes, since generators run unoptimised.
            let bytes = line.as_bytes();
            let blanks = bytes.iter().take_while(|byte| **byte == b' ').count();
            let (indent, code) = (self.depth + blanks, &bytes[blanks..]);
            if self.ended == Some(indent) && BEGINNINGS.iter().any(|start| code.starts_with(start))
            {
                self.text.push('\n');
            }
            if !code.is_empty() {
                self.text.extend(std::iter::repeat_n(' ', self.depth));
            }
            self.text.push_str(line.trim_end());
            self.text.push('\n');
            let ends = match code.last() {
                Some(b'}') => true,
                Some(b';') => !code.starts_with(b"let "),
                _ => false,
            };
            self.ended = ends.then_some(indent);
        }
    }
}
