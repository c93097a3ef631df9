//! Days and months, in UTC.

use portfolio_tests::{Answer, Answered, Client, Setup, Site, site};
use serde_json::{Value, json};

const SESSION: &str = "0123456789abcdef";

async fn visits(site: &Site, number: usize) {
    for visitor in 0..number {
        let answer = site.visit(&format!("visitor-{visitor:08}")).await;
        assert_eq!(answer["tracked"], true);
    }
}

async fn days(owner: &Client, days: u64) -> Vec<(String, u64)> {
    let trends = owner.get_daily_visitor_trends().days(days);
    entries(&trends.send().answer().await.is(200), "date")
}

async fn months(owner: &Client, months: u64) -> Vec<(String, u64)> {
    let trends = owner.get_monthly_visitor_trends().months(months);
    entries(&trends.send().answer().await.is(200), "month")
}

fn entries(answer: &Answer, name: &str) -> Vec<(String, u64)> {
    let entries = answer["trends"].as_array().unwrap().iter();
    let entry = |entry: &Value| {
        (
            entry[name].as_str().unwrap().to_owned(),
            entry["visitors"].as_u64().unwrap(),
        )
    };
    entries.map(entry).collect()
}

fn named(entries: &[(&str, u64)]) -> Vec<(String, u64)> {
    entries
        .iter()
        .map(|(name, visitors)| ((*name).to_owned(), *visitors))
        .collect()
}

#[tokio::test]
async fn a_day_ends_at_midnight_utc() {
    let site = Setup::default()
        .at("2026-11-20T23:59:59.999999Z")
        .start()
        .await;
    assert_eq!(
        site.visit(SESSION).await.body,
        json!({ "count": 1, "tracked": true })
    );
    assert_eq!(
        site.visit(SESSION).await.body,
        json!({ "count": 1, "tracked": false })
    );
    site.at("2026-11-21T00:00:00Z");
    assert_eq!(
        site.visit(SESSION).await.body,
        json!({ "count": 2, "tracked": true })
    );
    site.at("2026-11-21T23:59:59Z");
    assert_eq!(
        site.visit(SESSION).await.body,
        json!({ "count": 2, "tracked": false })
    );
    let owner = site.owner().await;
    assert_eq!(
        days(&owner, 3).await,
        named(&[("2026-11-19", 0), ("2026-11-20", 1), ("2026-11-21", 1)])
    );
}

#[tokio::test]
async fn the_last_day_of_a_month_and_of_a_leap_february() {
    // Months stepped by thirty days skip February here, or repeat a month.
    let site = Setup::default().at("2027-12-31T12:00:00Z").start().await;
    let owner = site.lasting_owner().await;
    visits(&site, 1).await;
    site.at("2028-01-31T12:00:00Z");
    visits(&site, 2).await;
    site.at("2028-02-29T23:59:59Z");
    visits(&site, 3).await;
    assert_eq!(
        months(&owner, 3).await,
        named(&[("2027-12", 1), ("2028-01", 2), ("2028-02", 3)])
    );
    site.at("2028-03-01T00:00:00Z");
    assert_eq!(
        days(&owner, 2).await,
        named(&[("2028-02-29", 3), ("2028-03-01", 0)])
    );
    site.at("2028-03-31T00:00:00Z");
    visits(&site, 4).await;
    let year = months(&owner, 12).await;
    assert_eq!(year.len(), 12);
    assert_eq!(year[0], ("2027-04".to_owned(), 0));
    assert_eq!(
        year[8..],
        named(&[
            ("2027-12", 1),
            ("2028-01", 2),
            ("2028-02", 3),
            ("2028-03", 4)
        ])
    );
    assert_eq!(site.visits().await, 10);
}

#[tokio::test]
async fn every_month_has_its_own_place_on_every_last_day() {
    let site = site().await;
    let owner = site.lasting_owner().await;
    let ends = [
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
        "2027-06-30",
        "2027-07-31",
        "2027-08-31",
        "2027-09-30",
        "2027-10-31",
        "2027-11-30",
        "2027-12-31",
    ];
    for (index, end) in ends.into_iter().enumerate() {
        site.at(&format!("{end}T23:59:59Z"));
        visits(&site, 1).await;
        let months = months(&owner, 12).await;
        let names: Vec<&str> = months.iter().map(|(month, _)| month.as_str()).collect();
        assert!(names.is_sorted() && names[11] == &end[..7], "{names:?}");
        assert_eq!(
            months.iter().map(|(_, visitors)| visitors).sum::<u64>(),
            (index as u64 + 1).min(12)
        );
        assert_eq!(site.visits().await, index as u64 + 1);
        let days = days(&owner, 90).await;
        assert_eq!(days.len(), 90);
        assert!(
            days.is_sorted() && days[89] == (end.to_owned(), 1),
            "{days:?}"
        );
        let mut names: Vec<_> = days.iter().map(|(day, _)| day).collect();
        names.dedup();
        assert_eq!(names.len(), 90);
    }
}

#[tokio::test]
async fn visits_of_long_ago_are_still_counted() {
    let site = Setup::default().at("2020-02-29T00:00:00Z").start().await;
    let owner = site.lasting_owner().await;
    visits(&site, 2).await;
    site.at("2020-03-15T00:00:00Z");
    visits(&site, 1).await;
    // Years without a visit.
    site.at("2026-11-20T00:00:00Z");
    assert_eq!(site.visits().await, 3);
    assert_eq!(
        site.visit(SESSION).await.body,
        json!({ "count": 4, "tracked": true })
    );
    site.at("2026-12-01T00:00:00Z");
    assert_eq!(
        site.visit(SESSION).await.body,
        json!({ "count": 5, "tracked": true })
    );
    site.at("2027-01-01T00:00:00Z");
    assert_eq!(
        site.visit(SESSION).await.body,
        json!({ "count": 6, "tracked": true })
    );
    assert_eq!(site.visits().await, 6);
    assert_eq!(
        months(&owner, 3).await,
        named(&[("2026-11", 1), ("2026-12", 1), ("2027-01", 1)])
    );
}

#[tokio::test]
async fn an_instance_whose_clock_is_behind_loses_nothing() {
    let site = Setup::default().at("2026-11-30T23:59:58Z").start().await;
    visits(&site, 3).await;
    site.at("2026-12-01T00:00:01Z");
    visits(&site, 2).await;
    // Another instance is still in November.
    site.at("2026-11-30T23:59:59Z");
    assert_eq!(site.visit(SESSION).await["tracked"], true);
    site.at("2026-12-01T00:00:02Z");
    assert_eq!(site.visits().await, 6);
    let owner = site.owner().await;
    assert_eq!(
        days(&owner, 2).await,
        named(&[("2026-11-30", 4), ("2026-12-01", 2)])
    );
}
