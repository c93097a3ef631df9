//! One operation of the copy, and what the client knows of it at run time.

use heck::ToPascalCase;
use openapiv3::{
    Components, MediaType, Operation, Parameter, ReferenceOr, RequestBody, SecurityRequirement,
    SecurityScheme,
};

use super::findings::Findings;
use super::rust_types::function;
use super::schemas::Schemas;
use super::{names, parameters, responses};

/// What an operation is read with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) components: &'a Components,
    /// The contract's own requirements, for operations that do not have any.
    pub(super) security: Option<&'a [SecurityRequirement]>,
    /// The component that every error has as its body.
    pub(super) error: Option<&'a str>,
    /// The parameters of the operation's path.
    pub(super) shared: &'a [ReferenceOr<Parameter>],
    /// Where the operation is: `paths`, the path, the method.
    pub(super) place: &'a [&'a str],
}

impl Surroundings<'_> {
    /// Reports something at a part of the operation.
    pub(super) fn report(
        &self,
        findings: &mut Findings,
        part: &[&str],
        message: impl Into<String>,
    ) {
        findings.add(&[self.place, part].concat(), message);
    }
}

/// What the client knows of an operation at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The contract's `operationId`.
    pub(super) id: String,
    /// progenitor's name for it.
    pub(super) function: String,
    /// The method, in capitals.
    pub(super) method: String,
    /// The path's template.
    pub(super) path: String,
    /// Whether a token is required or allowed.
    pub(super) token: bool,
    /// Whether doing it twice is as good as once.
    pub(super) idempotent: bool,
    /// Whether 304 is declared.
    pub(super) not_modified: bool,
}

/// Rewrites an operation. `None` if it cannot be called at all.
pub(super) fn derive(
    operation: &mut Operation,
    surroundings: &Surroundings<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) -> Option<Call> {
    let Some(id) = operation.operation_id.clone() else {
        surroundings.report(
            findings,
            &[],
            "the client needs an `operationId`; it names the method to call",
        );
        return None;
    };
    if names::is_taken(&function(&id)) {
        let message = format!(
            "the client's own code has another use for the name `{id}`; give the operation another `operationId`"
        );
        surroundings.report(findings, &["operationId"], message);
    }
    parameters::derive(operation, &id, surroundings, schemas, findings);
    if let Some(body) = &mut operation.request_body {
        *body = ReferenceOr::Item(request_body(body, &id, surroundings, schemas, findings));
    }
    let not_modified = responses::derive(operation, &id, surroundings, schemas, findings);
    let method = surroundings
        .place
        .last()
        .copied()
        .unwrap_or_default()
        .to_uppercase();
    // RFC 9110, section 9.2.2; the contract may say it of others.
    let idempotent = operation
        .extensions
        .get("x-idempotent")
        .and_then(serde_json::Value::as_bool)
        .unwrap_or(matches!(method.as_str(), "GET" | "HEAD" | "PUT" | "DELETE"));
    let token = takes_token(operation, surroundings, findings);
    operation.extensions.clear();
    operation.security = None;
    Some(Call {
        function: function(&id),
        id,
        method,
        path: surroundings
            .place
            .get(1)
            .copied()
            .unwrap_or_default()
            .to_owned(),
        token,
        idempotent,
        not_modified,
    })
}

fn request_body(
    body: &ReferenceOr<RequestBody>,
    id: &str,
    surroundings: &Surroundings<'_>,
    schemas: &mut Schemas<'_>,
    findings: &mut Findings,
) -> RequestBody {
    let place = ["requestBody"];
    let Some(mut body) = resolve(body, &surroundings.components.request_bodies).cloned() else {
        surroundings.report(findings, &place, "the client cannot follow this reference");
        return RequestBody::default();
    };
    if !body.required {
        let message = "the client would send this body always; write `required: true`, or make it an operation of its own";
        surroundings.report(findings, &place, message);
    }
    if let Some(media) = json(&body.content) {
        let schema = media.schema.as_ref();
        let schema = schema.map(|schema| {
            schemas.hoisted(schema, &format!("{}Body", id.to_pascal_case()), findings)
        });
        let media = MediaType {
            schema,
            ..MediaType::default()
        };
        body.content = std::iter::once((JSON.to_owned(), media)).collect();
    } else {
        surroundings.report(
            findings,
            &place,
            "the client sends `application/json` with a schema, and nothing beside it",
        );
    }
    body
}

pub(super) const JSON: &str = "application/json";

/// The content, if it is JSON only and says what is in it.
pub(super) fn json(content: &indexmap::IndexMap<String, MediaType>) -> Option<&MediaType> {
    match content.first() {
        Some((name, media)) if content.len() == 1 && name == JSON && media.schema.is_some() => {
            Some(media)
        }
        _ => None,
    }
}

/// Whether a bearer token may be sent, the only credential that the client knows.
fn takes_token(
    operation: &Operation,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) -> bool {
    let requirements = operation
        .security
        .as_deref()
        .or(surroundings.security)
        .unwrap_or_default();
    let mut takes = false;
    for requirement in requirements
        .iter()
        .filter(|requirement| !requirement.is_empty())
    {
        let bearer = requirement.len() == 1 && requirement.keys().all(|name| {
            matches!(
                resolve_named(name, &surroundings.components.security_schemes),
                Some(SecurityScheme::HTTP { scheme, .. }) if scheme.eq_ignore_ascii_case("bearer")
            )
        });
        if bearer {
            takes = true;
        } else {
            let message = "the client sends one bearer token and no other credential";
            surroundings.report(findings, &["security"], message);
        }
    }
    takes
}

/// What a reference or an item stands for. References to references are followed.
pub(super) fn resolve<'a, T>(
    item: &'a ReferenceOr<T>,
    components: &'a indexmap::IndexMap<String, ReferenceOr<T>>,
) -> Option<&'a T> {
    match item {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { reference } => {
            resolve_named(reference.rsplit('/').next()?, components)
        }
    }
}

fn resolve_named<'a, T>(
    name: &str,
    components: &'a indexmap::IndexMap<String, ReferenceOr<T>>,
) -> Option<&'a T> {
    let mut item = components.get(name)?;
    // As many steps as there are components: a circle ends.
    for _ in 0..components.len() {
        match item {
            ReferenceOr::Item(item) => return Some(item),
            ReferenceOr::Reference { reference } => {
                item = components.get(reference.rsplit('/').next()?)?
            }
        }
    }
    None
}
