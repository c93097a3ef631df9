//! Blank lines between items, which the pretty printer does not know.

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

/// Puts a blank line before each item that follows another one of the same depth.
pub(crate) fn spaced(code: &str) -> String {
    let mut spaced = String::with_capacity(code.len() + code.len() / 16);
    // How deep an item ended on the line before, if one did.
    let mut ended = None;
    for line in code.lines() {
        // On bytes, since generators run unoptimised.
        let bytes = line.as_bytes();
        let indent = bytes.iter().take_while(|byte| **byte == b' ').count();
        let text = &bytes[indent..];
        if ended == Some(indent) && BEGINNINGS.iter().any(|start| text.starts_with(start)) {
            spaced.push('\n');
        }
        spaced.push_str(line);
        spaced.push('\n');
        let ends = match text.last() {
            Some(b'}') => true,
            Some(b';') => !text.starts_with(b"let "),
            _ => false,
        };
        ended = ends.then_some(indent);
    }
    spaced
}
