//! The gateways by themselves: what they do to answers that are none, and to headers.

use portfolio_tests::lambda::{Gateway, Instance, Kind, RuntimeApi};
use reqwest::Client;
use serde_json::Value;

use super::{function, router};

/// Answers one event with these bytes.
fn answer_with(api: &RuntimeApi, answer: &'static str) {
    let instance = Instance::of(api);
    tokio::spawn(async move {
        let invocation = instance.next().await.unwrap();
        instance.respond(&invocation, answer).await;
    });
}

#[tokio::test]
async fn an_answer_that_is_none_is_the_gateways_error() {
    let http = Client::builder().no_proxy().build().unwrap();
    let rest = Kind::Rest {
        stage: "live".to_owned(),
    };
    let http_api = Kind::HttpApi { stage: None };
    for (kind, status, message) in [
        (rest, 502, "Internal server error"),
        (http_api, 500, "Internal Server Error"),
    ] {
        let api = RuntimeApi::start().await;
        let gateway = Gateway::new(kind.clone(), &api).serve().await;
        let url = format!("http://{gateway}{}/v1", kind.prefix());
        for answer in [
            "no JSON",
            "[]",
            "{}",
            r#"{"statusCode": "ok"}"#,
            r#"{"statusCode": 200, "body": {}}"#,
            r#"{"statusCode": 200, "headers": {"a b": "c"}}"#,
            r#"{"statusCode": 200, "body": "%", "isBase64Encoded": true}"#,
        ] {
            answer_with(&api, answer);
            let response = http.get(&url).send().await.unwrap();
            assert_eq!(response.status(), status, "{kind:?}: {answer}");
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["message"], message, "{kind:?}: {answer}");
        }
        answer_with(
            &api,
            r#"{"statusCode": 201, "headers": {"x-a": "b"}, "body": "eA==", "isBase64Encoded": true}"#,
        );
        let response = http.get(&url).send().await.unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["x-a"], "b");
        assert_eq!(response.text().await.unwrap(), "x");
    }
}

#[tokio::test]
async fn a_rest_api_renames_the_challenge() {
    let api = RuntimeApi::start().await;
    api.run(function(&router().await));
    let kind = Kind::Rest {
        stage: "live".to_owned(),
    };
    let gateway = Gateway::new(kind, &api);
    let http = Client::builder().no_proxy().build().unwrap();
    let url = |address| format!("http://{address}/live/v1/auth/me");
    let renamed = http.get(url(gateway.clone().serve().await)).send().await;
    let renamed = renamed.unwrap();
    assert_eq!(renamed.status(), 401);
    assert!(
        renamed
            .headers()
            .contains_key("x-amzn-remapped-www-authenticate")
    );
    assert!(!renamed.headers().contains_key("www-authenticate"));
    let kept = gateway.without_remapping().serve().await;
    let kept = http.get(url(kept)).send().await.unwrap();
    assert!(kept.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_prefix_must_be_there_unless_it_is_hidden() {
    let api = RuntimeApi::start().await;
    api.run(function(&router().await));
    let http = Client::builder().no_proxy().build().unwrap();
    let kind = Kind::RestCustomDomain {
        base_path: "shop".to_owned(),
    };
    let gateway = Gateway::new(kind, &api);
    let open = gateway.clone().serve().await;
    for (path, status) in [
        ("/shop/health", 200),
        ("/health", 403),
        ("/shopping/health", 403),
    ] {
        let answer = http.get(format!("http://{open}{path}")).send().await;
        assert_eq!(answer.unwrap().status(), status, "{path}");
    }
    let hidden = gateway.with_hidden_prefix().serve().await;
    let answer = http.get(format!("http://{hidden}/health")).send().await;
    assert_eq!(answer.unwrap().status(), 200);
}
