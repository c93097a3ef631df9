//! Stages and mappings, which are the gateway's part of the path.

use super::super::route::{Route, version_1, version_2};
use super::*;

fn route(path: &str, prefix: &str) -> Route {
    Route {
        path: path.to_owned(),
        prefix: prefix.to_owned(),
    }
}

fn read(event: Value) -> Event {
    event::read(event.to_string().as_bytes()).unwrap()
}

/// Of a REST API, or with a version of an HTTP API in format 1.0.
fn of_1(event: Value) -> Route {
    let mut whole = json!({ "httpMethod": "GET" });
    let members = event.as_object().unwrap().clone();
    whole.as_object_mut().unwrap().extend(members);
    version_1(&read(whole), "/v1")
}

fn of_2(path: &str, stage: &str, domain: &str, key: &str) -> Route {
    let event = json!({
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "requestContext": { "stage": stage, "domainName": domain, "http": { "method": "GET" } },
    });
    version_2(&read(event), "/v1")
}

#[test]
fn rest_apis() {
    let rest = |path: &str, whole: &str, resource: &str, proxy: &str| {
        of_1(json!({
            "path": path,
            "resource": resource,
            "pathParameters": { "proxy": proxy },
            "requestContext": { "path": whole, "stage": "prod" },
        }))
    };
    for (path, whole, resource, proxy, expected) in [
        // At the API's own domain: the stage is in the whole path only.
        ("/v1/a", "/prod/v1/a", "/v1/a", "", route("/v1/a", "/prod")),
        (
            "/v1/a",
            "/prod/v1/a",
            "/{proxy+}",
            "v1/a",
            route("/v1/a", "/prod"),
        ),
        ("/", "/prod/", "/", "", route("/", "/prod")),
        (
            "/v1/a/",
            "/prod/v1/a/",
            "/v1/a",
            "",
            route("/v1/a/", "/prod"),
        ),
        // A stage whose name a path of the service begins with.
        (
            "/v1/a",
            "/v1/v1/a",
            "/{proxy+}",
            "v1/a",
            route("/v1/a", "/v1"),
        ),
        (
            "/prod/a",
            "/prod/prod/a",
            "/prod/a",
            "",
            route("/prod/a", "/prod"),
        ),
        // Behind a custom domain, without and with a mapping's key, which may have several segments.
        ("/v1/a", "/v1/a", "/v1/a", "", route("/v1/a", "")),
        (
            "/shop/v1/a",
            "/shop/v1/a",
            "/v1/{id}",
            "",
            route("/v1/a", "/shop"),
        ),
        (
            "/x/y/v1/a",
            "/x/y/v1/a",
            "/{proxy+}",
            "v1/a",
            route("/v1/a", "/x/y"),
        ),
        (
            "/shop/v1/b%2Fc",
            "/shop/v1/b%2Fc",
            "/v1/{id}",
            "",
            route("/v1/b%2Fc", "/shop"),
        ),
        (
            "/shop/v1/b%2Fc",
            "/shop/v1/b%2Fc",
            "/{proxy+}",
            "v1/b/c",
            route("/v1/b%2Fc", "/shop"),
        ),
        (
            "/shop/v1/%C3%A4",
            "/shop/v1/%C3%A4",
            "/{proxy+}",
            "v1/%C3%A4",
            route("/v1/%C3%A4", "/shop"),
        ),
        // The contract's paths without the base path, which is the stage's or the mapping's name.
        ("/a", "/v1/a", "/a", "", route("/v1/a", "")),
        ("/v1/a", "/v1/a", "/a", "", route("/v1/a", "")),
        (
            "/shop/v1/a",
            "/shop/v1/a",
            "/a",
            "",
            route("/v1/a", "/shop"),
        ),
        // A catch-all passes every path on as it is.
        (
            "/health",
            "/v1/health",
            "/{proxy+}",
            "health",
            route("/health", "/v1"),
        ),
        // What matches nothing is taken as it is.
        ("/a/b", "/a/b", "/c", "", route("/a/b", "")),
    ] {
        assert_eq!(
            rest(path, whole, resource, proxy),
            expected,
            "{path} by {resource}"
        );
    }
}

#[test]
fn http_apis_with_format_1() {
    for (path, resource, stage, expected) in [
        ("/v1/a", "$default", "$default", route("/v1/a", "")),
        ("/prod/v1/a", "$default", "prod", route("/v1/a", "/prod")),
        (
            "/prod/v1/a b%",
            "/v1/{id}",
            "prod",
            route("/v1/a%20b%25", "/prod"),
        ),
    ] {
        let event = json!({
            "version": "1.0",
            "path": path,
            "resource": resource,
            "requestContext": { "stage": stage, "path": path },
        });
        assert_eq!(of_1(event), expected, "{path} by {resource}");
    }
}

#[test]
fn http_apis_and_function_urls() {
    const OWN: &str = "id.execute-api.eu-west-1.amazonaws.com";
    const CUSTOM: &str = "api.example.com";
    const URL: &str = "id.lambda-url.eu-west-1.on.aws";
    for (path, stage, domain, key, expected) in [
        ("/v1/a", "$default", OWN, "$default", route("/v1/a", "")),
        (
            "/prod/v1/a",
            "prod",
            OWN,
            "$default",
            route("/v1/a", "/prod"),
        ),
        ("/prod", "prod", OWN, "$default", route("/", "/prod")),
        (
            "/production/a",
            "prod",
            OWN,
            "$default",
            route("/production/a", ""),
        ),
        // The stage is there in place of the mapping's key, whatever that is.
        ("/prod/v1/a", "prod", CUSTOM, "$default", route("/v1/a", "")),
        ("/v1/a", "v1", OWN, "GET /a", route("/v1/a", "")),
        (
            "/v1/v1/a",
            "v1",
            OWN,
            "ANY /{proxy+}",
            route("/v1/a", "/v1"),
        ),
        // Decoded by an HTTP API: its percent signs and question marks are the client's.
        (
            "/v1/100% ä?",
            "$default",
            OWN,
            "$default",
            route("/v1/100%25%20%C3%A4%3F", ""),
        ),
        (
            "/v1/a%20b",
            "$default",
            URL,
            "$default",
            route("/v1/a%20b", ""),
        ),
        (
            "/v1/a\"b",
            "$default",
            URL,
            "$default",
            route("/v1/a%22b", ""),
        ),
    ] {
        assert_eq!(
            of_2(path, stage, domain, key),
            expected,
            "{path} at {domain}"
        );
    }
}
