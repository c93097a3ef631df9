//! What reaches the log.

use std::process::Command;

use contract_runtime::log::{self, Format, Level};
use portfolio_tests::cognito::Trouble;
use portfolio_tests::{EMAIL, PASSWORD, Setup};

use super::{logout, me};
use crate::authentication::{login, refresh, token};

/// Set in the process whose log is read.
const TALK: &str = "TEST_TALKS_AND_LOGS";

const WRONG: &str = "a wrong but telling password";

/// A log belongs to a whole process, so this test runs once more in one of its own.
#[tokio::test]
async fn no_password_token_or_email_is_logged_at_the_finest_level() {
    if std::env::var_os(TALK).is_some() {
        return talk().await;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "--test-threads=1"])
        .arg("cognito::log::no_password_token_or_email_is_logged_at_the_finest_level")
        .env(TALK, "yes")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    // It did log, requests and causes.
    for line in [
        "\"operation\":\"login\"",
        "InitiateAuth: InternalErrorException",
    ] {
        assert!(text.contains(line), "no {line} in {text}");
    }
    for secret in [PASSWORD, WRONG, EMAIL, "eyJ", "refresh.", "opaque-session"] {
        let line = text.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret}: {line:?}");
    }
}

async fn talk() {
    log::init(Level::TRACE, Format::Json).unwrap();
    // Its log is this process's.
    let site = Setup::default().cognito().here().start().await;
    let pool = site.pool().clone();
    let session = site.open_session().await;
    login(&site, EMAIL, WRONG).await.has(401);
    me(&site, token(&session)).await.has(200);
    let renewed = refresh(&site, &session["refreshToken"]).await.is(200);
    for name in [
        "NotAuthorizedException",
        "InternalErrorException",
        "InvalidLambdaResponseException",
    ] {
        // A trigger's message may quote what it was given.
        pool.trouble(Trouble::Exception(
            name,
            "failed for ada@example.com, a wrong but telling password",
            400,
        ));
        login(&site, EMAIL, WRONG).await;
    }
    pool.trouble(Trouble::Challenge("NEW_PASSWORD_REQUIRED"));
    login(&site, EMAIL, PASSWORD).await.has(403);
    // A body that is no JSON, with a token in it.
    pool.trouble(Trouble::Answer(format!(
        "{{\"AuthenticationResult\": {{\"IdToken\": \"{}\"",
        token(&session)
    )));
    login(&site, EMAIL, PASSWORD).await.has(503);
    pool.trouble(Trouble::Answer("{}".to_owned()));
    login(&site, EMAIL, PASSWORD).await.has(500);
    pool.away(true);
    login(&site, EMAIL, PASSWORD).await.has(503);
    pool.away(false);
    pool.trouble(None);
    logout(&site, token(&renewed)).await.has(200);
}
