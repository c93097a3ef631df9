use serde_json::{Value, json};

use super::{derived, with};

#[test]
fn refuses_what_would_be_wrong() {
    let text = json!({ "type": "string" });
    let list = json!({ "type": "array", "items": text });
    let json_of = |schema: &Value| json!({ "application/json": { "schema": schema } });
    let time = json!({ "type": "string", "format": "date-time" });
    let get = "/paths/~1books~1{bookId}/get";
    let add = "/paths/~1books/post";
    for (pointer, value, expected) in [
        (
            format!("{get}/parameters"),
            json!([{ "name": "x", "in": "header", "schema": list }]),
            "the list `x` in a header",
        ),
        (
            format!("{get}/parameters"),
            json!([{ "name": "x", "in": "query", "explode": false, "schema": list }]),
            "`explode: false`",
        ),
        (
            format!("{get}/parameters"),
            json!([{ "name": "x", "in": "query", "schema": text }, { "name": "X", "in": "header", "schema": text }]),
            "becomes `x`",
        ),
        (
            format!("{get}/parameters"),
            json!([{ "name": "Api-Version", "in": "header", "schema": text }]),
            "progenitor's own",
        ),
        (
            format!("{get}/parameters"),
            json!([{ "name": "x", "in": "query", "content": json_of(&text) }]),
            "needs a `schema`",
        ),
        (
            format!("{get}/parameters"),
            json!([{ "name": "x", "in": "query", "style": "deepObject", "schema": text }]),
            "the style `form` only",
        ),
        (
            "/components/parameters/BookId/schema".into(),
            text.clone(),
            "could be empty, `.` or `..`",
        ),
        (
            "/components/parameters/BookId/schema".into(),
            json!({ "type": "string", "minLength": 1, "pattern": "^[a-z.]+$" }),
            "could be empty, `.` or `..`",
        ),
        (
            format!("{get}/parameters"),
            json!([{ "name": "x", "in": "header", "schema": time }]),
            "the `date-time` `x` in a header",
        ),
        (
            "/components/parameters/BookId/schema".into(),
            json!({ "allOf": [time] }),
            "the `date-time` `bookId` in a path",
        ),
        (
            "/components/parameters/BookId/schema".into(),
            json!({ "description": "Of a book.", "allOf": [{ "$ref": "#/components/schemas/Name" }] }),
            "could be empty, `.` or `..`",
        ),
        (
            format!("{get}/parameters"),
            json!([{ "name": "x", "in": "query", "explode": false, "schema": { "allOf": [{ "$ref": "#/components/schemas/Names" }] } }]),
            "`explode: false`",
        ),
        (
            format!("{add}/requestBody/required"),
            json!(false),
            "would send this body always",
        ),
        (
            format!("{add}/requestBody/content"),
            json!({ "text/plain": { "schema": text } }),
            "sends `application/json`",
        ),
        (
            format!("{add}/responses/default"),
            json!({ "description": "" }),
            "instead of `default`",
        ),
        (
            format!("{add}/responses/4XX"),
            json!({ "$ref": "#/components/responses/Failure" }),
            "spelled out",
        ),
        (
            format!("{add}/responses/204"),
            json!({ "description": "" }),
            "204 has another body than 201",
        ),
        (
            format!("{add}/responses/303"),
            json!({ "description": "" }),
            "no value for a 303",
        ),
        (
            format!("{add}/responses/304"),
            json!({ "description": "" }),
            "only as the empty form of a 200",
        ),
        (
            format!("{add}/responses/409"),
            json!({ "description": "" }),
            "one type for errors, `Failure`",
        ),
        (
            format!("{add}/responses/409"),
            json!({ "description": "", "content": json_of(&json!({ "$ref": "#/components/schemas/Book" })) }),
            "one type for errors, `Failure`",
        ),
        (
            format!("{add}/responses/201"),
            json!({ "description": "", "content": { "text/plain": { "schema": text } } }),
            "reads `application/json`",
        ),
        (
            format!("{add}/responses"),
            json!({ "400": { "$ref": "#/components/responses/Failure" } }),
            "needs a declared success",
        ),
        (
            "/components/securitySchemes/key/scheme".into(),
            json!("basic"),
            "one bearer token",
        ),
        (
            "/x-error-schema".into(),
            Value::Null,
            "one schema for all errors",
        ),
        (
            "/components/schemas/Book/properties/pages".into(),
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
            "no type for `oneOf`",
        ),
    ] {
        let mut contract = with(&pointer, value);
        let schemas = &mut contract["components"]["schemas"];
        schemas["Name"] = json!({ "allOf": [text] });
        schemas["Names"] = json!({ "allOf": [list] });
        let (_, messages) = derived(contract);
        assert!(
            messages.iter().any(|message| message.contains(expected)),
            "{pointer}: {expected}: {messages:?}"
        );
    }
}

#[test]
fn path_parameters_that_cannot_vanish_are_fine() {
    for schema in [
        json!({ "type": "string", "enum": ["a", "b"] }),
        json!({ "type": "string", "pattern": "^[a-z]+$" }),
        json!({ "type": "string", "minLength": 3 }),
        json!({ "type": "string", "format": "date" }),
        json!({ "type": "string", "format": "date-time", "enum": ["2026-01-31T12:00:00Z"] }),
        json!({ "allOf": [{ "type": "string" }, { "type": "string", "minLength": 3 }] }),
        json!({ "type": "integer" }),
    ] {
        let (_, messages) = derived(with("/components/parameters/BookId/schema", schema.clone()));
        assert!(messages.is_empty(), "{schema}: {messages:?}");
    }
}
