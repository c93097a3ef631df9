//! The generated client against the generated server: every operation, and every error that a well-formed call can be
//! answered with. Bad input is sent raw, in `every_operation`.

mod calls;

use contract_runtime::dynamodb::embedded::{Disturbance, Failure};
use futures_util::future::join_all;
use portfolio_client::{Error, types};
use portfolio_tests::cognito::Trouble;
use portfolio_tests::contract::{OPERATIONS, Operation};
use portfolio_tests::{KINDS, Setup, Site, Typed, before, site};
use uuid::Uuid;

use calls::{Input, call};

const NOWHERE: Uuid = Uuid::from_u128(0x019c_add3_8718_7c3e_9a51_4be0_f2d8_6a17);

/// The id of new, published content that an operation can be called with.
async fn content(site: &Site, operation: &Operation) -> Uuid {
    let mut kinds = KINDS.into_iter();
    let kind = kinds.find(|kind| operation.path.starts_with(kind.path));
    let owner = site.owner().await;
    let published = owner.published(kind.unwrap_or(KINDS[0]), "Something").await;
    published.id().parse().unwrap()
}

fn declaring(status: u16) -> impl Iterator<Item = &'static Operation> {
    let operations = OPERATIONS.iter();
    operations.filter(move |operation| operation.response(status).is_some())
}

/// The call must fail with this status, as an error that the contract declares.
async fn refused(client: &Typed, operation: &Operation, input: Input<'_>, status: u16) {
    let id = operation.id();
    let error = match call(client, id, input).await {
        Ok(success) => panic!("{id}: {success:?} instead of {status}"),
        Err(error) => error,
    };
    let Error::ErrorResponse(response) = error else {
        panic!("{id}: {error}")
    };
    assert_eq!(response.status().as_u16(), status, "{id}: {response:?}");
    assert_eq!(response.operation().id, id);
    assert_eq!(response.status_code, u64::from(status), "{id}");
    let retry_after = response.headers().contains_key("retry-after");
    assert_eq!(retry_after, matches!(status, 429 | 503), "{id}");
}

#[tokio::test]
async fn every_operation_is_understood() {
    let site = site().await;
    // Time with a fraction, which all writers of times write alike.
    site.at("2026-11-20T10:00:00.123Z");
    let owner = site.typed_owner().await;
    for operation in OPERATIONS.iter() {
        let session = site.open_session().await;
        let input = Input {
            refresh_token: session["refreshToken"].as_str().unwrap(),
            ..Input::of(content(&site, operation).await)
        };
        let id = operation.id();
        let success = call(&owner, id, input).await;
        let success = success.unwrap_or_else(|error| panic!("{error}"));
        let answer = owner.answer();
        assert_eq!(success.status, answer.status.as_u16(), "{id}");
        assert!(answer.status.is_success(), "{answer}");
        // Nothing was lost on the way through the client's types.
        assert_eq!(success.body, answer.body, "{id}");
    }
}

#[tokio::test]
async fn a_copy_that_is_current_is_no_error() {
    let site = site().await;
    let visitor = site.typed().await;
    for operation in declaring(304) {
        let input = Input {
            if_none_match: Some("*"),
            ..Input::of(content(&site, operation).await)
        };
        let success = call(&visitor, operation.id(), input).await.unwrap();
        assert_eq!(success.status, 304, "{}", operation.id());
    }
}

#[tokio::test]
async fn refusals_are_typed() {
    let site = site().await;
    let (owner, stranger) = (site.typed_owner().await, site.typed().await);
    let wrong = site.typed_with(|builder| builder.token("wrong")).await;
    let token = site.reader().await.token().unwrap().to_owned();
    let reader = site.typed_with(|builder| builder.token(token)).await;
    let nowhere = Input::of(NOWHERE);
    for operation in declaring(401) {
        let client = if operation.takes_token() {
            &wrong
        } else {
            &stranger
        };
        let input = Input {
            password: "wrong",
            ..nowhere
        };
        refused(client, operation, input, 401).await;
    }
    for operation in declaring(403) {
        let input = Input {
            status: Some(types::ListStatus::Draft),
            ..nowhere
        };
        if operation.id() == "login" {
            // Of an account that asks for more than its password; the embedded provider's does not.
            let site = Setup::default().cognito().start().await;
            site.pool()
                .trouble(Trouble::Challenge("NEW_PASSWORD_REQUIRED"));
            refused(&site.typed().await, operation, input, 403).await;
        } else {
            refused(&reader, operation, input, 403).await;
        }
    }
    for operation in declaring(404) {
        refused(&owner, operation, nowhere, 404).await;
    }
    for operation in declaring(412) {
        let input = Input {
            if_match: Some("\"999\""),
            ..Input::of(content(&site, operation).await)
        };
        refused(&owner, operation, input, 412).await;
    }
}

#[tokio::test]
async fn too_many_requests_are_typed() {
    let site = Setup::default().set("RATE_LIMITS", "on").start().await;
    let token = site.mint().await.good();
    let owner = site.typed_with(|builder| builder.token(token)).await;
    for operation in declaring(429) {
        // Another minute; what is refused for another reason counts as well.
        site.clock.advance(chrono::TimeDelta::seconds(60));
        for _ in 0..operation.rate_limit().unwrap() {
            let path = operation.path.replace(['{', '}'], "");
            site.call(operation.method.parse().unwrap(), &path).await;
        }
        refused(&owner, operation, Input::of(NOWHERE), 429).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_typed() {
    let site = Setup::default().here().start().await;
    let mint = site.mint().await;
    let token = mint.good();
    let owner = site.typed_with(|builder| builder.token(token)).await;
    let session = site.open_session().await;
    let input = Input {
        refresh_token: session["refreshToken"].as_str().unwrap(),
        ..Input::of(NOWHERE)
    };
    let denied = || before(Failure::AccessDenied);
    for operation in declaring(500) {
        if operation.id() == "getCurrentUser" {
            // All that it reads is the token's session.
            site.script.always(denied());
        } else {
            site.script.behind_tokens(denied());
        }
        refused(&owner, operation, input, 500).await;
    }
    site.script.always(before(Failure::Disconnect));
    // At the same time, since each waits for the SDK's retries.
    join_all(declaring(503).map(|operation| refused(&owner, operation, input, 503))).await;
    site.script.always(Disturbance::default());
}
