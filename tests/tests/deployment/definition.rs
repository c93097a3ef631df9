//! The API's definition: every operation, and nobody locked out.

use std::collections::{BTreeMap, BTreeSet};

use portfolio_server::contract::types::Error;
use portfolio_tests::contract::{BASE_PATH, CONTRACT, OPERATIONS, resolved};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{DEFINITION, properties};

const ANY: &str = "x-amazon-apigateway-any-method";
const INTEGRATION: &str = "x-amazon-apigateway-integration";

fn paths() -> impl Iterator<Item = (&'static String, &'static Value)> {
    DEFINITION["paths"].as_object().unwrap().iter()
}

/// Paths that the server serves beside the contract.
fn other_paths() -> BTreeSet<&'static str> {
    let paths = paths().map(|(path, _)| path.as_str());
    paths.filter(|path| !path.starts_with(BASE_PATH)).collect()
}

#[test]
fn the_definition_has_every_operation_and_no_other() {
    let expected: BTreeSet<(String, &str)> = OPERATIONS
        .iter()
        .map(|operation| (format!("{BASE_PATH}{}", operation.path), operation.method))
        .collect();
    let mut found = BTreeSet::new();
    for (path, item) in paths() {
        for (method, operation) in item.as_object().unwrap() {
            let integration = &operation[INTEGRATION];
            assert_eq!(integration["type"], "aws_proxy", "{method} {path}");
            assert_eq!(integration["httpMethod"], "POST", "{method} {path}");
            let uri = integration["uri"]["Fn::Sub"].as_str().unwrap();
            assert!(uri.ends_with("/functions/${FunctionAliaslive}/invocations"));
            if method != ANY {
                let method = method.to_uppercase();
                let declared = OPERATIONS.iter().find(|declared| {
                    declared.method == method && *path == format!("{BASE_PATH}{}", declared.path)
                });
                let declared = declared.unwrap_or_else(|| panic!("{method} {path}"));
                assert_eq!(operation["operationId"], declared.id());
                found.insert((path.clone(), declared.method));
            }
        }
        // Preflight requests, HEAD and 405 are the function's.
        assert!(item[ANY].is_object(), "{path}");
    }
    assert_eq!(found, expected);
}

#[test]
fn the_authorizer_stands_exactly_where_a_token_is_required() {
    assert_eq!(DEFINITION["security"], Value::Null);
    // What SAM would put before every operation.
    assert_eq!(properties("Api")["Auth"], Value::Null);
    let mut checked = 0;
    for operation in OPERATIONS.iter() {
        let item = &DEFINITION["paths"][format!("{BASE_PATH}{}", operation.path)];
        let expected = match operation.needs_token() {
            true => json!([{ "bearerAuth": [] }]),
            false => Value::Null,
        };
        checked += usize::from(operation.needs_token());
        let method = operation.method.to_lowercase();
        assert_eq!(item[method]["security"], expected, "{}", operation.id());
    }
    assert!(checked > 0 && checked < OPERATIONS.len());
    for (path, item) in paths() {
        assert_eq!(item[ANY]["security"], Value::Null, "{path}");
    }
    let schemes = DEFINITION["components"]["securitySchemes"].as_object();
    assert_eq!(schemes.unwrap().len(), 1);
    let scheme = &schemes.unwrap()["bearerAuth"];
    assert_eq!(scheme["name"], "Authorization");
    let authorizer = &scheme["x-amazon-apigateway-authorizer"];
    assert_eq!(authorizer["type"], "cognito_user_pools");
    assert_eq!(
        authorizer["providerARNs"],
        json!([{ "Fn::Sub": "${UserPool.Arn}" }])
    );
}

#[test]
fn every_rate_limit_has_a_throttle_that_lets_a_crowd_through() {
    let settings = properties("Api")["MethodSettings"].as_array().unwrap();
    let mut throttles: BTreeMap<(String, &str), (u64, u64)> = BTreeMap::new();
    for setting in settings {
        let path = setting["ResourcePath"].as_str().unwrap();
        // `~1` is a slash in a JSON pointer, and the first one is written as it is.
        let path = path.strip_prefix('/').unwrap().replace("~1", "/");
        let method = setting["HttpMethod"].as_str().unwrap();
        let number = |name: &str| setting[name].as_u64().unwrap();
        let throttle = (
            number("ThrottlingRateLimit"),
            number("ThrottlingBurstLimit"),
        );
        let before = throttles.insert((path, method), throttle);
        assert!(before.is_none(), "{method} twice");
    }
    assert!(throttles.remove(&("*".to_owned(), "*")).is_some());
    for operation in OPERATIONS.iter() {
        let name = operation.declaration["x-rate-limit"].as_str().unwrap();
        let limit = &CONTRACT["x-rate-limits"][name];
        let [requests, seconds] = ["requests", "seconds"].map(|part| limit[part].as_u64().unwrap());
        let key = (format!("{BASE_PATH}{}", operation.path), operation.method);
        let throttle = throttles.remove(&key);
        let (rate, burst) = throttle.unwrap_or_else(|| panic!("{} has none", operation.id()));
        // Three hundred clients at their limit, and all that one may ask at once.
        assert_eq!(
            rate,
            (requests * 300).div_ceil(seconds),
            "{}",
            operation.id()
        );
        assert!(burst >= requests && burst >= rate, "{}", operation.id());
    }
    assert!(throttles.is_empty(), "{throttles:?}");
}

#[test]
fn the_gateways_own_answers_are_the_contracts_errors() {
    let schema = &CONTRACT["components"]["schemas"]["Error"];
    let judge = contract_judge::Judge::new(&CONTRACT);
    let judge = judge.schema(schema);
    let answers = &DEFINITION["x-amazon-apigateway-gateway-responses"];
    for (kind, answer) in answers.as_object().unwrap() {
        let body = answer["responseTemplates"]["application/json"].as_str();
        let body: Value = serde_json::from_str(body.unwrap()).unwrap();
        assert_eq!(judge.objection(&body), None, "{kind}");
        let error: Error = serde_json::from_value(body).unwrap();
        let status: u16 = answer["statusCode"].as_str().unwrap().parse().unwrap();
        assert_eq!(error.status_code, i64::from(status), "{kind}");
        let reason = StatusCode::from_u16(status).unwrap().canonical_reason();
        assert_eq!(Some(error.error.as_str()), reason, "{kind}");
        // The headers that the contract promises with this status; counts are the function's alone.
        let responses = CONTRACT["components"]["responses"].as_object().unwrap();
        let declared = responses.values().find(|response| {
            let example = &response["content"]["application/json"]["example"];
            example["statusCode"] == status
        });
        let headers = declared.map(|declared| declared["headers"].as_object().unwrap());
        for (name, header) in headers.into_iter().flatten() {
            let promised = resolved(header)["required"] == true;
            let counts = name.starts_with("X-RateLimit-");
            let given = &answer["responseParameters"][format!("gatewayresponse.header.{name}")];
            assert!(given.is_string() || !promised || counts, "{kind}: {name}");
        }
    }
    let status = |kind: &str| answers[kind]["statusCode"].as_str().unwrap();
    assert_eq!(status("MISSING_AUTHENTICATION_TOKEN"), "404");
    assert_eq!(status("UNAUTHORIZED"), "401");
    assert_eq!(status("THROTTLED"), "429");
    assert_eq!(status("DEFAULT_5XX"), "500");
    assert_eq!(status("INTEGRATION_TIMEOUT"), "503");
}

/// Also what no operation is: the server answers 404 for it, with or without a token.
#[test]
fn every_other_path_leads_to_the_function_without_a_token() {
    assert_eq!(other_paths(), BTreeSet::from(["/", "/{proxy+}"]));
    for (_, item) in paths().filter(|(path, _)| !path.starts_with(BASE_PATH)) {
        let methods: Vec<_> = item.as_object().unwrap().keys().collect();
        assert_eq!(methods, [ANY]);
        assert!(item[ANY].get("security").is_none());
    }
}
