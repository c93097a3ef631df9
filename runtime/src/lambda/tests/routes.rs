//! Stages and mappings, which are the gateway's part of the path.

use std::time::{Duration, Instant};

use super::super::route::{Route, decoded, mapping, version_1, version_2};
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

/// What [`mapping`] is by definition: before the first slash whose rest the template matches. Every rest is joined and decoded
/// on its own.
fn mapping_by_definition<'p>(path: &'p str, resource: &str, greedy: Option<&str>) -> &'p str {
    let matches = |path: &str| {
        let trimmed = |text: &str| decoded(text.trim_end_matches('/')).into_owned();
        let (mut path, mut resource) = (path.split('/'), resource.split('/'));
        loop {
            match (path.next(), resource.next()) {
                (None, None) => return true,
                (Some(rest), None) => return rest.is_empty() && path.next().is_none(),
                (Some(segment), Some(template)) if template.ends_with("+}") => {
                    let rest: Vec<&str> = std::iter::once(segment).chain(path).collect();
                    return trimmed(&rest.join("/")) == trimmed(greedy.unwrap_or_default());
                }
                (Some(segment), Some(template)) => {
                    let any = template.starts_with('{') && !segment.is_empty();
                    if !any && decoded(segment) != template {
                        return false;
                    }
                }
                (None, Some(_)) => return false,
            }
        }
    };
    let mut starts = path.match_indices('/').map(|(at, _)| at);
    let start = starts.find(|start| matches(&path[*start..]));
    &path[..start.unwrap_or(0)]
}

#[test]
fn mappings_are_found_by_their_definition() {
    const PARTS: [&str; 7] = ["/", "a", "b", "%2F", "%61", "%C3", "%A4"];
    const RESOURCES: [&str; 11] = [
        "",
        "/",
        "$default",
        "/a",
        "/a/{id}",
        "/{id}/",
        "/{proxy+}",
        "/a/{proxy+}",
        "/{id}/{proxy+}",
        "{proxy+}",
        "/{not+}/last",
    ];
    let mut paths = vec![String::new()];
    let mut found = 0;
    for length in 0..=4 {
        for path in &paths {
            // What the gateway may say of the path, and what it does not.
            let ends = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
            let values = ends.chain(["", "a", "a/a", "/a", "/", "\u{e4}", "\u{fffd}"]);
            for (value, resource) in values.flat_map(|value| RESOURCES.map(|r| (value, r))) {
                for value in [value, &decoded(value)] {
                    let expected = mapping_by_definition(path, resource, Some(value));
                    assert_eq!(
                        mapping(path, resource, Some(value)),
                        expected,
                        "{path} by {resource} with {value:?}"
                    );
                    found += usize::from(!expected.is_empty());
                }
            }
        }
        if length < 4 {
            let longer = |path: &String| PARTS.map(|part| format!("{path}{part}"));
            paths = paths.iter().flat_map(longer).collect();
        }
    }
    assert!(found > 10_000, "{found}");
}

#[test]
fn a_mapping_is_looked_for_in_one_go_however_many_slashes_there_are() {
    let path = "/%61".repeat(50_000);
    let begun = Instant::now();
    for (resource, value, segments) in [
        ("/{proxy+}", "b", 0),
        ("/{proxy+}", "", 0),
        ("/{proxy+}", "a/a", 49_998),
        ("/a/{proxy+}", "a/a", 49_997),
        ("/{id}/b/{proxy+}", "a/a", 0),
        ("/{id}", "", 49_999),
    ] {
        let before = mapping(&path, resource, Some(value));
        assert_eq!(before.len(), 4 * segments, "{resource} with {value:?}");
    }
    let slashes = "/".repeat(200_000);
    for (resource, value, before) in [
        ("/{proxy+}", "", 0),
        ("/{proxy+}", "a", 0),
        ("/{id}/{proxy+}", "", 0),
        ("/", "", 199_998),
    ] {
        assert_eq!(
            mapping(&slashes, resource, Some(value)).len(),
            before,
            "{resource} with {value:?}"
        );
    }
    // In milliseconds; by definition it takes minutes.
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
}
