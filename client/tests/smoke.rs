//! The smoke test itself (examples/smoke): what it finds, how it says so, and what it leaves behind.
#![allow(clippy::unwrap_used)]

#[path = "../examples/smoke/arguments.rs"]
mod arguments;
#[path = "../examples/smoke/journey.rs"]
mod journey;
#[path = "../examples/smoke/owner.rs"]
mod owner;
#[path = "../examples/smoke/raw.rs"]
mod raw;
mod support;
#[path = "../examples/smoke/visitor.rs"]
mod visitor;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::serve::Server;
use portfolio_client::{Client, types};
use portfolio_server::app::{App, Storage};
use portfolio_server::settings::Settings;
use support::{EMAIL, PASSWORD};

use arguments::Arguments;
use journey::{Journey, Outcome};

/// A server whose answers to one request are not its own.
async fn site(disturbed: Option<(&'static str, &'static str, u16)>) -> String {
    served(move |router| {
        let disturb = move |request: Request, next: Next| async move {
            let path = request.uri().path().to_owned();
            let is_meant = disturbed
                .is_some_and(|(method, end, _)| request.method() == method && path.ends_with(end));
            let answer: Response = next.run(request).await;
            match disturbed {
                Some((_, _, status)) if is_meant => {
                    let status = StatusCode::from_u16(status).unwrap();
                    (status, "not the server's").into_response()
                }
                _ => answer,
            }
        };
        router.layer(from_fn(disturb))
    })
    .await
}

/// A server whose reads of a post are behind, so many times after each of these writes.
async fn behind(write: &'static str, times: u32) -> String {
    let left = Arc::new(AtomicU32::new(0));
    served(move |router| {
        let lag = move |request: Request, next: Next| {
            let left = Arc::clone(&left);
            async move {
                let path = request.uri().path();
                if request.method() == write || path.ends_with(write) {
                    left.store(times, Relaxed);
                } else if request.method() == "GET" && path.contains("/blog/posts/") {
                    let lags = left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
                    if lags.is_ok() {
                        return (StatusCode::IM_A_TEAPOT, "of before").into_response();
                    }
                }
                next.run(request).await
            }
        };
        router.layer(from_fn(lag))
    })
    .await
}

async fn served(change: impl FnOnce(Router) -> Router) -> String {
    let settings = [
        ("OWNER_EMAIL", EMAIL),
        ("OWNER_PASSWORD", PASSWORD),
        ("SAMPLE_CONTENT", "false"),
    ];
    let settings = Settings::from(&settings.into_iter().collect());
    let storage = Storage {
        engine: Some(Engine::memory().unwrap()),
        ..Storage::default()
    };
    let settings = settings.unwrap();
    let app = App::start(&settings, storage, Clock::system());
    let router = change(Router::new().merge(app.await.unwrap().router()));
    let server = Server::bind("127.0.0.1", 0).await.unwrap();
    let url = format!("http://{}/v1", server.address());
    tokio::spawn(server.serve(router, std::future::pending()));
    url
}

fn read(url: &str, password: &str) -> Result<Arguments, String> {
    let words = ["--url", url, "--origin", "http://localhost:5173"];
    let words = [&words[..], &["--email", EMAIL, "--password-env", "SECRET"]].concat();
    Arguments::read(&words, |_| Some(password.to_owned()))
}

async fn run(url: &str, password: &str) -> Outcome {
    let mut journey = Journey::new(read(url, password)?, |_| {})?;
    let outcome = journey.run().await;
    journey.clean().await.unwrap();
    assert!(journey.summary().contains(" is well: "));
    outcome
}

/// The posts that the owner sees.
async fn posts(url: &str) -> u64 {
    let owner = Client::builder(url)
        .credentials(EMAIL, PASSWORD)
        .build()
        .unwrap();
    let list = owner.list_blog_posts().status(types::ListStatus::All);
    list.send().await.unwrap().total
}

#[tokio::test]
async fn a_good_server_passes_and_keeps_nothing() {
    let url = site(None).await;
    run(&url, PASSWORD).await.unwrap();
    assert_eq!(posts(&url).await, 0);
    // Visits of the test are one session's.
    run(&url, PASSWORD).await.unwrap();
    let visits = Client::builder(&url).build().unwrap();
    let visits = visits.get_visitor_count().send().await.unwrap();
    assert_eq!(visits.count, 1);
}

#[tokio::test]
async fn whatever_step_fails_nothing_is_left_and_the_step_is_named() {
    for (method, path, step) in [
        ("GET", "/health", "health: "),
        ("GET", "/openapi.yml", "the contract: "),
        ("GET", "/projects", "list projects: "),
        ("POST", "/visitors/track", "count a visit: "),
        ("GET", "/auth/me", "who am I: "),
        // Carried out, although the answer says otherwise.
        ("POST", "/blog/posts", "create a draft: "),
        ("POST", "/publish", "publish it: "),
        ("POST", "/unpublish", "unpublish it: "),
        ("POST", "/auth/logout", "sign out: "),
    ] {
        let url = site(Some((method, path, 500))).await;
        let error = run(&url, PASSWORD).await.unwrap_err();
        assert!(error.starts_with(step), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert_eq!(posts(&url).await, 0, "after {step}");
    }
}

#[tokio::test]
async fn a_read_that_is_behind_its_write_is_asked_again_but_not_for_ever() {
    for (write, step) in [
        ("/publish", "a visitor reads it: "),
        ("DELETE", "it is gone: "),
    ] {
        run(&behind(write, 3).await, PASSWORD).await.unwrap();
        let url = behind(write, u32::MAX).await;
        let error = run(&url, PASSWORD).await.unwrap_err();
        assert!(error.starts_with(step), "{error}");
        assert_eq!(posts(&url).await, 0);
    }
}

#[tokio::test]
async fn another_contract_is_wrong_unless_any_will_do() {
    let url = site(Some(("GET", "/openapi.yml", 500))).await;
    let arguments = |contract: &[&str]| {
        let words = [&["--url", &url][..], contract].concat();
        Arguments::read(&words, |_| None)
    };
    for (contract, passes) in [(&[][..], false), (&["--contract", "any"], true)] {
        let journey = Journey::new(arguments(contract).unwrap(), |_| {});
        assert_eq!(journey.unwrap().run().await.is_ok(), passes, "{contract:?}");
    }
    let error = arguments(&["--contract", "old"]).err().unwrap();
    assert!(error.starts_with("--contract old is not understood"));
}

#[tokio::test]
async fn what_is_wrong_is_a_sentence() {
    let url = site(None).await;
    let wrong = run(&url, "wrong").await.unwrap_err();
    assert_eq!(wrong, "sign in: the email address or the password is wrong");

    let nobody = run("http://127.0.0.1:1/v1", PASSWORD).await.unwrap_err();
    assert!(
        nobody.starts_with("health: 127.0.0.1:1 cannot be reached: "),
        "{nobody}"
    );
    let elsewhere = url.replace("/v1", "/live/v1");
    let elsewhere = run(&elsewhere, PASSWORD).await.unwrap_err();
    assert!(
        elsewhere.contains("/live/health answered 404 Not Found and not"),
        "{elsewhere}"
    );
    for (url, reason) in [
        ("http://127.0.0.1:1", "does not end with /v1"),
        ("ftp://127.0.0.1/v1", "is not the address of an API"),
    ] {
        let error = run(url, PASSWORD).await.unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn the_command_line_is_read() {
    let wrong = |words: &[&str]| Arguments::read(words, |_| None).err().unwrap();
    let url = ["--url", "http://h/v1"];
    for (words, reason) in [
        (&[][..], "--url is missing"),
        (&["--url"], "\"--url\" has no value"),
        (&["--password", "x"], "\"--password\" is not understood"),
        (&["--email", "a@b.example"], "go together"),
        (&["--token-env", "T"], "no variable T"),
        (&["--url", "http://h/v1"], "--url is given twice"),
    ] {
        let words = if reason.contains("missing") {
            words.to_vec()
        } else {
            [&url[..], words].concat()
        };
        let error = wrong(&words);
        assert!(error.contains(reason), "{error}");
    }
}
