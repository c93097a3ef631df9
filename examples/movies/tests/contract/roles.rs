//! Who may do what, over every operation, as the contract has it.

use contract_judge::witness::{Operation, Witness};
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{CONTRACT, Site};

const ROLES: [&str; 3] = ["user", "editor", "admin"];

/// A request of this operation that breaks nothing but may name nothing that there is.
fn path(operation: &Operation) -> String {
    operation
        .path
        .replace("{movieId}", "019cadd3-8718-7c3e-9a51-4be0f2d86a17")
        .replace("{username}", "nobody-there")
}

async fn status(caller: &Witness, operation: &Operation) -> u16 {
    let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
    let mut request = caller.call(method, &path(operation));
    if let Some(schema) = operation.body() {
        let mut body = schema["example"].clone();
        if operation.id() == "changePassword" {
            // The example is right; nobody's password shall change here.
            body["currentPassword"] = json!("a guess");
        }
        request = request.json(body);
    }
    request.await.status.as_u16()
}

/// What ends the caller himself comes last.
fn is_own_end(operation: &Operation) -> bool {
    operation.id() == "deleteProfile"
}

#[tokio::test]
async fn every_operation_is_open_to_those_whom_its_contract_names_and_to_nobody_else() {
    let site = Site::new().await;
    let admin = site.admin().await;
    let mut callers = Vec::new();
    for role in ROLES {
        let caller = site.user(&format!("the-{role}")).await;
        let path = format!("/users/the-{role}/role");
        let change = json!({ "role": role });
        admin.put(&path).json(change).await.has(200);
        callers.push((role, caller));
    }
    let mut refused = 0;
    let operations = CONTRACT.operations();
    let (last, first): (Vec<_>, Vec<_>) = operations.iter().partition(|one| is_own_end(one));
    for operation in first.into_iter().chain(last) {
        let anybody = status(&site.anybody(), operation).await;
        if operation.needs_token() {
            assert_eq!(anybody, 401, "{} without a token", operation.id());
        } else if operation.id() != "signIn" {
            assert_ne!(anybody, 401, "{} is public", operation.id());
        }
        let named = operation.roles();
        for (role, caller) in &callers {
            if !operation.needs_token() {
                continue;
            }
            let status = status(caller, operation).await;
            let may = named.is_empty() || named.contains(role);
            // A wrong password is a 403 of another kind.
            if operation.id() == "changePassword" {
                assert_eq!(status, 403);
                continue;
            }
            assert_eq!(status != 403, may, "{} as {role}: {status}", operation.id());
            refused += u32::from(!may);
        }
    }
    // Four operations are for admins alone, three for editors too, and a fifth deletes movies.
    assert_eq!(refused, 5 * 2 + 3);
}

#[tokio::test]
async fn a_role_holds_from_the_next_request_on() {
    let site = Site::new().await;
    let (admin, ada) = (site.admin().await, site.user("ada").await);
    let movie = crate::site::movie(1927, &["drama"]);
    ada.post("/movies").json(movie.clone()).await.has(403);
    let change = |role: &str| json!({ "role": role });
    let path = "/users/ada/role";
    let answer = admin.put(path).json(change("editor")).await.is(200);
    assert_eq!(answer.body["role"], "editor");
    ada.post("/movies").json(movie.clone()).await.has(201);
    let own: Value = ada.get("/users/me").await.is(200).body;
    assert_eq!(own["role"], "editor");
    admin.put(path).json(change("user")).await.has(200);
    ada.post("/movies").json(movie).await.has(403);
}

#[tokio::test]
async fn there_always_is_an_admin() {
    let site = Site::new().await;
    let (root, ada) = (site.admin().await, site.user("ada").await);
    let change = |role: &str| json!({ "role": role });
    root.put("/users/root/role")
        .json(change("user"))
        .await
        .has(409);
    root.delete("/users/root").await.has(409);
    root.delete("/users/me").await.has(409);
    root.get("/users/me").await.has(200);

    // Two admins demote each other at the same time: one of them stays.
    for _ in 0..10 {
        root.put("/users/ada/role")
            .json(change("admin"))
            .await
            .has(200);
        let (one, other) = tokio::join!(
            root.put("/users/ada/role").json(change("editor")),
            ada.put("/users/root/role").json(change("editor")),
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        // The slower one is refused as the last, or is no admin any more.
        assert!(
            statuses[0] == 200 && [403, 409].contains(&statuses[1]),
            "{statuses:?}"
        );
        let (mut root_is, mut ada_is) = (false, false);
        for (who, is) in [(&root, &mut root_is), (&ada, &mut ada_is)] {
            *is = who.get("/users/me").await.is(200).body["role"] == "admin";
        }
        assert!(root_is != ada_is);
        if ada_is {
            ada.put("/users/root/role")
                .json(change("admin"))
                .await
                .has(200);
        }
    }
}
