//! Request bodies: media type, size, shape and constraints.

use contract_runtime::axum::body::Body;
use contract_runtime::serde_json::{Value, json};

use crate::client::{self, Answer, request, send};
use crate::services::{everything, notes};

async fn post(body: impl Into<String>) -> Answer {
    let request = client::json("POST /api/v0/values", &[], body);
    send(&everything::router(), request).await
}

/// A body with what is required, and more.
fn with(more: Value) -> String {
    let mut body = json!({"type": "red", "requiredNullable": null, "list": ["a"]});
    let members = body.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    body.to_string()
}

async fn violations(more: Value) -> Vec<String> {
    let answer = post(with(more)).await;
    assert_eq!(answer.status, 400);
    answer.violations()
}

#[tokio::test]
async fn defaults_are_filled_in_and_absence_is_kept() {
    let answer = post(with(json!({}))).await;
    assert_eq!(answer.status, 200);
    let expected = json!({
        "type": "red", "requiredNullable": null, "list": ["a"], "withDefault": "fallback",
        "defaultInteger": -7, "defaultNumber": 2.5, "defaultFlag": true, "defaultAlways": true,
        "defaultChoice": "dark blue", "defaultDay": "2026-02-28",
        "defaultTime": "2026-02-28T10:00:00.000Z",
        "defaultId": "01890a5d-ac96-774b-bcce-b302099a8057", "defaultList": [1, 2],
        "defaultNull": null, "defaultNullable": "some",
    });
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn absent_and_null_are_told_apart() {
    let answer = post(with(
        json!({"optionalNullable": null, "defaultNullable": null}),
    ))
    .await;
    assert_eq!(answer.body["defaultNullable"], Value::Null);
    let members = answer.body.as_object().unwrap();
    assert!(members.contains_key("optionalNullable"));
    assert!(!members.contains_key("decorated"));
    let found = violations(json!({"optional": null, "withDefault": null})).await;
    assert_eq!(
        found,
        [
            "body /optional must be a string, not null",
            "body /withDefault must be a string, not null",
        ]
    );
    let answer = post(r#"{"type": "red", "list": ["a"]}"#).await;
    assert_eq!(answer.violations(), ["body /requiredNullable is required"]);
}

#[tokio::test]
async fn a_boolean_of_one_value_is_no_other() {
    let right = json!({"always": true, "neverOrNull": null});
    let answer = post(with(right.clone())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (name, value) in right.as_object().unwrap() {
        assert_eq!(answer.body[name], *value, "{name}");
    }
    let wrong = json!({"always": false, "neverOrNull": true, "defaultAlways": null});
    assert_eq!(
        violations(wrong).await,
        [
            "body /always must be true",
            "body /neverOrNull must be false",
            "body /defaultAlways must be a boolean, not null",
        ]
    );
}

#[tokio::test]
async fn names_are_those_of_the_contract() {
    let more = json!({
        "self": "a", "gen": "b", "m²": "c", "größe": "d", "2fa": true, "snake_case": "e",
        "kebab-case": "f", "choice": "", "nullableChoice": null, "maps": {"a": {"b": null}},
        "tree": {"value": 1, "left": {"value": 2}, "right": null, "children": [{"value": 3}]},
        "anything": null, "anythings": [1, "x"], "empty": {}, "open": {"x": 1},
    });
    let answer = post(with(more.clone())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (name, value) in more.as_object().unwrap() {
        if !["tree", "open"].contains(&name.as_str()) {
            assert_eq!(answer.body[name], *value, "{name}");
        }
    }
    assert_eq!(answer.body["tree"]["left"]["parent"], Value::Null);
}

#[tokio::test]
async fn every_violation_is_reported_at_once() {
    let found = violations(json!({
        "type": "blue", "optional": "x", "email": "me", "integer": 11, "exclusive": 0, "even": 3,
        "tenths": 0.25, "list": ["a", "", "a", "b"], "matrix": [[1], [], [1, 10]],
        "nullables": [null, "abc"], "maps": {"x": {"a/b": "c"}, "y~": {"d": null}},
        "tree": {"value": 1, "right": {"value": -1, "byName": {"t": {}}}},
        "closed": {"a": "x", "c": 1, "d": 2}, "dated": {"day": "2026-01-31T"},
    }))
    .await;
    assert_eq!(
        found,
        [
            "body /type must be one of red, green, dark blue",
            "body /optional must have at least 2 characters",
            "body /email must be an email address such as name@example.com",
            "body /integer must be at most 10",
            "body /exclusive must be more than 0",
            "body /even must be a multiple of 2",
            "body /tenths must be a multiple of 0.1",
            "body /list must have at most 3 items",
            "body /list/2 must not repeat an earlier item",
            "body /list/1 must have at least 1 character",
            "body /nullables/1 must have at most 2 characters",
            "body /matrix/1 must have at least 1 item",
            "body /matrix/2/1 must be at most 9",
            "body /maps/x/a~1b must have at least 2 characters",
            "body /dated/name is required",
            "body /dated/day must be a date such as 2026-01-31",
            "body /tree/right/value must be at least 0",
            "body /tree/right/byName/t/value is required",
            "body /closed/d is not known here; known are a, b, c",
            "body /closed must have at most 2 properties",
        ]
    );
}

/// A body whose shape is right is checked on typed values; one whose shape is wrong is walked as
/// JSON. Both name the same violations.
#[tokio::test]
async fn both_passes_agree() {
    let wrong = json!({
        "optional": "x", "email": "me", "integer": 11, "exclusive": 0, "even": 3, "tenths": 0.25,
        "list": ["a", "", "a", "b"], "matrix": [[1], [], [1, 10]], "nullables": [null, "abc"],
        "maps": {"x": {"a/b": "c"}, "y": {"d": null}}, "map": {"p": 4, "q": 1, "r": 9},
        "tree": {"value": 1, "right": {"value": -1, "byName": {"t": {"value": -2}}}},
        "closed": {}, "bounded": {}, "numbers": [6, 1, 1], "text": "b1", "uri": "x",
        "objects": [{"name": ""}, {"name": ""}], "decorated": {"name": ""}, "password": "short",
        "anythings": [1, 2, 3], "number": 1.6, "above": 0, "int32": -10, "int64": 9007199254740994_i64,
    });
    let typed = violations(wrong.clone()).await;
    let mut broken = wrong;
    broken["flag"] = json!("not a boolean");
    let mut walked = violations(broken).await;
    let flag = walked
        .iter()
        .position(|line| line.starts_with("body /flag "))
        .unwrap();
    walked.remove(flag);
    assert_eq!(typed, walked);
    assert_eq!(typed.len(), 34);
}

#[tokio::test]
async fn an_object_is_not_an_array() {
    let found = violations(json!({"named": ["a name"], "tree": [1], "inline": [["abc"]]})).await;
    assert_eq!(
        found,
        [
            "body /inline must be an object, not an array",
            "body /named must be an object, not an array",
            "body /tree must be an object, not an array",
        ]
    );
    let answer = post(r#"["red", null]"#).await;
    assert_eq!(
        answer.violations(),
        ["body  must be an object, not an array"]
    );
}

#[tokio::test]
async fn an_enumeration_is_a_string() {
    let found = violations(json!({"type": {"red": null}, "choice": 3})).await;
    assert_eq!(
        found,
        [
            "body /type must be a string, not an object",
            "body /choice must be a string, not a number",
        ]
    );
}

#[tokio::test]
async fn a_member_is_given_once() {
    let answer =
        post(r#"{"type": "red", "requiredNullable": null, "list": ["a"], "type": "red"}"#).await;
    assert_eq!(
        answer.violations(),
        ["body  cannot be read: duplicate field `type` at line 1 column 63"]
    );
    let text =
        with(json!({"tree": {"value": 1}})).replace("\"value\":1", "\"value\":1,\"value\":2");
    let answer = post(text).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.violations()[0].contains("duplicate field `value`"),
        "{:?}",
        answer.violations()
    );
}

#[tokio::test]
async fn integers_are_whole_and_fit() {
    for wrong in [
        "1.0",
        "1e2",
        "9223372036854775808",
        "-9223372036854775809",
        "\"1\"",
        "1.5",
    ] {
        let text = with(json!({"even": 0})).replace("\"even\":0", &format!("\"even\":{wrong}"));
        assert_eq!(post(text).await.status, 400, "{wrong}");
    }
    let text = with(json!({"int32": 0})).replace("\"int32\":0", "\"int32\":2147483650");
    assert_eq!(
        post(text).await.violations(),
        ["body /int32 must be an integer of at most 32 bits, not 2147483650"]
    );
}

#[tokio::test]
async fn what_is_not_json_is_said_so() {
    for wrong in [
        "{",
        "{}x",
        "nonsense",
        "{\"a\": 1e999}",
        "\u{feff}{}",
        "{'a': 1}",
        "{} {}",
    ] {
        let answer = post(wrong).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert_eq!(answer.violations().len(), 1, "{wrong}");
        assert!(
            answer.violations()[0].starts_with("body  is not JSON: "),
            "{wrong}"
        );
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(post(deep.clone()).await.status, 400);
    assert_eq!(
        post(with(json!({})).replace("null", &deep)).await.status,
        400
    );
    let trees = format!(
        "{}1{}",
        "{\"value\":1,\"left\":".repeat(5_000),
        "}".repeat(5_000)
    );
    assert_eq!(
        post(with(json!({"tree": 0})).replace(":0", &format!(":{trees}")))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_required_body_is_there() {
    let answer = send(&everything::router(), request("POST /api/v0/values", &[])).await;
    assert_eq!(
        (answer.status, answer.violations()),
        (400, vec!["body  is required".to_owned()])
    );
    assert_eq!(post("").await.violations(), ["body  is required"]);
}

#[tokio::test]
async fn an_optional_body_may_be_missing() {
    let router = everything::router();
    for (body, expected) in [
        ("", "None"),
        ("{}", "Some(None)"),
        (r#"{"kind": "long"}"#, "Some(Some(Long))"),
    ] {
        let answer = send(
            &router,
            client::json("POST /api/v0/values/optional", &[], body),
        )
        .await;
        assert_eq!((answer.status, answer.header("x-body")), (204, expected));
    }
    let answer = send(&router, request("POST /api/v0/values/optional", &[])).await;
    assert_eq!(answer.header("x-body"), "None");
    let answer = send(
        &router,
        client::json("POST /api/v0/values/optional", &[], "null"),
    )
    .await;
    assert_eq!(answer.violations(), ["body  must be an object, not null"]);
}

#[tokio::test]
async fn only_json_is_accepted() {
    let router = everything::router();
    for (headers, status) in [
        (&["content-type: application/json; charset=utf-8"][..], 200),
        (&["content-type: Application/JSON"], 200),
        (
            &[
                "content-type: application/json",
                "content-encoding: identity",
            ],
            200,
        ),
        (&[], 415),
        (&["content-type: text/plain"], 415),
        (&["content-type: application/json-seq"], 415),
        (&["content-type: application/x-www-form-urlencoded"], 415),
        (
            &["content-type: application/json", "content-encoding: gzip"],
            415,
        ),
    ] {
        let mut request = request("POST /api/v0/values", headers);
        *request.body_mut() = Body::from(with(json!({})));
        let answer = send(&router, request).await;
        assert_eq!(answer.status, status, "{headers:?}");
        if status == 415 {
            assert_eq!(answer.body["status"], 415);
        }
    }
}

/// Matching a pattern takes time with the text's length, so what is refused for its length is not matched as well.
#[tokio::test]
async fn a_text_that_is_too_long_is_not_held_against_its_pattern() {
    let router = notes::router();
    let found = async |tag: &str| {
        let body = json!({"tags": [tag]}).to_string();
        let request = client::json(
            "PATCH /v1/notes/01890a5d-ac96-774b-bcce-b302099a8057",
            &["authorization: Bearer admin"],
            body,
        );
        send(&router, request).await.violations()
    };
    let too_long = "body /tags/0 must have at most 20 characters";
    assert_eq!(found(&"A".repeat(21)).await, [too_long]);
    assert_eq!(
        found(&"A".repeat(20)).await,
        ["body /tags/0 must match the pattern ^[a-z-]+$"]
    );
}
