use std::time::Duration;

use chrono::TimeDelta;
use contract_runtime::dynamodb::embedded::{Disturbance, Failure};
use uuid::Uuid;

use crate::content::{Contents, Project};
use crate::table::trial::{Trial, after, before, late};
use crate::table::{Entity, TableError};
use crate::tracking::{Tracked, Views};

const COUNTED: fn(u64) -> Option<Tracked> = |count| {
    Some(Tracked {
        count,
        tracked: true,
    })
};
const KNOWN: fn(u64) -> Option<Tracked> = |count| {
    Some(Tracked {
        count,
        tracked: false,
    })
};

struct Site {
    trial: Trial,
    views: Views,
    projects: Contents<Project>,
}

impl Site {
    async fn new() -> Self {
        let trial = Trial::at("2026-11-20T10:00:00Z").await;
        let views = Views::new(trial.table.clone(), trial.clock.clone());
        let projects = Contents::new(trial.table.clone(), trial.clock.clone());
        Self {
            trial,
            views,
            projects,
        }
    }

    /// The counters behind a connection that fails as `script` says.
    fn disturbed(&self, script: impl IntoIterator<Item = (&'static str, Disturbance)>) -> Views {
        Views::new(self.trial.disturbed(script), self.trial.clock.clone())
    }

    /// The counters behind a replica that stays as it is.
    fn behind(&self) -> Views {
        Views::new(self.trial.behind(), self.trial.clock.clone())
    }

    async fn draft(&self) -> Uuid {
        let project = Project {
            name: "Name".to_owned(),
            description: "Description".to_owned(),
            long_description: "Text".to_owned(),
            tech: vec!["Rust".to_owned()],
            company: "Company".to_owned(),
            featured: false,
            github_url: None,
            live_url: None,
            image_url: None,
        };
        self.projects.create(project).await.unwrap().id
    }

    async fn published(&self) -> Uuid {
        let id = self.draft().await;
        self.projects.publish(id, |_| true).await.unwrap();
        id
    }

    async fn track(&self, session: &str, id: Uuid) -> Option<Tracked> {
        self.views
            .track(session, Entity::Project, id)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_session_counts_once_in_24_hours_for_each_content() {
    let site = Site::new().await;
    let (one, two) = (site.published().await, site.published().await);
    assert_eq!(site.track("a", one).await, COUNTED(1));
    assert_eq!(site.track("a", one).await, KNOWN(1));
    assert_eq!(site.track("a", two).await, COUNTED(1));
    assert_eq!(site.track("b", one).await, COUNTED(2));
    site.trial
        .clock
        .advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(site.track("a", one).await, KNOWN(2));
    // The expired mark is still in the table: TTL has not deleted it.
    site.trial.clock.advance(TimeDelta::seconds(1));
    assert_eq!(site.track("a", one).await, COUNTED(3));
    assert_eq!(site.track("a", one).await, KNOWN(3));
}

#[tokio::test]
async fn only_published_content_has_views() {
    let site = Site::new().await;
    let draft = site.draft().await;
    let published = site.published().await;
    for id in [draft, Uuid::nil()] {
        assert_eq!(site.track("a", id).await, None);
        assert_eq!(site.views.count(Entity::Project, id).await.unwrap(), None);
    }
    // The same id as another kind of content.
    assert_eq!(
        site.views
            .track("a", Entity::Blog, published)
            .await
            .unwrap(),
        None
    );
    assert_eq!(site.track("a", published).await, COUNTED(1));
    site.projects.unpublish(published, |_| true).await.unwrap();
    assert_eq!(site.track("b", published).await, None);
    site.projects.publish(published, |_| true).await.unwrap();
    assert_eq!(site.track("b", published).await, COUNTED(2));
    assert_eq!(
        site.views.count(Entity::Project, published).await.unwrap(),
        Some(2)
    );
    site.projects.delete(published, |_| true).await.unwrap();
    assert_eq!(site.track("c", published).await, None);
    assert_eq!(site.views.total().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_of_one_session_count_one_and_of_fifty_fifty() {
    let site = Site::new().await;
    let id = site.published().await;
    for (name, expected) in [(None, 1), (Some("s"), 51)] {
        let requests = (0..50).map(|number| {
            let views = site.views.clone();
            let session = name.map_or_else(|| "one".to_owned(), |name| format!("{name}{number}"));
            tokio::spawn(async move {
                views
                    .track(&session, Entity::Project, id)
                    .await
                    .unwrap()
                    .unwrap()
            })
        });
        let answers = futures_util::future::join_all(requests.collect::<Vec<_>>()).await;
        let tracked = answers
            .iter()
            .filter(|answer| answer.as_ref().unwrap().tracked)
            .count();
        assert_eq!(tracked, if name.is_none() { 1 } else { 50 });
        assert_eq!(
            site.views.count(Entity::Project, id).await.unwrap(),
            Some(expected)
        );
    }
}

#[tokio::test]
async fn lost_answers_and_conflicts_neither_lose_nor_double() {
    let site = Site::new().await;
    let id = site.published().await;
    let failures = [
        Failure::Disconnect,
        Failure::InternalServerError,
        Failure::Throttling,
        Failure::TransactionConflict,
    ];
    for (number, failure) in (1..).zip(failures) {
        let script = [
            ("TransactWriteItems", before(failure)),
            ("TransactWriteItems", after(failure)),
        ];
        let disturbed = site.disturbed(script);
        let session = format!("{failure:?}");
        assert_eq!(
            disturbed
                .track(&session, Entity::Project, id)
                .await
                .unwrap(),
            COUNTED(number)
        );
        assert_eq!(site.track(&session, id).await, KNOWN(number));
    }
}

#[tokio::test(start_paused = true)]
async fn content_that_is_unpublished_meanwhile_is_not_counted() {
    let site = Site::new().await;
    let id = site.published().await;
    let slow = site.disturbed([("TransactWriteItems", late(100))]);
    let (slow, unpublished) = tokio::join!(
        slow.track("a", Entity::Project, id),
        site.projects.unpublish(id, |_| true)
    );
    unpublished.unwrap();
    assert_eq!(slow.unwrap(), None);
    site.projects.publish(id, |_| true).await.unwrap();
    assert_eq!(site.track("a", id).await, COUNTED(1));
}

/// The first attempt arrives when the second was refused, and the content is published again.
#[tokio::test(start_paused = true)]
async fn a_view_that_may_still_arrive_is_not_said_to_be_refused() {
    let site = Site::new().await;
    let id = site.published().await;
    let slow = site.disturbed([("TransactWriteItems", late(8_000))]);
    let unpublish = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        site.projects.unpublish(id, |_| true).await.unwrap();
    };
    let (answered, ()) = tokio::join!(slow.track("a", Entity::Project, id), unpublish);
    assert!(matches!(answered, Err(TableError::Unavailable(_))));
    site.projects.publish(id, |_| true).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(site.track("a", id).await, KNOWN(1));
}

/// The content is published again when the second attempt is refused, and unpublished when it is looked at next.
#[tokio::test(start_paused = true)]
async fn a_view_that_may_still_arrive_is_not_said_to_be_refused_in_a_later_round() {
    let site = Site::new().await;
    let id = site.published().await;
    // Its second look is overtaken by the publication, its third by the next unpublication.
    let slow = site.disturbed([
        ("TransactWriteItems", late(12_000)),
        ("GetItem", late(1_000)),
        ("BatchGetItem", late(1_000)),
    ]);
    let change = async {
        tokio::time::sleep(Duration::from_millis(2_900)).await;
        site.projects.unpublish(id, |_| true).await.unwrap();
        tokio::time::sleep(Duration::from_millis(900)).await;
        site.projects.publish(id, |_| true).await.unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        site.projects.unpublish(id, |_| true).await.unwrap();
    };
    let (answered, ()) = tokio::join!(slow.track("a", Entity::Project, id), change);
    assert!(
        matches!(answered, Err(TableError::Unavailable(_))),
        "{answered:?}"
    );
    site.projects.publish(id, |_| true).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(site.track("a", id).await, KNOWN(1));
}

#[tokio::test]
async fn what_was_published_a_moment_ago_has_views() {
    let site = Site::new().await;
    let id = site.draft().await;
    let behind = site.behind();
    assert_eq!(behind.count(Entity::Project, id).await.unwrap(), None);
    site.projects.publish(id, |_| true).await.unwrap();
    assert_eq!(behind.count(Entity::Project, id).await.unwrap(), Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_view_while_content_is_unpublished_and_published_again_is_counted() {
    let site = Site::new().await;
    let id = site.published().await;
    // Its first look is overtaken by the unpublication, its second by the publication.
    let slow = site.disturbed([("TransactWriteItems", late(100)), ("GetItem", late(100))]);
    let again = async {
        site.projects.unpublish(id, |_| true).await.unwrap();
        tokio::time::sleep(Duration::from_millis(150)).await;
        site.projects.publish(id, |_| true).await.unwrap();
    };
    let (slow, ()) = tokio::join!(slow.track("a", Entity::Project, id), again);
    assert_eq!(slow.unwrap(), COUNTED(1));
}

#[tokio::test]
async fn statistics_rank_published_content() {
    let site = Site::new().await;
    let mut ids = Vec::new();
    for viewers in [1, 3, 3, 5] {
        let id = site.published().await;
        for session in 0..viewers {
            site.track(&format!("s{session}"), id).await;
        }
        ids.push(id);
    }
    site.draft().await;
    site.projects.unpublish(ids[3], |_| true).await.unwrap();
    let stats = site.views.stats(Entity::Project).await.unwrap();
    assert_eq!(
        stats
            .iter()
            .map(|content| (content.id, content.views))
            .collect::<Vec<_>>(),
        [(ids[0], 1), (ids[1], 3), (ids[2], 3), (ids[3], 5)]
    );
    let top = site.views.top(Entity::Project, 2).await.unwrap();
    assert_eq!(
        top.iter().map(|content| content.id).collect::<Vec<_>>(),
        [ids[1], ids[2]]
    );
    assert_eq!(site.views.top(Entity::Blog, 5).await.unwrap(), []);
    assert_eq!(site.views.total().await.unwrap(), 7);
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "shows the measured units")]
async fn views_cost_what_the_design_says() {
    let site = Site::new().await;
    let id = site.published().await;
    let session = "0190a8f4-7c3e-7d7a-9b1c-2f5e8a6d4c3b";
    let (_, new) = site.trial.cost(site.track(session, id)).await;
    let (_, again) = site.trial.cost(site.track(session, id)).await;
    let (_, count) = site.trial.cost(site.views.count(Entity::Project, id)).await;
    println!("new view {new:?}, again {again:?}, count {count:?}");
    assert!(new.write <= 5.0 && new.read <= 1.0, "{new:?}");
    assert!(again.write == 0.0 && again.read <= 2.0, "{again:?}");
    assert!(count.write == 0.0 && count.read <= 1.0, "{count:?}");
}
