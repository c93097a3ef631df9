//! Signing in, staying signed in and signing out.

use chrono::TimeDelta;
use portfolio_client::types;
use portfolio_tests::{Answer, Answered, EMAIL, PASSWORD, POSTS, Setup, Site, site, snapshot};
use serde_json::{Value, json};

pub(crate) async fn login(site: &Site, email: &str, password: &str) -> Answer {
    let credentials = types::Credentials {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    site.login().body(credentials).send().answer().await
}

pub(crate) async fn refresh(site: &Site, token: &Value) -> Answer {
    let body = types::RefreshRequest {
        refresh_token: token.as_str().unwrap().to_owned(),
    };
    site.refresh_session().body(body).send().answer().await
}

pub(crate) fn token(session: &Answer) -> &str {
    session["token"].as_str().unwrap()
}

#[tokio::test]
async fn a_session_from_its_beginning_to_its_end() {
    let site = Setup::default().here().start().await;
    let visitor = site.typed().await;
    let credentials = types::Credentials {
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let opened = visitor.login().body(credentials).send().await.unwrap();
    let session = visitor.answer().is(200);
    let with_token = async |token: &str| site.typed_with(|builder| builder.token(token)).await;
    let owner = with_token(&opened.token).await;
    let user = owner.get_current_user().send().await.unwrap();
    assert_eq!(*user, opened.user);
    let me = owner.answer().is(200);
    let refresh = async |refresh_token: &str| {
        let refresh_token = refresh_token.to_owned();
        let body = types::RefreshRequest { refresh_token };
        visitor.refresh_session().body(body).send().await
    };
    let second = refresh(&opened.refresh_token).await.unwrap();
    let renewed = visitor.answer().is(200);
    let owner = with_token(&second.token).await;
    owner.logout().send().await.unwrap();
    let logout = owner.answer().is(200);
    let error = owner.get_current_user().send().await.unwrap_err();
    assert_eq!(error.body().unwrap().status_code, 401);
    let after = owner.answer().is(401);
    let error = refresh(&second.refresh_token).await.unwrap_err();
    assert_eq!(error.body().unwrap().status_code, 401);
    let again = visitor.answer().is(401);
    snapshot!("a_session", session, me, renewed, logout, after, again);
}

#[tokio::test]
async fn a_wrong_email_and_a_wrong_password_look_the_same() {
    let site = site().await;
    let email = login(&site, "grace@example.com", PASSWORD).await.is(401);
    let password = login(&site, EMAIL, "wrong").await.is(401);
    let both = login(&site, "grace@example.com", "wrong").await.is(401);
    for other in [&password, &both] {
        assert_eq!(email.body, other.body);
        let names = |answer: &Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&email), names(other));
        assert_eq!(
            email.header("www-authenticate"),
            other.header("www-authenticate")
        );
    }
}

#[tokio::test]
async fn a_wrong_email_takes_as_long_as_a_wrong_password() {
    let site = site().await;
    let mut times = [u128::MAX; 2];
    // The shortest of some, since a busy machine can only make a request longer; more of them the busier it is.
    for _ in 0..50 {
        for (time, email) in times.iter_mut().zip([EMAIL, "grace@example.com"]) {
            let start = std::time::Instant::now();
            login(&site, email, "wrong").await.has(401);
            *time = start.elapsed().as_micros().min(*time);
        }
        let [password, email] = times;
        if email * 2 > password {
            return;
        }
    }
    panic!("{times:?} µs for a wrong password and a wrong email");
}

#[tokio::test]
async fn the_case_of_an_email_does_not_matter_and_that_of_a_password_does() {
    let site = site().await;
    login(&site, "ADA@Example.COM", PASSWORD).await.has(200);
    login(&site, EMAIL, &PASSWORD.to_uppercase()).await.has(401);
    login(&site, EMAIL, &format!("{PASSWORD} ")).await.has(401);
}

#[tokio::test]
async fn credentials_that_break_the_contract() {
    let site = site().await;
    let wrong = site
        .post("/auth/login")
        .json(json!({ "email": "ada", "password": "" }))
        .await;
    let missing = site
        .post("/auth/login")
        .json(json!({ "username": "ada" }))
        .await;
    let types = site
        .post("/auth/login")
        .json(json!({ "email": 1, "password": null }))
        .await;
    let refresh = site
        .post("/auth/refresh")
        .json(json!({ "refreshToken": "" }))
        .await;
    for answer in [&wrong, &missing, &types, &refresh] {
        answer.has(400);
    }
    snapshot!(
        "credentials_that_break_the_contract",
        wrong,
        missing,
        types,
        refresh
    );
}

#[tokio::test]
async fn an_answer_never_repeats_a_password() {
    let site = site().await;
    let secret = "x".repeat(257);
    let bodies = [
        json!({ "email": EMAIL, "password": secret }),
        json!({ "email": secret, "password": [secret] }),
    ];
    for body in bodies {
        let answer = site.post("/auth/login").json(body).await.is(400);
        assert!(!answer.body.to_string().contains("xxx"), "{answer}");
    }
}

#[tokio::test]
async fn a_token_lasts_an_hour_and_a_minute_of_leeway() {
    let site = site().await;
    let owner = site.owner().await;
    site.clock.advance(TimeDelta::seconds(3600 + 59));
    owner.get_current_user().send().answer().await.has(200);
    site.clock.advance(TimeDelta::seconds(1));
    owner.get_current_user().send().answer().await.has(401);
}

#[tokio::test]
async fn logout_ends_this_session_at_once_and_no_other() {
    let one = Setup::default().here().start().await;
    let two = Setup::default().here().beside(&one).start().await;
    let (ended, other) = (one.open_session().await, one.open_session().await);
    let renewed = refresh(&two, &ended["refreshToken"]).await.is(200);
    one.with_token(token(&ended))
        .logout()
        .send()
        .answer()
        .await
        .has(200);
    // On every instance; the token that was made from the same session too.
    for site in [&one, &two] {
        for session in [&ended, &renewed] {
            let owner = site.with_token(token(session));
            owner.get_current_user().send().answer().await.has(401);
            owner.list(POSTS).status("all").await.has(401);
            let trends = owner.get_daily_visitor_trends();
            trends.send().answer().await.has(401);
            owner.logout().send().answer().await.has(401);
            refresh(site, &session["refreshToken"]).await.has(401);
        }
        site.with_token(token(&other))
            .get_current_user()
            .send()
            .answer()
            .await
            .has(200);
    }
    refresh(&two, &other["refreshToken"]).await.has(200);
    // Nor is it forgotten while the token would still be good.
    one.clock.advance(TimeDelta::seconds(3600 + 59));
    one.with_token(token(&ended))
        .get_current_user()
        .send()
        .answer()
        .await
        .has(401);
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_ends_the_session() {
    let site = Setup::default().here().start().await;
    let (session, other) = (site.open_session().await, site.open_session().await);
    let second = refresh(&site, &session["refreshToken"]).await.is(200);
    let third = refresh(&site, &second["refreshToken"]).await.is(200);
    assert_ne!(second["refreshToken"], third["refreshToken"]);
    site.with_token(token(&third))
        .get_current_user()
        .send()
        .answer()
        .await
        .has(200);
    refresh(&site, &session["refreshToken"]).await.has(401);
    for session in [&session, &second, &third] {
        refresh(&site, &session["refreshToken"]).await.has(401);
        site.with_token(token(session))
            .get_current_user()
            .send()
            .answer()
            .await
            .has(401);
    }
    refresh(&site, &other["refreshToken"]).await.has(200);
}

#[tokio::test]
async fn a_session_can_be_renewed_for_thirty_days() {
    let site = site().await;
    let session = site.open_session().await;
    site.clock.advance(TimeDelta::days(29));
    let renewed = refresh(&site, &session["refreshToken"]).await.is(200);
    site.with_token(token(&renewed))
        .get_current_user()
        .send()
        .answer()
        .await
        .has(200);
    site.clock.advance(TimeDelta::days(1));
    refresh(&site, &renewed["refreshToken"]).await.has(401);
}

#[tokio::test]
async fn refresh_tokens_that_nobody_gave_out() {
    let site = site().await;
    let session = site.open_session().await;
    let real = session["refreshToken"].as_str().unwrap();
    let (family, secret) = real.split_once('.').unwrap();
    let wrong = [
        "x".to_owned(),
        ".".to_owned(),
        family.to_owned(),
        format!("OWNER.{secret}"),
        format!("00000000-0000-4000-8000-000000000000.{secret}"),
        token(&session).to_owned(),
        "ä".repeat(4096),
    ];
    for wrong in wrong {
        let answer = refresh(&site, &json!(wrong)).await;
        assert_eq!(answer.status, 401, "{answer}");
    }
    // A guess at a session that exists is taken for a stolen token of it.
    refresh(&site, &json!(real)).await.has(200);
}
