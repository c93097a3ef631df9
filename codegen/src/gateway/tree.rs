//! A document in the order in which it was put together, and its form on paper.

use std::fmt;

use serde_json::Value;

/// A YAML value. Mappings keep their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// A string.
    Text(String),
    /// A whole number.
    Number(i64),
    /// True or false.
    Flag(bool),
    /// A list.
    List(Vec<Tree>),
    /// A mapping.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A mapping of these members.
    pub fn map<'k>(members: impl IntoIterator<Item = (&'k str, Tree)>) -> Self {
        let members = members.into_iter();
        Self::Map(
            members
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    }

    /// The same as JSON.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.as_str()),
            Self::Number(number) => Value::from(*number),
            Self::Flag(flag) => Value::from(*flag),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(members) => members
                .iter()
                .map(|(key, value)| (key.clone(), value.to_json()))
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(members) => members.is_empty(),
            Self::Text(_) | Self::Number(_) | Self::Flag(_) => false,
        }
    }

    /// Writes what stands behind `key:` or `-`. Lines that follow are `depth` deep.
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize, after_dash: bool) -> fmt::Result {
        match self {
            Self::Text(text) => writeln!(f, " {}", quoted(text)),
            Self::Number(number) => writeln!(f, " {number}"),
            Self::Flag(flag) => writeln!(f, " {flag}"),
            Self::List(_) if self.is_empty() => writeln!(f, " []"),
            Self::Map(_) if self.is_empty() => writeln!(f, " {{}}"),
            Self::List(items) => {
                writeln!(f)?;
                for item in items {
                    write!(f, "{:width$}-", "", width = 2 * depth)?;
                    item.write(f, depth + 1, true)?;
                }
                Ok(())
            }
            Self::Map(members) => {
                if !after_dash {
                    writeln!(f)?;
                }
                for (at, (key, value)) in members.iter().enumerate() {
                    // The first member stands on the line of its dash.
                    let width = if after_dash && at == 0 { 1 } else { 2 * depth };
                    write!(f, "{:width$}{}:", "", key_text(key))?;
                    value.write(f, depth + 1, false)?;
                }
                Ok(())
            }
        }
    }
}

/// YAML (1.2.2, block style). A mapping or list begins on a line of its own.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Map(members) = self {
            for (key, value) in members {
                write!(f, "{}:", key_text(key))?;
                value.write(f, 1, false)?;
            }
            return Ok(());
        }
        self.write(f, 0, false)
    }
}

/// Double quotes around everything: no text is ever taken for a number, a date or a boolean. JSON's escapes are YAML's.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Names stand bare, everything else in quotes.
fn key_text(key: &str) -> String {
    let mut letters = key.chars();
    let bare = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
            .contains(&key.to_ascii_lowercase().as_str());
    if bare { key.to_owned() } else { quoted(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_written_as_yaml() {
        let tree = Tree::map([
            ("empty", Tree::map([])),
            ("Fn::Sub", Tree::text("a \"b\"\n${C}")),
            (
                "list",
                Tree::List(vec![
                    Tree::map([("a", Tree::Number(1)), ("no", Tree::List(vec![]))]),
                    Tree::List(vec![Tree::text("200")]),
                ]),
            ),
            (
                "/x/{y}",
                Tree::map([("z", Tree::map([("k", Tree::text(""))]))]),
            ),
        ]);
        let yaml = "\
empty: {}
\"Fn::Sub\": \"a \\\"b\\\"\\n${C}\"
list:
  - a: 1
    \"no\": []
  -
    - \"200\"
\"/x/{y}\":
  z:
    k: \"\"
";
        assert_eq!(tree.to_string(), yaml);
        // As the reader of contracts, which is none of ours, understands it.
        let read = crate::source::parse(yaml, &mut crate::diagnostic::Sink::default()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), tree.to_json());
    }
}
