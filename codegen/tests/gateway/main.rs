//! A contract as API Gateway has it: nothing lost, nothing locked, nothing that it cannot take.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use contract_robustness::golden::{GATEWAY, gateway};
use serde_json::{Value, json};

fn source(folder: &str) -> String {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    std::fs::read_to_string(golden.join(folder).join("openapi.yml")).unwrap()
}

/// A contract with these paths and schemes, which declares what it must.
fn contract(paths: &[(&str, Value)]) -> String {
    let responses = json!({
        "200": { "description": "Good." },
        "401": { "$ref": "#/components/responses/Problem" },
        "413": { "$ref": "#/components/responses/Problem" },
        "415": { "$ref": "#/components/responses/Problem" },
        "400": { "$ref": "#/components/responses/Problem" },
        "500": { "$ref": "#/components/responses/Problem" },
        "503": { "$ref": "#/components/responses/Problem" },
    });
    let paths: serde_json::Map<String, Value> = paths
        .iter()
        .enumerate()
        .map(|(at, (path, own))| {
            let mut operation = json!({
                "operationId": format!("operation{at}"),
                "tags": ["All"],
                "responses": responses.clone(),
            });
            for (key, value) in own.as_object().unwrap() {
                operation[key] = value.clone();
            }
            let names = path.split('/').filter_map(|part| part.strip_prefix('{'));
            let parameters: Vec<Value> = names
                .map(|name| {
                    let name = name.split('}').next();
                    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "maxLength": 9 } })
                })
                .collect();
            operation["parameters"] = parameters.into();
            ((*path).to_owned(), json!({ "post": operation }))
        })
        .collect();
    let problem = json!({
        "description": "Bad.",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "All", "version": "1" },
        "servers": [{ "url": "/" }],
        "tags": [{ "name": "All" }],
        "x-error-schema": "Problem",
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearerAuth": { "type": "http", "scheme": "bearer" },
                "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
            },
            "responses": { "Problem": problem },
            "schemas": { "Problem": { "type": "object", "properties": { "detail": { "type": "string" } } } },
        },
    })
    .to_string()
}

fn definition(paths: &[(&str, Value)]) -> Result<Value, String> {
    Ok(gateway(&contract(paths))?.definition.to_json())
}

#[test]
fn the_golden_definition_is_up_to_date() {
    let (folder, file) = GATEWAY;
    let made = gateway(&source(folder)).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let committed = std::fs::read_to_string(golden.join(folder).join(file)).unwrap_or_default();
    assert!(
        committed == made.definition.to_string(),
        "{folder}/{file} is stale; `cargo xtask regen` writes it anew"
    );
}

#[test]
fn an_authorizer_stands_only_where_nobody_gets_in_without_its_credential() {
    let cases = [
        (json!([]), false),
        (json!([{ "bearerAuth": [] }]), true),
        (json!([{}, { "bearerAuth": [] }]), false),
        (json!([{ "bearerAuth": [] }, { "key": [] }]), false),
        (json!([{ "bearerAuth": [], "key": [] }]), true),
        (json!([{ "key": [] }]), false),
    ];
    for (security, checked) in cases {
        let own = json!({ "security": security });
        let made = definition(&[("/x", own)]).unwrap();
        let operation = &made["paths"]["/x"]["post"];
        let expected = match checked {
            true => json!([{ "bearerAuth": [] }]),
            false => Value::Null,
        };
        assert_eq!(operation["security"], expected, "{security}");
        // Other methods are the function's own business, preflight requests above all.
        let any = &made["paths"]["/x"]["x-amazon-apigateway-any-method"];
        assert_eq!(any["security"], Value::Null);
        assert_eq!(any["x-amazon-apigateway-integration"]["type"], "aws_proxy");
        assert_eq!(made["security"], Value::Null);
    }
}

#[test]
fn every_answer_of_the_gateway_has_the_shape_that_the_service_chose() {
    let made = gateway(&source("notes")).unwrap();
    let made = made.definition.to_json();
    let answers = &made["x-amazon-apigateway-gateway-responses"];
    let answers = answers.as_object().unwrap();
    assert_eq!(answers.len(), 21);
    for (kind, answer) in answers {
        let body = answer["responseTemplates"]["application/json"].as_str();
        let body: Value = serde_json::from_str(body.unwrap()).unwrap();
        let status = answer["statusCode"].as_str().unwrap();
        assert_eq!(body["status"].to_string(), status, "{kind}");
        let headers = &answer["responseParameters"];
        let has = |name: &str| !headers[format!("gatewayresponse.header.{name}")].is_null();
        assert!(has("Access-Control-Allow-Origin"), "{kind}");
        assert_eq!(has("WWW-Authenticate"), status == "401", "{kind}");
        assert_eq!(
            has("Retry-After"),
            ["429", "503"].contains(&status),
            "{kind}"
        );
    }
    assert_eq!(answers["MISSING_AUTHENTICATION_TOKEN"]["statusCode"], "404");
}

#[test]
fn throttles_are_the_limits_of_many_clients_together() {
    let made = gateway(&source("notes")).unwrap();
    let throttles = made.throttles.iter();
    let throttles: Vec<String> = throttles
        .map(|one| format!("{} {} {}/s {}", one.method, one.path, one.rate, one.burst))
        .collect();
    // 3 a minute for each of 50 clients are 2.5 a second.
    assert_eq!(throttles, ["POST /v1/notes 3/s 3"]);
}

#[test]
fn what_api_gateway_cannot_take_is_refused_with_its_place() {
    let none = json!({});
    let body = json!({
        "requestBody": {
            "x-body-limit": 6_000_000,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        },
    });
    let cases = [
        (vec![("/a~b", none.clone())], "the part `a~b` of the path"),
        (
            vec![("/a/{x}", none.clone()), ("/a/{y}/b", none.clone())],
            "API Gateway wants one name there",
        ),
        (vec![("/a", body)], "lower its `x-body-limit`"),
        (vec![("/pages/{page}", none)], "beside the contract"),
    ];
    for (paths, expected) in cases {
        let refused = definition(&paths).unwrap_err();
        assert!(refused.contains("C018"), "{refused}");
        assert!(refused.contains(expected), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
    let open = contract(&[("/x", json!({}))]).replace("bearerAuth", "token");
    let refused = gateway(&open).unwrap_err();
    assert!(
        refused.contains("the security scheme `bearerAuth`"),
        "{refused}"
    );
}
