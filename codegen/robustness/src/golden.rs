//! How the golden files are made (`codegen/tests/golden/`), by the tests that compare them and by `cargo xtask regen`, which
//! writes them.

use contract_codegen::Options;
use contract_codegen::gateway::{self, Authorizer, Gateway, Tree};

/// What lies beside a golden contract: `generated.rs` as services have it, or `with_schemas.rs`.
pub const LAYERS: [(&str, Options); 2] = [
    ("generated.rs", Options { schemas: false }),
    ("with_schemas.rs", Options { schemas: true }),
];

/// The golden contract that has a definition for API Gateway beside it, in this file.
pub const GATEWAY: (&str, &str) = ("notes", "gateway.yml");

/// What is made for API Gateway of a contract with an authorizer for its scheme `bearerAuth`.
///
/// # Errors
///
/// What the generator says of the contract, a line for each fault.
pub fn gateway(source: &str) -> Result<Gateway, String> {
    let authorizers = [Authorizer {
        scheme: "bearerAuth",
        kind: "cognito_user_pools",
        definition: Tree::map([
            ("type", Tree::text("cognito_user_pools")),
            ("providerARNs", Tree::List(vec![Tree::text("arn:pool")])),
        ]),
    }];
    let options = gateway::Options {
        function: Tree::map([("Fn::Sub", Tree::text("arn:${Function}/invocations"))]),
        authorizers: &authorizers,
        other_paths: &["/health", "/pages/{page}"],
        error: |status, reason, message| {
            format!(r#"{{"status":{status},"title":"{reason}","detail":"{message}"}}"#)
        },
        clients: 50,
    };
    gateway::generate(source, "openapi.yml", &options).map_err(|found| found.to_string())
}
