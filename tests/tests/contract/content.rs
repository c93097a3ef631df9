//! What posts, projects and certifications share: each test runs for each of them.

use chrono::TimeDelta;
use portfolio_tests::{Answer, CERTIFICATIONS, Client, Kind, POSTS, PROJECTS, Site, site};
use serde_json::{Value, json};

macro_rules! for_each_kind {
    ($($test:ident),+ $(,)?) => {
        for_each_kind!(blog_posts POSTS $($test)+);
        for_each_kind!(projects PROJECTS $($test)+);
        for_each_kind!(certifications CERTIFICATIONS $($test)+);
    };
    ($name:ident $kind:ident $($test:ident)+) => {
        mod $name {
            $(#[tokio::test]
            async fn $test() {
                super::$test(super::$kind).await;
            })+
        }
    };
}

for_each_kind!(
    a_draft_exists_for_the_owner_only,
    drafts_are_listed_for_the_owner_only,
    publishing_twice_changes_nothing,
    unpublishing_hides_again,
    a_list_has_all_pages_without_gaps,
    a_list_is_newest_first_and_stable,
    parameters_of_a_list_are_checked,
    an_etag_changes_with_every_change,
    if_none_match_answers_304,
    if_match_keeps_editors_apart,
    a_change_of_something_else_is_kept,
    a_wrong_update_changes_nothing,
    every_violation_is_told_at_once,
    texts_have_bounds,
    what_is_deleted_is_gone,
    an_id_is_found_in_any_case,
    the_largest_item_fits,
);

/// Certifications are listed by the date on which they were earned, so it moves with the clock here.
async fn draft_now(site: &Site, owner: &Client, kind: Kind, name: &str) -> Answer {
    let mut body = kind.body(name);
    if kind == CERTIFICATIONS {
        body["dateEarned"] = json!(site.clock.now().date_naive().to_string());
    }
    owner.post(kind.path).json(body).await.is(201)
}

async fn a_draft_exists_for_the_owner_only(kind: Kind) {
    let site = site().await;
    let (owner, reader) = (site.owner().await, site.reader().await);
    let draft = owner.draft(kind, "Draft").await;
    assert_eq!(draft["status"], "draft");
    let path = kind.item(draft.id());
    assert_eq!(draft.header("location"), format!("/v1{path}"));
    let mine = owner.get(&path).await.is(200);
    assert_eq!(
        (&mine.body, mine.header("etag")),
        (&draft.body, draft.header("etag"))
    );
    for other in [&site as &Client, &reader] {
        let hidden = other.get(&path).await.is(404);
        let unknown = other
            .get(&kind.item("019cadd3-8718-7c3e-9a51-4be0f2d86a17"))
            .await
            .is(404);
        assert_eq!(hidden.body, unknown.body);
        // Not even that it has not changed.
        other.get(&path).header("if-none-match", "*").await.has(404);
    }
    owner.publish(kind, draft.id()).await;
    for other in [&site as &Client, &reader] {
        let public = other.get(&path).await.is(200);
        assert_eq!(public["status"], "published");
    }
}

async fn drafts_are_listed_for_the_owner_only(kind: Kind) {
    let site = site().await;
    let (owner, reader) = (site.owner().await, site.reader().await);
    owner.draft(kind, "Draft").await;
    owner.published(kind, "Published").await;
    for (query, expected) in [
        ("", &["Published"][..]),
        ("?status=published", &["Published"]),
        ("?status=draft", &["Draft"]),
        ("?status=all", &["Published", "Draft"]),
    ] {
        let path = format!("{}{query}", kind.path);
        let mut expected = expected.to_vec();
        let list = owner.get(&path).await.is(200);
        let mut names = kind.names(&list);
        names.sort();
        expected.sort();
        assert_eq!(names, expected, "{query}");
        assert_eq!(list["total"], expected.len());
        let (without, with) = if query.is_empty() || query.ends_with("published") {
            (200, 200)
        } else {
            (401, 403)
        };
        let public = site.get(&path).await.is(without);
        if without == 200 {
            assert_eq!(kind.names(&public), ["Published"]);
        } else {
            assert_eq!(public.header("www-authenticate"), "Bearer");
        }
        reader.get(&path).await.has(with);
    }
    // The spelling of the first backend, which told everybody.
    for wrong in ["DRAFT", "", "drafts", "published,draft", "archived"] {
        let answer = site.get(&format!("{}?status={wrong}", kind.path)).await;
        assert_eq!(answer.violated(), ["query status"], "{wrong}");
    }
}

async fn publishing_twice_changes_nothing(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let draft = owner.draft(kind, "Something").await;
    site.clock.advance(TimeDelta::minutes(20));
    let first = owner.publish(kind, draft.id()).await;
    assert_eq!(first["createdAt"], draft["createdAt"]);
    assert_eq!(first["updatedAt"], "2026-11-20T10:20:00.000Z");
    site.clock.advance(TimeDelta::minutes(20));
    let second = owner.publish(kind, draft.id()).await;
    assert_eq!(
        (&second.body, second.header("etag")),
        (&first.body, first.header("etag"))
    );
    let unpublished = owner.unpublish(kind, draft.id()).await;
    assert_eq!(unpublished["updatedAt"], "2026-11-20T10:40:00.000Z");
    site.clock.advance(TimeDelta::minutes(10));
    let again = owner.unpublish(kind, draft.id()).await;
    assert_eq!(
        (&again.body, again.header("etag")),
        (&unpublished.body, unpublished.header("etag"))
    );
}

async fn unpublishing_hides_again(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    owner.unpublish(kind, item.id()).await;
    site.get(&kind.item(item.id())).await.has(404);
    assert_eq!(site.get(kind.path).await["total"], 0);
    owner.get(&kind.item(item.id())).await.has(200);
    owner.publish(kind, item.id()).await;
    site.get(&kind.item(item.id())).await.has(200);
    assert_eq!(site.get(kind.path).await["total"], 1);
}

async fn a_list_has_all_pages_without_gaps(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let mut names = Vec::new();
    for number in 0..23 {
        let name = format!("Number {number:02}");
        owner.published(kind, &name).await;
        owner.draft(kind, &format!("Draft {number}")).await;
        names.insert(0, name);
    }
    for (limit, pages) in [(1, 23), (5, 5), (23, 1), (100, 1)] {
        let mut found = Vec::new();
        for page in 0..=pages {
            let offset = page * limit;
            let list = site
                .get(&format!("{}?limit={limit}&offset={offset}", kind.path))
                .await
                .is(200);
            assert_eq!(
                (&list["total"], &list["limit"], &list["offset"]),
                (&json!(23), &json!(limit), &json!(offset))
            );
            found.extend(kind.names(&list));
        }
        assert_eq!(found, names, "{limit}");
    }
    let default = site.get(kind.path).await.is(200);
    assert_eq!(kind.names(&default), names[..20]);
    assert_eq!(
        (&default["limit"], &default["offset"]),
        (&json!(20), &json!(0))
    );
    let beyond = site
        .get(&format!("{}?offset=2147483647", kind.path))
        .await
        .is(200);
    assert_eq!(
        (kind.names(&beyond).len(), &beyond["total"]),
        (0, &json!(23))
    );
    // More than one batch of the database, in one page.
    for number in 23..101 {
        owner.published(kind, &format!("Number {number:02}")).await;
    }
    let hundred = site.get(&format!("{}?limit=100", kind.path)).await.is(200);
    let hundred = kind.names(&hundred);
    assert_eq!(
        (hundred.len(), hundred[0].as_str(), hundred[99].as_str()),
        (100, "Number 100", "Number 01")
    );
}

async fn a_list_is_newest_first_and_stable(kind: Kind) {
    let site = site().await;
    let owner = site.lasting_owner().await;
    for name in ["A", "B", "C"] {
        // All at the same time: in the order of their making.
        let item = draft_now(&site, &owner, kind, name).await;
        owner.publish(kind, item.id()).await;
    }
    site.clock.advance(TimeDelta::days(1));
    let item = draft_now(&site, &owner, kind, "Newest").await;
    owner.publish(kind, item.id()).await;
    let order = ["Newest", "C", "B", "A"];
    for _ in 0..3 {
        assert_eq!(kind.names(&site.get(kind.path).await), order);
    }
    // Neither a change nor another publication moves anything.
    let list = site.get(kind.path).await;
    let oldest = list[kind.list][3]["id"].as_str().unwrap();
    site.clock.advance(TimeDelta::days(1));
    owner
        .put(&kind.item(oldest))
        .json(json!({ kind.title: "Z" }))
        .await
        .has(200);
    owner.unpublish(kind, oldest).await;
    owner.publish(kind, oldest).await;
    assert_eq!(
        kind.names(&site.get(kind.path).await),
        ["Newest", "C", "B", "Z"]
    );
    assert_eq!(
        kind.names(&owner.get(&format!("{}?status=all", kind.path)).await),
        ["Newest", "C", "B", "Z"]
    );
}

async fn parameters_of_a_list_are_checked(kind: Kind) {
    let site = site().await;
    let list = async |query: &str| site.get(&format!("{}?{query}", kind.path)).await;
    for wrong in [
        "0",
        "101",
        "-1",
        "+1",
        "1.0",
        "1e1",
        "",
        "x",
        " 1",
        "%31%",
        "99999999999999999999",
        "0x10",
        "１",
    ] {
        let answer = list(&format!("limit={wrong}")).await;
        assert_eq!(answer.violated()[0], "query limit", "{wrong}");
    }
    for wrong in ["-1", "2147483648", "x", ""] {
        let answer = list(&format!("offset={wrong}")).await;
        assert_eq!(answer.violated(), ["query offset"], "{wrong}");
    }
    for good in [
        "limit=1&offset=0",
        "limit=100",
        "unknown=1",
        "limit=%31%30",
        "&&limit=1&",
    ] {
        list(good).await.has(200);
    }
    let all = list("limit=0&offset=-1&status=x&limit=1").await;
    assert_eq!(
        all.violated(),
        ["query limit", "query offset", "query status"]
    );
    if kind != POSTS {
        for wrong in ["", "1", "TRUE", "yes"] {
            assert_eq!(
                list(&format!("featured={wrong}")).await.violated(),
                ["query featured"],
                "{wrong}"
            );
        }
    }
}

async fn an_etag_changes_with_every_change(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let draft = owner.draft(kind, "Something").await;
    let path = kind.item(draft.id());
    let mut tags = vec![draft.header("etag").to_owned()];
    tags.push(
        owner
            .publish(kind, draft.id())
            .await
            .header("etag")
            .to_owned(),
    );
    for _ in 0..2 {
        // The same change again: still a version of its own, since the time of the change is part of it.
        let update = owner
            .put(&path)
            .json(json!({ kind.title: "Another" }))
            .await
            .is(200);
        tags.push(update.header("etag").to_owned());
    }
    tags.push(
        owner
            .unpublish(kind, draft.id())
            .await
            .header("etag")
            .to_owned(),
    );
    for (index, tag) in tags.iter().enumerate() {
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        assert!(!tags[..index].contains(tag), "{tags:?}");
    }
    assert_eq!(owner.get(&path).await.header("etag"), tags[4]);
}

async fn if_none_match_answers_304(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    let (path, tag) = (kind.item(item.id()), item.header("etag").to_owned());
    for (header, status) in [
        (tag.clone(), 304),
        (format!("W/{tag}"), 304),
        ("*".to_owned(), 304),
        (format!("\"x\", {tag}"), 304),
        (format!("W/\"x\" ,\t{tag} , \"y\""), 304),
        ("\"x\"".to_owned(), 200),
        ("\"\"".to_owned(), 200),
        ("W/\"1\", \"x\"".to_owned(), 200),
    ] {
        let answer = site.get(&path).header("if-none-match", &header).await;
        assert_eq!(answer.status, status, "{header}\n{answer}");
        assert_eq!(answer.header("etag"), tag);
        assert_eq!(answer.body.is_null(), status == 304);
    }
    let lines = site
        .get(&path)
        .header("if-none-match", "\"x\"")
        .header("if-none-match", &tag);
    lines.await.has(304);
    for wrong in ["1", "\"1", "W/1", "w/\"1\"", "\"a b\"", "*, \"1\"", ""] {
        let answer = site.get(&path).header("if-none-match", wrong).await;
        assert_eq!(answer.violated(), ["header If-None-Match"], "{wrong}");
    }
    // A copy from before a change is not current.
    owner
        .put(&path)
        .json(json!({ kind.title: "Another" }))
        .await
        .has(200);
    site.get(&path).header("if-none-match", &tag).await.has(200);
}

async fn if_match_keeps_editors_apart(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.draft(kind, "Something").await;
    let (path, first) = (kind.item(item.id()), item.header("etag").to_owned());
    let rename = |name: &str| owner.put(&path).json(json!({ kind.title: name }));
    // Both have read the first version; the second to save is told.
    let saved = rename("By one").header("if-match", &first).await.is(200);
    let second = saved.header("etag").to_owned();
    rename("By two").header("if-match", &first).await.has(412);
    let publish = || owner.post(&format!("{path}/publish"));
    let unpublish = || owner.post(&format!("{path}/unpublish"));
    let delete = || owner.delete(&path);
    for stale in [
        first.clone(),
        format!("W/{second}"),
        "\"x\", \"y\"".to_owned(),
    ] {
        for request in [rename("By two"), publish(), unpublish(), delete()] {
            let answer = request.header("if-match", &stale).await;
            assert_eq!(answer.status, 412, "{answer}");
        }
    }
    let unchanged = owner.get(&path).await.is(200);
    assert_eq!(
        (&unchanged.body, unchanged.header("etag")),
        (&saved.body, second.as_str())
    );
    for wrong in ["1", "x", ""] {
        for request in [rename("By two"), publish(), unpublish(), delete()] {
            let answer = request.header("if-match", wrong).await;
            assert_eq!(answer.violated(), ["header If-Match"], "{wrong}");
        }
    }
    // Idempotent calls honour it too, also when there is nothing to do.
    unpublish().header("if-match", &second).await.has(200);
    let published = publish()
        .header("if-match", format!("\"x\", {second}"))
        .await
        .is(200);
    publish().header("if-match", &second).await.has(412);
    publish()
        .header("if-match", published.header("etag"))
        .await
        .has(200);
    rename("By anybody").header("if-match", "*").await.has(200);
    delete().header("if-match", "*").await.has(204);
    // There is nothing left that a tag could match (RFC 9110, section 13.1.1), and 404 says more.
    for request in [rename("By two"), publish(), unpublish(), delete()] {
        request.header("if-match", "*").await.has(404);
    }
}

async fn a_change_of_something_else_is_kept(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    site.clock.advance(TimeDelta::hours(1));
    let mut expected = item.body.clone();
    let changed = owner
        .put(&kind.item(item.id()))
        .json(json!({ kind.title: "Another" }))
        .await
        .is(200);
    expected[kind.title] = json!("Another");
    expected["updatedAt"] = json!("2026-11-20T11:00:00.000Z");
    if kind == POSTS {
        expected["slug"] = json!("another");
    }
    assert_eq!(changed.body, expected);
    assert_eq!(site.get(&kind.item(item.id())).await.body, expected);
    assert_eq!(site.get(kind.path).await[kind.list][0], expected);
}

async fn a_wrong_update_changes_nothing(kind: Kind) {
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
    assert_eq!(site.get(&path).await.body, item.body);
    site.get(kind.path).await.has(200);
}

async fn every_violation_is_told_at_once(kind: Kind) {
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

async fn texts_have_bounds(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    // Characters, not bytes.
    for (name, status) in [
        ("é".repeat(200), 201),
        ("🏅".repeat(200), 201),
        ("é".repeat(201), 400),
    ] {
        let answer = owner.post(kind.path).json(kind.body(&name)).await;
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
        assert_eq!(site.get(&kind.item(item.id())).await[kind.title], name);
    }
    for blank in ["", " ", "\t\n", "\u{a0}\u{2003}"] {
        let answer = owner.post(kind.path).json(kind.body(blank)).await;
        assert_eq!(answer.status, 400, "{blank:?}");
    }
}

async fn what_is_deleted_is_gone(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let (item, other) = (
        owner.published(kind, "Something").await,
        owner.published(kind, "Another").await,
    );
    let path = kind.item(item.id());
    owner
        .view(kind, item.id(), "0123456789abcdef")
        .await
        .has(200);
    let deleted = owner.delete(&path).await.is(204);
    assert!(deleted.body.is_null());
    owner.get(&path).await.has(404);
    owner.delete(&path).await.has(404);
    owner
        .put(&path)
        .json(json!({ kind.title: "x" }))
        .await
        .has(404);
    owner.post(&format!("{path}/publish")).await.has(404);
    owner.post(&format!("{path}/unpublish")).await.has(404);
    owner
        .view(kind, item.id(), "0123456789abcdef")
        .await
        .has(404);
    site.get(&format!("/analytics/views/{}/{}", kind.name, item.id()))
        .await
        .has(404);
    let stats = owner
        .get(&format!("/analytics/views/{}", kind.name))
        .await
        .is(200);
    assert_eq!(stats["stats"], json!({ other.id(): 0 }));
    assert_eq!(owner.get("/analytics/total-views").await["totalViews"], 0);
    assert_eq!(kind.names(&site.get(kind.path).await), ["Another"]);
    // A draft too.
    let draft = owner.draft(kind, "Draft").await;
    owner.delete(&kind.item(draft.id())).await.has(204);
    assert_eq!(
        owner.get(&format!("{}?status=draft", kind.path)).await["total"],
        0
    );
}

async fn an_id_is_found_in_any_case(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    let item = owner.published(kind, "Something").await;
    // RFC 9562, section 4: hexadecimal digits have no case on input.
    let answer = site
        .get(&kind.item(&item.id().to_uppercase()))
        .await
        .is(200);
    assert_eq!(answer.body, item.body);
    let bare = item.id().replace('-', "");
    for wrong in [
        "1",
        "%20",
        &bare,
        &format!("{{{}}}", item.id()),
        &format!("urn:uuid:{}", item.id()),
        "%zz",
        "%ff",
        "..%2f",
    ] {
        let answer = site.get(&kind.item(wrong)).await;
        assert_eq!(answer.status, 400, "{wrong}\n{answer}");
        assert!(answer.violated()[0].starts_with("path "), "{answer}");
    }
}

async fn the_largest_item_fits(kind: Kind) {
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
    let list = site.get(kind.path).await.is(200);
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&list[kind.list][0][name], value, "{name}");
    }
}
