//! Parameters of the copy: each with its schema, cookies left out.

use std::collections::HashSet;

use heck::ToSnakeCase;
use indexmap::IndexMap;
use openapiv3::{
    Components, Operation, Parameter, ParameterSchemaOrContent, QueryStyle, ReferenceOr, Schema,
    SchemaKind, StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};

use super::findings::Findings;
use super::names::is_builders;
use super::operation::{Surroundings, resolve};
use super::rust_types::is_uuid;
use super::schemas::Schemas;

/// What a path segment must not be: nothing, or what RFC 3986, section 5.2.4, takes away.
const VANISHING: [&str; 3] = ["", ".", ".."];

/// Rewrites the parameters of an operation.
pub(super) fn derive(
    operation: &mut Operation,
    id: &str,
    surroundings: &Surroundings<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) {
    // An operation's parameter takes the place of its path's: same name, same location.
    let mut parameters: IndexMap<(String, &str), Parameter> = IndexMap::new();
    for parameter in surroundings.shared.iter().chain(&operation.parameters) {
        let Some(parameter) = resolve(parameter, &surroundings.components.parameters) else {
            surroundings.report(
                findings,
                &["parameters"],
                format!("`{id}` has a parameter that leads nowhere"),
            );
            continue;
        };
        let key = (
            parameter.parameter_data_ref().name.clone(),
            location(parameter),
        );
        parameters.insert(key, parameter.clone());
    }
    let mut names: HashSet<String> = operation
        .request_body
        .iter()
        .flat_map(|_| ["body".to_owned(), "body_map".to_owned()])
        .collect();
    let mut kept = Vec::new();
    for ((name, location), mut parameter) in parameters {
        // The client's cookies are its HTTP client's: a cookie store of reqwest, if there is one.
        if location == "cookie" {
            continue;
        }
        let mut report = |message: String| surroundings.report(findings, &["parameters"], message);
        if is_builders(&name.to_snake_case()) {
            report(format!(
                "the client's own code has another use for the name `{name}`; rename it"
            ));
        }
        if !names.insert(name.to_snake_case()) {
            report(format!(
                "`{name}` of `{id}` becomes `{}`, as another of its parameters or its body does; rename one",
                name.to_snake_case()
            ));
        }
        if name.eq_ignore_ascii_case("api-version") && location == "header" {
            report("the header `api-version` is progenitor's own, which the client never sends; rename it".to_owned());
        }
        if matches!(&parameter, Parameter::Query { style, .. } if *style != QueryStyle::Form) {
            report(format!(
                "the client writes the query parameter `{name}` in the style `form` only"
            ));
        }
        let data = data_mut(&mut parameter);
        let ParameterSchemaOrContent::Schema(schema) = &data.format else {
            report(format!(
                "the client needs a `schema` of the parameter `{name}`, not `content`"
            ));
            continue;
        };
        let parts = parts(schema, surroundings.components);
        let list = parts
            .iter()
            .any(|part| matches!(part.schema_kind, SchemaKind::Type(Type::Array(_))));
        if list && location != "query" {
            report(format!(
                "the client cannot write the list `{name}` in a {location}"
            ));
        }
        if list && data.explode == Some(false) {
            report(format!(
                "the client repeats `{name}` for each item; `explode: false` is not understood"
            ));
        }
        // In a query it is serialized, elsewhere displayed: with a space and `UTC`, which RFC 3339 does not have.
        if location != "query" && parts.iter().any(|part| is_time(part)) {
            report(format!(
                "the client cannot write the `date-time` `{name}` in a {location}; put it in the query, or leave the format out"
            ));
        }
        if location == "path" && vanishes(&parts) {
            report(format!(
                "`{name}` could be empty, `.` or `..`, which a path loses; give it a format, an enum or a pattern that excludes these"
            ));
        }
        let schema = schemas.parameter(schema, findings);
        data.format = ParameterSchemaOrContent::Schema(schema);
        data.example = None;
        data.examples.clear();
        data.extensions.clear();
        kept.push(ReferenceOr::Item(parameter));
    }
    operation.parameters = kept;
}

fn location(parameter: &Parameter) -> &'static str {
    match parameter {
        Parameter::Query { .. } => "query",
        Parameter::Header { .. } => "header",
        Parameter::Path { .. } => "path",
        Parameter::Cookie { .. } => "cookie",
    }
}

fn data_mut(parameter: &mut Parameter) -> &mut openapiv3::ParameterData {
    match parameter {
        Parameter::Query { parameter_data, .. }
        | Parameter::Header { parameter_data, .. }
        | Parameter::Path { parameter_data, .. }
        | Parameter::Cookie { parameter_data, .. } => parameter_data,
    }
}

/// The schemas that a value must all obey: what it refers to, and each part of an `allOf`.
fn parts<'a>(schema: &'a ReferenceOr<Schema>, components: &'a Components) -> Vec<&'a Schema> {
    let mut open = vec![schema];
    let mut parts: Vec<&Schema> = Vec::new();
    while let Some(schema) = open.pop() {
        let Some(schema) = resolve(schema, &components.schemas) else {
            continue;
        };
        // A circle ends at what is known.
        if parts.iter().any(|known| std::ptr::eq(*known, schema)) {
            continue;
        }
        parts.push(schema);
        if let SchemaKind::AllOf { all_of } = &schema.schema_kind {
            open.extend(all_of);
        }
    }
    parts
}

fn text(schema: &Schema) -> Option<&StringType> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(text)) => Some(text),
        _ => None,
    }
}

/// Whether its Rust type is chrono's: an enum of strings is one of its own.
fn is_time(schema: &Schema) -> bool {
    text(schema).is_some_and(|text| {
        text.enumeration.is_empty()
            && text.format == VariantOrUnknownOrEmpty::Item(StringFormat::DateTime)
    })
}

/// Whether a value of these schemas could be lost from a path. Percent-encoding does not help: URL parsers decode dots.
fn vanishes(parts: &[&Schema]) -> bool {
    let texts: Vec<&StringType> = parts.iter().filter_map(|part| text(part)).collect();
    !texts.is_empty()
        && VANISHING
            .iter()
            .any(|value| texts.iter().all(|text| allows(text, value)))
}

fn allows(text: &StringType, value: &str) -> bool {
    if !text.enumeration.is_empty() {
        return text
            .enumeration
            .iter()
            .flatten()
            .any(|known| known == value);
    }
    let dated = matches!(
        text.format,
        VariantOrUnknownOrEmpty::Item(StringFormat::Date | StringFormat::DateTime)
    );
    if dated || is_uuid(text) || value.len() < text.min_length.unwrap_or(0) {
        return false;
    }
    let pattern = text
        .pattern
        .as_deref()
        .and_then(|pattern| regress::Regex::new(pattern).ok());
    pattern.is_none_or(|pattern| pattern.find(value).is_some())
}
