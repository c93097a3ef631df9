//! Blank lines between items, which the pretty printer does not know.

/// Puts a blank line before each item that follows another one of the same depth.
pub(crate) fn spaced(code: &str) -> String {
    let mut spaced = String::with_capacity(code.len() + code.len() / 16);
    let mut previous = "";
    for line in code.lines() {
        if begins_item(line) && ends_item(previous) && indent(line) == indent(previous) {
            spaced.push('\n');
        }
        spaced.push_str(line);
        spaced.push('\n');
        previous = line;
    }
    spaced
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn ends_item(line: &str) -> bool {
    let line = line.trim_start();
    line.ends_with('}') || (line.ends_with(';') && !line.starts_with("let "))
}

fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    [
        "///",
        "#[derive",
        "pub struct",
        "pub enum",
        "pub mod",
        "pub trait",
        "pub(super) async fn",
        "async fn",
        "impl ",
        "mod ",
        "fn ",
        "::contract_runtime::",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}
