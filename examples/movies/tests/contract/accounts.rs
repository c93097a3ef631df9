//! Making an account, signing in, and what ends a token.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join_all;
use movies::table::{Transaction, Value};
use serde_json::json;

use crate::site::{PASSWORD, Site};

#[tokio::test]
async fn a_username_is_given_once_however_many_ask() {
    let site = Site::new().await;
    let answers = join_all((0..20).map(|_| site.sign_up("ada"))).await;
    let made = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(made.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.has(409);
    }
    site.signed_in("ada").await.get("/users/me").await.has(200);
}

#[tokio::test]
async fn unknown_names_and_wrong_passwords_are_told_apart_by_nothing() {
    let site = Site::new().await;
    site.sign_up("ada").await.has(201);
    let wrong = site.sign_in("ada", "wrong").await.is(401);
    let unknown = site.sign_in("nobody", PASSWORD).await.is(401);
    assert_eq!(wrong.body, unknown.body);
    // In time neither: both hash once. The shortest of some, since a busy machine can only make a request longer; more of them
    // the busier it is.
    let mut times = [Duration::MAX; 2];
    for round in 0..50 {
        for (time, username) in times.iter_mut().zip(["ada", "nobody"]) {
            let start = Instant::now();
            site.sign_in(username, "wrong").await.has(401);
            *time = start.elapsed().min(*time);
        }
        if round >= 8 && times[0] < times[1] * 2 && times[1] < times[0] * 2 {
            return;
        }
    }
    panic!("{times:?} for a wrong password and an unknown name");
}

#[tokio::test]
async fn a_new_password_ends_every_token_but_the_new_one() {
    let site = Site::new().await;
    let (here, there) = (site.user("ada").await, site.signed_in("ada").await);
    let change = |current: &str| json!({"currentPassword": current, "newPassword": "another horse, another staple"});
    let path = "/users/me/password";
    here.put(path).json(change("wrong")).await.has(403);
    there.get("/users/me").await.has(200);
    let session = here.put(path).json(change(PASSWORD)).await.is(200);
    for old in [&here, &there] {
        let answer = old.get("/users/me").await.is(401);
        assert!(
            answer.header("www-authenticate").contains("ended"),
            "{answer}"
        );
    }
    let token = session.body["token"].as_str().unwrap();
    site.anybody()
        .with_token(token)
        .get("/users/me")
        .await
        .has(200);
    site.sign_in("ada", PASSWORD).await.has(401);
    site.sign_in("ada", "another horse, another staple")
        .await
        .has(200);
}

#[tokio::test]
async fn of_two_simultaneous_password_changes_one_is_made() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let change = |new: &str| json!({"currentPassword": PASSWORD, "newPassword": new});
    let (one, other) = tokio::join!(
        ada.put("/users/me/password")
            .json(change("the first new password")),
        ada.put("/users/me/password")
            .json(change("the second new password")),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    // The other one met a changed password, or its token had ended already.
    assert!(
        statuses[0] == 200 && [401, 403, 409].contains(&statuses[1]),
        "{statuses:?}"
    );
}

#[tokio::test]
async fn a_deleted_account_has_no_tokens_even_if_its_name_is_taken_again() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    site.admin().await.delete("/users/ada").await.has(204);
    ada.get("/users/me").await.has(401);
    site.sign_in("ada", PASSWORD).await.has(401);
    let other = site.user("ada").await;
    ada.get("/users/me").await.has(401);
    other.get("/users/me").await.has(200);
    other.delete("/users/me").await.has(204);
    other.get("/users/me").await.has(401);
}

#[tokio::test]
async fn a_token_holds_for_a_quarter_of_an_hour() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    // A minute of leeway, for clocks that differ.
    site.clock.advance(TimeDelta::seconds(900 + 59));
    ada.get("/users/me").await.has(200);
    site.clock.advance(TimeDelta::seconds(1));
    ada.get("/users/me").await.has(401);
}

#[tokio::test]
async fn a_hash_of_bcrypt_signs_in_and_becomes_argon2id() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    let tables = site.tables();
    let old = bcrypt::hash("an old password", 5).unwrap();
    let update = tables
        .users
        .update("ada", "SET #passwordHash = :hash")
        .with(":hash", Value::from(old.as_str()));
    let done = tables.transact(vec![update]).await.unwrap();
    assert_eq!(done, Transaction::Committed);
    let hash = async || {
        let account: movies::users::Account = tables
            .users
            .get("ada", movies::table::Consistency::Strong)
            .await
            .unwrap()
            .unwrap();
        account.password_hash.unwrap()
    };
    site.sign_in("ada", PASSWORD).await.has(401);
    assert_eq!(hash().await, old);
    site.sign_in("ada", "an old password").await.has(200);
    let new = hash().await;
    assert!(new.starts_with("$argon2id$"), "{new}");
    // The same password, and tokens from before go on.
    ada.get("/users/me").await.has(200);
    site.sign_in("ada", "an old password").await.has(200);
    assert_eq!(hash().await, new);
}

#[tokio::test]
async fn an_account_is_its_users_to_rename() {
    let site = Site::new().await;
    let ada = site.user("ada").await;
    site.clock.advance(TimeDelta::minutes(1));
    let renamed = ada
        .put("/users/me")
        .json(json!({"name": "Ada King"}))
        .await
        .is(200);
    assert_eq!(renamed.body["name"], "Ada King");
    let shown = site.admin().await.get("/users/ada").await.is(200);
    assert_eq!(shown.body, renamed.body);
    // The role is not the user's to say.
    let more = json!({"name": "Ada King", "role": "admin"});
    ada.put("/users/me").json(more).await.has(400);
}
