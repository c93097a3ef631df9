//! The contract's rate limits: guessing a password is slow, on however many instances.

use contract_runtime::dynamodb::embedded::Engine;

use crate::site::{PASSWORD, Site};

#[tokio::test]
async fn guesses_are_limited_over_all_instances_together() {
    let engine = Engine::memory().unwrap();
    let on = [("RATE_LIMITS", "on")];
    let sites = [
        Site::with(engine.clone(), &on).await,
        Site::with(engine, &on).await,
    ];
    let mut answers = Vec::new();
    for guess in 0..12 {
        let site = &sites[guess % 2];
        let credentials = serde_json::json!({"username": "root", "password": "a guess"});
        let caller = site.anybody().limits(true);
        answers.push(caller.post("/auth/sign-in").json(credentials).await);
    }
    let statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    assert_eq!(statuses[..10], [401; 10]);
    assert_eq!(statuses[10..], [429; 2]);
    assert_eq!(answers[11].header("retry-after"), "60");
    // Even the right one, and trying to sign up or to change a password is the same limit.
    let credentials = serde_json::json!({"username": "root", "password": PASSWORD});
    let caller = sites[0].anybody().limits(true);
    caller
        .post("/auth/sign-in")
        .json(credentials.clone())
        .await
        .has(429);
    for site in &sites {
        site.clock.advance(chrono::TimeDelta::seconds(60));
    }
    caller
        .post("/auth/sign-in")
        .json(credentials)
        .await
        .has(200);
}
