//! Tokens: where they go, when they are renewed, and that they are renewed once.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use portfolio_client::{Client, Error, Session};
use serde_json::json;
use support::{EMAIL, Liar, PASSWORD, Reply, Seen, TestTimer, client};

/// A liar that opens numbered sessions and takes the token of the newest one only.
async fn sessions(expires_in: u32) -> (Liar, String) {
    let (liar, address) = Liar::start().await;
    let number = std::sync::Mutex::new(0);
    liar.otherwise(move |seen: &Seen| {
        let mut number = number.lock().unwrap();
        match seen.line.as_str() {
            "POST /auth/login" | "POST /auth/refresh" => {
                *number += 1;
                Reply::session(*number, expires_in).after(Duration::from_millis(50))
            }
            "GET /visitors/count" => Reply::json(200, json!({ "count": 7 })),
            _ if seen.token.as_deref() == Some(&format!("Bearer token-{number}")) => {
                Reply::json(200, json!({ "totalViews": 7 }))
            }
            _ => Reply::error(401),
        }
    });
    (liar, address)
}

fn with_credentials(address: &str) -> (Client, TestTimer) {
    let (builder, timer) = client(address);
    (builder.credentials(EMAIL, PASSWORD).build().unwrap(), timer)
}

#[tokio::test]
async fn a_token_goes_where_the_contract_takes_one_and_nowhere_else() {
    let (liar, address) = sessions(3600).await;
    let (client, _) = with_credentials(&address);
    client.get_visitor_count().send().await.unwrap();
    assert_eq!(
        liar.lines(),
        ["GET /visitors/count"],
        "nobody signs in for a public operation"
    );
    client.get_total_views().send().await.unwrap();
    client.get_total_views().send().await.unwrap();
    client.get_visitor_count().send().await.unwrap();
    let seen: Vec<_> = liar
        .seen()
        .into_iter()
        .map(|seen| (seen.line, seen.token))
        .collect();
    let token = Some("Bearer token-1".to_owned());
    let line = |line: &str| line.to_owned();
    assert_eq!(
        seen,
        [
            (line("GET /visitors/count"), None),
            (line("POST /auth/login"), None),
            (line("GET /analytics/total-views"), token.clone()),
            (line("GET /analytics/total-views"), token),
            (line("GET /visitors/count"), None),
        ]
    );
}

#[tokio::test]
async fn without_a_session_the_server_decides() {
    let (liar, address) = sessions(3600).await;
    let client = client(&address).0.build().unwrap();
    let error = client.get_total_views().send().await.unwrap_err();
    assert!(
        matches!(&error, Error::ErrorResponse(response) if response.status() == 401),
        "{error}"
    );
    assert_eq!(liar.seen().len(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let (liar, address) = sessions(3600).await;
    let (client, timer) = with_credentials(&address);
    client.get_total_views().send().await.unwrap();
    timer.advance(3600 - 61);
    client.get_total_views().send().await.unwrap();
    assert_eq!(liar.seen().len(), 3);
    timer.advance(1);
    client.get_total_views().send().await.unwrap();
    let last = &liar.seen()[3..];
    assert_eq!(last[0].line, "POST /auth/refresh");
    assert_eq!(last[0].body, json!({ "refreshToken": "refresh-1" }));
    assert_eq!(last[0].token, None);
    assert_eq!(last[1].token.as_deref(), Some("Bearer token-2"));
    let session = client.session().unwrap();
    assert_eq!(session.refresh_token.as_deref(), Some("refresh-2"));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let (liar, address) = sessions(3600).await;
    let (client, _) = with_credentials(&address);
    client.get_total_views().send().await.unwrap();
    // The session goes on elsewhere: token 1 is refused from now on.
    liar.says([Reply::error(401)]);
    client.get_total_views().send().await.unwrap();
    assert_eq!(
        liar.lines()[2..],
        [
            "GET /analytics/total-views",
            "POST /auth/refresh",
            "GET /analytics/total-views"
        ]
    );
    // A server that refuses every token is asked twice, not for ever.
    liar.says([
        Reply::error(401),
        Reply::session(9, 3600),
        Reply::error(401),
    ]);
    let error = client.get_total_views().send().await.unwrap_err();
    assert!(
        matches!(&error, Error::ErrorResponse(response) if response.status() == 401),
        "{error}"
    );
    assert_eq!(liar.seen().len(), 8);
}

#[tokio::test]
async fn a_creation_that_was_refused_is_sent_again_with_another_token() {
    let (liar, address) = sessions(3600).await;
    let (client, _) = with_credentials(&address);
    client.get_total_views().send().await.unwrap();
    liar.says([Reply::error(401)]);
    // The liar's 200 is not declared for a creation; that it comes is enough.
    let body =
        json!({ "title": "A", "excerpt": "B", "content": "C", "category": "D", "tags": ["e"] });
    let body: portfolio_client::types::BlogPostCreate = serde_json::from_value(body).unwrap();
    let error = client
        .create_blog_post()
        .body(body)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert_eq!(
        liar.lines()[2..],
        ["POST /blog/posts", "POST /auth/refresh", "POST /blog/posts"]
    );
}

#[tokio::test]
async fn twenty_calls_sign_in_once() {
    let (liar, address) = sessions(3600).await;
    let (client, timer) = with_credentials(&address);
    let together = || async {
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move {
                    client
                        .get_total_views()
                        .send()
                        .await
                        .map(|views| views.total_views)
                })
            })
            .collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap(), 7);
        }
    };
    let count = |line: &str| liar.lines().iter().filter(|seen| *seen == line).count();
    together().await;
    assert_eq!(
        (count("POST /auth/login"), count("POST /auth/refresh")),
        (1, 0)
    );
    timer.advance(3599);
    together().await;
    assert_eq!(
        (count("POST /auth/login"), count("POST /auth/refresh")),
        (1, 1)
    );
    // All twenty are refused at the same time.
    let all = liar.seen().len() + 20;
    liar.says((0..20).map(|_| Reply::error(401).when_seen(all)));
    together().await;
    assert_eq!(
        (count("POST /auth/login"), count("POST /auth/refresh")),
        (1, 2)
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_does_not_lose_the_renewed_token() {
    let (liar, address) = sessions(3600).await;
    let (client, timer) = with_credentials(&address);
    client.get_total_views().send().await.unwrap();
    timer.advance(3599);
    let refresh = liar.seen().len() + 1;
    tokio::select! {
        answer = client.get_total_views().send() => panic!("it was not dropped: {answer:?}"),
        () = liar.until_seen(refresh) => {}
    }
    client.get_total_views().send().await.unwrap();
    let refreshes: Vec<_> = liar
        .seen()
        .into_iter()
        .filter(|seen| seen.line == "POST /auth/refresh")
        .collect();
    assert_eq!(refreshes.len(), 1);
}

#[tokio::test]
async fn refused_credentials_are_not_tried_again() {
    let (liar, address) = Liar::start().await;
    liar.otherwise(|_| Reply::error(401));
    let (client, _) = with_credentials(&address);
    for _ in 0..3 {
        let error = client.get_total_views().send().await.unwrap_err();
        assert_eq!(
            error.operation().map(|operation| operation.id),
            Some("getTotalViews")
        );
        assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
        let Error::Authentication { cause, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(
            cause.operation().map(|operation| operation.id),
            Some("login")
        );
    }
    assert_eq!(liar.lines(), ["POST /auth/login"]);
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_is_opened_again() {
    let (liar, address) = sessions(3600).await;
    let (client, timer) = with_credentials(&address);
    client.get_total_views().send().await.unwrap();
    timer.advance(3600);
    liar.says([Reply::error(401)]);
    client.get_total_views().send().await.unwrap();
    assert_eq!(
        liar.lines()[2..],
        [
            "POST /auth/refresh",
            "POST /auth/login",
            "GET /analytics/total-views"
        ]
    );
}

/// A session without credentials, that ends an hour from now.
fn continued(address: &str) -> (Client, TestTimer) {
    let (builder, timer) = client(address);
    let session = Session {
        token: "token-0".to_owned(),
        refresh_token: Some("refresh-0".to_owned()),
        expires_at: Some("2026-11-20T13:00:00Z".parse().unwrap()),
    };
    (builder.session(session).build().unwrap(), timer)
}

#[tokio::test]
async fn a_session_that_is_over_says_so() {
    let (liar, address) = sessions(3600).await;
    let (client, timer) = continued(&address);
    timer.advance(3590);
    liar.says([Reply::error(401)]);
    for _ in 0..2 {
        let error = client.list_blog_posts().send().await.unwrap_err();
        let Error::Authentication { cause, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(
            cause.operation().map(|operation| operation.id),
            Some("refreshSession")
        );
    }
    assert_eq!(liar.lines(), ["POST /auth/refresh"]);
    assert!(client.session().is_none());
    client.sign_in(EMAIL, PASSWORD).await.unwrap();
    client.get_total_views().send().await.unwrap();
}

#[tokio::test]
async fn a_refresh_token_in_doubt_is_the_last_resort() {
    let (liar, address) = sessions(3600).await;
    let (client, timer) = continued(&address);
    timer.advance(3590);
    // Whether the token was replaced, nobody knows. The old token still works.
    liar.says([
        Reply::error(503),
        Reply::json(200, json!({ "totalViews": 7 })),
        Reply::json(200, json!({ "totalViews": 7 })),
    ]);
    client.get_total_views().send().await.unwrap();
    client.get_total_views().send().await.unwrap();
    assert_eq!(
        liar.lines(),
        [
            "POST /auth/refresh",
            "GET /analytics/total-views",
            "GET /analytics/total-views"
        ]
    );
    // It has ended: now there is nothing to lose.
    timer.advance(10);
    client.get_total_views().send().await.unwrap();
    let last = &liar.seen()[3..];
    assert_eq!(last[0].body, json!({ "refreshToken": "refresh-0" }));
    assert_eq!(last[1].token.as_deref(), Some("Bearer token-1"));
}

#[tokio::test]
async fn a_token_alone_is_sent_as_it_is() {
    let (liar, address) = sessions(3600).await;
    let client = client(&address).0.token("mine").build().unwrap();
    let error = client.get_total_views().send().await.unwrap_err();
    assert!(
        matches!(&error, Error::ErrorResponse(response) if response.status() == 401),
        "{error}"
    );
    assert_eq!(liar.seen().len(), 1);
    assert_eq!(liar.seen()[0].token.as_deref(), Some("Bearer mine"));
}

#[tokio::test]
async fn nothing_shows_a_token() {
    let (_, address) = sessions(3600).await;
    let (client, _) = with_credentials(&address);
    client.get_total_views().send().await.unwrap();
    let shown = format!("{client:?} {:?}", client.session());
    assert!(
        !shown.contains("token-1") && !shown.contains("refresh-1") && !shown.contains(PASSWORD),
        "{shown}"
    );
}

/// A runtime that ends in the middle of a renewal does not lock the client up.
#[test]
fn a_client_outlives_a_runtime() {
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap()
    };
    let server = runtime();
    let (liar, address) = server.block_on(sessions(3600));
    // Answered when the second has been asked for.
    liar.says([Reply::session(1, 3600).when_seen(2)]);
    let client = Arc::new(with_credentials(&address).0);
    let first = runtime();
    first.block_on(async {
        tokio::select! {
            answer = client.get_total_views().send() => panic!("it did not end in the middle: {answer:?}"),
            () = liar.until_seen(1) => {}
        }
    });
    first.shutdown_background();
    let second = runtime();
    let views = second.block_on(async {
        tokio::time::timeout(Duration::from_secs(20), client.get_total_views().send()).await
    });
    assert_eq!(views.unwrap().unwrap().total_views, 7);
}
