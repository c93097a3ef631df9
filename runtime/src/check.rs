//! The constraint keywords of JSON Schema (draft 4, as OpenAPI 3.0.3 adopts it) on typed values.
//!
//! Generated code calls these with the bounds that the contract states. Each adds at most one
//! violation, with the bound in its message.

mod decimal;
mod unique;

use std::fmt::Display;
use std::sync::OnceLock;

pub use unique::{unique, unique_values};

use crate::format;
use crate::violation::{At, Report};

/// A regular expression of the contract (ECMA 262), compiled on its first use.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<regress::Regex>>,
}

impl Pattern {
    /// A pattern. The generator has checked that it compiles.
    pub const fn new(source: &'static str) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    /// Whether the pattern is found anywhere in the text: a schema's pattern is not anchored.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = self
            .compiled
            .get_or_init(|| regress::Regex::with_flags(self.source, "u").ok());
        // Fail closed: a pattern that does not compile matches nothing.
        compiled
            .as_ref()
            .is_some_and(|regex| regex.find(text).is_some())
    }
}

/// `pattern`.
pub fn pattern(text: &str, pattern: &Pattern, at: &At<'_>, report: &mut Report) {
    if !pattern.is_match(text) {
        report.add(at, format!("must match the pattern {}", pattern.source));
    }
}

/// `minLength` and `maxLength`, in Unicode code points. False for a text that is too long: no other keyword looks at it, since
/// what a pattern costs grows with the text, and nobody has to pay that for a megabyte that is refused anyway.
pub fn length(text: &str, min: usize, max: usize, at: &At<'_>, report: &mut Report) -> bool {
    // A string has at most as many characters as bytes, so most need no counting.
    if text.len() > max && text.chars().nth(max).is_some() {
        report.add(at, format!("must have at most {}", count(max, "character")));
        return false;
    }
    if min > 0 && text.chars().nth(min - 1).is_none() {
        report.add(
            at,
            format!("must have at least {}", count(min, "character")),
        );
    }
    true
}

/// `minItems` and `maxItems`.
pub fn items(len: usize, min: usize, max: usize, at: &At<'_>, report: &mut Report) {
    bounds(len, min, max, "item", at, report);
}

/// `minProperties` and `maxProperties`.
pub fn properties(len: usize, min: usize, max: usize, at: &At<'_>, report: &mut Report) {
    bounds(len, min, max, "property", at, report);
}

fn bounds(len: usize, min: usize, max: usize, what: &str, at: &At<'_>, report: &mut Report) {
    if len > max {
        report.add(at, format!("must have at most {}", count(max, what)));
    } else if len < min {
        report.add(at, format!("must have at least {}", count(min, what)));
    }
}

fn count(number: usize, what: &str) -> String {
    match (number, what) {
        (1, what) => format!("1 {what}"),
        (number, "property") => format!("{number} properties"),
        (number, what) => format!("{number} {what}s"),
    }
}

/// `minimum`.
pub fn at_least<T: PartialOrd + Display>(value: T, bound: T, at: &At<'_>, report: &mut Report) {
    if value < bound {
        report.add(at, format!("must be at least {bound}"));
    }
}

/// `maximum`.
pub fn at_most<T: PartialOrd + Display>(value: T, bound: T, at: &At<'_>, report: &mut Report) {
    if value > bound {
        report.add(at, format!("must be at most {bound}"));
    }
}

/// `minimum` with `exclusiveMinimum`.
pub fn above<T: PartialOrd + Display>(value: T, bound: T, at: &At<'_>, report: &mut Report) {
    if value <= bound {
        report.add(at, format!("must be more than {bound}"));
    }
}

/// `maximum` with `exclusiveMaximum`.
pub fn below<T: PartialOrd + Display>(value: T, bound: T, at: &At<'_>, report: &mut Report) {
    if value >= bound {
        report.add(at, format!("must be less than {bound}"));
    }
}

/// `multipleOf` of an integer; the divisor is positive.
pub fn multiple_of(value: i64, divisor: i64, at: &At<'_>, report: &mut Report) {
    if value % divisor != 0 {
        report.add(at, format!("must be a multiple of {divisor}"));
    }
}

/// `multipleOf` of a number; the divisor is positive. Both count as decimals, the shortest that stand for them: 0.3 is a
/// multiple of 0.1. A whole number below 2^64 may be one by its own value as well.
pub fn multiple_of_number(value: f64, divisor: f64, at: &At<'_>, report: &mut Report) {
    if !decimal::is_multiple(value, divisor) {
        report.add(at, format!("must be a multiple of {divisor}"));
    }
}

/// `format: email`.
pub fn email(text: &str, at: &At<'_>, report: &mut Report) {
    if !format::is_email(text) {
        report.add(at, "must be an email address such as name@example.com");
    }
}

/// `format: uri`.
pub fn uri(text: &str, at: &At<'_>, report: &mut Report) {
    if !format::is_uri(text) {
        report.add(
            at,
            "must be an absolute URI such as https://example.com/page",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(run: impl Fn(&At<'_>, &mut Report)) -> Vec<String> {
        let mut report = Report::new();
        run(&At::Body, &mut report);
        report
            .into_violations()
            .into_iter()
            .map(|v| v.message)
            .collect()
    }

    #[test]
    fn length_counts_code_points() {
        let lengths = |text: &str, min, max| {
            messages(|at, report| {
                length(text, min, max, at, report);
            })
        };
        assert!(lengths("äöü", 3, 3).is_empty());
        assert_eq!(lengths("äöü", 0, 2), ["must have at most 2 characters"]);
        assert_eq!(lengths("äöü", 4, 9), ["must have at least 4 characters"]);
        assert_eq!(lengths("", 1, 9), ["must have at least 1 character"]);
    }

    #[test]
    fn multiples_of_numbers_are_exact_in_decimals() {
        let refused = |value, divisor| {
            let found = messages(|at, r| multiple_of_number(value, divisor, at, r));
            !found.is_empty()
        };
        assert!(!refused(0.3, 0.1));
        assert!(refused(0.35, 0.1));
        // The quotient has no digits left behind the point, and then it is no number at all.
        assert!(refused(1e15 + 0.5, 1.0 / 3.0));
        assert!(refused(1e300, 3.0));
        assert!(refused(1e300, 1.5e-10));
        assert!(refused(1e308, 0.3));
        assert_eq!(messages(|at, r| multiple_of(7, 2, at, r)).len(), 1);
    }

    #[test]
    fn bounds_hold_at_the_ends_of_the_numbers() {
        for (value, low, high) in [
            (f64::MAX, true, false),
            (f64::MIN, false, true),
            (1e300, true, true),
            (f64::MIN_POSITIVE, true, true),
        ] {
            let least = messages(|at, r| at_least(value, -1e300, at, r)).is_empty();
            let most = messages(|at, r| at_most(value, 1e300, at, r)).is_empty();
            assert_eq!((least, most), (low, high), "{value:e}");
        }
        assert_eq!(messages(|at, r| above(0.0, -0.0, at, r)).len(), 1);
        assert_eq!(messages(|at, r| below(1e300, 1e300, at, r)).len(), 1);
    }

    #[test]
    fn bounds_are_inclusive_unless_said() {
        assert!(messages(|at, r| at_least(1, 1, at, r)).is_empty());
        assert!(messages(|at, r| at_most(1.5, 1.5, at, r)).is_empty());
        assert_eq!(
            messages(|at, r| above(1, 1, at, r)),
            ["must be more than 1"]
        );
        assert_eq!(
            messages(|at, r| below(1, 1, at, r)),
            ["must be less than 1"]
        );
    }

    #[test]
    fn patterns_search_anywhere() {
        static WORD: Pattern = Pattern::new(r"\S");
        assert!(WORD.is_match("  x "));
        assert!(!WORD.is_match("   "));
    }
}
