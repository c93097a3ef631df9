//! The contract as API Gateway has it: the API's definition, and the throttles of its stage in template.yaml.

use std::fmt::Write;

use contract_codegen::gateway::{Authorizer, Gateway, Options, Tree, generate};

use crate::regen::{File, replaced};

/// The definition, which template.yaml includes.
pub(crate) const DEFINITION: &str = "aws/api.yaml";
/// The SAM template.
pub(crate) const TEMPLATE: &str = "template.yaml";

const HEAD: &str = "\
# The API as Amazon API Gateway reads it. Made from openapi.yml by `cargo xtask regen`; change that, not this.
# template.yaml includes it (AWS::Include), so that CloudFormation fills the names of the function and of the user pool in.
#
# An operation has the Cognito authorizer where openapi.yml requires a token, and nowhere else: an authorizer for all would
# lock the public out. Every other method of a path goes to the function too: it answers preflight requests, HEAD, and 405.
# Nothing is validated here. API Gateway's models know neither null nor formats, it stops at the first fault, and it would
# not say which; the function answers 400 with the list of all violations.
";

const BEGIN: &str = "        # throttles:begin\n";
const END: &str = "        # throttles:end\n";

/// Clients at their limit that the gateway serves at once: the factor between the contract's limits, which hold for one
/// client, and the gateway's, which hold for all of them together. Large, since whoever reaches the gateway's limit for an
/// operation locks everybody out of it; what a single client may do is the function's to say.
const CLIENTS: u32 = 300;

/// What the contract does not know goes to the function too: it serves something beside the contract, and answers 404 for the
/// rest. The gateway itself takes the token of a request for an unknown path for a signature, and answers 403.
const OTHER_PATHS: [&str; 2] = ["/", "/{proxy+}"];

/// The logical name that SAM gives to the function's alias `live`; `Ref` gives its ARN.
const FUNCTION: &str = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${FunctionAliaslive}/invocations";

/// Everything that is made for API Gateway, as it should be.
pub(crate) fn files() -> Result<Vec<File>, String> {
    let gateway = portfolio()?;
    let template = crate::root().join(TEMPLATE);
    let text = std::fs::read_to_string(&template)
        .map_err(|error| format!("{TEMPLATE} cannot be read: {error}"))?;
    let text = replaced(&text, BEGIN, END, &throttles(&gateway)).ok_or_else(|| {
        format!(
            "{TEMPLATE} needs the lines `{}` and `{}`",
            BEGIN.trim(),
            END.trim()
        )
    })?;
    Ok(vec![
        File {
            path: crate::root().join(DEFINITION),
            text: format!("{HEAD}\n{}", gateway.definition),
        },
        File {
            path: template,
            text,
        },
    ])
}

fn portfolio() -> Result<Gateway, String> {
    let source = std::fs::read_to_string(crate::root().join("openapi.yml"))
        .map_err(|error| format!("openapi.yml cannot be read: {error}"))?;
    let substituted = |text: &str| Tree::map([("Fn::Sub", Tree::text(text))]);
    let authorizers = [Authorizer {
        scheme: "bearerAuth",
        kind: "cognito_user_pools",
        definition: Tree::map([
            ("type", Tree::text("cognito_user_pools")),
            (
                "providerARNs",
                Tree::List(vec![substituted("${UserPool.Arn}")]),
            ),
        ]),
    }];
    let options = Options {
        function: substituted(FUNCTION),
        authorizers: &authorizers,
        other_paths: &OTHER_PATHS,
        error,
        clients: CLIENTS,
    };
    generate(&source, "openapi.yml", &options).map_err(|found| found.to_string())
}

/// The contract's schema `Error`.
fn error(status: u16, reason: &str, message: &str) -> String {
    let [reason, message] = [reason, message].map(serde_json::Value::from);
    format!(r#"{{"error":{reason},"message":{message},"statusCode":{status}}}"#)
}

/// Settings of methods, as a stage has them. A path is one word there: `~1` stands for `/`.
fn throttles(gateway: &Gateway) -> String {
    let mut lines = String::new();
    for throttle in &gateway.throttles {
        let path = throttle.path.replace('/', "~1");
        let (method, rate, burst) = (throttle.method, throttle.rate, throttle.burst);
        // Writing to a String cannot fail.
        let _ = writeln!(
            lines,
            "        - {{ ResourcePath: '/{path}', HttpMethod: {method}, ThrottlingRateLimit: {rate}, ThrottlingBurstLimit: {burst} }}"
        );
    }
    lines
}
