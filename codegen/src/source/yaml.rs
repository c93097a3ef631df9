//! YAML events to a tree. JSON is YAML, so a contract in JSON is read too.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{Entry, Node, Position, Value};
use crate::diagnostic::{Code, Sink};

/// How deep a contract may be nested: far beyond any real one, and safe for the stack.
const MAX_DEPTH: usize = 64;
/// How many values of a contract may be copies, made by anchors and aliases. A small file with
/// nested aliases can stand for billions.
const MAX_COPIES: usize = 500_000;

/// A mapping or list that is still being read.
struct Open {
    at: Position,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        keys: HashSet<String>,
        key: Option<(String, Position)>,
    },
}

struct Builder<'s> {
    sink: &'s mut Sink,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    copies: usize,
    root: Option<Node>,
}

/// Reads the tree, or reports why there is none.
pub(crate) fn parse(text: &str, sink: &mut Sink) -> Option<Node> {
    let mut builder = Builder {
        sink,
        open: Vec::new(),
        anchors: HashMap::new(),
        copies: 0,
        root: None,
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => {
                let at = Position {
                    line: error.marker().line(),
                    column: error.marker().col() + 1,
                };
                builder
                    .sink
                    .add(at, Code::Syntax, format!("is not YAML: {}", error.info()));
                return None;
            }
        }
    }
    if builder.root.is_none() {
        let start = Position { line: 1, column: 1 };
        builder.sink.add(
            start,
            Code::Syntax,
            "is empty; an OpenAPI document starts with `openapi: 3.0.3`",
        );
    }
    builder.root
}

impl Builder<'_> {
    /// `None` gives up: what follows could not be understood.
    fn take(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        let at = Position {
            line: span.start.line(),
            column: span.start.col() + 1,
        };
        match event {
            Event::Scalar(_, _, _, Some(tag))
            | Event::SequenceStart(_, Some(tag))
            | Event::MappingStart(_, Some(tag)) => {
                let message = format!(
                    "the tag `{tag}` is not read; remove it, and quote what is meant as a string"
                );
                self.sink.add(at, Code::Unsupported, message);
                None
            }
            Event::Scalar(text, style, anchor, _) => {
                let node = Node {
                    at,
                    value: scalar(&text, style),
                };
                self.place(node, anchor, Some(text.into_owned()))
            }
            Event::SequenceStart(anchor, _) => self.begin(at, anchor, Content::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.begin(
                at,
                anchor,
                Content::Map {
                    entries: Vec::new(),
                    keys: HashSet::new(),
                    key: None,
                },
            ),
            Event::SequenceEnd | Event::MappingEnd => {
                let open = self.open.pop()?;
                let value = match open.content {
                    Content::List(items) => Value::List(items),
                    Content::Map { entries, .. } => Value::Map(entries),
                };
                let node = Node { at: open.at, value };
                self.place(node, open.anchor, None)
            }
            Event::Alias(anchor) => {
                let Some(anchored) = self.anchors.get(&anchor) else {
                    self.sink.add(
                        at,
                        Code::Syntax,
                        "is an alias inside its own anchor; write the value out",
                    );
                    return None;
                };
                let (size, depth) = extent(anchored);
                self.copy(size, at)?;
                let mut node = self.anchors.get(&anchor)?.clone();
                if self.open.len() + depth > MAX_DEPTH {
                    self.sink.add(
                        at,
                        Code::Syntax,
                        "is an alias that nests too deeply; use `$ref`",
                    );
                    return None;
                }
                node.at = at;
                self.place(node, 0, None)
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                self.sink.add(
                    at,
                    Code::Syntax,
                    "is a second document; a contract is one document",
                );
                None
            }
            _ => Some(()),
        }
    }

    fn begin(&mut self, at: Position, anchor: usize, content: Content) -> Option<()> {
        if self.open.len() >= MAX_DEPTH {
            let message =
                format!("is nested deeper than {MAX_DEPTH} levels; move parts into components");
            self.sink.add(at, Code::Syntax, message);
            return None;
        }
        if let Some(Open {
            content: Content::Map { key: None, .. },
            ..
        }) = self.open.last()
        {
            self.sink
                .add(at, Code::Syntax, "is a key that is not a word; quote it");
            return None;
        }
        self.open.push(Open {
            at,
            anchor,
            content,
        });
        Some(())
    }

    /// Counts values that are about to be copied.
    fn copy(&mut self, size: usize, at: Position) -> Option<()> {
        self.copies = self.copies.saturating_add(size);
        if self.copies > MAX_COPIES {
            let message = "stands for too many values; use `$ref` in place of anchors and aliases";
            self.sink.add(at, Code::Syntax, message);
            return None;
        }
        Some(())
    }

    /// Puts a finished value where it belongs. `text` is what a key would be called.
    fn place(&mut self, node: Node, anchor: usize, text: Option<String>) -> Option<()> {
        if anchor != 0 {
            self.copy(extent(&node).0, node.at)?;
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Some(());
        };
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map { entries, keys, key } => {
                match key.take() {
                    None => {
                        let Some(text) = text.or_else(|| node.as_str().map(str::to_owned)) else {
                            self.sink.add(
                                node.at,
                                Code::Syntax,
                                "is a key that is not a word; quote it",
                            );
                            return None;
                        };
                        *key = Some((text, node.at));
                    }
                    Some((name, key_at)) if name == "<<" => {
                        self.sink.add(key_at, Code::Unsupported, "`<<` merges are not part of YAML 1.2; use `$ref` or write the members out");
                    }
                    Some((name, key_at)) if !keys.insert(name.clone()) => {
                        let message =
                            format!("`{name}` is given twice in one mapping; remove one of them");
                        self.sink.add(key_at, Code::DuplicateKey, message);
                    }
                    Some((key, key_at)) => entries.push(Entry {
                        key,
                        key_at,
                        value: node,
                    }),
                }
            }
        }
        Some(())
    }
}

/// How many values a node has, and how deep they lie.
fn extent(node: &Node) -> (usize, usize) {
    let add = |(size, depth): (usize, usize), part: &Node| {
        let (more, deep) = extent(part);
        (size + more, depth.max(deep + 1))
    };
    match &node.value {
        Value::List(items) => items.iter().fold((1, 1), add),
        Value::Map(entries) => entries.iter().map(|entry| &entry.value).fold((1, 1), add),
        _ => (1, 1),
    }
}

/// The core schema's tag resolution (YAML 1.2.2, section 10.3.2).
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let numeric = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && text.contains(|any: char| any.is_ascii_digit());
    if !numeric {
        return Value::String(text.to_owned());
    }
    let radix = |prefix, radix| i64::from_str_radix(text.strip_prefix(prefix)?, radix).ok();
    if let Ok(integer) = text.parse() {
        Value::Integer(integer)
    } else if let Some(integer) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        Value::Integer(integer)
    } else {
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Number(number),
            _ => Value::String(text.to_owned()),
        }
    }
}
