//! A contract as Amazon API Gateway can take it: the definition of a REST API in front of one function.
//!
//! API Gateway reads OpenAPI 3.0 with gaps (developer guide, "Amazon API Gateway important notes" and "Working with API
//! Gateway extensions to OpenAPI"). The definition therefore holds what it acts on and nothing else: paths, methods, who
//! checks a credential, where the request goes, and what the gateway answers by itself. Bodies and parameters are not
//! described, see [`generate`].

mod paths;
mod responses;
mod throttle;
mod tree;

pub use throttle::Throttle;
pub use tree::Tree;

use crate::diagnostic::{Code, Diagnostics, Sink};
use crate::model::{Contract, Scheme, SchemeKind};
use crate::{START, read_contract};

/// What a contract does not say and the definition needs.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// The URI that API Gateway invokes the function by; may be an intrinsic function of CloudFormation.
    pub function: Tree,
    /// Who checks credentials before the function is called.
    pub authorizers: &'a [Authorizer],
    /// Paths that the function serves beside the contract's, without the contract's base path. All methods go there.
    pub other_paths: &'a [&'a str],
    /// The body, as JSON, of an error that the gateway answers by itself: in the contract's own shape, from the status,
    /// its reason phrase and one sentence.
    pub error: fn(u16, &str, &str) -> String,
    /// How many clients at their limit the gateway serves at once. Its throttles count all clients together, the
    /// contract's limits each one.
    pub clients: u32,
}

/// A credential check by the gateway, for one security scheme of the contract.
#[derive(Debug, Clone)]
pub struct Authorizer {
    /// The scheme's name in the contract.
    pub scheme: &'static str,
    /// The value of `x-amazon-apigateway-authtype`.
    pub kind: &'static str,
    /// The value of `x-amazon-apigateway-authorizer`.
    pub definition: Tree,
}

/// What is made for API Gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// The API's definition, OpenAPI 3.0 with API Gateway's extensions.
    pub definition: Tree,
    /// How much of each operation with a rate limit is let through; part of a stage, not of the definition.
    pub throttles: Vec<Throttle>,
}

/// Derives the definition from a contract's text. `file` is its name in diagnostics.
///
/// Each operation goes to the function, and so does every other method of its path: preflight requests (OPTIONS), HEAD
/// and the refusal of the rest with 405 are the function's. An authorizer stands only before operations that cannot be
/// called without the one credential that it checks. Where a credential is optional, or one of several, an authorizer
/// would lock others out; there the function checks alone, as it does everywhere a second time.
///
/// The gateway validates neither bodies nor parameters. Its models are JSON Schema draft 4 without `nullable`, formats
/// and ECMA 262 patterns, it stops at the first part that is wrong, and bodies that may be binary it does not look at;
/// the function lists every violation. So nothing that the gateway could say is as good as what the function says.
///
/// # Errors
///
/// Every mistake in the contract, and everything in it that API Gateway or a function behind it cannot take.
pub fn generate(source: &str, file: &str, options: &Options<'_>) -> Result<Gateway, Diagnostics> {
    let (_, contract) = read_contract(source, file)?;
    let mut sink = Sink::default();
    let schemes = schemes(&contract, options.authorizers, &mut sink);
    let paths = paths::paths(&contract, options, &mut sink);
    sink.finish(file)?;
    let mut definition = vec![
        ("openapi".to_owned(), Tree::text("3.0.1")),
        (
            "info".to_owned(),
            Tree::map([
                ("title", Tree::text(&contract.title)),
                ("version", Tree::text(&contract.version)),
            ]),
        ),
        ("paths".to_owned(), paths),
    ];
    if !schemes.is_empty() {
        let schemes = Tree::Map(schemes);
        definition.push((
            "components".to_owned(),
            Tree::map([("securitySchemes", schemes)]),
        ));
    }
    definition.push((
        "x-amazon-apigateway-gateway-responses".to_owned(),
        responses::responses(options.error),
    ));
    definition.push((
        // Compressed answers are binary. Which answers are, the client decides, so all may be.
        "x-amazon-apigateway-binary-media-types".to_owned(),
        Tree::List(vec![Tree::text("*/*")]),
    ));
    Ok(Gateway {
        definition: Tree::Map(definition),
        throttles: throttle::throttles(&contract, options.clients),
    })
}

/// The schemes that have an authorizer, in the form in which API Gateway reads all of them: a key in a header.
fn schemes(
    contract: &Contract,
    authorizers: &[Authorizer],
    sink: &mut Sink,
) -> Vec<(String, Tree)> {
    let mut found = Vec::new();
    for authorizer in authorizers {
        let name = authorizer.scheme;
        let scheme = contract.schemes.iter().find(|scheme| scheme.name == name);
        let Some(header) = scheme.and_then(header) else {
            let message = format!(
                "the gateway's authorizer is for the security scheme `{name}`, and the contract has none of this name that is sent in a header"
            );
            sink.add(START, Code::Gateway, message);
            continue;
        };
        let tree = Tree::map([
            ("type", Tree::text("apiKey")),
            ("name", Tree::text(header)),
            ("in", Tree::text("header")),
            ("x-amazon-apigateway-authtype", Tree::text(authorizer.kind)),
            (
                "x-amazon-apigateway-authorizer",
                authorizer.definition.clone(),
            ),
        ]);
        found.push((name.to_owned(), tree));
    }
    found
}

/// The header that a credential is sent in.
fn header(scheme: &Scheme) -> Option<&str> {
    match &scheme.kind {
        SchemeKind::Bearer | SchemeKind::Basic => Some("Authorization"),
        SchemeKind::KeyInHeader(name) => Some(name),
        SchemeKind::KeyInCookie(_) => None,
    }
}
