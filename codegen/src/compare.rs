//! What changed between two states of a contract, and what it means for those who rely on it.
//!
//! A request may carry more than before, and an answer may promise more than before: that is
//! compatible. A request that was right and no longer is, or an answer that no longer keeps a
//! promise, breaks somebody. Names count as well (operations, parameters): clients are generated.
//! Texts are documentation.

mod constraints;
mod operations;
mod parameters;
mod responses;
mod schemas;
mod security;
#[cfg(test)]
mod tests;
mod texts;

use std::collections::{BTreeSet, HashSet};

use crate::diagnostic::{Diagnostics, Sink};
use crate::source::{self, Entry, Node, Position};

/// What a change means. Later ones ask for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Texts, examples and links: nothing that anybody's program sees.
    Documentation,
    /// Whoever relied on the old contract may rely on the new one.
    Compatible,
    /// Somebody who relied on the old contract is let down by the new one.
    Breaking,
}

impl Severity {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

/// Which state of the contract has the thing that a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The old one: something is gone.
    Old,
    /// The new one.
    New,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// What it means.
    pub severity: Severity,
    /// Whose line `at` is.
    pub side: Side,
    /// Where the thing stands.
    pub at: Position,
    /// What changed, in one line.
    pub what: String,
}

/// Two states of a contract, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The differences, the gravest first, then in the files' order.
    pub changes: Vec<Change>,
    /// `info.version` of the old state; empty if it has none.
    pub old_version: String,
    /// `info.version` of the new state; empty if it has none.
    pub new_version: String,
}

impl Comparison {
    /// The gravest change; none if nothing changed.
    pub fn severity(&self) -> Option<Severity> {
        self.changes.iter().map(|change| change.severity).max()
    }
}

/// A contract to compare.
#[derive(Debug, Clone, Copy)]
pub struct Text<'t> {
    /// Its name in diagnostics.
    pub file: &'t str,
    /// YAML or JSON. It need not be one that the generator accepts.
    pub source: &'t str,
}

/// Compares two states of a contract.
///
/// # Errors
///
/// What is wrong with the first of them that cannot be read at all.
pub fn compare(old: Text<'_>, new: Text<'_>) -> Result<Comparison, Diagnostics> {
    let old = parse(old)?;
    let new = parse(new)?;
    let mut comparer = Comparer {
        old: &old,
        new: &new,
        seen: HashSet::new(),
        changes: BTreeSet::new(),
    };
    comparer.operations();
    comparer.about();
    let mut changes: Vec<Change> = comparer.changes.into_iter().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.severity));
    Ok(Comparison {
        changes,
        old_version: version(&old),
        new_version: version(&new),
    })
}

fn parse(text: Text<'_>) -> Result<Node, Diagnostics> {
    let mut sink = Sink::default();
    let root = source::parse(text.source, &mut sink);
    sink.finish(text.file)?;
    match root {
        Some(root) if root.get("paths").is_some() => Ok(root),
        _ => Err(crate::unexpected(text.file, "is not an OpenAPI contract")),
    }
}

fn version(root: &Node) -> String {
    let version = root.get("info").and_then(|info| info.get("version"));
    match version.map(Node::to_json) {
        Some(serde_json::Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// Which way values travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Flow {
    Request,
    Response,
}

/// What happened to the values that are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Narrower,
    Wider,
    /// Neither holds the other, or nobody can tell.
    Other,
}

impl Flow {
    const fn severity(self, turn: Turn) -> Severity {
        match (self, turn) {
            (Self::Request, Turn::Wider) | (Self::Response, Turn::Narrower) => Severity::Compatible,
            _ => Severity::Breaking,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Request => "in requests",
            Self::Response => "in responses",
        }
    }
}

/// The two trees and what was found so far.
struct Comparer<'n> {
    old: &'n Node,
    new: &'n Node,
    /// Pairs that have been compared: components are shared, and schemas may contain themselves.
    seen: HashSet<(Position, Position, Option<Flow>)>,
    changes: BTreeSet<Change>,
}

impl<'n> Comparer<'n> {
    /// Something that the new contract has.
    fn now(&mut self, severity: Severity, at: Position, what: impl Into<String>) {
        self.add(severity, Side::New, at, what.into());
    }

    /// Something that only the old contract has.
    fn gone(&mut self, severity: Severity, at: Position, what: impl Into<String>) {
        self.add(severity, Side::Old, at, what.into());
    }

    fn add(&mut self, severity: Severity, side: Side, at: Position, what: String) {
        self.changes.insert(Change {
            severity,
            side,
            at,
            what,
        });
    }

    fn in_old(&self, node: &'n Node) -> &'n Node {
        follow(self.old, node)
    }

    fn in_new(&self, node: &'n Node) -> &'n Node {
        follow(self.new, node)
    }
}

/// Where a reference leads; the node itself if it is none, or leads nowhere.
fn follow<'n>(root: &'n Node, node: &'n Node) -> &'n Node {
    let mut found = node;
    // References that lead in a circle end somewhere.
    for _ in 0..16 {
        let Some(pointer) = found.get("$ref").and_then(Node::as_str) else {
            break;
        };
        let Some(path) = pointer.strip_prefix("#/") else {
            break;
        };
        let target = path.split('/').try_fold(root, |node, segment| {
            node.get(&segment.replace("~1", "/").replace("~0", "~"))
        });
        match target {
            Some(target) => found = target,
            None => break,
        }
    }
    found
}

/// The name of the component that a reference names.
fn component(node: &Node) -> Option<&str> {
    node.get("$ref")?.as_str()?.rsplit('/').next()
}

fn entry<'n>(node: &'n Node, name: &str) -> Option<&'n Entry> {
    node.entries().iter().find(|entry| entry.key == name)
}

fn flag(node: &Node, name: &str) -> bool {
    matches!(
        node.get(name).map(|node| &node.value),
        Some(source::Value::Bool(true))
    )
}

fn text<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    node.get(name).and_then(Node::as_str)
}

/// A value as it is shown in messages.
fn shown(node: &Node) -> String {
    match node.to_json() {
        serde_json::Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
