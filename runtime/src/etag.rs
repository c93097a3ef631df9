//! Entity tags and the conditional requests made with them (RFC 9110, sections 8.8.3 and 13.1).

use std::fmt;
use std::str::FromStr;

/// A validator of one state of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag {
    weak: bool,
    /// What stands between the quotes.
    opaque: String,
}

impl EntityTag {
    /// The strong tag of a version that changes with every change of the resource: `"7"`.
    pub fn strong(version: u64) -> Self {
        Self {
            weak: false,
            opaque: version.to_string(),
        }
    }

    /// The weak tag of a version: `W/"7"`. For what may be sent in several encodings.
    pub fn weak(version: u64) -> Self {
        Self {
            weak: true,
            opaque: version.to_string(),
        }
    }

    /// Whether both are strong and the same (RFC 9110, section 8.8.3.2).
    pub fn strongly_equals(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Whether both are the same but for weakness (RFC 9110, section 8.8.3.2).
    pub fn weakly_equals(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }
}

impl fmt::Display for EntityTag {
    /// The tag as it stands in `ETag`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weak = if self.weak { "W/" } else { "" };
        write!(f, "{weak}\"{}\"", self.opaque)
    }
}

/// The value of an `If-Match` or `If-None-Match` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// `*`: whatever there is.
    Any,
    /// One of these tags.
    Tags(Vec<EntityTag>),
}

/// A header that is neither `*` nor a list of entity tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be * or a list of entity tags such as \"7\", each in double quotes")
    }
}

impl std::error::Error for Malformed {}

impl FromStr for Precondition {
    type Err = Malformed;

    fn from_str(header: &str) -> Result<Self, Malformed> {
        if header.trim_matches(BLANK) == "*" {
            return Ok(Self::Any);
        }
        let mut tags = Vec::new();
        let mut rest = header;
        loop {
            // A recipient takes empty elements of a list for nothing (RFC 9110, section 5.6.1.2).
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let (tag, after) = entity_tag(rest).ok_or(Malformed)?;
            tags.push(tag);
            rest = after.trim_start_matches(BLANK);
            if !(rest.is_empty() || rest.starts_with(',')) {
                return Err(Malformed);
            }
        }
        if tags.is_empty() {
            return Err(Malformed);
        }
        Ok(Self::Tags(tags))
    }
}

const BLANK: [char; 2] = [' ', '\t'];

/// The tag at the start of `text`, and what follows it.
fn entity_tag(text: &str) -> Option<(EntityTag, &str)> {
    let (weak, text) = match text.strip_prefix("W/") {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (opaque, after) = text.strip_prefix('"')?.split_once('"')?;
    let permitted = |c: char| c == '!' || ('#'..='~').contains(&c) || c >= '\u{80}';
    opaque.chars().all(permitted).then(|| {
        let opaque = opaque.to_owned();
        (EntityTag { weak, opaque }, after)
    })
}

/// Whether a request with this `If-Match` header may go on; 412 if not (RFC 9110, section 13.1.1).
///
/// `current` is the tag of the resource as it is, `None` if there is none. Without the header every
/// request may go on. Tags are compared strongly.
///
/// # Errors
///
/// [`Malformed`] if the header is not one.
pub fn if_match(header: Option<&str>, current: Option<&EntityTag>) -> Result<bool, Malformed> {
    let Some(header) = header else {
        return Ok(true);
    };
    Ok(match (header.parse()?, current) {
        (_, None) => false,
        (Precondition::Any, Some(_)) => true,
        (Precondition::Tags(tags), Some(current)) => {
            tags.iter().any(|tag| tag.strongly_equals(current))
        }
    })
}

/// Whether a request with this `If-None-Match` header may go on; if not, a read is answered with 304
/// and a write with 412 (RFC 9110, section 13.1.2).
///
/// `current` is the tag of the resource as it is, `None` if there is none. Without the header every
/// request may go on. Tags are compared weakly.
///
/// # Errors
///
/// [`Malformed`] if the header is not one.
pub fn if_none_match(header: Option<&str>, current: Option<&EntityTag>) -> Result<bool, Malformed> {
    let Some(header) = header else {
        return Ok(true);
    };
    Ok(match (header.parse()?, current) {
        (_, None) => true,
        (Precondition::Any, Some(_)) => false,
        (Precondition::Tags(tags), Some(current)) => {
            !tags.iter().any(|tag| tag.weakly_equals(current))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> EntityTag {
        let (tag, rest) = entity_tag(text).unwrap();
        assert_eq!(rest, "");
        tag
    }

    #[test]
    fn tags_are_written_as_they_are_read() {
        for text in [r#""7""#, r#"W/"7""#, r#""""#, r#""a,b c!"#] {
            let parsed = entity_tag(text).map(|(tag, _)| tag.to_string());
            let permitted = !text.contains(' ');
            assert_eq!(parsed.as_deref(), permitted.then_some(text), "{text}");
        }
        assert_eq!(EntityTag::strong(7).to_string(), r#""7""#);
        assert_eq!(EntityTag::weak(7).to_string(), r#"W/"7""#);
    }

    #[test]
    fn lists_are_read() {
        for (header, tags) in [
            (r#""7""#, &[r#""7""#][..]),
            (r#""7","8""#, &[r#""7""#, r#""8""#]),
            ("  \"7\"\t, W/\"8\" ,", &[r#""7""#, r#"W/"8""#]),
            (r#",, "a,b" ,"#, &[r#""a,b""#]),
        ] {
            let expected = tags.iter().map(|text| tag(text)).collect();
            assert_eq!(header.parse(), Ok(Precondition::Tags(expected)), "{header}");
        }
        assert_eq!(" * ".parse(), Ok(Precondition::Any));
    }

    #[test]
    fn what_is_no_list_is_malformed() {
        for header in [
            "",
            " ",
            ",",
            "7",
            r#""7"#,
            r#"7""#,
            r#"w/"7""#,
            r#"W/ "7""#,
            r#""7" "8""#,
            r#""7", *"#,
            r#"*, "7""#,
            "**",
            r#""7";"#,
            r#""a b""#,
            "\"a\u{7f}\"",
        ] {
            assert_eq!(header.parse::<Precondition>(), Err(Malformed), "{header}");
        }
    }

    #[test]
    fn if_match_compares_strongly() {
        let current = EntityTag::strong(7);
        for (header, current, may) in [
            (None, Some(&current), true),
            (None, None, true),
            (Some(r#""7""#), Some(&current), true),
            (Some(r#""6", "7""#), Some(&current), true),
            (Some(r#""6""#), Some(&current), false),
            (Some(r#"W/"7""#), Some(&current), false),
            (Some(r#""7""#), Some(&tag(r#"W/"7""#)), false),
            (Some("*"), Some(&current), true),
            (Some("*"), None, false),
            (Some(r#""7""#), None, false),
        ] {
            assert_eq!(if_match(header, current), Ok(may), "{header:?} {current:?}");
        }
        assert_eq!(if_match(Some("7"), Some(&current)), Err(Malformed));
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let current = EntityTag::strong(7);
        for (header, current, may) in [
            (None, Some(&current), true),
            (Some(r#""7""#), Some(&current), false),
            (Some(r#"W/"7""#), Some(&current), false),
            (Some(r#""6", "8""#), Some(&current), true),
            (Some("*"), Some(&current), false),
            (Some("*"), None, true),
            (Some(r#""7""#), None, true),
        ] {
            assert_eq!(
                if_none_match(header, current),
                Ok(may),
                "{header:?} {current:?}"
            );
        }
        assert_eq!(if_none_match(Some("\"7"), Some(&current)), Err(Malformed));
    }
}
