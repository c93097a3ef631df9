//! What becomes of a user pool's errors and challenges.

use std::time::{Duration, Instant};

use portfolio_tests::cognito::Trouble;
use portfolio_tests::{Answer, EMAIL, PASSWORD, Setup, snapshot};
use serde_json::json;

use super::{logout, site_and_pool};
use crate::authentication::{login, refresh, token};

/// What no caller may read: words of the pool's own messages.
const MESSAGE: &str = "PreAuthentication failed for ada@example.com in pool eu-west-1_secret";

/// Each error that InitiateAuth may answer (API reference, InitiateAuth and Common Errors) with its HTTP status, and what
/// a login and a refresh are answered with then.
const EXCEPTIONS: [(&str, u16, u16, u16); 26] = [
    ("NotAuthorizedException", 400, 401, 401),
    ("UserNotFoundException", 400, 401, 401),
    ("InvalidParameterException", 400, 401, 401),
    ("UserLambdaValidationException", 400, 401, 401),
    ("UserNotConfirmedException", 400, 403, 401),
    ("PasswordResetRequiredException", 400, 403, 401),
    ("TooManyRequestsException", 400, 429, 429),
    ("LimitExceededException", 400, 429, 429),
    ("ThrottlingException", 400, 429, 429),
    ("RequestLimitExceeded", 400, 429, 429),
    ("SomeNewThrottle", 429, 429, 429),
    ("InternalErrorException", 500, 503, 503),
    ("ServiceUnavailable", 503, 503, 503),
    ("SomethingNew", 500, 503, 503),
    ("ResourceNotFoundException", 400, 500, 500),
    ("ForbiddenException", 403, 500, 500),
    ("AccessDeniedException", 400, 500, 500),
    ("UnrecognizedClientException", 400, 500, 500),
    ("InvalidUserPoolConfigurationException", 400, 500, 500),
    ("InvalidLambdaResponseException", 400, 500, 500),
    ("UnexpectedLambdaException", 400, 500, 500),
    ("InvalidSmsRoleAccessPolicyException", 400, 500, 500),
    ("UnsupportedOperationException", 400, 500, 500),
    ("OperationNotEnabledException", 400, 500, 500),
    ("FeatureUnavailableInTierException", 400, 500, 500),
    ("SomethingElseNew", 400, 500, 500),
];

const CHALLENGES: [&str; 12] = [
    "NEW_PASSWORD_REQUIRED",
    "SMS_MFA",
    "SOFTWARE_TOKEN_MFA",
    "EMAIL_OTP",
    "SMS_OTP",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "SELECT_CHALLENGE",
    "CUSTOM_CHALLENGE",
    "DEVICE_SRP_AUTH",
    "WEB_AUTHN",
    "SOMETHING_NEW",
];

#[track_caller]
fn tells_nothing(answer: &Answer) {
    let text = format!("{:?} {}", answer.headers, answer.body).to_lowercase();
    for word in [
        "exception",
        "lambda",
        "preauth",
        "pool",
        "eu-west-1",
        "cognito",
        "opaque-session",
        PASSWORD,
    ] {
        // The one sentence that names the pool is ours.
        let ours = word == "pool" && answer.status == 403;
        assert!(ours || !text.contains(word), "{word}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_has_its_answer() {
    let (site, pool) = site_and_pool().await;
    let session = site.open_session().await;
    let mut forbidden = Vec::new();
    for (name, status, of_login, of_refresh) in EXCEPTIONS {
        pool.trouble(Trouble::Exception(name, MESSAGE, status));
        let login = login(&site, EMAIL, PASSWORD).await;
        assert_eq!(login.status, of_login, "{name}: {login}");
        let renewed = refresh(&site, &session["refreshToken"]).await;
        assert_eq!(renewed.status, of_refresh, "{name}: {renewed}");
        for answer in [&login, &renewed] {
            tells_nothing(answer);
            match answer.status.as_u16() {
                429 => assert_eq!(answer.header("retry-after"), "5"),
                503 => assert_eq!(answer.header("retry-after"), "1"),
                _ => {}
            }
        }
        if login.status == 403 {
            forbidden.push(login);
        }
    }
    let [confirmation, reset] = &forbidden[..] else {
        panic!("{}", forbidden.len());
    };
    snapshot!("errors_that_ask_for_something", confirmation, reset);
}

/// Cognito calls these by the names of users' mistakes.
#[tokio::test]
async fn an_app_client_that_is_set_up_wrong_is_our_fault() {
    let (site, pool) = site_and_pool().await;
    for (name, message) in [
        (
            "NotAuthorizedException",
            "Client 7example23 is configured with secret but SECRET_HASH was not received",
        ),
        (
            "InvalidParameterException",
            "USER_PASSWORD_AUTH flow not enabled for this client",
        ),
    ] {
        pool.trouble(Trouble::Exception(name, message, 400));
        let answer = login(&site, EMAIL, PASSWORD).await.is(500);
        tells_nothing(&answer);
    }
}

#[tokio::test]
async fn every_challenge_is_told_with_what_to_do() {
    let (site, pool) = site_and_pool().await;
    let session = site.open_session().await;
    let mut told = Vec::new();
    for name in CHALLENGES {
        pool.trouble(Trouble::Challenge(name));
        let answer = login(&site, EMAIL, PASSWORD).await.is(403);
        tells_nothing(&answer);
        told.push(format!("{name}: {}", answer["message"].as_str().unwrap()));
        // A challenge is met by signing in.
        refresh(&site, &session["refreshToken"]).await.has(401);
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("challenges_of_cognito", told.join("\n"));
    });
}

#[tokio::test]
async fn a_wrong_password_an_unknown_user_and_a_disabled_one_look_the_same() {
    let (site, pool) = site_and_pool().await;
    let wrong = login(&site, EMAIL, "wrong").await.is(401);
    let unknown = login(&site, "grace@example.com", PASSWORD).await.is(401);
    pool.trouble(Trouble::Exception(
        "NotAuthorizedException",
        "Password attempts exceeded",
        400,
    ));
    let exceeded = login(&site, EMAIL, PASSWORD).await.is(401);
    pool.trouble(Trouble::Exception(
        "InvalidParameterException",
        "1 validation error detected",
        400,
    ));
    let odd = login(&site, EMAIL, "\u{7}").await.is(401);
    pool.trouble(None);
    pool.account(|account| account.enabled = false);
    let disabled = login(&site, EMAIL, PASSWORD).await.is(401);
    for other in [&unknown, &exceeded, &odd, &disabled] {
        assert_eq!(wrong.body, other.body);
        assert_eq!(
            wrong.header("www-authenticate"),
            other.header("www-authenticate")
        );
        let names = |answer: &Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&wrong), names(other));
    }
    // Each was one question to the pool: an attempt is counted once, and none takes longer than another.
    assert_eq!(pool.calls(), ["InitiateAuth"; 5]);
    snapshot!("a_wrong_password", wrong);
}

#[tokio::test]
async fn refresh_tokens_that_nobody_gave_out() {
    let (site, _) = site_and_pool().await;
    let session = site.open_session().await;
    for wrong in [
        json!("x"),
        session["token"].clone(),
        json!("ä".repeat(4096)),
    ] {
        refresh(&site, &wrong).await.has(401);
    }
}

/// Cognito's own throttle is answered as the contract's limits are, and the state of those is still told.
#[tokio::test]
async fn a_throttle_of_the_pool_is_429() {
    let site = Setup::default()
        .cognito()
        .set("RATE_LIMITS", "on")
        .start()
        .await;
    let session = site.open_session().await;
    let throttled = Trouble::Exception("TooManyRequestsException", "Rate exceeded", 400);
    site.pool().trouble(throttled);
    let login = login(&site, EMAIL, PASSWORD).await.is(429);
    assert_eq!(login.header("x-ratelimit-remaining"), "8");
    let renewed = refresh(&site, &session["refreshToken"]).await.is(429);
    snapshot!("throttled", login, renewed);
    // What ends the session is ours.
    logout(&site, token(&session)).await.has(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_that_is_away_or_slow_is_503() {
    let (site, pool) = site_and_pool().await;
    let session = site.open_session().await;
    pool.away(true);
    let away = login(&site, EMAIL, PASSWORD).await.is(503);
    refresh(&site, &session["refreshToken"]).await.has(503);
    pool.away(false);
    pool.trouble(Trouble::Late(Duration::from_secs(60)));
    let start = Instant::now();
    let slow = login(&site, EMAIL, PASSWORD).await.is(503);
    assert!(
        start.elapsed() < Duration::from_secs(12),
        "{:?}",
        start.elapsed()
    );
    for answer in [&away, &slow] {
        assert_eq!(answer.header("retry-after"), "1");
        tells_nothing(answer);
    }
    assert_eq!(away.body, slow.body);
    pool.trouble(Trouble::Late(Duration::from_millis(300)));
    login(&site, EMAIL, PASSWORD).await.has(200);
    pool.trouble(None);
    login(&site, EMAIL, PASSWORD).await.has(200);
}

#[tokio::test]
async fn answers_that_cannot_be_used_are_our_fault_and_say_nothing() {
    let (site, pool) = site_and_pool().await;
    let session = site.open_session().await;
    let mint = pool.mint();
    let answer = |token: String| {
        json!({ "AuthenticationResult": { "IdToken": token, "AccessToken": "a", "RefreshToken": "r", "ExpiresIn": 1 } })
            .to_string()
    };
    let unusable = [
        "{}".to_owned(),
        json!({ "AuthenticationResult": { "AccessToken": "a" } }).to_string(),
        answer("a.b.c".to_owned()),
        answer(mint.with("aud", json!("another"))),
        answer(mint.with(
            "iss",
            json!("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_other"),
        )),
        answer(mint.with("token_use", json!("access"))),
        answer(mint.with("exp", json!(1))),
        answer(mint.without("email")),
        answer(mint.without("origin_jti")),
        answer(mint.with("sub", json!("ada"))),
    ];
    for body in unusable {
        pool.trouble(Trouble::Answer(body.clone()));
        let answer = login(&site, EMAIL, PASSWORD).await;
        assert_eq!(answer.status, 500, "{body}: {answer}");
        tells_nothing(&answer);
    }
    // Not even JSON: somebody is in between.
    pool.trouble(Trouble::Answer("<html>".to_owned()));
    login(&site, EMAIL, PASSWORD).await.has(503);
    pool.trouble(None);
    pool.without_token_revocation();
    login(&site, EMAIL, PASSWORD).await.has(500);
    refresh(&site, &session["refreshToken"]).await.has(500);
}

#[tokio::test]
async fn a_wrong_client_is_our_fault() {
    let (good, _) = site_and_pool().await;
    let setup = Setup::default().beside(&good);
    let site = setup.set("COGNITO_CLIENT_ID", "another").start().await;
    login(&site, EMAIL, PASSWORD).await.has(500);
    // Tokens for the right client are none for this one.
    let session = good.open_session().await;
    super::me(&site, token(&session)).await.has(401);
}
