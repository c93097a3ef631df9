//! What a request did wrong, and where.

use std::fmt;

use serde::Serialize;

/// The part of a request in which a violation was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// A path parameter.
    Path,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The request body.
    Body,
}

/// One breach of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where it was found.
    pub location: Location,
    /// In a body, the JSON pointer (RFC 6901) of the value, empty for the whole body; elsewhere
    /// the parameter's name, followed by a JSON pointer if the value is inside an array.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Violation {
    /// One line: `query tags/1: must not be empty`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let location = match self.location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Cookie => "cookie",
            Location::Body => "body",
        };
        f.write_str(location)?;
        if !self.pointer.is_empty() {
            write!(f, " {}", self.pointer)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// How many violations of one request are listed. A small body can break the contract in a million
/// places; naming them all would make the answer larger than any honest one.
pub const LISTED: usize = 256;

/// Every violation found in one request.
#[derive(Debug, Default)]
pub struct Report {
    violations: Vec<Violation>,
    unlisted: usize,
}

impl Report {
    /// An empty report. Allocates nothing until something is wrong.
    pub const fn new() -> Self {
        Self {
            violations: Vec::new(),
            unlisted: 0,
        }
    }

    /// Whether nothing was found.
    pub const fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// How many violations were found.
    pub const fn len(&self) -> usize {
        self.violations.len() + self.unlisted
    }

    /// Whether a violation of this very place was found.
    pub fn mentions(&self, at: &At<'_>) -> bool {
        !self.violations.is_empty() && {
            let (location, pointer) = at.render();
            let mut known = self.violations.iter();
            known.any(|violation| violation.location == location && violation.pointer == pointer)
        }
    }

    /// Adds a violation at a place.
    pub fn add(&mut self, at: &At<'_>, message: impl Into<String>) {
        if self.violations.len() == LISTED {
            self.unlisted += 1;
            return;
        }
        let (location, pointer) = at.render();
        self.violations.push(Violation {
            location,
            pointer,
            message: message.into(),
        });
    }

    /// The first [`LISTED`] violations, in the order in which they were found.
    pub fn into_violations(self) -> Vec<Violation> {
        self.violations
    }
}

/// A place in a request, as a chain on the stack: nothing is allocated until it is rendered.
#[derive(Debug, Clone, Copy)]
pub enum At<'a> {
    /// The request body as a whole.
    Body,
    /// A parameter, by its location and name.
    Parameter(Location, &'a str),
    /// A member of an object.
    Key(&'a At<'a>, &'a str),
    /// An element of an array.
    Index(&'a At<'a>, usize),
}

impl<'a> At<'a> {
    /// The place of an object's member.
    pub const fn key(&'a self, name: &'a str) -> Self {
        At::Key(self, name)
    }

    /// The place of an array's element, counted from 0.
    pub const fn index(&'a self, index: usize) -> Self {
        At::Index(self, index)
    }

    fn render(&self) -> (Location, String) {
        match self {
            At::Body => (Location::Body, String::new()),
            At::Parameter(location, name) => (*location, (*name).to_owned()),
            At::Key(parent, name) => {
                let (location, mut pointer) = parent.render();
                pointer.push('/');
                // RFC 6901, section 3.
                for character in name.chars() {
                    match character {
                        '~' => pointer.push_str("~0"),
                        '/' => pointer.push_str("~1"),
                        other => pointer.push(other),
                    }
                }
                (location, pointer)
            }
            At::Index(parent, index) => {
                let (location, mut pointer) = parent.render();
                pointer.push('/');
                pointer.push_str(&index.to_string());
                (location, pointer)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_json_pointers_with_escapes() {
        let (root, mut report) = (At::Body, Report::new());
        let tags = root.key("a/b~c");
        report.add(&tags.index(3), "is wrong");
        assert_eq!(report.into_violations()[0].pointer, "/a~1b~0c/3");
    }

    #[test]
    fn lists_a_bounded_number() {
        let mut report = Report::new();
        for _ in 0..LISTED + 10 {
            report.add(&At::Body, "is wrong");
        }
        assert_eq!(report.len(), LISTED + 10);
        assert_eq!(report.into_violations().len(), LISTED);
    }

    #[test]
    fn is_one_line_for_people() {
        let (body, query) = (At::Body, At::Parameter(Location::Query, "tag"));
        let mut report = Report::new();
        report.add(&body, "must be an object");
        report.add(&body.key("a"), "is missing");
        report.add(&query.index(1), "must not be empty");
        let lines: Vec<_> = report
            .into_violations()
            .iter()
            .map(Violation::to_string)
            .collect();
        let expected = [
            "body: must be an object",
            "body /a: is missing",
            "query tag/1: must not be empty",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn renders_parameters_by_name() {
        let (root, mut report) = (At::Parameter(Location::Query, "tag"), Report::new());
        report.add(&root, "x");
        report.add(&root.index(1), "y");
        let pointers: Vec<_> = report
            .into_violations()
            .into_iter()
            .map(|v| v.pointer)
            .collect();
        assert_eq!(pointers, ["tag", "tag/1"]);
    }
}
