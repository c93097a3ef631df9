//! Lists: pages, order, parameters.

use chrono::TimeDelta;
use portfolio_tests::{Answer, CERTIFICATIONS, Client, Kind, POSTS, Site, site};
use serde_json::json;

/// Certifications are listed by the date on which they were earned, so it moves with the clock here.
async fn draft_now(site: &Site, owner: &Client, kind: Kind, name: &str) -> Answer {
    let mut body = kind.body(name);
    if kind == CERTIFICATIONS {
        body["dateEarned"] = json!(site.clock.now().date_naive().to_string());
    }
    owner.create(kind, body).await.is(201)
}

pub(super) async fn drafts_are_listed_for_the_owner_only(kind: Kind) {
    let site = site().await;
    let (owner, reader) = (site.owner().await, site.reader().await);
    owner.draft(kind, "Draft").await;
    owner.published(kind, "Published").await;
    for (status, expected) in [
        (None, &["Published"][..]),
        (Some("published"), &["Published"]),
        (Some("draft"), &["Draft"]),
        (Some("all"), &["Published", "Draft"]),
    ] {
        let mut expected = expected.to_vec();
        let list = owner.list(kind).status(status).await.is(200);
        let mut names = kind.names(&list);
        names.sort();
        expected.sort();
        assert_eq!(names, expected, "{status:?}");
        assert_eq!(list["total"], expected.len());
        let (without, with) = match status {
            None | Some("published") => (200, 200),
            _ => (401, 403),
        };
        let public = site.list(kind).status(status).await.is(without);
        if without == 200 {
            assert_eq!(kind.names(&public), ["Published"]);
        } else {
            assert_eq!(public.header("www-authenticate"), "Bearer");
        }
        reader.list(kind).status(status).await.has(with);
    }
    // The spelling of the first backend, which told everybody.
    for wrong in ["DRAFT", "", "drafts", "published,draft", "archived"] {
        let answer = site.get(&format!("{}?status={wrong}", kind.path)).await;
        assert_eq!(answer.violated(), ["query status"], "{wrong}");
    }
}

pub(super) async fn a_list_has_all_pages_without_gaps(kind: Kind) {
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
            let list = site.list(kind).limit(limit).offset(offset).await.is(200);
            assert_eq!(
                (&list["total"], &list["limit"], &list["offset"]),
                (&json!(23), &json!(limit), &json!(offset))
            );
            found.extend(kind.names(&list));
        }
        assert_eq!(found, names, "{limit}");
    }
    let default = site.list(kind).await.is(200);
    assert_eq!(kind.names(&default), names[..20]);
    assert_eq!(
        (&default["limit"], &default["offset"]),
        (&json!(20), &json!(0))
    );
    let beyond = site.list(kind).offset(2_147_483_647).await.is(200);
    assert_eq!(
        (kind.names(&beyond).len(), &beyond["total"]),
        (0, &json!(23))
    );
    // More than one batch of the database, in one page.
    for number in 23..101 {
        owner.published(kind, &format!("Number {number:02}")).await;
    }
    let hundred = site.list(kind).limit(100).await.is(200);
    let hundred = kind.names(&hundred);
    assert_eq!(
        (hundred.len(), hundred[0].as_str(), hundred[99].as_str()),
        (100, "Number 100", "Number 01")
    );
}

pub(super) async fn a_list_is_newest_first_and_stable(kind: Kind) {
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
        assert_eq!(kind.names(&site.list(kind).await), order);
    }
    // Neither a change nor another publication moves anything.
    let list = site.list(kind).await;
    let oldest = list[kind.list][3]["id"].as_str().unwrap();
    site.clock.advance(TimeDelta::days(1));
    let change = json!({ kind.title: "Z" });
    owner.change(kind, oldest, change).await.has(200);
    owner.unpublish(kind, oldest).await;
    owner.publish(kind, oldest).await;
    assert_eq!(
        kind.names(&site.list(kind).await),
        ["Newest", "C", "B", "Z"]
    );
    assert_eq!(
        kind.names(&owner.list(kind).status("all").await),
        ["Newest", "C", "B", "Z"]
    );
}

pub(super) async fn parameters_of_a_list_are_checked(kind: Kind) {
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

pub(super) async fn a_page_of_long_texts_ends_early(kind: Kind) {
    let site = site().await;
    let owner = site.owner().await;
    // Six bytes a character in JSON: the most that one can take.
    let (member, length) = match kind.name {
        "blog" => ("content", 65_536),
        "project" => ("longDescription", 65_536),
        _ => ("description", 5_000),
    };
    let text = format!("{}.", "\u{1}".repeat(length - 1));
    let number = 3_000_000 / (6 * length) + 3;
    let mut names = Vec::new();
    for number in 0..number {
        let name = format!("Number {number:03}");
        let mut body = kind.body(&name);
        body[member] = text.clone().into();
        let draft = owner.create(kind, body).await.is(201);
        owner.publish(kind, draft.id()).await;
        names.insert(0, name);
    }
    let mut found = Vec::new();
    while found.len() < names.len() {
        let page = site.list(kind).limit(100).offset(found.len() as u64);
        let page = page.await.is(200);
        assert_eq!(page["total"], number);
        let here = kind.names(&page);
        assert!(!here.is_empty());
        // As a JSON string in a function's answer, which may have 6 MB.
        assert!(page.body.to_string().len() * 2 < 6_000_000);
        found.extend(here);
        if found.len() < names.len() {
            assert_eq!(
                page["offset"].as_u64().unwrap() + page["limit"].as_u64().unwrap(),
                found.len() as u64
            );
        } else {
            assert_eq!(page["limit"], 100);
        }
    }
    assert_eq!(found, names);
}
