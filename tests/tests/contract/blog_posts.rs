//! Blog posts: what is particular about them.

use chrono::TimeDelta;
use portfolio_client::{Conditional, types};
use portfolio_tests::{Answer, Answered, Client, EMAIL, PASSWORD, POSTS, site, snapshot};
use serde_json::{Value, json};

#[tokio::test]
async fn the_life_of_a_post() {
    let site = site().await;
    let (owner, visitor) = (site.typed_owner().await, site.typed().await);
    owner.sign_in(EMAIL, PASSWORD).await.unwrap();
    let body: types::BlogPostCreate = serde_json::from_value(POSTS.body("Hello, World!")).unwrap();
    let post = owner.create_blog_post().body(body).send().await.unwrap();
    let created = owner.answer().is(201);
    site.clock.advance(TimeDelta::minutes(1));
    let update = types::BlogPostUpdate::builder()
        .title("Goodbye".to_owned())
        .tags(types::BlogPostUpdateTags(vec!["rust".to_owned()]));
    let update = owner.update_blog_post().post_id(post.id).body(update);
    assert_eq!(update.send().await.unwrap().slug, "goodbye");
    let updated = owner.answer().is(200);
    site.clock.advance(TimeDelta::minutes(1));
    let publish = owner.publish_blog_post().post_id(post.id);
    let publication = publish.send().await.unwrap();
    assert_eq!(publication.status, types::ContentStatus::Published);
    let published = owner.answer().is(200);
    let reading = visitor.get_blog_post().post_id(post.id).send();
    let found = reading.await.unwrap().into_inner().found().unwrap();
    assert_eq!(found, *publication);
    let read = visitor.answer().is(200);
    let again = visitor.get_blog_post().post_id(post.id);
    let again = again
        .if_none_match(publication.etag().unwrap())
        .send()
        .await;
    assert_eq!(*again.unwrap(), Conditional::NotModified);
    let current = visitor.answer().is(304);
    let draft = owner.unpublish_blog_post().post_id(post.id).send().await;
    let version = draft.unwrap().etag().unwrap().to_owned();
    let unpublished = owner.answer().is(200);
    let gone = visitor.get_blog_post().post_id(post.id).send().await;
    assert_eq!(gone.unwrap_err().body().unwrap().status_code, 404);
    let hidden = visitor.answer().is(404);
    let delete = owner.delete_blog_post().post_id(post.id).if_match(version);
    delete.send().await.unwrap();
    let deleted = owner.answer().is(204);
    snapshot!(
        "the_life_of_a_post",
        created,
        updated,
        published,
        read,
        current,
        unpublished,
        hidden,
        deleted
    );
}

#[tokio::test]
async fn lists_of_posts() {
    let site = site().await;
    let owner = site.owner().await;
    owner.draft(POSTS, "A draft").await;
    site.clock.advance(TimeDelta::minutes(1));
    owner.published(POSTS, "Published").await;
    let public = site.list(POSTS).await.is(200);
    let all = owner.list(POSTS).status("all").limit(1).offset(1);
    let all = all.await.is(200);
    let anonymous = site.list(POSTS).status("draft").await.is(401);
    let reader = site.reader().await.list(POSTS).status("all");
    let reader = reader.await.is(403);
    let wrong = site
        .get("/blog/posts?status=DRAFT&limit=0&offset=-1&category=&tag=")
        .await
        .is(400);
    snapshot!("lists_of_posts", public, all, anonymous, reader, wrong);
}

#[tokio::test]
async fn the_date_of_the_first_publication_stays() {
    let site = site().await;
    let owner = site.lasting_owner().await;
    let draft = owner.draft(POSTS, "Something").await;
    assert_eq!(draft["publishedAt"], Value::Null);
    site.at("2026-11-21T23:59:59.999Z");
    assert_eq!(
        owner.publish(POSTS, draft.id()).await["publishedAt"],
        "2026-11-21"
    );
    site.at("2026-11-22T00:00:00Z");
    assert_eq!(
        owner.publish(POSTS, draft.id()).await["publishedAt"],
        "2026-11-21"
    );
    assert_eq!(
        owner.unpublish(POSTS, draft.id()).await["publishedAt"],
        Value::Null
    );
    owner
        .change(POSTS, draft.id(), json!({ "title": "Another" }))
        .await
        .has(200);
    site.at("2027-01-01T00:00:00Z");
    let again = owner.publish(POSTS, draft.id()).await;
    assert_eq!(again["publishedAt"], "2026-11-21");
    assert_eq!(
        site.read(POSTS, draft.id()).await["publishedAt"],
        "2026-11-21"
    );
}

#[tokio::test]
async fn posts_are_listed_by_publication_and_drafts_by_creation() {
    let site = site().await;
    let owner = site.owner().await;
    let mut ids = Vec::new();
    for name in ["First", "Second", "Third"] {
        ids.push(owner.draft(POSTS, name).await.id().to_owned());
        site.clock.advance(TimeDelta::minutes(1));
    }
    owner.publish(POSTS, &ids[1]).await;
    site.clock.advance(TimeDelta::minutes(1));
    owner.publish(POSTS, &ids[0]).await;
    assert_eq!(POSTS.names(&site.list(POSTS).await), ["First", "Second"]);
    let all = owner.list(POSTS).status("all").await;
    assert_eq!(POSTS.names(&all), ["First", "Second", "Third"]);
    // A draft again: back to the place of its creation, and then to that of its first publication.
    owner.unpublish(POSTS, &ids[0]).await;
    let all = owner.list(POSTS).status("all").await;
    assert_eq!(POSTS.names(&all), ["Second", "Third", "First"]);
    owner.publish(POSTS, &ids[2]).await;
    site.clock.advance(TimeDelta::minutes(1));
    owner.publish(POSTS, &ids[0]).await;
    let all = site.list(POSTS).await;
    assert_eq!(POSTS.names(&all), ["Third", "First", "Second"]);
}

async fn post(owner: &Client, title: &str, category: &str, tags: &[&str]) -> String {
    let mut body = POSTS.body(title);
    body["category"] = json!(category);
    body["tags"] = json!(tags);
    let draft = owner.create(POSTS, body).await.is(201);
    draft.id().to_owned()
}

#[tokio::test]
async fn filters_and_categories() {
    let site = site().await;
    let owner = site.owner().await;
    let mut ids = Vec::new();
    for (title, category, tags) in [
        ("A", "Cloud", &["rust", "aws"][..]),
        ("B", "cloud", &["rust"]),
        ("C", "Rust & C++", &["rust lang", "ü"]),
        ("D", "Cloud", &["aws"]),
        ("Draft", "Secret", &["rust", "secret"]),
    ] {
        ids.push(post(&owner, title, category, tags).await);
    }
    for id in &ids[..4] {
        owner.publish(POSTS, id).await;
    }
    let names = |list: Answer| {
        let names = POSTS.names(&list);
        assert_eq!(list["total"], names.len(), "{list}");
        names.concat()
    };
    let of_category = async |category: &str| {
        let list = site.list_blog_posts().category(category);
        names(list.send().answer().await)
    };
    let with_tag = async |tag: &str| names(site.list_blog_posts().tag(tag).send().answer().await);
    let of_both = async |category: &str, tag: &str| {
        let list = site.list_blog_posts().category(category).tag(tag);
        names(list.send().answer().await)
    };
    for (category, expected) in [
        ("Cloud", "DA"),
        ("cloud", "B"),
        ("Clou", ""),
        ("Rust & C++", "C"),
        ("Secret", ""),
        ("Data", ""),
    ] {
        assert_eq!(of_category(category).await, expected, "{category}");
    }
    for (tag, expected) in [
        ("rust", "BA"),
        ("rust lang", "C"),
        ("ü", "C"),
        ("secret", ""),
    ] {
        assert_eq!(with_tag(tag).await, expected, "{tag}");
    }
    assert_eq!(of_both("Cloud", "aws").await, "DA");
    assert_eq!(of_both("Cloud", "rust").await, "A");
    // However a query is written.
    let written = site.get("/blog/posts?category=Rust+%26%20C%2B%2B&tag=%C3%BC&status=published");
    assert_eq!(names(written.await), "C");
    // The filter comes before the page.
    let page = site.list_blog_posts().tag("rust").limit(1_u64);
    let page = page.offset(1_u64).send().answer().await.is(200);
    assert_eq!(
        (POSTS.names(&page), &page["total"]),
        (vec!["A".to_owned()], &json!(2))
    );
    let drafts = owner.list_blog_posts().status("all").tag("rust");
    assert_eq!(drafts.send().answer().await["total"], 3);

    let categories = async || {
        let list = site.list_blog_categories().send().answer().await;
        list.is(200)["categories"].clone()
    };
    assert_eq!(categories().await, json!(["Cloud", "Rust & C++", "cloud"]));
    // What a list filters by follows every change.
    owner
        .change(
            POSTS,
            &ids[1],
            json!({ "category": "Data", "tags": ["sql"] }),
        )
        .await
        .has(200);
    owner.unpublish(POSTS, &ids[2]).await;
    owner.remove(POSTS, &ids[3]).await.has(204);
    assert_eq!(categories().await, json!(["Cloud", "Data"]));
    assert_eq!(of_category("cloud").await, "");
    assert_eq!(of_category("Data").await, "B");
    assert_eq!(with_tag("rust").await, "A");
    owner.unpublish(POSTS, &ids[0]).await;
    owner.remove(POSTS, &ids[1]).await.has(204);
    assert_eq!(categories().await, json!([]));
}

#[tokio::test]
async fn slugs_and_reading_times_are_made_here() {
    let site = site().await;
    let owner = site.owner().await;
    let create = async |title: &str, content: &str| -> Answer {
        let mut body = POSTS.body(title);
        body["content"] = json!(content);
        owner.create(POSTS, body).await.is(201)
    };
    for (title, slug) in [
        ("Hello, World!", "hello-world"),
        ("  Über   die Größe  ", "uber-die-grosse"),
        ("C++ & Rust: 100% \"safe\"?", "c-rust-100-safe"),
        ("Привет, мир", "privet-mir"),
        ("../../etc/passwd", "etc-passwd"),
    ] {
        assert_eq!(create(title, "x").await["slug"], slug);
    }
    for nameless in ["---", "…", "\u{200d}"] {
        let post = create(nameless, "x").await;
        assert_eq!(post["slug"].as_str().unwrap(), post.id(), "{nameless}");
    }
    for (words, time) in [
        (1, "1 min read"),
        (200, "1 min read"),
        (201, "2 min read"),
        (2_000, "10 min read"),
    ] {
        assert_eq!(create("x", &"word ".repeat(words)).await["readTime"], time);
    }
    for name in ["slug", "readTime", "publishedAt", "status"] {
        let mut body = POSTS.body("x");
        body[name] = json!("x");
        let answer = owner.post("/blog/posts").json(body).await;
        assert_eq!(answer.violated(), [format!("body /{name}")]);
    }
}

#[tokio::test]
async fn bounds_of_a_post() {
    let site = site().await;
    let owner = site.owner().await;
    let draft = owner.draft(POSTS, "Something").await;
    for (name, value, place) in [
        ("excerpt", json!(""), "/excerpt"),
        ("excerpt", json!("x".repeat(501)), "/excerpt"),
        ("content", json!(""), "/content"),
        ("content", json!("x".repeat(65_537)), "/content"),
        ("category", json!(""), "/category"),
        ("category", json!("x".repeat(101)), "/category"),
        ("tags", json!([]), "/tags"),
        ("tags", json!(vec!["x"; 21]), "/tags"),
        ("tags", json!(["ok", ""]), "/tags/1"),
        ("tags", json!(["ok", "x".repeat(51)]), "/tags/1"),
        ("tags", json!(["ok", null, 3]), "/tags/1"),
        ("tags", json!("rust"), "/tags"),
        ("tags", json!({ "0": "rust" }), "/tags"),
    ] {
        let mut body = POSTS.body("x");
        body[name] = value.clone();
        for answer in [
            owner.post("/blog/posts").json(body.clone()).await,
            owner
                .put(&POSTS.item(draft.id()))
                .json(json!({ name: value.clone() }))
                .await,
        ] {
            assert_eq!(answer.violated()[0], format!("body {place}"), "{value}");
        }
    }
}

#[tokio::test]
async fn violations_of_a_post() {
    let site = site().await;
    let owner = site.owner().await;
    let body =
        json!({ "title": null, "excerpt": 1, "content": "x", "tags": ["", 1], "author": "Ada" });
    let created = owner.post("/blog/posts").json(body).await.is(400);
    let updated = owner
        .put("/blog/posts/1")
        .header("if-match", "1")
        .json(json!({}))
        .await
        .is(400);
    let malformed = owner
        .post("/blog/posts")
        .bytes("{\"title\": \"x\",\n  \"tags\": [}")
        .await
        .is(400);
    snapshot!("violations_of_a_post", created, updated, malformed);
}

/// A body of a megabyte can break the contract in half a million places.
#[tokio::test]
async fn violations_are_listed_up_to_a_bound() {
    let site = site().await;
    let owner = site.owner().await;
    let mut body = POSTS.body("x");
    body["tags"] = json!(vec![0; 300_000]);
    let answer = owner.post("/blog/posts").json(body).await.is(400);
    assert_eq!(answer.violations().len(), 256);
    assert!(answer.body.to_string().len() < 100_000);
}

#[tokio::test]
async fn a_body_cannot_be_too_deep() {
    let site = site().await;
    let owner = site.owner().await;
    let deep = format!(
        "{{\"tags\": {}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    owner.post("/blog/posts").bytes(deep).await.has(400);
}
