//! Lists of users and the search in them.

use serde_json::{Value, json};

use crate::site::{Site, violations};
use crate::told;

async fn people(site: &Site, people: &[(&str, &str)]) {
    for (name, email) in people {
        let body = json!({"name": name, "email": email});
        site.witness.post("/api/v1/users").json(body).await.has(201);
    }
}

fn names(answer: &Value) -> Vec<&str> {
    answer
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_list_has_ten_users_unless_more_or_less_are_wanted_and_says_how_many_there_are() {
    let site = Site::start().await;
    let emails: Vec<_> = (0..12)
        .map(|number| format!("user{number}@example.com"))
        .collect();
    for email in &emails {
        site.user(email).await;
    }
    let first = site.witness.get("/api/v1/users").await.is(200);
    assert_eq!(first["data"].as_array().unwrap().len(), 10);
    assert_eq!(
        first["pagination"],
        json!({"total": 12, "limit": 10, "offset": 0})
    );
    let rest = site
        .witness
        .get("/api/v1/users?limit=5&offset=10")
        .await
        .is(200);
    let shown: Vec<_> = rest["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["email"])
        .collect();
    assert_eq!(shown, [&emails[10], &emails[11]]);
    assert_eq!(
        rest["pagination"],
        json!({"total": 12, "limit": 5, "offset": 10})
    );
    // Beyond the end there is nothing, and the total is still right.
    let beyond = site
        .witness
        .get("/api/v1/users?offset=9223372036854775807")
        .await
        .is(200);
    assert_eq!(beyond["data"], json!([]));
    assert_eq!(beyond["pagination"]["total"], 12);
    let all = site.witness.get("/api/v1/users?limit=100").await.is(200);
    assert_eq!(all["data"].as_array().unwrap().len(), 12);
}

#[tokio::test]
async fn an_empty_list_is_a_list() {
    let site = Site::start().await;
    let empty = site.witness.get("/api/v1/users").await.is(200);
    told!("empty_list", empty);
}

#[tokio::test]
async fn bounds_of_a_list_are_kept() {
    let site = Site::start().await;
    for (query, message) in [
        ("limit=0", "query limit must be at least 1"),
        ("limit=101", "query limit must be at most 100"),
        (
            "limit=ten",
            "query limit must be an integer of at most 64 bits",
        ),
        ("offset=-1", "query offset must be at least 0"),
        ("limit=1&limit=2", "query limit must be given only once"),
        ("search=", "query search must have at least 1 character"),
    ] {
        let answer = site.witness.get(&format!("/api/v1/users?{query}")).await;
        assert_eq!(violations(&answer), [message], "{query}");
    }
    let missing = site.witness.get("/api/v1/users/search").await;
    assert_eq!(violations(&missing), ["query q is required"]);
}

#[tokio::test]
async fn a_search_finds_names_and_addresses_whatever_their_case() {
    let site = Site::start().await;
    people(
        &site,
        &[
            ("Ada Lovelace", "countess@example.com"),
            ("Grace Hopper", "grace@navy.example"),
            ("Adam Ries", "ries@annaberg.example"),
            ("Änne Burda", "burda@offenburg.example"),
        ],
    )
    .await;
    let found = async |text: &str| {
        let answer = site
            .witness
            .get(&format!("/api/v1/users?search={text}"))
            .await
            .is(200);
        let total = answer["pagination"]["total"].as_u64().unwrap();
        assert_eq!(total, names(&answer["data"]).len() as u64);
        names(&answer["data"]).join(", ")
    };
    assert_eq!(found("ADA").await, "Ada Lovelace, Adam Ries");
    assert_eq!(found("navy").await, "Grace Hopper");
    assert_eq!(found("%C3%A4nne").await, "Änne Burda");
    assert_eq!(found("nobody").await, "");
    let page = site
        .witness
        .get("/api/v1/users?search=a&limit=1&offset=1")
        .await
        .is(200);
    assert_eq!(names(&page["data"]), ["Grace Hopper"]);
    assert_eq!(page["pagination"]["total"], 4);
}

#[tokio::test]
async fn every_character_of_a_search_is_meant_as_it_is() {
    let site = Site::start().await;
    people(
        &site,
        &[
            ("100% Ada", "one@example.com"),
            ("1000 Adas", "two@example.com"),
            ("under_score", "three@example.com"),
            ("underXscore", "four@example.com"),
            (r"back\slash", "five@example.com"),
        ],
    )
    .await;
    for (text, name) in [
        ("0%25", "100% Ada"),
        ("r_s", "under_score"),
        ("k%5Cs", r"back\slash"),
    ] {
        for query in [format!("?search={text}"), format!("/search?q={text}")] {
            let answer = site
                .witness
                .get(&format!("/api/v1/users{query}"))
                .await
                .is(200);
            assert_eq!(names(&answer["data"]), [name], "{query}");
        }
    }
}

#[tokio::test]
async fn a_search_shows_names_that_begin_with_the_text_first() {
    let site = Site::start().await;
    people(
        &site,
        &[
            ("Bernhard Anders", "b@example.com"),
            ("Zoe Any", "z@example.com"),
            ("anna", "anna@example.com"),
            ("Andrew", "andrew@example.com"),
        ],
    )
    .await;
    let answer = site
        .witness
        .get("/api/v1/users/search?q=an&limit=3")
        .await
        .is(200);
    assert_eq!(
        names(&answer["data"]),
        ["Andrew", "anna", "Bernhard Anders"]
    );
    assert_eq!(
        answer["pagination"],
        json!({"total": 4, "limit": 3, "offset": 0})
    );
    let rest = site
        .witness
        .get("/api/v1/users/search?q=an&limit=3&offset=3")
        .await
        .is(200);
    assert_eq!(names(&rest["data"]), ["Zoe Any"]);
    told!("search", rest);
}

#[tokio::test]
async fn a_search_among_many_uses_the_index() {
    let site = Site::start().await;
    let mut connection = site.connection().await;
    sqlx::raw_sql(
        "INSERT INTO users (name, email) SELECT 'User ' || md5(n::text), n || '@example.com' FROM generate_series(1, 20000) n",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    sqlx::raw_sql("VACUUM ANALYZE users")
        .execute(&mut connection)
        .await
        .unwrap();
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT count(*) FROM users WHERE '%zzzz%'::text IS NULL OR name ILIKE '%zzzz%' OR email ILIKE '%zzzz%'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(
        plan.iter().any(|line| line.contains("users_search")),
        "{plan:#?}"
    );
}
