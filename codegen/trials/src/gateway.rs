//! How the golden definition for an API gateway is made, by its test and by `cargo xtask regen`.

use contract_codegen::gateway::{Authorizer, Gateway, Options, Tree, generate};

/// The golden contract that has a definition for API Gateway beside it, in this file.
pub const GOLDEN: (&str, &str) = ("notes", "gateway.yml");

/// What is made of a contract with an authorizer for its scheme `bearerAuth`.
///
/// # Errors
///
/// What the generator says of the contract, a line for each fault.
pub fn made(source: &str) -> Result<Gateway, String> {
    let authorizers = [Authorizer {
        scheme: "bearerAuth",
        kind: "cognito_user_pools",
        definition: Tree::map([
            ("type", Tree::text("cognito_user_pools")),
            ("providerARNs", Tree::List(vec![Tree::text("arn:pool")])),
        ]),
    }];
    let options = Options {
        function: Tree::map([("Fn::Sub", Tree::text("arn:${Function}/invocations"))]),
        authorizers: &authorizers,
        other_paths: &["/health", "/pages/{page}"],
        error: |status, reason, message| {
            format!(r#"{{"status":{status},"title":"{reason}","detail":"{message}"}}"#)
        },
        clients: 50,
    };
    generate(source, "openapi.yml", &options).map_err(|found| found.to_string())
}
