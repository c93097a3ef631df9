//! What requests cost, in units as the database itself reports them: the table of README.md.

use contract_runtime::dynamodb::Units;
use movies::catalogue::{Filter, Movies, Reviews};
use movies::table::Consistency;

use crate::site::Site;

#[tokio::test]
async fn requests_cost_what_is_said_of_them() {
    let site = Site::new().await;
    let mut ids = Vec::new();
    for year in 1990..2015 {
        ids.push(site.movie(year, &["drama"]).await);
    }
    site.sign_up("ada").await.has(201);
    let (tables, clock) = (site.tables(), site.clock.clone());
    let reviews = Reviews::new(tables.clone(), clock.clone());
    let movies = Movies::new(tables.clone(), reviews.clone(), clock);
    let id: uuid::Uuid = ids[0].parse().unwrap();
    let mut costs = Vec::new();
    let mut before = tables.meter().reading();
    let mut note = |what: &'static str| {
        let now = tables.meter().reading();
        let Units { read, write } = now - before;
        before = now;
        costs.push((what, read, write));
    };
    movies.get(id, Consistency::Strong).await.unwrap();
    note("one movie");
    movies.list(Filter::default(), 20, None).await.unwrap();
    note("a page of 20");
    reviews.put(id, "ada", 8, "Good.").await.unwrap();
    note("a first review");
    // It moves in both of its lists.
    site.clock.advance(chrono::TimeDelta::minutes(1));
    reviews.put(id, "ada", 9, "Good.").await.unwrap();
    note("a changed one");
    reviews.remove(id, "ada").await.unwrap();
    note("one taken back");
    assert_eq!(
        costs,
        [
            ("one movie", 1.0, 0.0),
            ("a page of 20", 10.5, 0.0),
            ("a first review", 1.0, 8.0),
            ("a changed one", 1.0, 10.0),
            ("one taken back", 1.0, 8.0),
        ]
    );
}
