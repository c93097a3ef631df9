//! Constraint keywords: bounds, patterns and formats, and whether they make sense together.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Format, Length, PatternId, Range, Scalar, Text};
use crate::source::{Fields, Node, Value};

impl<'n> Reader<'n, '_> {
    pub(super) fn length(
        &mut self,
        fields: &mut Fields<'n>,
        min: &'static str,
        max: &'static str,
    ) -> Length {
        let at = fields.at;
        let length = Length {
            min: fields.count(min, self.sink).filter(|min| *min > 0),
            max: fields.count(max, self.sink),
        };
        if let Length {
            min: Some(low),
            max: Some(high),
        } = length
            && low > high
        {
            let message = format!("`{min}` is {low} and `{max}` is {high}; no value fits");
            self.report(at, Code::InvalidValue, message);
        }
        length
    }

    pub(super) fn string(&mut self, fields: &mut Fields<'n>) -> Option<Scalar> {
        let length = self.length(fields, "minLength", "maxLength");
        let pattern = fields.take("pattern").and_then(|node| self.pattern(node));
        let mut text = Text {
            length,
            pattern,
            ..Text::default()
        };
        let Some(node) = fields.take("format") else {
            return Some(Scalar::Text(text));
        };
        let format = match node.as_str() {
            // Documentation for people and forms; nothing to enforce (OpenAPI 3.0.3, Data Types).
            Some("password") => return Some(Scalar::Text(text)),
            Some("email") => {
                text.email = true;
                return Some(Scalar::Text(text));
            }
            Some("uri") => {
                text.uri = true;
                return Some(Scalar::Text(text));
            }
            Some("uuid") => Format::Uuid,
            Some("date") => Format::Date,
            Some("date-time") => Format::DateTime,
            _ => {
                let message = "is not a format of strings that is enforced; known are uuid, date, date-time, email, uri and password (or use `pattern`)";
                self.report(node.at, Code::Unsupported, message);
                return None;
            }
        };
        if !length.is_free() || pattern.is_some() {
            let message =
                "has a form of its own; remove `pattern`, `minLength` and `maxLength` beside it";
            self.report(node.at, Code::Unsupported, message);
        }
        Some(Scalar::Formatted(format))
    }

    /// A regular expression of ECMA 262, which must compile.
    fn pattern(&mut self, node: &Node) -> Option<PatternId> {
        let source = crate::source::text_of(node, "pattern", self.sink)?;
        if let Err(error) = regress::Regex::with_flags(source, "u") {
            let message = format!("is not a regular expression of ECMA 262: {error}");
            self.report(node.at, Code::InvalidValue, message);
            return None;
        }
        let next = PatternId(self.contract.patterns.len());
        let id = *self.patterns.entry(source.to_owned()).or_insert(next);
        if id == next {
            self.contract.patterns.push(source.to_owned());
        }
        Some(id)
    }

    pub(super) fn integer(&mut self, fields: &mut Fields<'n>) -> Option<Scalar> {
        let bits = match fields.take("format") {
            None => 64,
            Some(node) => match node.as_str() {
                Some("int32") => 32,
                Some("int64") => 64,
                _ => {
                    self.report(
                        node.at,
                        Code::Unsupported,
                        "is not a format of integers; write int32 or int64",
                    );
                    64
                }
            },
        };
        let range = self.range(fields, |value| match value {
            Value::Integer(integer) => Some(*integer),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Some(*number as i64)
            }
            _ => None,
        });
        let limit = if bits == 32 {
            i64::from(i32::MAX)
        } else {
            i64::MAX
        };
        let bounds = [
            range.min,
            range.max,
            range.multiple.map(|bound| (bound, false)),
        ];
        if bounds
            .into_iter()
            .flatten()
            .any(|(bound, _)| bound > limit || bound < -limit - 1)
        {
            self.report(
                fields.at,
                Code::InvalidValue,
                format!("a bound does not fit into {bits} bits"),
            );
        }
        Some(Scalar::Integer { bits, range })
    }

    pub(super) fn number(&mut self, fields: &mut Fields<'n>) -> Option<Scalar> {
        if let Some(node) = fields.take("format")
            && !matches!(node.as_str(), Some("float" | "double"))
        {
            self.report(
                node.at,
                Code::Unsupported,
                "is not a format of numbers; write float or double",
            );
        }
        let range = self.range(fields, |value| match value {
            Value::Integer(integer) => Some(*integer as f64),
            Value::Number(number) => Some(*number),
            _ => None,
        });
        Some(Scalar::Number { range })
    }

    fn range<T: PartialOrd + Copy + Default>(
        &mut self,
        fields: &mut Fields<'n>,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Range<T> {
        let mut bound = |name: &'static str, reader: &mut Self| {
            let node = fields.take(name)?;
            let value = read(&node.value);
            if value.is_none() {
                reader.report(
                    node.at,
                    Code::WrongType,
                    format!("`{name}` must be a number of the schema's type"),
                );
            }
            value
        };
        let min = bound("minimum", self);
        let max = bound("maximum", self);
        let multiple = bound("multipleOf", self);
        let mut exclusive = |name: &'static str, beside: &str, bounded: bool, reader: &mut Self| {
            let Some(node) = fields.take(name) else {
                return false;
            };
            match node.value {
                Value::Bool(truth) => {
                    if truth && !bounded {
                        reader.report(
                            node.at,
                            Code::InvalidValue,
                            format!("`{name}` needs `{beside}`"),
                        );
                    }
                    truth
                }
                _ => {
                    let message = format!(
                        "a number in `{name}` belongs to OpenAPI 3.1; write `{beside}: N` and `{name}: true`"
                    );
                    reader.report(node.at, Code::Unsupported, message);
                    false
                }
            }
        };
        let out_min = exclusive("exclusiveMinimum", "minimum", min.is_some(), self);
        let out_max = exclusive("exclusiveMaximum", "maximum", max.is_some(), self);
        if let (Some(low), Some(high)) = (min, max)
            && (low > high || (low == high && (out_min || out_max)))
        {
            self.report(
                fields.at,
                Code::InvalidValue,
                "`minimum` is above `maximum`; no value fits",
            );
        }
        if multiple.is_some_and(|multiple| multiple <= T::default()) {
            self.report(
                fields.at,
                Code::InvalidValue,
                "`multipleOf` must be more than 0",
            );
        }
        Range {
            min: min.map(|bound| (bound, out_min)),
            max: max.map(|bound| (bound, out_max)),
            multiple,
        }
    }
}
