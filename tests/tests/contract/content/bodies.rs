//! What may be written, and what becomes of it.

use chrono::TimeDelta;
use portfolio_tests::{Kind, POSTS, site};
use serde_json::{Value, json};

pub(super) async fn a_change_of_something_else_is_kept(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    site.clock.advance(TimeDelta::hours(1));
    let mut expected = item.body.clone();
    let changed = owner
        .change(kind, item.id(), json!({ kind.title: "Another" }))
        .await
        .is(200);
    expected[kind.title] = json!("Another");
    expected["updatedAt"] = json!("2026-11-20T11:00:00.000Z");
    if kind == POSTS {
        expected["slug"] = json!("another");
    }
    assert_eq!(changed.body, expected);
    assert_eq!(site.read(kind, item.id()).await.body, expected);
    assert_eq!(site.list(kind).await[kind.list][0], expected);
}

pub(super) async fn a_wrong_update_changes_nothing(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    let path = kind.item(item.id());
    for wrong in [
        json!({}),
        // The first backend stored it, and every list failed from then on.
        json!({ kind.title: null }),
        json!({ kind.title: "" }),
        json!({ kind.title: "   " }),
        json!({ kind.title: 1 }),
        json!({ kind.title: ["x"] }),
        json!({ kind.title: "x".repeat(201) }),
        json!({ "id": item.id() }),
        json!({ kind.title: "x", "status": "published" }),
        json!({ kind.title: "x", "createdAt": "2026-01-01T00:00:00Z" }),
        json!({ kind.title: "x", "version": 7 }),
    ] {
        let answer = owner.put(&path).json(wrong.clone()).await;
        assert_eq!(answer.violated().len(), 1, "{wrong}\n{answer}");
    }
    assert_eq!(site.read(kind, item.id()).await.body, item.body);
    site.list(kind).await.has(200);
}

pub(super) async fn every_violation_is_told_at_once(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let empty = owner.post(kind.path).json(json!({})).await;
    let required: Vec<String> = kind
        .body("x")
        .as_object()
        .unwrap()
        .keys()
        .map(|name| format!("body /{name}"))
        .collect();
    assert_eq!(empty.violated(), required);
    let mut wrong = kind.body("");
    wrong["surprise"] = json!(1);
    let answer = owner
        .put(&kind.item("not-an-id"))
        .header("if-match", "x")
        .json(wrong)
        .await;
    let path = match kind.name {
        "blog" => "path postId",
        "project" => "path projectId",
        _ => "path certificationId",
    };
    let title = format!("body /{}", kind.title);
    let mut expected = vec!["body /surprise", title.as_str(), "header If-Match", path];
    expected.sort_unstable();
    assert_eq!(answer.violated(), expected);
}

pub(super) async fn texts_have_bounds(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    // Characters, not bytes.
    for (name, status) in [
        ("é".repeat(200), 201),
        ("🏅".repeat(200), 201),
        ("é".repeat(201), 400),
    ] {
        // The generated client leaves lengths to the server.
        let answer = owner.create(kind, kind.body(&name)).await;
        assert_eq!(answer.status, status, "{} {status}", name.len());
    }
    // What is stored comes back as it was sent.
    for name in [
        "\u{0}\u{1f}\u{7f}",
        "\"\\/\n\t",
        "  spaces  ",
        "Ünï — 東京 🦀",
        "a\u{301}",
        "\u{202e}gnp.exe",
    ] {
        let item = owner.published(kind, name).await;
        assert_eq!(item[kind.title], name);
        assert_eq!(site.read(kind, item.id()).await[kind.title], name);
    }
    for blank in ["", " ", "\t\n", "\u{a0}\u{2003}"] {
        let answer = owner.create(kind, kind.body(blank)).await;
        assert_eq!(answer.status, 400, "{blank:?}");
    }
}

pub(super) async fn the_largest_item_fits(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    // Four bytes a character in the table, twelve in the body: the most that the contract lets through.
    let text = |length: usize| Value::from("🏅".repeat(length));
    let texts = |count: usize, length: usize| Value::from(vec![text(length); count]);
    let url = || Value::from(format!("https://example.com/{}", "x".repeat(2048 - 20)));
    let body = match kind.name {
        "blog" => json!({
            "title": text(200), "excerpt": text(500), "content": text(65_536), "category": text(100), "tags": texts(20, 50),
        }),
        "project" => json!({
            "name": text(200), "description": text(500), "longDescription": text(65_536), "tech": texts(50, 50),
            "company": text(200), "featured": true, "githubUrl": url(), "liveUrl": url(), "imageUrl": url(),
        }),
        _ => json!({
            "name": text(200), "issuer": text(200), "icon": text(10), "type": "course", "featured": true,
            "description": text(5_000), "credentialUrl": url(), "dateEarned": "2026-11-20",
        }),
    };
    let escaped: String = body
        .to_string()
        .chars()
        .map(|c| {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units);
            if c.is_ascii() {
                c.to_string()
            } else {
                units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
            }
        })
        .collect();
    let item = owner.post(kind.path).bytes(escaped).await.is(201);
    owner.publish(kind, item.id()).await;
    let list = site.list(kind).await.is(200);
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&list[kind.list][0][name], value, "{name}");
    }
}
