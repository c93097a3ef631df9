//! What requests cost in request units, as DynamoDB reports them: the design's budget, measured over HTTP.
//!
//! The embedded engine charges an index once when an item moves in it, DynamoDB twice (developer guide, "Provisioned
//! throughput considerations for global secondary indexes"): publish and unpublish cost 2 units more there, transactions
//! being charged double.
//!
//! `cargo test -p portfolio-tests budget -- --nocapture` prints the table.

use std::fmt::Write;

use portfolio_server::table::key::list_sort;
use portfolio_server::table::{Condition, Consistency, Entity, Key, Outcome, Units};
use portfolio_tests::{Answer, Answered, Client, KINDS, Kind, POSTS, Site, site};
use serde_json::{Value, json};

/// Items that are listed among.
const PUBLISHED: usize = 1_000;

/// What the owner's token adds at most: one strongly consistent read. An eventually consistent one would cost half,
/// and accept a token for a moment after its session was ended on another instance.
const TOKEN: f64 = 1.0;

/// What DynamoDB charges for publishing beyond what the engine does; see above.
const MOVED: f64 = 2.0;

/// The table, as it grows.
#[derive(Default)]
struct Budget {
    text: String,
    broken: Vec<String>,
}

impl Budget {
    /// Measures a request and holds it against its row.
    async fn row(
        &mut self,
        site: &Site,
        name: &str,
        most: Units,
        request: impl IntoFuture<Output = Answer>,
    ) -> Answer {
        let (answer, cost) = site.cost(request).await;
        assert!(answer.status.is_success(), "{name}\n{answer}");
        let line = format!(
            "{name:<44} {:>5.1} RRU of {:>4.1}   {:>4.1} WRU of {:>4.1}",
            cost.read, most.read, cost.write, most.write
        );
        if cost.read > most.read || cost.write > most.write {
            self.broken.push(line.clone());
        }
        let _ = writeln!(self.text, "{line}");
        answer
    }
}

fn units(read: f64, write: f64) -> Units {
    Units { read, write }
}

/// A body whose item, once published, has 1 KB in the table, all but a few bytes.
fn kilobyte(kind: Kind, name: &str) -> Value {
    let mut body = kind.body(name);
    let text = match kind.name {
        "blog" => "content",
        "project" => "longDescription",
        _ => "description",
    };
    let padding = match kind.name {
        "blog" => 540,
        "project" => 555,
        _ => 525,
    };
    body[text] = json!("x".repeat(padding));
    body
}

/// Publishes a post and copies it in the table: through the API it would take ten times as long.
async fn publish_many(site: &Site, owner: &Client) {
    let post = owner.create(POSTS, kilobyte(POSTS, "Original")).await;
    let post = post.is(201);
    owner.publish(POSTS, post.id()).await;
    let original = Key::content(Entity::Blog, post.id().parse().unwrap());
    let item: Option<Value> = site
        .table
        .get(&original, Consistency::Strong)
        .await
        .unwrap();
    let mut item = item.unwrap();
    for number in 1..PUBLISHED {
        let id = format!("{}{number:012}", &post.id()[..24]);
        let key = Key::content(Entity::Blog, id.parse().unwrap());
        item["PK"] = json!(key.partition);
        item["GSI1SK"] = json!(list_sort(site.clock.now(), id.parse().unwrap()));
        let written = site
            .table
            .put(&key, &item, Condition::Absent)
            .await
            .unwrap();
        assert_eq!(written, Outcome::Written);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn budget() {
    let site = site().await;
    let owner = site.lasting_owner().await;
    let mut budget = Budget::default();
    for kind in KINDS {
        let name = |operation: &str| format!("{operation} {}", kind.name);
        let post = owner.create(kind, kilobyte(kind, "Measured"));
        let item = budget
            .row(&site, &name("create"), units(TOKEN, 3.0), post)
            .await;
        let id = item.id();
        let change = owner.change(kind, id, json!({ kind.title: "Changed!" }));
        // The version that is changed is read strongly: one unit.
        budget
            .row(&site, &name("update"), units(1.0 + TOKEN, 4.0), change)
            .await;
        let publish = owner.try_publish(kind, id);
        budget
            .row(
                &site,
                &name("publish"),
                units(1.0 + TOKEN, 9.0 - MOVED),
                publish,
            )
            .await;
        let again = owner.try_publish(kind, id);
        budget
            .row(
                &site,
                &name("publish again"),
                units(1.0 + TOKEN, 0.0),
                again,
            )
            .await;
        budget
            .row(&site, &name("get"), units(0.5, 0.0), site.read(kind, id))
            .await;
        budget
            .row(
                &site,
                &name("get, as the owner"),
                units(0.5 + TOKEN, 0.0),
                owner.read(kind, id),
            )
            .await;
        let view = |session: &'static str| site.view(kind, id, session);
        budget
            .row(
                &site,
                &name("new view of"),
                units(1.0, 5.0),
                view("0123456789abcdef"),
            )
            .await;
        budget
            .row(
                &site,
                &name("repeated view of"),
                units(2.0, 0.0),
                view("0123456789abcdef"),
            )
            .await;
        let views = site.views(kind, id);
        budget
            .row(&site, &name("views of"), units(0.5, 0.0), views)
            .await;
        let unpublish = owner.try_unpublish(kind, id);
        budget
            .row(
                &site,
                &name("unpublish"),
                units(1.0 + TOKEN, 9.0 - MOVED),
                unpublish,
            )
            .await;
        budget
            .row(
                &site,
                &name("delete"),
                units(1.0 + TOKEN, 9.0),
                owner.remove(kind, id),
            )
            .await;
    }
    publish_many(&site, &owner).await;
    let lists = [
        ("", site.list_blog_posts()),
        ("?offset=980", site.list_blog_posts().offset(980_u64)),
        ("?tag=rust", site.list_blog_posts().tag("rust")),
    ];
    for (query, list) in lists {
        let name = format!("list of 20 among {PUBLISHED}: /blog/posts{query}");
        let list = list.send().answer();
        let list = budget.row(&site, &name, units(45.0, 0.0), list).await;
        assert_eq!(
            (POSTS.names(&list).len(), &list["total"]),
            (20, &json!(PUBLISHED))
        );
    }
    budget
        .row(
            &site,
            &format!("categories among {PUBLISHED}"),
            units(45.0, 0.0),
            site.list_blog_categories().send().answer(),
        )
        .await;
    let visit = |session: &'static str| site.visit(session);
    // A visit of every day for a good while, so that months have all of their days.
    for day in 0..200 {
        site.clock
            .set(portfolio_tests::time("2026-05-01T12:00:00Z") + chrono::TimeDelta::days(day));
        visit("0123456789abcdef").await.has(200);
    }
    let second = visit("another-session-");
    budget
        .row(&site, "new visit", units(1.0, 5.0), second)
        .await;
    budget
        .row(
            &site,
            "repeated visit",
            units(2.0, 0.0),
            visit("another-session-"),
        )
        .await;
    budget
        .row(
            &site,
            "count of visits",
            units(1.0, 0.0),
            site.get_visitor_count().send().answer(),
        )
        .await;
    let days = owner.get_daily_visitor_trends().days(90_u64);
    let days = days.send().answer();
    budget
        .row(&site, "90 days of trends", units(2.0 + TOKEN, 0.0), days)
        .await;
    let months = owner.get_monthly_visitor_trends().months(12_u64);
    let months = months.send().answer();
    budget
        .row(
            &site,
            "12 months of trends",
            units(2.0 + TOKEN, 0.0),
            months,
        )
        .await;
    budget
        .row(
            &site,
            "the owner's token alone",
            units(TOKEN, 0.0),
            owner.get_current_user().send().answer(),
        )
        .await;
    // Standard output is captured unless somebody asks for it.
    #[allow(clippy::print_stdout)]
    {
        println!("\n{}", budget.text);
    }
    assert!(
        budget.broken.is_empty(),
        "over budget:\n{}",
        budget.broken.join("\n")
    );
}

#[tokio::test]
async fn a_list_costs_the_same_whatever_the_bodies_hold() {
    let site = site().await;
    let owner = site.owner().await;
    let mut costs = Vec::new();
    for length in [100, 3_000] {
        for _ in 0..20 {
            let mut body = POSTS.body("Something");
            body["content"] = json!("x".repeat(length));
            let item = owner.create(POSTS, body).await.is(201);
            owner.publish(POSTS, item.id()).await;
        }
        // One of them, so that what is fetched is small: the rest is what counting costs.
        let (_, cost) = site.cost(site.list(POSTS).limit(1)).await;
        costs.push(cost.read);
    }
    assert!(costs[1] - costs[0] <= 1.0, "{costs:?}");
}
