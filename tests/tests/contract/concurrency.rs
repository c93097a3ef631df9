//! Many requests at once. Every call of the database takes a few milliseconds here, so that each request reads before
//! any of the others has written.

use futures_util::future::join_all;
use portfolio_client::types;
use portfolio_tests::{Answer, Answered, EMAIL, KINDS, POSTS, Setup, Site, late};
use serde_json::{Value, json};

const SESSION: &str = "0123456789abcdef";

fn tracked(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer["tracked"] == true)
        .count()
}

fn statuses(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}

async fn slow() -> Site {
    slow_with(Setup::default().instances(4)).await
}

async fn slow_with(setup: Setup) -> Site {
    let site = setup.start().await;
    site.script.always(late(3));
    site
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_visits_of_one_session_are_one() {
    let site = slow().await;
    let answers = join_all((0..50).map(|_| site.visit(SESSION))).await;
    assert_eq!(tracked(&answers), 1);
    assert!(
        answers.iter().all(|answer| answer["count"] == 1),
        "{}",
        answers[0]
    );
    let session = "b3f0a1c2-1111-4222-8333-444455556666";
    let visit = || {
        site.post("/visitors/track")
            .header("cookie", format!("visitor={session}"))
            .into_future()
    };
    let answers = join_all((0..50).map(|_| visit())).await;
    assert_eq!(tracked(&answers), 1);
    assert_eq!(site.visits().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_visits_of_fifty_sessions_are_fifty() {
    for shards in ["1", "4"] {
        let site = Setup::default().set("COUNTER_SHARDS", shards).start().await;
        site.script.always(late(3));
        let sessions: Vec<String> = (0..50)
            .map(|visitor| format!("{SESSION}-{visitor}"))
            .collect();
        let answers = join_all(sessions.iter().map(|session| site.visit(session))).await;
        assert_eq!(tracked(&answers), 50);
        assert_eq!(site.visits().await, 50);
        let owner = site.owner().await;
        let days = owner.get_daily_visitor_trends().days(1_u64);
        let days = days.send().answer().await;
        assert_eq!(days["trends"][0]["visitors"], 50);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_views_of_one_session_are_one_and_of_fifty_fifty() {
    let site = slow().await;
    let owner = site.owner().await;
    for kind in KINDS {
        let item = owner.published(kind, "Something").await;
        let answers = join_all((0..50).map(|_| site.view(kind, item.id(), SESSION))).await;
        assert_eq!((statuses(&answers, 200), tracked(&answers)), (50, 1));
        assert!(answers.iter().all(|answer| answer["views"] == 1));
        let sessions: Vec<String> = (0..50)
            .map(|viewer| format!("{SESSION}-{viewer}"))
            .collect();
        let answers = join_all(
            sessions
                .iter()
                .map(|session| site.view(kind, item.id(), session)),
        )
        .await;
        assert_eq!((statuses(&answers, 200), tracked(&answers)), (50, 50));
        assert_eq!(site.views(kind, item.id()).await["views"], 51);
    }
    // Nothing of the ranking is lost either.
    let top = owner.get_top_content().send().answer().await;
    for kind in KINDS {
        assert_eq!(top[kind.ranking][0]["views"], 51);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_of_different_fields_are_all_kept() {
    let site = slow().await;
    let owner = site.owner().await;
    let draft = owner.draft(POSTS, "Something").await;
    let changes = [
        json!({ "title": "New title" }),
        json!({ "excerpt": "New excerpt" }),
        json!({ "content": "New content" }),
        json!({ "category": "New category" }),
        json!({ "tags": ["new"] }),
    ];
    let change = |change: &Value| owner.change(POSTS, draft.id(), change.clone());
    let answers = join_all(changes.iter().map(|body| change(body).into_future())).await;
    assert_eq!(statuses(&answers, 200), 5);
    let post = owner.read(POSTS, draft.id()).await;
    for change in &changes {
        let (name, value) = change.as_object().unwrap().iter().next().unwrap();
        assert_eq!(&post[name], value);
    }
    assert_eq!(post.header("etag"), "\"6\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_editors_of_one_version_one_succeeds() {
    let site = slow().await;
    let owner = site.owner().await;
    for kind in KINDS {
        let draft = owner.draft(kind, "Something").await;
        let edit = |editor: usize| {
            let change = json!({ kind.title: format!("By {editor}") });
            let change = owner.change(kind, draft.id(), change);
            change.if_match(draft.header("etag")).into_future()
        };
        let answers = join_all((0..20).map(edit)).await;
        assert_eq!((statuses(&answers, 200), statuses(&answers, 412)), (1, 19));
        let winner = answers.iter().find(|answer| answer.status == 200).unwrap();
        assert_eq!(owner.read(kind, draft.id()).await.body, winner.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn publishing_many_times_at_once_publishes_once() {
    let site = slow().await;
    let owner = site.owner().await;
    for kind in KINDS {
        let draft = owner.draft(kind, "Something").await;
        let answers = join_all((0..20).map(|_| owner.publish(kind, draft.id()))).await;
        for answer in &answers {
            assert_eq!(
                (answer.header("etag"), &answer.body),
                ("\"2\"", &answers[0].body)
            );
        }
        assert_eq!(site.list(kind).await["total"], 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_wins_content_and_counter_agree() {
    let site = slow().await;
    let owner = site.owner().await;
    for round in 0..5 {
        let draft = owner.draft(POSTS, &format!("Round {round}")).await;
        let id = draft.id();
        let requests = [
            owner.try_publish(POSTS, id),
            owner.try_unpublish(POSTS, id),
            owner.try_publish(POSTS, id),
            owner.remove(POSTS, id),
            owner.try_publish(POSTS, id),
        ];
        let answers = join_all(requests.map(IntoFuture::into_future)).await;
        let gone = statuses(&answers, 404);
        assert_eq!(statuses(&answers, 200) + statuses(&answers, 204) + gone, 5);
        owner.read(POSTS, id).await.has(404);
        // A counter that was made after the post is gone would be counted on.
        owner.view(POSTS, draft.id(), SESSION).await.has(404);
    }
    assert_eq!(owner.view_stats(POSTS).await["stats"], json!({}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_uses_of_a_refresh_token_at_most_one_succeeds() {
    let site = slow_with(Setup::default().here()).await;
    let session = site.open_session().await;
    let refresh = || {
        let body = types::RefreshRequest {
            refresh_token: session["refreshToken"].as_str().unwrap().to_owned(),
        };
        site.refresh_session().body(body).send().answer()
    };
    let answers = join_all((0..10).map(|_| refresh())).await;
    assert!(statuses(&answers, 200) <= 1);
    assert_eq!(statuses(&answers, 200) + statuses(&answers, 401), 10);
    let owner = site.with_token(session["token"].as_str().unwrap());
    let user = owner.get_current_user().send().answer().await;
    user.has(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_logins_ten_are_looked_at() {
    let site = Setup::default().set("RATE_LIMITS", "on").start().await;
    let other = Setup::default()
        .set("RATE_LIMITS", "on")
        .beside(&site)
        .start()
        .await;
    site.script.always(late(3));
    other.script.always(late(3));
    let login = |number: usize| {
        let credentials = types::Credentials {
            email: EMAIL.to_owned(),
            password: "wrong".to_owned(),
        };
        let site = if number.is_multiple_of(2) {
            &site
        } else {
            &other
        };
        site.login().body(credentials).send().answer()
    };
    let answers = join_all((0..50).map(login)).await;
    assert_eq!((statuses(&answers, 401), statuses(&answers, 429)), (10, 40));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_made_at_once_is_all_there() {
    let site = slow().await;
    let owner = site.owner().await;
    let names: Vec<String> = (0..50).map(|number| format!("Number {number}")).collect();
    join_all(names.iter().map(|name| owner.published(POSTS, name))).await;
    let list = site.list(POSTS).limit(100).await;
    let mut found = POSTS.names(&list);
    found.sort_unstable();
    found.dedup();
    assert_eq!((found.len(), &list["total"]), (50, &json!(50)));
}
