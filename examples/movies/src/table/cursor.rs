//! Where a page ended, as clients carry it to the next request.
//!
//! A cursor is a position in a list that its caller may read anyway: it grants nothing, so it is not signed. It is held
//! against the list that it is used with, and one that cannot be a position there is refused, before DynamoDB would.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::Error;

/// A place in an index: the sort key and the table's key of an item that is or was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The index's sort key.
    pub place: String,
    /// The table's key.
    pub key: String,
}

/// Between both; no key has it.
const SEPARATOR: char = '|';

impl Position {
    /// The cursor that says this position.
    pub fn cursor(&self) -> String {
        let Self { place, key } = self;
        URL_SAFE_NO_PAD.encode(format!("{place}{SEPARATOR}{key}"))
    }

    /// The position that a cursor says, if it can be one of the list that `fits` knows.
    ///
    /// # Errors
    ///
    /// [`Error::BadParameter`] if not.
    pub fn read(
        cursor: Option<&str>,
        fits: impl FnOnce(&Self) -> bool,
    ) -> Result<Option<Self>, Error> {
        let Some(cursor) = cursor else {
            return Ok(None);
        };
        let text = URL_SAFE_NO_PAD.decode(cursor).ok();
        let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
        let position = text.as_deref().and_then(|text| {
            let (place, key) = text.split_once(SEPARATOR)?;
            Some(Self {
                place: place.to_owned(),
                key: key.to_owned(),
            })
        });
        match position.filter(fits) {
            Some(position) => Ok(Some(position)),
            None => Err(Error::BadParameter(
                "cursor",
                "must be `next` of a page of this very list, with the same filters",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_says_its_position_again() {
        let position = Position {
            place: "1999#a".to_owned(),
            key: "a#genre#war".to_owned(),
        };
        let cursor = position.cursor();
        assert!(!cursor.contains('='));
        let read = Position::read(Some(&cursor), |_| true).unwrap();
        assert_eq!(read, Some(position));
        assert_eq!(Position::read(None, |_| false).unwrap(), None);
    }

    #[test]
    fn what_is_no_position_of_the_list_is_refused() {
        let no_text = URL_SAFE_NO_PAD.encode([0xff, b'|']);
        for bad in ["", "A", "!!!!", "bm90aGluZw", &no_text] {
            let error = Position::read(Some(bad), |_| true).unwrap_err();
            assert!(matches!(error, Error::BadParameter("cursor", _)), "{bad}");
        }
        let other = Position {
            place: "a".to_owned(),
            key: "b".to_owned(),
        };
        assert!(Position::read(Some(&other.cursor()), |_| false).is_err());
    }
}
