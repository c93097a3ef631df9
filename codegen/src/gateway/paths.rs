//! Paths and methods, each with its way to the function.

use super::{Options, Tree};
use crate::START;
use crate::diagnostic::{Code, Sink};
use crate::model::{Contract, Operation};
use crate::source::Position;

/// Methods that a REST API has (API Gateway API reference, PutMethod).
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// A function is handed at most 6 MB ("Lambda quotas"). Bodies that may be binary reach it in base64, four letters for three
/// bytes, and beside them up to 10 KB of headers and the event itself.
const LARGEST_BODY: usize = (6 * 1024 * 1024 - 128 * 1024) / 4 * 3;

/// The value of `paths`.
pub(super) fn paths(contract: &Contract, options: &Options<'_>, sink: &mut Sink) -> Tree {
    let mut items: Vec<(String, Vec<(String, Tree)>)> = Vec::new();
    for operation in &contract.operations {
        check(operation, sink);
        let method = operation.method.to_ascii_lowercase();
        let tree = described(contract, operation, options);
        match items.iter_mut().find(|(path, _)| *path == operation.path) {
            Some((_, methods)) => methods.push((method, tree)),
            None => items.push((operation.path.clone(), vec![(method, tree)])),
        }
    }
    for path in options.other_paths {
        if items.iter().any(|(known, _)| known == path) {
            let message = format!("`{path}` is also to be served beside the contract");
            sink.add(START, Code::Gateway, message);
        }
        items.push(((*path).to_owned(), Vec::new()));
    }
    variables(&contract.operations, sink);
    for (path, methods) in &mut items {
        let any = Tree::Map(method(
            path,
            [("default", "What the function says.")],
            options,
        ));
        methods.push(("x-amazon-apigateway-any-method".to_owned(), any));
    }
    let items = items.into_iter();
    Tree::Map(
        items
            .map(|(path, methods)| (path, Tree::Map(methods)))
            .collect(),
    )
}

/// One operation.
fn described(contract: &Contract, operation: &Operation, options: &Options<'_>) -> Tree {
    let statuses: Vec<(String, &str)> = operation
        .responses
        .iter()
        .map(|response| (response.status.to_string(), response.docs.as_str()))
        .collect();
    let statuses = statuses
        .iter()
        .map(|(status, docs)| (status.as_str(), *docs));
    let mut members = vec![("operationId".to_owned(), Tree::text(&operation.id))];
    members.extend(method(&operation.path, statuses, options));
    if let Some(scheme) = checked_scheme(contract, operation, options) {
        let requirement = Tree::map([(scheme, Tree::List(Vec::new()))]);
        members.push(("security".to_owned(), Tree::List(vec![requirement])));
    }
    Tree::Map(members)
}

/// What every method has: its path's parameters, its responses and the way to the function.
fn method<'t>(
    path: &str,
    responses: impl IntoIterator<Item = (&'t str, &'t str)>,
    options: &Options<'_>,
) -> Vec<(String, Tree)> {
    let parameters = path.split('/').filter_map(variable).map(|name| {
        // `{proxy+}` takes the rest of a path and is called `proxy`.
        let name = name.strip_suffix('+').unwrap_or(name);
        Tree::map([
            ("name", Tree::text(name)),
            ("in", Tree::text("path")),
            ("required", Tree::Flag(true)),
            ("schema", Tree::map([("type", Tree::text("string"))])),
        ])
    });
    let parameters: Vec<Tree> = parameters.collect();
    let responses = responses.into_iter().map(|(status, docs)| {
        let description = Tree::map([("description", Tree::text(docs))]);
        (status, description)
    });
    let integration = Tree::map([
        ("type", Tree::text("aws_proxy")),
        // How the gateway calls Lambda, whatever the method of the request.
        ("httpMethod", Tree::text("POST")),
        ("uri", options.function.clone()),
    ]);
    let mut members = Vec::new();
    if !parameters.is_empty() {
        members.push(("parameters".to_owned(), Tree::List(parameters)));
    }
    members.push(("responses".to_owned(), Tree::map(responses)));
    members.push(("x-amazon-apigateway-integration".to_owned(), integration));
    members
}

/// The scheme whose authorizer stands before an operation: one without which nobody may call it.
fn checked_scheme<'c>(
    contract: &'c Contract,
    operation: &Operation,
    options: &Options<'_>,
) -> Option<&'c str> {
    let security = &operation.security;
    let [alternative] = security.alternatives.as_slice() else {
        return None;
    };
    if security.optional {
        return None;
    }
    let schemes = alternative
        .iter()
        .filter_map(|at| contract.schemes.get(*at));
    schemes
        .map(|scheme| scheme.name.as_str())
        .find(|name| options.authorizers.iter().any(|one| one.scheme == *name))
}

/// The name in a part of a path that is a parameter.
fn variable(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// Reports what the gateway would refuse or could not pass on.
fn check(operation: &Operation, sink: &mut Sink) {
    let id = &operation.id;
    if !METHODS.contains(&operation.method) {
        let message = format!(
            "`{id}` is a {} operation, which API Gateway does not have",
            operation.method
        );
        sink.add(operation.at, Code::Gateway, message);
    }
    for part in operation.path.split('/') {
        let bare = variable(part).unwrap_or(part);
        let good = |letter: char| letter.is_ascii_alphanumeric() || "._-:".contains(letter);
        if !bare.chars().all(good) {
            let message = format!(
                "the part `{part}` of the path of `{id}` is none that API Gateway takes: letters, digits, `._-:`, or one whole parameter in braces"
            );
            sink.add(operation.at, Code::Gateway, message);
        }
    }
    if let Some(body) = &operation.body
        && body.limit > LARGEST_BODY
    {
        let message = format!(
            "`{id}` takes a body of {} bytes, and a function behind API Gateway can be handed {LARGEST_BODY}; lower its `x-body-limit`",
            body.limit
        );
        sink.add(operation.at, Code::Gateway, message);
    }
}

/// Reports parameters at the same place of a path with different names: API Gateway has one resource there.
fn variables(operations: &[Operation], sink: &mut Sink) {
    let mut known: Vec<(String, String, Position)> = Vec::new();
    for operation in operations {
        let mut before = String::new();
        for part in operation.path.split('/') {
            if let Some(name) = variable(part) {
                match known.iter().find(|(place, _, _)| *place == before) {
                    Some((_, other, at)) if other != name => {
                        let message = format!(
                            "`{{{name}}}` stands where the operation on line {} has `{{{other}}}`, and API Gateway wants one name there",
                            at.line
                        );
                        sink.add(operation.at, Code::Gateway, message);
                    }
                    Some(_) => {}
                    None => known.push((before.clone(), name.to_owned(), operation.at)),
                }
                before.push_str("/{}");
            } else {
                before.push('/');
                before.push_str(part);
            }
        }
    }
}
