//! Versions (Semantic Versioning 2.0.0).

use std::fmt;

/// Major, minor and patch. What is behind a `-` or `+` is no part of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Version {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let core = text.split(['-', '+']).next()?;
        let numbers: Vec<u64> = core
            .split('.')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        match numbers[..] {
            [major, minor, patch] => Some(Self {
                major,
                minor,
                patch,
            }),
            _ => None,
        }
    }

    /// The first version that may break what this one promised. Before 1.0.0 (item 4), that is the next minor one.
    pub(crate) const fn after_breaking(self) -> Self {
        match self.major {
            0 => self.next_minor(),
            major => Self {
                major: major + 1,
                minor: 0,
                patch: 0,
            },
        }
    }

    /// The first version that may promise more.
    pub(crate) const fn after_compatible(self) -> Self {
        match self.major {
            0 => Self {
                patch: self.patch + 1,
                ..self
            },
            _ => self.next_minor(),
        }
    }

    const fn next_minor(self) -> Self {
        Self {
            minor: self.minor + 1,
            patch: 0,
            ..self
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
