use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use contract_runtime::client::ClientAddress;
use contract_runtime::dynamodb::embedded::Failure;
use contract_runtime::limit::{RateLimit, Scope};
use contract_runtime::security::Rejection;
use serde_json::Value;

use super::*;
use crate::identity::{Identity, Provider, SignInError};
use crate::table::connection;
use crate::table::trial::{Trial, after, before, late};

const EMAIL: &str = "owner@example.com";
const PASSWORD: &str = "correct horse battery staple";

struct Site {
    trial: Trial,
    identity: Identity,
    origin: PasswordOrigin,
}

async fn start() -> Site {
    restart(Trial::at("2026-11-20T10:00:00Z").await, Some(PASSWORD)).await
}

async fn restart(trial: Trial, password: Option<&str>) -> Site {
    let table = Table::new(connection::local(trial.engine.http_client()), "identity");
    with_table(trial, table, password).await
}

async fn with_table(trial: Trial, table: Table, password: Option<&str>) -> Site {
    let account = Account {
        email: "Owner@Example.com".to_owned(),
        name: "Ada".to_owned(),
        password: password.map(Secret::new),
    };
    let revocations = Revocations::new(trial.table.clone(), trial.clock.clone());
    let (embedded, origin) =
        Embedded::start(table, revocations.clone(), trial.clock.clone(), account)
            .await
            .unwrap();
    let identity = Identity::new(Provider::Embedded(Box::new(embedded)), revocations);
    Site {
        trial,
        identity,
        origin,
    }
}

/// The same site with a connection that fails as `script` says.
async fn disturbed(
    site: Site,
    script: Vec<(
        &'static str,
        contract_runtime::dynamodb::embedded::Disturbance,
    )>,
) -> Site {
    let calls = std::sync::Mutex::new(std::collections::VecDeque::from(script));
    let faults = move |call: &contract_runtime::dynamodb::embedded::Call<'_>| {
        let mut calls = calls.lock().unwrap();
        let next = calls
            .front()
            .is_some_and(|(operation, _)| *operation == call.operation);
        if next {
            calls
                .pop_front()
                .map(|(_, disturbance)| disturbance)
                .unwrap()
        } else {
            Default::default()
        }
    };
    let engine = site.trial.engine.clone().with_faults(faults);
    let table = Table::new(connection::local(engine.http_client()), "identity");
    with_table(site.trial, table, None).await
}

fn rejected<T>(result: Result<T, impl Into<SignInError>>) -> bool {
    let error = result.err().map(Into::into);
    matches!(error, Some(SignInError::Failed(IdentityError::Rejected)))
}

#[tokio::test]
async fn a_login_gives_a_token_with_cognitos_claims() {
    let Site {
        trial,
        identity,
        origin,
    } = start().await;
    assert_eq!(origin, PasswordOrigin::Settings);
    let session = identity
        .login("  OWNER@example.com ", PASSWORD)
        .await
        .unwrap();
    assert_eq!(
        (
            session.user.name.as_str(),
            session.user.role,
            session.expires_in
        ),
        ("Ada", Role::Owner, 3600)
    );
    let claims: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(session.token.split('.').nth(1).unwrap())
            .unwrap(),
    )
    .unwrap();
    let now = trial.clock.now().timestamp();
    for (name, value) in [("iat", now), ("auth_time", now), ("exp", now + 3600)] {
        assert_eq!(claims[name], value, "{name}");
    }
    for (name, value) in [
        ("iss", ISSUER),
        ("aud", AUDIENCE),
        ("token_use", "id"),
        ("custom:role", "owner"),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    let principal = identity.authenticate(&session.token).await.unwrap();
    assert!(principal.has_role("owner"));
    assert_eq!(User::of(&principal), session.user);
    assert!(session.refresh_token.starts_with(&principal.session));
    trial.clock.advance(TimeDelta::seconds(3600 + 60));
    assert!(matches!(
        identity.authenticate(&session.token).await,
        Err(Rejection::Invalid(_))
    ));
}

#[tokio::test]
async fn a_wrong_email_and_a_wrong_password_are_the_same_error() {
    let Site { identity, .. } = start().await;
    assert!(rejected(
        identity.login("other@example.com", PASSWORD).await
    ));
    assert!(rejected(identity.login(EMAIL, "wrong").await));
    assert!(rejected(identity.login("", "").await));
}

#[tokio::test]
async fn refresh_tokens_rotate() {
    let Site {
        trial, identity, ..
    } = start().await;
    let first = identity.login(EMAIL, PASSWORD).await.unwrap();
    trial.clock.advance(TimeDelta::hours(2));
    let second = identity.refresh(&first.refresh_token).await.unwrap();
    let third = identity.refresh(&second.refresh_token).await.unwrap();
    assert_ne!(first.refresh_token, second.refresh_token);
    let of_first = first.refresh_token.split_once('.').unwrap().0;
    let principal = identity.authenticate(&third.token).await.unwrap();
    assert_eq!(principal.session, of_first);
    let login = (trial.clock.now() - TimeDelta::hours(2)).timestamp();
    assert_eq!(principal.claims["auth_time"], login);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_session() {
    let Site { identity, .. } = start().await;
    let other = identity.login(EMAIL, PASSWORD).await.unwrap();
    let first = identity.login(EMAIL, PASSWORD).await.unwrap();
    let second = identity.refresh(&first.refresh_token).await.unwrap();
    assert!(rejected(identity.refresh(&first.refresh_token).await));
    assert!(rejected(identity.refresh(&second.refresh_token).await));
    assert!(matches!(
        identity.authenticate(&first.token).await,
        Err(Rejection::Invalid(_))
    ));
    assert!(matches!(
        identity.authenticate(&second.token).await,
        Err(Rejection::Invalid(_))
    ));
    // Another session of the owner goes on.
    identity.authenticate(&other.token).await.unwrap();
    identity.refresh(&other.refresh_token).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn of_simultaneous_uses_of_one_refresh_token_at_most_one_succeeds_and_the_session_ends() {
    let site = start().await;
    let first = site.identity.login(EMAIL, PASSWORD).await.unwrap();
    let site = disturbed(site, vec![("PutItem", late(50)), ("PutItem", late(50))]).await;
    let (one, two) = tokio::join!(
        site.identity.refresh(&first.refresh_token),
        site.identity.refresh(&first.refresh_token)
    );
    let good: Vec<_> = [one, two].into_iter().flatten().collect();
    assert_eq!(good.len(), 1);
    assert!(rejected(
        site.identity.refresh(&good[0].refresh_token).await
    ));
    assert!(site.identity.authenticate(&good[0].token).await.is_err());
}

/// A session whose making arrives once more after its end.
#[tokio::test(start_paused = true)]
async fn a_login_that_arrives_late_does_not_bring_back_an_ended_session() {
    let site = disturbed(start().await, vec![("PutItem", late(8_000))]).await;
    let session = site.identity.login(EMAIL, PASSWORD).await.unwrap();
    let principal = site.identity.authenticate(&session.token).await.unwrap();
    site.identity.logout(&principal).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(rejected(
        site.identity.refresh(&session.refresh_token).await
    ));
}

#[tokio::test]
async fn a_guess_does_not_end_a_session() {
    let Site { identity, .. } = start().await;
    let session = identity.login(EMAIL, PASSWORD).await.unwrap();
    let parts: Vec<&str> = session.refresh_token.split('.').collect();
    // The session's id is in every ID token, and anybody may have seen one.
    for guess in [
        format!("{}.guess", parts[0]),
        format!("{}.guess.guess", parts[0]),
        format!("{}.guess.{}", parts[0], parts[2]),
    ] {
        assert!(rejected(identity.refresh(&guess).await), "{guess}");
    }
    assert!(identity.authenticate(&session.token).await.is_ok());
    assert!(identity.refresh(&session.refresh_token).await.is_ok());
}

#[tokio::test]
async fn a_rotation_whose_answer_is_lost_is_not_taken_for_reuse() {
    let mut site = start().await;
    for failure in [
        Failure::Disconnect,
        Failure::InternalServerError,
        Failure::Throttling,
    ] {
        let first = site.identity.login(EMAIL, PASSWORD).await.unwrap();
        site = disturbed(
            site,
            vec![("PutItem", after(failure)), ("PutItem", before(failure))],
        )
        .await;
        let second = site.identity.refresh(&first.refresh_token).await.unwrap();
        site.identity.refresh(&second.refresh_token).await.unwrap();
    }
}

#[tokio::test]
async fn foreign_and_old_refresh_tokens_are_refused() {
    let Site {
        trial, identity, ..
    } = start().await;
    let session = identity.login(EMAIL, PASSWORD).await.unwrap();
    for token in [
        "",
        ".",
        "x",
        "x.y",
        "0190a8f4-7c3e-7d7a-9b1c-2f5e8a6d4c3b.secret",
    ] {
        assert!(rejected(identity.refresh(token).await), "{token}");
    }
    trial.clock.advance(TimeDelta::days(29));
    let session = identity.refresh(&session.refresh_token).await.unwrap();
    // Thirty days from the login, however often it was continued; TTL has not deleted the item yet.
    trial.clock.advance(TimeDelta::days(1));
    assert!(rejected(identity.refresh(&session.refresh_token).await));
}

#[tokio::test]
async fn logout_ends_the_session_and_no_other() {
    let Site {
        trial, identity, ..
    } = start().await;
    let (one, two) = (
        identity.login(EMAIL, PASSWORD).await.unwrap(),
        identity.login(EMAIL, PASSWORD).await.unwrap(),
    );
    let continued = identity.refresh(&one.refresh_token).await.unwrap();
    let principal = identity.authenticate(&one.token).await.unwrap();
    identity.logout(&principal).await.unwrap();
    for token in [&one.token, &continued.token] {
        assert_eq!(
            identity.authenticate(token).await,
            Err(Rejection::Invalid("the session was ended"))
        );
    }
    assert!(rejected(identity.refresh(&continued.refresh_token).await));
    let (_, cost) = trial.cost(identity.authenticate(&two.token)).await;
    assert!(cost.read <= 1.0 && cost.write == 0.0, "{cost:?}");
    // Another instance of the server knows, until the last token has expired by itself.
    let Site {
        trial, identity, ..
    } = restart(trial, None).await;
    trial.clock.advance(TimeDelta::seconds(3600 + 59));
    assert_eq!(
        identity.authenticate(&one.token).await,
        Err(Rejection::Invalid("the session was ended"))
    );
    assert!(identity.authenticate(&two.token).await.is_ok());
}

#[tokio::test]
async fn a_second_start_keeps_password_and_tokens() {
    let trial = Trial::at("2026-11-20T10:00:00Z").await;
    let Site {
        trial,
        identity,
        origin,
    } = restart(trial, None).await;
    let PasswordOrigin::Generated(password) = origin else {
        panic!("{origin:?}")
    };
    assert_eq!(password.reveal().len(), 23);
    assert!(!format!("{password:?}").contains(password.reveal()));
    let session = identity.login(EMAIL, password.reveal()).await.unwrap();
    let Site {
        trial,
        identity,
        origin,
    } = restart(trial, None).await;
    assert_eq!(origin, PasswordOrigin::Kept);
    let principal = identity.authenticate(&session.token).await.unwrap();
    assert_eq!(User::of(&principal).id, session.user.id);
    identity.login(EMAIL, password.reveal()).await.unwrap();
    let same = restart(trial, Some(password.reveal())).await;
    assert_eq!(same.origin, PasswordOrigin::Settings);
    same.identity.refresh(&session.refresh_token).await.unwrap();
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_started() {
    let Site {
        trial, identity, ..
    } = start().await;
    let session = identity.login(EMAIL, PASSWORD).await.unwrap();
    let Site {
        identity, origin, ..
    } = restart(trial, Some("another")).await;
    assert_eq!(origin, PasswordOrigin::Settings);
    assert!(rejected(identity.login(EMAIL, PASSWORD).await));
    assert!(rejected(identity.refresh(&session.refresh_token).await));
    assert!(identity.authenticate(&session.token).await.is_err());
    let renewed = identity.login(EMAIL, "another").await.unwrap();
    assert_eq!(renewed.user.id, session.user.id);
}

#[tokio::test]
async fn the_published_key_is_named_by_its_thumbprint() {
    let Site { identity, .. } = start().await;
    let session = identity.login(EMAIL, PASSWORD).await.unwrap();
    let header: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(session.token.split('.').next().unwrap())
            .unwrap(),
    )
    .unwrap();
    let key = &identity.key_set().unwrap()["keys"][0];
    assert_eq!(
        (&header["kid"], &header["alg"]),
        (&key["kid"], &Value::from("ES256"))
    );
    assert!(key.get("d").is_none());
}

#[tokio::test]
async fn shared_limits_count_over_instances_and_windows() {
    static LOGIN: RateLimit = RateLimit {
        name: "login",
        requests: 3,
        seconds: 60,
        scope: Scope::Shared,
    };
    let trial = Trial::at("2026-11-20T10:00:30Z").await;
    let client = ClientAddress("192.0.2.1".parse().unwrap());
    let mut answers = Vec::new();
    for _ in 0..4 {
        let limits = trial.table.shared_limits(trial.clock.clone());
        let decision = limits.take(&LOGIN, client).await.unwrap();
        answers.push((decision.allowed, decision.remaining, decision.reset));
    }
    assert_eq!(
        answers,
        [(true, 2, 30), (true, 1, 30), (true, 0, 30), (false, 0, 30)]
    );
    let limits = trial.table.shared_limits(trial.clock.clone());
    assert!(
        limits
            .take(&LOGIN, ClientAddress("192.0.2.2".parse().unwrap()))
            .await
            .unwrap()
            .allowed
    );
    trial.clock.advance(TimeDelta::seconds(30));
    assert!(limits.take(&LOGIN, client).await.unwrap().allowed);
    let down = trial.disturbed([("UpdateItem", before(Failure::Disconnect)); 9]);
    let down = down.shared_limits(trial.clock.clone());
    assert!(down.take(&LOGIN, client).await.is_err());
}
