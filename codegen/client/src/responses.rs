//! Responses of the copy: one success shape, one error shape.

use heck::ToPascalCase;
use indexmap::IndexMap;
use openapiv3::{MediaType, Operation, ReferenceOr, Response, Responses, Schema, StatusCode};

use super::findings::Findings;
use super::operation::{JSON, Surroundings, json, resolve};
use super::schemas::Schemas;

const EVENT_STREAM: &str = "text/event-stream";
/// What the documentation of a method says then.
const STREAMS: &str = "The server also streams this as `text/event-stream`; this client asks for the whole answer, as JSON.";

/// Rewrites the responses of an operation. Answers whether it declares 304.
pub(super) fn derive(
    operation: &mut Operation,
    id: &str,
    surroundings: &Surroundings<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) -> bool {
    let declared = std::mem::take(&mut operation.responses);
    if declared.default.is_some() {
        let message = "the client tells declared statuses from others; spell out each status instead of `default`";
        surroundings.report(findings, &["responses", "default"], message);
    }
    let mut kept: IndexMap<StatusCode, Option<ReferenceOr<Schema>>> = IndexMap::new();
    let mut successes: Vec<(u16, Option<ReferenceOr<Schema>>)> = Vec::new();
    let mut not_modified = false;
    for (status, response) in &declared.responses {
        let text = status.to_string();
        let place = ["responses", text.as_str()];
        let Some(response) = resolve(response, &surroundings.components.responses) else {
            surroundings.report(findings, &place, "the client cannot follow this reference");
            continue;
        };
        let StatusCode::Code(code) = *status else {
            let message = format!("the client needs each status spelled out, not {text}");
            surroundings.report(findings, &place, message);
            continue;
        };
        let mut content = response.content.clone();
        // The client asks for JSON, and gets it from an operation that has both.
        if content.contains_key(JSON) && content.shift_remove(EVENT_STREAM).is_some() {
            let said = operation.description.take().unwrap_or_default();
            operation.description = Some(format!("{said}\n\n{STREAMS}").trim_start().to_owned());
        }
        let media = json(&content);
        if media.is_none() && !content.is_empty() {
            let message = "the client reads `application/json` with a schema, and beside it nothing but `text/event-stream`, which it does not ask for";
            surroundings.report(findings, &place, message);
            continue;
        }
        let schema = media.and_then(|media| media.schema.as_ref());
        match code {
            200..=299 => {
                let name = format!("{}Response", id.to_pascal_case());
                let schema = schema.map(|schema| schemas.hoisted(schema, &name, findings));
                successes.push((code, schema));
            }
            304 if response.content.is_empty() => not_modified = true,
            400..=599 => {
                let message = error_mismatch(schema, surroundings.error);
                if let Some(message) = message {
                    surroundings.report(findings, &place, message);
                }
                kept.insert(status.clone(), schema.cloned());
            }
            _ => surroundings.report(
                findings,
                &place,
                format!("the client has no value for a {text}"),
            ),
        }
    }
    let success = success_shape(&successes, surroundings, findings);
    let success = match (success, not_modified) {
        (Some(Some(schema)), true) if successes.iter().all(|(code, _)| *code == 200) => {
            Some(schemas.conditional(&schema))
        }
        (Some(_), true) => {
            let message = "the client has a 304 only as the empty form of a 200 with a body";
            surroundings.report(findings, &["responses", "304"], message);
            None
        }
        (shape, _) => shape.flatten(),
    };
    for (code, _) in successes {
        kept.insert(StatusCode::Code(code), success.clone());
    }
    operation.responses = Responses {
        responses: kept
            .into_iter()
            .map(|(status, schema)| (status, ReferenceOr::Item(response(schema))))
            .collect(),
        ..Responses::default()
    };
    not_modified
}

/// What all successes share; `None` after a report.
fn success_shape(
    successes: &[(u16, Option<ReferenceOr<Schema>>)],
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) -> Option<Option<ReferenceOr<Schema>>> {
    let Some(((first, shape), others)) = successes.split_first() else {
        surroundings.report(
            findings,
            &["responses"],
            "the client needs a declared success",
        );
        return None;
    };
    for (code, other) in others {
        if other != shape {
            let text = code.to_string();
            let message = format!(
                "the client has one type for a success, and {code} has another body than {first}"
            );
            surroundings.report(findings, &["responses", &text], message);
        }
    }
    Some(shape.clone())
}

/// Why a response is not the contract's one error.
fn error_mismatch(schema: Option<&ReferenceOr<Schema>>, error: Option<&str>) -> Option<String> {
    let Some(error) = error else {
        return Some(
            "the client needs one schema for all errors; name it in `x-error-schema`".to_owned(),
        );
    };
    let expected = format!("#/components/schemas/{error}");
    match schema {
        Some(ReferenceOr::Reference { reference }) if *reference == expected => None,
        _ => Some(format!(
            "the client has one type for errors, `{error}`; make it this error's body"
        )),
    }
}

fn response(schema: Option<ReferenceOr<Schema>>) -> Response {
    let media = schema.map(|schema| MediaType {
        schema: Some(schema),
        ..MediaType::default()
    });
    Response {
        description: String::new(),
        content: media
            .into_iter()
            .map(|media| (JSON.to_owned(), media))
            .collect(),
        ..Response::default()
    }
}
