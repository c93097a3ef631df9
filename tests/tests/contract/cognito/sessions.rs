//! Sessions of a user pool.

use chrono::TimeDelta;
use portfolio_tests::cognito::Trouble;
use portfolio_tests::{EMAIL, PASSWORD, Setup, snapshot};

use super::{logout, me, site_and_pool};
use crate::authentication::{login, refresh, token};

#[tokio::test]
async fn a_session_from_its_beginning_to_its_end() {
    let (site, pool) = site_and_pool().await;
    let opened = site.open_session().await;
    let me_first = me(&site, token(&opened)).await.is(200);
    let renewed = refresh(&site, &opened["refreshToken"]).await.is(200);
    let left = logout(&site, token(&renewed)).await.is(200);
    let after = me(&site, token(&renewed)).await.is(401);
    let again = refresh(&site, &renewed["refreshToken"]).await.is(401);
    assert_eq!(
        pool.calls(),
        [
            "InitiateAuth",
            "InitiateAuth",
            "AdminUserGlobalSignOut",
            "InitiateAuth"
        ]
    );
    // Both tokens of the session are over.
    me(&site, token(&opened)).await.has(401);
    snapshot!("a_session", opened, me_first, renewed, left, after, again);
}

#[tokio::test]
async fn an_owner_is_one_by_the_claim_of_the_pool() {
    let (site, pool) = site_and_pool().await;
    let owner = site.owner().await;
    owner.get("/visitors/trends/daily").await.has(200);
    pool.account(|account| {
        account.role = None;
        account.name = None;
    });
    let session = site.open_session().await;
    assert_eq!(session["user"]["role"], "public");
    assert_eq!(session["user"]["name"], EMAIL);
    let reader = site.with_token(token(&session));
    reader.get("/visitors/trends/daily").await.has(403);
}

#[tokio::test]
async fn a_refresh_keeps_its_token_unless_another_is_given() {
    let (site, pool) = site_and_pool().await;
    let session = site.open_session().await;
    let first = session["refreshToken"].clone();
    for _ in 0..2 {
        let renewed = refresh(&site, &first).await.is(200);
        assert_eq!(renewed["refreshToken"], first);
        assert_ne!(renewed["token"], session["token"]);
    }
    pool.rotate_refresh_tokens();
    let rotated = refresh(&site, &first).await.is(200);
    let second = rotated["refreshToken"].clone();
    assert_ne!(second, first);
    refresh(&site, &first).await.has(401);
    refresh(&site, &second).await.has(200);
}

#[tokio::test]
async fn a_session_lasts_as_long_as_the_id_token() {
    let (site, _) = site_and_pool().await;
    let session = site.open_session().await;
    // The pool's answer also says 300 seconds: those are the access token's.
    assert_eq!(session["expiresIn"], 3600);
    site.clock.advance(TimeDelta::seconds(3600 + 59));
    me(&site, token(&session)).await.has(200);
    site.clock.advance(TimeDelta::seconds(1));
    me(&site, token(&session)).await.has(401);
    let renewed = refresh(&site, &session["refreshToken"]).await.is(200);
    me(&site, token(&renewed)).await.has(200);
    site.clock.advance(TimeDelta::days(30));
    refresh(&site, &session["refreshToken"]).await.has(401);
}

#[tokio::test]
async fn a_logout_holds_on_every_instance() {
    let (one, _) = site_and_pool().await;
    let two = Setup::default().beside(&one).start().await;
    let session = one.open_session().await;
    me(&two, token(&session)).await.has(200);
    logout(&one, token(&session)).await.has(200);
    for site in [&one, &two] {
        me(site, token(&session)).await.has(401);
        logout(site, token(&session)).await.has(401);
        refresh(site, &session["refreshToken"]).await.has(401);
    }
    // The next session is another one.
    let next = two.open_session().await;
    me(&one, token(&next)).await.has(200);
}

/// A sign-out at Cognito is the user's: see `identity/cognito.rs`.
#[tokio::test]
async fn a_logout_leaves_other_sessions_their_id_tokens() {
    let (site, _) = site_and_pool().await;
    let (ended, other) = (site.open_session().await, site.open_session().await);
    logout(&site, token(&ended)).await.has(200);
    me(&site, token(&other)).await.has(200);
    refresh(&site, &other["refreshToken"]).await.has(401);
}

/// Should Cognito go on to take the refresh token, we do not.
#[tokio::test]
async fn an_ended_session_cannot_be_continued_whatever_cognito_says() {
    let (site, pool) = site_and_pool().await;
    let session = site.open_session().await;
    pool.trouble(Trouble::Answer("{}".to_owned()));
    logout(&site, token(&session)).await.has(200);
    pool.trouble(None);
    refresh(&site, &session["refreshToken"]).await.has(401);
    site.clock.advance(TimeDelta::days(29));
    // Not even after its ID token would have been long over, and expired items have been deleted.
    site.engine.sweep().await.unwrap();
    refresh(&site, &session["refreshToken"]).await.has(401);
    assert_eq!(pool.calls().last().unwrap(), "InitiateAuth");
}

/// So a token that got out can be ended while Cognito is away.
#[tokio::test]
async fn a_logout_that_cognito_does_not_hear_ends_the_session_all_the_same() {
    let (site, pool) = site_and_pool().await;
    let troubles = [
        Trouble::Exception("TooManyRequestsException", "Rate exceeded", 400),
        Trouble::Exception(
            "AccessDeniedException",
            "User: arn:aws:sts::123456789012:assumed-role/portfolio is not authorized",
            400,
        ),
        Trouble::Exception("InternalErrorException", "Internal error", 500),
    ];
    for trouble in troubles {
        let session = site.open_session().await;
        pool.trouble(trouble);
        logout(&site, token(&session)).await.has(200);
        pool.trouble(None);
        me(&site, token(&session)).await.has(401);
        // Cognito takes it still.
        refresh(&site, &session["refreshToken"]).await.has(401);
    }
    let session = site.open_session().await;
    pool.away(true);
    logout(&site, token(&session)).await.has(200);
    pool.away(false);
    me(&site, token(&session)).await.has(401);
    refresh(&site, &session["refreshToken"]).await.has(401);
}

#[tokio::test]
async fn a_user_who_is_gone_or_switched_off_can_sign_out() {
    let (site, pool) = site_and_pool().await;
    let (one, two) = (site.open_session().await, site.open_session().await);
    pool.account(|account| account.enabled = false);
    logout(&site, token(&one)).await.has(200);
    refresh(&site, &two["refreshToken"]).await.has(401);
    login(&site, EMAIL, PASSWORD).await.has(401);
    pool.forget_the_owner();
    logout(&site, token(&two)).await.has(200);
    for session in [&one, &two] {
        me(&site, token(session)).await.has(401);
        refresh(&site, &session["refreshToken"]).await.has(401);
    }
}
