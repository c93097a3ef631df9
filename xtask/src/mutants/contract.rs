//! Mutants of the contract: each response removed, each property renamed.

use std::collections::BTreeSet;
use std::fmt;

use contract_codegen::Generated;
use serde_json::Value;

use super::text::{Edit, edited, removal, renaming, renaming_in_list};

/// A change of the contract that must not land.
#[derive(Debug, Clone)]
pub(crate) struct Mutant {
    pub(crate) change: Change,
    /// What it does to the text.
    pub(crate) edits: Vec<Edit>,
}

/// What a mutant changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// An operation declares a status no more.
    Response { operation: String, status: String },
    /// A property of a component schema has another name.
    Property {
        schema: String,
        old: String,
        new: String,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response { operation, status } => write!(f, "{operation} without {status}"),
            Self::Property { schema, old, new } => write!(f, "{schema}.{old} as {new}"),
        }
    }
}

impl Change {
    /// The operation or schema that it is in. Two changes in different places can be told apart in one compilation.
    pub(crate) fn place(&self) -> &str {
        match self {
            Self::Response { operation, .. } => operation,
            Self::Property { schema, .. } => schema,
        }
    }

    /// Whether a message says what the change did: it names the operation, in the contract's spelling or in Rust's; of a
    /// property the schema and the property, since many operations may share the schema.
    pub(crate) fn is_named(&self, message: &str) -> bool {
        let words = words(message);
        let has = |word: &str| words.contains(word);
        match self {
            Self::Response { operation, .. } => {
                let pascal = pascal(operation);
                has(operation)
                    || has(&snake(operation))
                    || ["Request", "Response", "Error"]
                        .iter()
                        .any(|end| has(&format!("{pascal}{end}")))
            }
            Self::Property { schema, old, new } => {
                let property = [old, new]
                    .into_iter()
                    .any(|name| has(name) || has(&snake(name)));
                property && has(schema)
            }
        }
    }
}

/// What a message is made of. A name in it is a word of its own: `login` is none of `loginAgain`.
pub(crate) fn words(message: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    message.split(|c| !is_part(c)).collect()
}

impl Mutant {
    /// The contract with this change.
    pub(crate) fn of(&self, source: &str) -> String {
        edited(source, &self.edits)
    }
}

/// All of them. `source` has no examples: many would show the old name of a property, so that the generator refused the
/// contract for them and not for what it means.
pub(crate) fn all(source: &str, contract: &Generated) -> Result<Vec<Mutant>, String> {
    let json: Value = serde_json::from_str(&contract.json).map_err(|error| error.to_string())?;
    let mut mutants = responses(source, contract);
    let schemas = json["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        let properties = schema["properties"].as_object();
        for property in properties
            .into_iter()
            .flatten()
            .map(|(property, _)| property)
        {
            mutants.push(renamed(source, name, property)?);
        }
    }
    Ok(mutants)
}

fn responses(source: &str, contract: &Generated) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (path, method, operation) in contract.document.operations() {
        let id = operation.operation_id.as_deref().unwrap_or_default();
        for status in operation.responses.responses.keys() {
            let status = status.to_string();
            let keys = ["paths", path, method, "responses", &status];
            mutants.push(Mutant {
                edits: vec![removal(source, &keys)],
                change: Change::Response {
                    operation: id.to_owned(),
                    status,
                },
            });
        }
    }
    mutants
}

/// The property with another name, in the list of required ones too: a contract that is as good as before.
fn renamed(source: &str, schema: &str, old: &str) -> Result<Mutant, String> {
    let new = format!("{old}Renamed");
    let keys = ["components", "schemas", schema, "properties", old];
    let property =
        renaming(source, &keys, &new).ok_or_else(|| format!("{schema}.{old} was not found"))?;
    let keys = ["components", "schemas", schema, "required"];
    let required = renaming_in_list(source, &keys, old, &new);
    Ok(Mutant {
        edits: [Some(property), required].into_iter().flatten().collect(),
        change: Change::Property {
            schema: schema.to_owned(),
            old: old.to_owned(),
            new,
        },
    })
}

/// `getBlogPost` as Rust's functions are called.
pub(crate) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_as_words() {
        let response = Change::Response {
            operation: "getPost".to_owned(),
            status: "404".to_owned(),
        };
        for named in [
            "`getPost` can answer",
            "GetPostError: From<NotFound>",
            "fn get_post()",
        ] {
            assert!(response.is_named(named), "{named}");
        }
        assert!(!response.is_named("getPosts, get_posts, GetPostsError"));
        let property = Change::Property {
            schema: "Post".to_owned(),
            old: "readTime".to_owned(),
            new: "readTimeRenamed".to_owned(),
        };
        assert!(property.is_named("struct `types::Post` has no field named `read_time`"));
        assert!(!property.is_named("struct `types::PostList` has no field named `read_time`"));
    }
}
