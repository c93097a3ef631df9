//! One conversation of each operation, kept as a snapshot: what it takes, what it answers, how it refuses.

use contract_judge::snapshot;
use serde_json::json;

use crate::site::{PASSWORD, Site, movie, rate};

const NOWHERE: &str = "019cadd3-8718-7c3e-9a51-4be0f2d86a17";

#[tokio::test]
async fn authentication() {
    let site = Site::new().await;
    let anybody = site.anybody();
    let account = json!({"username": "ada", "password": PASSWORD, "name": "Ada Lovelace"});
    let made = anybody
        .post("/auth/sign-up")
        .json(account.clone())
        .await
        .is(201);
    let taken = anybody.post("/auth/sign-up").json(account).await.is(409);
    let wrong = json!({"username": "A!", "password": "short", "name": "", "role": "admin"});
    let wrong = anybody.post("/auth/sign-up").json(wrong).await.is(400);
    let large = anybody
        .post("/auth/sign-up")
        .bytes(vec![b' '; 8193])
        .await
        .is(413);
    let text = anybody
        .post("/auth/sign-up")
        .bytes("{}")
        .without("content-type");
    let text = text.header("content-type", "text/plain").await.is(415);
    snapshot!("sign_up", made, taken, wrong, large, text);

    let session = site.sign_in("ada", PASSWORD).await.is(200);
    let refused = site.sign_in("ada", "a guess").await.is(401);
    let wrong = anybody.post("/auth/sign-in").json(json!({})).await.is(400);
    snapshot!("sign_in", session, refused, wrong);
}

#[tokio::test]
async fn profile() {
    let site = Site::new().await;
    let (ada, anybody) = (site.user("ada").await, site.anybody());
    let found = ada.get("/users/me").await.is(200);
    let refused = anybody.get("/users/me").await.is(401);
    snapshot!("get_profile", found, refused);

    let renamed = ada
        .put("/users/me")
        .json(json!({"name": "Ada King"}))
        .await
        .is(200);
    let wrong = ada.put("/users/me").json(json!({"name": 1})).await.is(400);
    snapshot!("update_profile", renamed, wrong);

    let id = site.movie(1927, &["drama"]).await;
    rate(&ada, &id, 8).await.has(201);
    let reviews = ada.get("/users/me/reviews").await.is(200);
    let wrong = ada.get("/users/me/reviews?cursor=fA").await.is(400);
    snapshot!("list_own_reviews", reviews, wrong);

    let path = "/users/me/password";
    let change = json!({"currentPassword": "a guess", "newPassword": "another long password"});
    let refused = ada.put(path).json(change).await.is(403);
    let change = json!({"currentPassword": PASSWORD, "newPassword": "another long password"});
    let changed = ada.put(path).json(change).await.is(200);
    snapshot!("change_password", refused, changed);

    let ada = anybody.with_token(changed.body["token"].as_str().unwrap());
    let deleted = ada.delete("/users/me").await.is(204);
    let refused = ada.delete("/users/me").await.is(401);
    let last = site.admin().await.delete("/users/me").await.is(409);
    snapshot!("delete_profile", deleted, refused, last);
}

#[tokio::test]
async fn users() {
    let site = Site::new().await;
    let (ada, root) = (site.user("ada").await, site.admin().await);
    let all = root.get("/users").await.is(200);
    let refused = ada.get("/users").await.is(403);
    let wrong = root.get("/users?role=owner&limit=0").await.is(400);
    snapshot!("list_users", all, refused, wrong);

    let found = root.get("/users/ada").await.is(200);
    let missing = root.get("/users/nobody").await.is(404);
    let wrong = root.get("/users/UPPER").await.is(400);
    snapshot!("get_user", found, missing, wrong);

    let change = |role: &str| json!({ "role": role });
    let changed = root
        .put("/users/ada/role")
        .json(change("editor"))
        .await
        .is(200);
    let missing = root
        .put("/users/nobody/role")
        .json(change("editor"))
        .await
        .is(404);
    let last = root
        .put("/users/root/role")
        .json(change("user"))
        .await
        .is(409);
    snapshot!("change_role", changed, missing, last);

    let deleted = root.delete("/users/ada").await.is(204);
    let missing = root.delete("/users/ada").await.is(404);
    let last = root.delete("/users/root").await.is(409);
    snapshot!("delete_user", deleted, missing, last);
}

#[tokio::test]
async fn movies() {
    let site = Site::new().await;
    let (ada, root, anybody) = (site.user("ada").await, site.admin().await, site.anybody());
    let created = root
        .post("/movies")
        .json(movie(1927, &["drama"]))
        .await
        .is(201);
    let refused = ada
        .post("/movies")
        .json(movie(1927, &["drama"]))
        .await
        .is(403);
    let wrong = json!({"title": "", "year": 1887, "genres": ["drama", "drama", "?"]});
    let wrong = root.post("/movies").json(wrong).await.is(400);
    snapshot!("create_movie", created, refused, wrong);

    let path = format!("/movies/{}", created.id());
    let found = anybody.get(&path).await.is(200);
    let missing = anybody.get(&format!("/movies/{NOWHERE}")).await.is(404);
    snapshot!("get_movie", found, missing);

    let listed = anybody.get("/movies?genre=drama&year=1927").await.is(200);
    let wrong = anybody
        .get("/movies?genre=sad&year=soon&cursor=%21")
        .await
        .is(400);
    snapshot!("list_movies", listed, wrong);

    let mut change = movie(1928, &["scienceFiction"]);
    change["version"] = json!(1);
    let changed = root.put(&path).json(change.clone()).await.is(200);
    let stale = root.put(&path).json(change.clone()).await.is(409);
    let missing = format!("/movies/{NOWHERE}");
    let missing = root.put(&missing).json(change).await.is(404);
    snapshot!("update_movie", changed, stale, missing);

    let refused = ada.delete(&path).await.is(403);
    let deleted = root.delete(&path).await.is(204);
    let missing = root.delete(&path).await.is(404);
    snapshot!("delete_movie", refused, deleted, missing);
}

#[tokio::test]
async fn reviews() {
    let site = Site::new().await;
    let (ada, root, anybody) = (site.user("ada").await, site.admin().await, site.anybody());
    let id = site.movie(1927, &["drama"]).await;
    let (path, own) = (
        format!("/movies/{id}/reviews"),
        format!("/movies/{id}/reviews/me"),
    );
    let created = ada
        .put(&own)
        .json(json!({"rating": 8, "text": "Good."}))
        .await
        .is(201);
    let changed = ada.put(&own).json(json!({"rating": 9})).await.is(200);
    let wrong = ada
        .put(&own)
        .json(json!({"rating": 11, "text": null}))
        .await
        .is(400);
    let missing = format!("/movies/{NOWHERE}/reviews/me");
    let missing = ada.put(&missing).json(json!({"rating": 8})).await.is(404);
    snapshot!("put_review", created, changed, wrong, missing);

    let listed = anybody.get(&path).await.is(200);
    let missing = anybody
        .get(&format!("/movies/{NOWHERE}/reviews"))
        .await
        .is(404);
    snapshot!("list_reviews", listed, missing);

    let found = anybody.get(&format!("{path}/ada")).await.is(200);
    let missing = anybody.get(&format!("{path}/nobody")).await.is(404);
    snapshot!("get_review", found, missing);

    let deleted = ada.delete(&own).await.is(204);
    let missing = ada.delete(&own).await.is(404);
    snapshot!("delete_own_review", deleted, missing);

    rate(&ada, &id, 1).await.has(201);
    let refused = ada.delete(&format!("{path}/ada")).await.is(403);
    let deleted = root.delete(&format!("{path}/ada")).await.is(204);
    let missing = root.delete(&format!("{path}/ada")).await.is(404);
    snapshot!("delete_review", refused, deleted, missing);
}
