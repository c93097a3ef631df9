//! `x-error-fields`: what the layer puts into the properties of its own errors, so that no service has to say it.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Definition, FaultPart, Kind, Property, Scalar, Text};
use crate::source::{Entry, Node, closest};

/// The parts of a fault, by the words for them, and what a property must be to hold one.
const PARTS: [(&str, FaultPart, &str); 4] = [
    (
        "message",
        FaultPart::Message,
        "a string without constraints",
    ),
    ("reason", FaultPart::Reason, "a string without constraints"),
    (
        "status",
        FaultPart::Status,
        "an integer that can be 400 to 599",
    ),
    (
        "violations",
        FaultPart::Violations,
        "an array of strings without constraints",
    ),
];

impl<'n> Reader<'n, '_> {
    /// Reads the fields, once the error schema is known.
    pub(super) fn error_fields(&mut self, member: &'n Entry, entries: &'n [Entry]) {
        let Some(schema) = self
            .contract
            .error
            .and_then(|id| self.schemas[id.0].clone())
        else {
            return;
        };
        let Definition::Object(object) = schema.definition else {
            return;
        };
        let mut fields = Vec::new();
        for entry in entries {
            let property = object
                .properties
                .iter()
                .find(|property| property.name == entry.key);
            let Some(property) = property else {
                let message = format!("`{}` is not a property of the `x-error-schema`", entry.key);
                self.report(entry.key_at, Code::ErrorShape, message);
                continue;
            };
            if let Some(part) = self.fault_part(&entry.value, property) {
                fields.push((entry.key.clone(), part));
            }
        }
        for property in &object.properties {
            let is_left_out = !entries.iter().any(|entry| entry.key == property.name);
            if is_left_out && (property.required || property.ty.default.is_some()) {
                let message = format!(
                    "`x-error-fields` does not say what `{}` is, which every `{}` has; add it, or make it optional and without a default",
                    property.name, schema.name
                );
                self.report(member.key_at, Code::ErrorShape, message);
            }
        }
        self.contract.error_fields = Some(fields);
    }

    fn fault_part(&mut self, node: &Node, property: &Property) -> Option<FaultPart> {
        let word = self.text(node, &property.name);
        let Some((_, part, allowed)) = PARTS.into_iter().find(|(known, ..)| *known == word) else {
            let words = PARTS.map(|(word, ..)| word);
            let hint = closest(&word, words).map_or_else(
                || format!("write one of {}", words.join(", ")),
                |similar| format!("did you mean `{similar}`?"),
            );
            let message = format!("`{word}` is no part of an error; {hint}");
            self.report(node.at, Code::ErrorShape, message);
            return None;
        };
        let nullable = property.ty.nullable || property.ty.default.is_some();
        if nullable || !can_hold(&property.ty.kind, part) {
            let message = format!(
                "`{}` cannot hold the {word}: it must be {allowed}, written out, neither nullable nor with a default",
                property.name
            );
            self.report(node.at, Code::ErrorShape, message);
        }
        Some(part)
    }
}

fn can_hold(kind: &Kind, part: FaultPart) -> bool {
    let free =
        |kind: &Kind| matches!(kind, Kind::Scalar(Scalar::Text(text)) if *text == Text::default());
    match (part, kind) {
        (FaultPart::Message | FaultPart::Reason, kind) => free(kind),
        (FaultPart::Status, Kind::Scalar(Scalar::Integer { range, .. })) => {
            (400..600).all(|status| range.holds(status))
        }
        (
            FaultPart::Violations,
            Kind::Array {
                item,
                length,
                unique,
            },
        ) => length.is_free() && !unique && !item.nullable && free(&item.kind),
        _ => false,
    }
}
