//! Several instances, many requests, and none.

use std::collections::HashSet;

use portfolio_tests::lambda::{Gateway, Instance, Kind, RuntimeApi};
use reqwest::Client;

use super::{function, router};

#[tokio::test]
async fn requests_at_once_are_shared_between_instances_one_at_a_time() {
    let router = router().await;
    let api = RuntimeApi::start().await;
    for _ in 0..3 {
        api.run(function(&router));
    }
    let gateway = Gateway::new(Kind::FunctionUrl, &api).serve().await;
    let http = Client::builder().no_proxy().build().unwrap();
    let requests = (0..60).map(|number| {
        let request = http
            .get(format!("http://{gateway}/v1/blog/posts?limit=1"))
            .header("x-request-id", format!("request-{number}"));
        tokio::spawn(request.send())
    });
    let requests: Vec<_> = requests.collect();
    let mut ids = HashSet::new();
    for (number, request) in requests.into_iter().enumerate() {
        let answer = request.await.unwrap().unwrap();
        assert_eq!(answer.status(), 200);
        let id = answer.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        // Each caller has its own answer.
        assert_eq!(id, format!("request-{number}"));
        ids.insert(id);
    }
    assert_eq!(ids.len(), 60);
}

#[tokio::test]
async fn the_request_id_is_lambdas_unless_the_client_sent_one() {
    let api = RuntimeApi::start().await;
    api.run(function(&router().await));
    let gateway = Gateway::new(Kind::FunctionUrl, &api).serve().await;
    let http = Client::builder().no_proxy().build().unwrap();
    let answer = http.get(format!("http://{gateway}/health")).send().await;
    let id = answer.unwrap().headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    // Lambda's are UUIDs of version 4, ours of version 7.
    assert_eq!(id.as_bytes()[14], b'4', "{id}");
}

#[tokio::test]
async fn an_instance_that_cannot_start_is_a_failure_that_says_why() {
    let api = RuntimeApi::start().await;
    let gateway = Gateway::new(Kind::FunctionUrl, &api).serve().await;
    let http = Client::builder().no_proxy().build().unwrap();
    let request = tokio::spawn(http.get(format!("http://{gateway}/health")).send());
    let instance = Instance::of(&api);
    // The event first, so that somebody waits.
    instance.next().await.unwrap();
    instance.fail("PORT must be a number").await;
    assert_eq!(request.await.unwrap().unwrap().status(), 502);
    assert_eq!(
        api.failed_starts()[0]["errorMessage"],
        "PORT must be a number"
    );
}
