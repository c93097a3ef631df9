//! Texts: every one can be kept as it was sent, or is refused by name.

use serde_json::{Value, json};

use crate::site::{CONTRACT, Site, violations};

/// Calls `found` with each schema of a text within a schema, and where it is.
fn texts(schema: &'static Value, place: &str, found: &mut dyn FnMut(&str, &'static Value)) {
    let schema = CONTRACT.resolved(schema);
    // What a type beside `allOf` may be, its part says.
    if schema["type"] == "string" && schema.get("allOf").is_none() {
        found(place, schema);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        texts(property, &format!("{place}/{name}"), found);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        texts(part, place, found);
    }
    if let Some(items) = schema.get("items") {
        texts(items, &format!("{place}/0"), found);
    }
}

#[test]
fn no_text_of_a_request_may_have_a_nul() {
    let mut checked = Vec::new();
    let mut check = |place: &str, schema: &'static Value| {
        // Formats and enumerations have no room for one.
        let is_narrow = schema.get("format").is_some() || schema.get("enum").is_some();
        let with_nul = CONTRACT.objection(schema, &json!("before\0after"));
        assert!(is_narrow || with_nul.is_some(), "{place}");
        let limit = schema["maxLength"].is_u64();
        assert!(is_narrow || limit, "{place} has no end");
        checked.push(place.to_owned());
    };
    for (path, item) in CONTRACT.document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = match method.as_str() {
                "parameters" => operation,
                _ => &operation["parameters"],
            };
            for parameter in parameters.as_array().into_iter().flatten() {
                let parameter = CONTRACT.resolved(parameter);
                texts(
                    &parameter["schema"],
                    &format!("{path} {}", parameter["name"]),
                    &mut check,
                );
            }
            if let Some(body) = operation.get("requestBody") {
                let schema = &CONTRACT.resolved(body)["content"]["application/json"]["schema"];
                texts(schema, &format!("{path} {method}"), &mut check);
            }
        }
    }
    assert!(checked.len() > 20, "{checked:?}");
}

#[tokio::test]
async fn a_nul_is_refused_wherever_it_comes() {
    let site = Site::start().await;
    let body = json!({"name": "a\0b", "email": "a\0@example.com", "phone": "12345\0", "bio": "\0"});
    let answer = site.witness.post("/api/v1/users").json(body).await;
    let mut places = violations(&answer)
        .iter()
        .map(|one| one.split(' ').nth(1).unwrap().to_owned())
        .collect::<Vec<_>>();
    places.dedup();
    assert_eq!(places, ["/name", "/email", "/phone", "/bio"]);
    for path in ["/api/v1/users?search=a%00", "/api/v1/users/search?q=%00"] {
        let answer = site.witness.get(path).await;
        assert_eq!(violations(&answer).len(), 1, "{path}");
    }
}

#[tokio::test]
async fn every_other_character_comes_back_as_it_was_sent() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    let path = format!("/api/v1/users/{user}");
    for text in [
        "\u{1}\u{7f}\u{85}",
        "\u{feff}x\u{2028}",
        "\u{10ffff}\u{e000}",
        "\\u0000",
        "'; DROP TABLE users; --",
        "\r\n\t ",
    ] {
        let body = json!({"name": format!("x{text}"), "email": "ada@example.com", "bio": text});
        let answer = site.witness.put(&path).json(body).await.is(200);
        assert_eq!(answer["data"]["bio"], text);
        let shown = site.witness.get(&path).await.is(200);
        assert_eq!(shown["data"]["name"], format!("x{text}"));
    }
}

#[tokio::test]
async fn lengths_are_counted_in_characters_on_both_sides() {
    let site = Site::start().await;
    let user = site.user("ada@example.com").await;
    let path = format!("/api/v1/users/{user}");
    let body = |name: String| json!({"name": name, "email": "ada@example.com"});
    site.witness
        .put(&path)
        .json(body("\u{1f600}".repeat(100)))
        .await
        .has(200);
    site.witness
        .put(&path)
        .json(body("\u{1f600}".repeat(101)))
        .await
        .has(400);
}
