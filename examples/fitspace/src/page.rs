//! Parts of lists.

use crate::contract::types::Pagination;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// How many, 1 to 100.
    pub limit: i64,
    /// How many to pass over.
    pub offset: i64,
}

/// That part, and how many there are in all; both as of the same moment.
#[derive(Debug)]
pub struct Page<T> {
    /// At most as many as were wanted.
    pub items: Vec<T>,
    /// All of them.
    pub total: i64,
}

impl Window {
    /// What an answer says of itself.
    pub const fn pagination(self, total: i64) -> Pagination {
        Pagination {
            total,
            limit: self.limit,
            offset: self.offset,
        }
    }
}

/// The text as a pattern of ILIKE that means every character as it is.
pub fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_meant_as_they_are() {
        assert_eq!(literal(r"50%_\x"), r"50\%\_\\x");
    }
}
