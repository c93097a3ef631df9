//! Visits of the site. Days and months are in `clock`, simultaneous visits in `concurrency`.

use portfolio_tests::{Answer, Answered, Client, Setup, site, snapshot};
use serde_json::json;

#[tokio::test]
async fn a_visit_counts_once_per_session_and_day() {
    let site = site().await;
    for (session, count, tracked) in [
        ("0123456789abcdef", 1, true),
        ("0123456789abcdef", 1, false),
        ("0123456789abcdeg", 2, true),
        ("0123456789ABCDEF", 3, true),
        ("0123456789abcdef", 3, false),
    ] {
        let answer = site.visit(session).await;
        assert_eq!(
            answer.body,
            json!({ "count": count, "tracked": tracked }),
            "{session}"
        );
        // Who says its own session gets no cookie.
        assert!(!answer.headers.contains_key("set-cookie"), "{answer}");
    }
    assert_eq!(site.visits().await, 3);
}

#[tokio::test]
async fn visits_and_their_trends() {
    let site = site().await;
    let (owner, visitor) = (site.typed_owner().await, site.typed().await);
    visitor.get_visitor_count().send().await.unwrap();
    let none = visitor.answer().is(200);
    visitor.track_visit().send().await.unwrap();
    let first = visitor.answer().is(200);
    let visit = |session: &str| visitor.track_visit().x_session_id(session).send();
    assert!(visit("0123456789abcdef").await.unwrap().tracked);
    let second = visitor.answer().is(200);
    assert!(!visit("0123456789abcdef").await.unwrap().tracked);
    let again = visitor.answer().is(200);
    let visits = visitor.get_visitor_count().send().await.unwrap();
    let count = visitor.answer().is(200);
    let daily = owner.get_daily_visitor_trends().days(2_u64);
    let daily = daily.send().await.unwrap();
    let days = owner.answer().is(200);
    let monthly = owner.get_monthly_visitor_trends().months(2_u64);
    let monthly = monthly.send().await.unwrap();
    let months = owner.answer().is(200);
    assert_eq!(visits.count, 2);
    assert_eq!(daily.trends[1].visitors, visits.count);
    assert_eq!(monthly.trends[1].visitors, visits.count);
    let long = owner.get_daily_visitor_trends().days(91_u64).send().await;
    assert_eq!(long.unwrap_err().body().unwrap().status_code, 400);
    let wrong = owner.answer().is(400);
    assert!(visit("short").await.is_err());
    let short = visitor.answer().is(400);
    snapshot!(
        "visits_and_their_trends",
        none,
        first,
        second,
        again,
        count,
        days,
        months,
        wrong,
        short
    );
}

#[tokio::test]
async fn a_browser_keeps_its_session() {
    let site = site().await;
    let (one, two) = (site.browser(), site.browser());
    let visit = async |client: &Client| client.track_visit().send().answer().await.is(200);
    let first = visit(&one).await;
    assert!(first.headers.contains_key("set-cookie"));
    let again = visit(&one).await;
    assert!(!again.headers.contains_key("set-cookie"), "{again}");
    assert_eq!(again.body, json!({ "count": 1, "tracked": false }));
    assert_eq!(
        visit(&two).await.body,
        json!({ "count": 2, "tracked": true })
    );
    // Without cookies every request is somebody new.
    assert_eq!(
        visit(&site).await.body,
        json!({ "count": 3, "tracked": true })
    );
}

#[tokio::test]
async fn a_cookie_is_for_this_api_and_not_for_scripts() {
    let site = site().await;
    let answer = site.track_visit().send().answer().await.is(200);
    let cookie = answer.header("set-cookie");
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"
    );
    let session = value.strip_prefix("visitor=").unwrap();
    // A random one, which says nothing of the visitor or the time.
    assert_eq!(
        (session.len(), session.as_bytes()[14]),
        (36, b'4'),
        "{session}"
    );
}

#[tokio::test]
async fn a_cookie_that_is_not_ours_is_replaced() {
    let site = site().await;
    // The first backend answered 500 to some of them.
    let long = format!("visitor={}", "x".repeat(3_000));
    for cookie in [
        &long,
        "visitor=",
        "visitor",
        "visitor=\u{e4}",
        "visitor=%%%;;;",
        "visitor=%ff",
        "visitor=b3f0a1c2%2D1111-4222-8333-44445555666%",
        "Visitor=x",
        "other=1",
        ";=;",
        "visitor=\"x\"",
    ] {
        let answer = site
            .post("/visitors/track")
            .header("cookie", cookie)
            .await
            .is(200);
        assert_eq!(answer["tracked"], true, "{cookie}");
        assert!(
            answer.header("set-cookie").starts_with("visitor="),
            "{cookie}"
        );
    }
    let ours = "b3f0a1c2-1111-4222-8333-444455556666";
    for cookie in [
        format!("a=1; visitor={ours}; b=2"),
        format!("visitor={ours}; visitor=x"),
        format!("visitor={}", ours.replace('-', "%2D")),
    ] {
        let answer = site
            .post("/visitors/track")
            .header("cookie", cookie)
            .await
            .is(200);
        assert!(!answer.headers.contains_key("set-cookie"), "{answer}");
    }
    assert_eq!(site.visits().await, 12);
}

#[tokio::test]
async fn the_header_wins_over_the_cookie() {
    let site = site().await;
    let ours = "b3f0a1c2-1111-4222-8333-444455556666";
    let with = |cookie: &str, header: &str| {
        let request = site
            .post("/visitors/track")
            .header("cookie", format!("visitor={cookie}"));
        request.header("x-session-id", header)
    };
    assert_eq!(with(ours, "0123456789abcdef").await["tracked"], true);
    assert_eq!(with("x", "0123456789abcdef").await["tracked"], false);
    // A header cannot pose as somebody's cookie.
    assert_eq!(site.visit(ours).await["tracked"], true);
    let cookie = site
        .post("/visitors/track")
        .header("cookie", format!("visitor={ours}"));
    assert_eq!(cookie.await["tracked"], true);
}

#[tokio::test]
async fn a_session_header_has_bounds() {
    let site = site().await;
    for good in ["0123456789abcdef", &"x".repeat(128), "A-Z_a-z_0-9_-_--"] {
        site.visit(good).await.has(200);
    }
    for wrong in [
        "",
        "0123456789abcde",
        &"x".repeat(129),
        "0123456789abcde#",
        "0123456789 abcdef",
        "0123456789abcdef,0123456789abcdef",
        "\u{e9}0123456789abcdef",
    ] {
        let answer = site
            .post("/visitors/track")
            .header("x-session-id", wrong)
            .await;
        assert_eq!(
            answer.violated().concat().to_lowercase(),
            "header x-session-id",
            "{wrong}"
        );
    }
    let two = site
        .post("/visitors/track")
        .header("x-session-id", "0123456789abcdef");
    assert_eq!(
        two.header("x-session-id", "0123456789abcdef")
            .await
            .violated(),
        ["header X-Session-Id"]
    );
}

#[tokio::test]
async fn parameters_of_trends_are_checked() {
    let site = site().await;
    let owner = site.owner().await;
    let (daily, monthly) = (
        || owner.get_daily_visitor_trends(),
        || owner.get_monthly_visitor_trends(),
    );
    let length = |answer: Answer| answer["trends"].as_array().unwrap().len();
    assert_eq!(length(daily().send().answer().await), 30);
    assert_eq!(length(monthly().send().answer().await), 6);
    for most in [1, 90] {
        let days = daily().days(most).send().answer().await;
        assert_eq!(length(days), most as usize);
    }
    for most in [1, 12] {
        let months = monthly().months(most).send().answer().await;
        assert_eq!(length(months), most as usize);
    }
    for (path, name, most) in [("daily", "days", 90), ("monthly", "months", 12)] {
        let path = format!("/visitors/trends/{path}");
        let trends = async |query: &str| owner.get(&format!("{path}{query}")).await;
        for wrong in ["0", "-1", "", "x", "1.5", &(most + 1).to_string()] {
            let answer = trends(&format!("?{name}={wrong}")).await;
            assert_eq!(answer.violated(), [format!("query {name}")], "{wrong}");
        }
        assert_eq!(
            trends(&format!("?{name}=1&{name}=2")).await.violated(),
            [format!("query {name}")]
        );
    }
}

#[tokio::test]
async fn counts_are_the_same_over_any_number_of_shards() {
    let site = Setup::default().set("COUNTER_SHARDS", "7").start().await;
    let owner = site.owner().await;
    for visitor in 1..=20 {
        let answer = site.visit(&format!("0123456789abcd{visitor:02}")).await;
        assert_eq!(answer.body, json!({ "count": visitor, "tracked": true }));
    }
    assert_eq!(site.visits().await, 20);
    let days = owner.get_daily_visitor_trends().days(1_u64);
    let days = days.send().answer().await;
    assert_eq!(
        days["trends"],
        json!([{ "date": "2026-11-20", "visitors": 20 }])
    );
    // More shards later, on the same data.
    let more = Setup::default()
        .set("COUNTER_SHARDS", "9")
        .beside(&site)
        .start()
        .await;
    assert_eq!(more.visits().await, 20);
}
