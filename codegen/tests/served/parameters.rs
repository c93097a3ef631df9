//! Path, query, header and cookie parameters.

use contract_runtime::http::HeaderValue;
use contract_runtime::serde_json::{Value, json};

use crate::client::{Answer, request, send};
use crate::services::{everything, notes};

const PATH: &str = "/api/v0/parameters/7/between/dark%20blue/x%2Fy";

async fn get(query: &str, headers: &[&str]) -> Answer {
    let line = format!("GET {PATH}?{query}");
    send(&everything::router(), request(&line, headers)).await
}

#[tokio::test]
async fn path_parameters_are_bound_by_name_and_decoded() {
    let answer = get("must=true", &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["first"], 7);
    assert_eq!(answer.body["second-one"], "dark blue");
    assert_eq!(answer.body["third.one"], "x/y");
}

#[tokio::test]
async fn what_is_left_out_has_its_default() {
    let Value::Object(body) = get("must=true", &[]).await.body else {
        panic!("not an object")
    };
    let expected = json!({
        "first": 7, "second-one": "dark blue", "third.one": "x/y", "query-shared": null,
        "text": null, "number": 0.5, "small": -5, "flag": true, "sure": null, "id": null, "day": "2026-01-31",
        "time": null, "email": null, "color": null, "ids": null, "csv": null, "must": [true],
        "list": ["a", "b"], "order": "up", "X-Count": 1, "X-Names": null, "session": null,
    });
    assert_eq!(Value::Object(body), expected);
}

#[tokio::test]
async fn every_type_is_read() {
    let query = "query-shared=&text=a_b&number=1e2&small=15&flag=false&sure=true\
        &id=01890A5D-AC96-774B-BCCE-B302099A8057&day=2024-02-29&time=2026-01-31T12:00:00.5%2B01:00\
        &email=a%40example.com&color=green&ids=1&ids=-2&csv=red,dark+blue&must=true&must=false\
        &list=&order=down&unknown=1&unknown=2";
    let headers = [
        "x-count: 9",
        "x-names: a, b",
        "X-Names: c",
        "cookie: a=b; session=x=y",
    ];
    let answer = get(query, &headers).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let expected = json!({
        "first": 7, "second-one": "dark blue", "third.one": "x/y", "query-shared": "",
        "text": "a_b", "number": 100.0, "small": 15, "flag": false, "sure": true,
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "day": "2024-02-29",
        "time": "2026-01-31T11:00:00.500Z", "email": "a@example.com", "color": "green",
        "ids": [1, -2], "csv": ["red", "dark blue"], "must": [true, false], "list": [""],
        "order": "down", "X-Count": 9, "X-Names": "a, b, c", "session": "x=y",
    });
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn cookies_are_decoded_and_strange_ones_stand_as_they_were_sent() {
    for (sent, read) in [
        ("%C3%A4%3B%20x", "\u{e4}; x"),
        ("a+b", "a+b"),
        ("%zz", "%zz"),
        ("%ff", "%ff"),
        ("99%", "99%"),
    ] {
        let cookie = format!("cookie: session={sent}");
        let answer = get("must=true", &[&cookie]).await;
        assert_eq!(answer.status, 200, "{sent}: {}", answer.body);
        assert_eq!(answer.body["session"], read, "{sent}");
    }
    // Bounds hold for what it says, not for how it was written.
    let answer = get("must=true", &["cookie: session=%C3%A4"]).await;
    let short = "cookie session must have at least 3 characters";
    assert_eq!(answer.violations(), [short]);
}

#[tokio::test]
async fn every_violation_is_reported_at_once() {
    let line = "GET /api/v0/parameters/0/between/blue/12345678901?text=%C3%A4&number=0&small=7\
        &flag=1&sure=false&id=1&day=2026-02-30&time=now&email=me&color=blue&ids=1&ids=x&csv=red,red&list=&order=";
    let headers = ["x-count: 10", "cookie: session=xy"];
    let answer = send(&everything::router(), request(line, &headers)).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.violations(),
        [
            "path second-one must be one of red, green, dark blue",
            "path third.one must have at most 10 characters",
            "path first must be at least 1",
            "query text must have at least 2 characters",
            "query text must match the pattern ^\\w+$",
            "query number must be more than 0",
            "query small must be a multiple of 5",
            "query flag must be true or false",
            "query sure must be true",
            "query id must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057",
            "query day must be a date such as 2026-01-31",
            "query time must be a time such as 2026-01-31T12:00:00Z",
            "query email must be an email address such as name@example.com",
            "query color must be one of red, green",
            "query ids/1 must be an integer of at most 64 bits",
            "query csv/1 must not repeat an earlier item",
            "query must is required",
            "query order must be one of up, down",
            "header X-Count must be at most 9",
            "cookie session must have at least 3 characters",
        ]
    );
}

#[tokio::test]
async fn a_parameter_is_given_once() {
    let answer = get("must=true&text=ab&text=ab", &[]).await;
    assert_eq!(answer.violations(), ["query text must be given only once"]);
    let answer = get("must=true&csv=red&csv=green", &[]).await;
    assert_eq!(answer.violations(), ["query csv must be given only once"]);
}

#[tokio::test]
async fn bad_percent_encoding_is_reported_once() {
    let answer = get("must=%zz&text=%ff&%G0=1&flag=%4", &[]).await;
    assert_eq!(
        answer.violations(),
        [
            "query must is not percent-encoded UTF-8",
            "query text is not percent-encoded UTF-8",
            "query %G0 is a name that is not percent-encoded UTF-8",
            "query flag is not percent-encoded UTF-8",
        ]
    );
    for path in ["7/between/%ff/x", "7/between/red/%4", "7/between/red/%zz"] {
        let line = format!("GET /api/v0/parameters/{path}?must=true");
        let answer = send(&everything::router(), request(&line, &[])).await;
        assert_eq!(answer.status, 400, "{path}");
        let found = answer.violations();
        assert_eq!(found.len(), 1);
        assert!(found[0].ends_with("is not percent-encoded UTF-8"));
    }
}

#[tokio::test]
async fn an_encoded_comma_parts_no_list() {
    let answer = get("must=true&csv=red,dark%20blue", &[]).await;
    assert_eq!(answer.body["csv"], json!(["red", "dark blue"]));
    let answer = get("must=true&csv=red%2Cgreen", &[]).await;
    assert_eq!(
        answer.violations(),
        ["query csv/0 must be one of red, green, dark blue"]
    );
}

#[tokio::test]
async fn a_header_that_is_not_text_is_reported_once() {
    let mut request = request(&format!("GET {PATH}?must=true"), &[]);
    let value = HeaderValue::from_bytes(b"\xff").unwrap();
    request.headers_mut().insert("x-names", value);
    let answer = send(&everything::router(), request).await;
    assert_eq!(
        answer.violations(),
        ["header X-Names must have visible ASCII characters only"]
    );
}

#[tokio::test]
async fn one_component_and_two_inline_enumerations_are_three_types() {
    let line = "GET /api/v0/parameters/order?order=down&color=blue";
    let answer = send(&everything::router(), request(line, &[])).await;
    assert_eq!(answer.body, json!({"order": "down", "color": "blue"}));
}

#[tokio::test]
async fn lists_have_defaults_and_bounds() {
    let router = notes::router();
    let answer = send(&router, request("GET /v1/notes", &[])).await;
    assert_eq!(answer.body["total"], 20);
    let answer = send(
        &router,
        request("GET /v1/notes?limit=0&offset=-1&sort=x&tag=&tag=a", &[]),
    )
    .await;
    assert_eq!(
        answer.violations(),
        [
            "query limit must be at least 1",
            "query offset must be at least 0",
            "query tag/0 must have at least 1 character",
            "query sort must be one of newest, oldest",
        ]
    );
}
