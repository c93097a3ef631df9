use chrono::TimeDelta;
use contract_runtime::dynamodb::embedded::Failure;

use crate::table::trial::{Trial, after, before, late, time};
use crate::tracking::{Tracked, Visits};

const COUNTED: fn(u64) -> Tracked = |count| Tracked {
    count,
    tracked: true,
};
const KNOWN: fn(u64) -> Tracked = |count| Tracked {
    count,
    tracked: false,
};

async fn start(now: &str, shards: u16) -> (Trial, Visits) {
    let trial = Trial::at(now).await;
    let visits = Visits::new(trial.table.clone(), trial.clock.clone(), shards);
    (trial, visits)
}

#[tokio::test]
async fn a_session_counts_once_a_day() {
    let (trial, visits) = start("2026-11-20T00:00:00Z", 1).await;
    assert_eq!(visits.count().await.unwrap(), 0);
    assert_eq!(visits.track("a").await.unwrap(), COUNTED(1));
    assert_eq!(visits.track("a").await.unwrap(), KNOWN(1));
    assert_eq!(visits.track("b").await.unwrap(), COUNTED(2));
    trial.clock.set(time("2026-11-20T23:59:59.999Z"));
    assert_eq!(visits.track("a").await.unwrap(), KNOWN(2));
    trial.clock.set(time("2026-11-21T00:00:00Z"));
    assert_eq!(visits.track("a").await.unwrap(), COUNTED(3));
    assert_eq!(visits.count().await.unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_of_one_session_count_one() {
    for shards in [1, 4] {
        let (_trial, visits) = start("2026-11-30T23:59:59Z", shards).await;
        let requests = (0..50).map(|_| {
            let visits = visits.clone();
            tokio::spawn(async move { visits.track("a").await.unwrap() })
        });
        let answers = futures_util::future::join_all(requests.collect::<Vec<_>>()).await;
        let answers: Vec<Tracked> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| answer.tracked).count(), 1);
        assert!(
            answers.iter().all(|answer| answer.count == 1),
            "{answers:?}"
        );
        assert_eq!(visits.count().await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_of_fifty_sessions_count_fifty() {
    for shards in [1, 4] {
        let (trial, visits) = start("2026-12-01T00:00:00Z", shards).await;
        let requests = (0..50).map(|number| {
            let visits = visits.clone();
            tokio::spawn(async move { visits.track(&format!("session-{number}")).await.unwrap() })
        });
        for answer in futures_util::future::join_all(requests.collect::<Vec<_>>()).await {
            assert!(answer.unwrap().tracked);
        }
        assert_eq!(visits.count().await.unwrap(), 50);
        trial.clock.set(time("2027-03-01T00:00:00Z"));
        assert_eq!(visits.track("late").await.unwrap(), COUNTED(51));
    }
}

#[tokio::test]
async fn the_count_carries_over_months_and_gaps() {
    let (trial, visits) = start("2026-01-31T12:00:00Z", 1).await;
    let mut expected = 0;
    // Consecutive months, a gap of one month, a gap of several, a turn of the year.
    for now in [
        "2026-01-31T12:00:00Z",
        "2026-02-28T23:59:59Z",
        "2026-03-01T00:00:00Z",
        "2026-05-05T05:05:05Z",
        "2026-12-31T23:59:59Z",
        "2027-01-01T00:00:00Z",
        "2027-01-02T00:00:00Z",
        "2028-06-01T00:00:00Z",
    ] {
        trial.clock.set(time(now));
        for session in ["a", "b", "c"] {
            expected += 1;
            assert_eq!(
                visits.track(session).await.unwrap(),
                COUNTED(expected),
                "{now} {session}"
            );
            assert_eq!(visits.count().await.unwrap(), expected, "{now} {session}");
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_behind_at_the_turn_of_the_month_loses_nothing() {
    let (trial, visits) = start("2026-10-15T00:00:00Z", 1).await;
    visits.track("a").await.unwrap();
    trial.clock.set(time("2026-11-30T23:59:59Z"));
    visits.track("a").await.unwrap();
    trial.clock.set(time("2026-12-01T00:00:01Z"));
    assert_eq!(visits.track("a").await.unwrap(), COUNTED(3));
    // Another instance still lives in November, also one that makes November's item after December's.
    trial.clock.set(time("2026-11-30T23:59:59.5Z"));
    assert_eq!(visits.track("b").await.unwrap(), COUNTED(4));
    assert_eq!(visits.count().await.unwrap(), 4);
    trial.clock.set(time("2027-02-01T00:00:00Z"));
    visits.track("a").await.unwrap();
    trial.clock.set(time("2027-01-31T23:59:59Z"));
    visits.track("b").await.unwrap();
    assert_eq!(visits.count().await.unwrap(), 6);
    trial.clock.set(time("2027-03-01T00:00:00Z"));
    assert_eq!(visits.track("c").await.unwrap(), COUNTED(7));
    assert_eq!(visits.count().await.unwrap(), 7);
}

#[tokio::test]
async fn lost_answers_and_conflicts_neither_lose_nor_double() {
    let (trial, visits) = start("2026-11-20T10:00:00Z", 1).await;
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
        let disturbed = Visits::new(trial.disturbed(script), trial.clock.clone(), 1);
        let session = format!("{failure:?}");
        assert_eq!(disturbed.track(&session).await.unwrap(), COUNTED(number));
        assert_eq!(disturbed.track(&session).await.unwrap(), KNOWN(number));
        assert_eq!(visits.count().await.unwrap(), number);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_overtaken_answers_with_the_other_ones_count() {
    let (trial, visits) = start("2026-11-20T10:00:00Z", 1).await;
    let slow = Visits::new(
        trial.disturbed([("TransactWriteItems", late(100))]),
        trial.clock.clone(),
        1,
    );
    let (slow, fast) = tokio::join!(slow.track("a"), visits.track("a"));
    assert_eq!((slow.unwrap(), fast.unwrap()), (KNOWN(1), COUNTED(1)));
}

#[tokio::test]
async fn trends_are_complete_and_oldest_first() {
    let (trial, visits) = start("2025-12-31T23:00:00Z", 3).await;
    for (days, sessions) in [(0, 1), (1, 2), (58, 3), (59, 4)] {
        trial
            .clock
            .set(time("2025-12-31T23:00:00Z") + TimeDelta::days(days));
        for session in 0..sessions {
            visits.track(&format!("session-{session}")).await.unwrap();
        }
    }
    // 28 February 2026 is the 59th day after the start.
    let daily = visits.daily(60).await.unwrap();
    assert_eq!(daily.len(), 60);
    assert!(
        daily
            .windows(2)
            .all(|days| days[0].date.succ_opt() == Some(days[1].date))
    );
    let counts: Vec<u64> = daily.iter().map(|day| day.visitors).collect();
    assert_eq!((counts[0], counts[1], counts[58], counts[59]), (1, 2, 3, 4));
    assert_eq!(counts.iter().sum::<u64>(), 10);
    assert_eq!(daily[59].date.to_string(), "2026-02-28");
    assert_eq!(visits.daily(1).await.unwrap().len(), 1);

    trial.clock.set(time("2026-03-31T00:00:00Z"));
    let monthly = visits.monthly(6).await.unwrap();
    let monthly: Vec<(String, u64)> = monthly
        .iter()
        .map(|month| (month.month.to_string(), month.visitors))
        .collect();
    let expected = [
        ("2025-10", 0),
        ("2025-11", 0),
        ("2025-12", 1),
        ("2026-01", 2),
        ("2026-02", 7),
        ("2026-03", 0),
    ];
    assert_eq!(
        monthly,
        expected.map(|(month, visitors)| (month.to_owned(), visitors))
    );
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "shows the measured units")]
async fn visits_cost_what_the_design_says() {
    let (trial, visits) = start("2026-08-01T00:00:00Z", 1).await;
    for day in 0..120 {
        trial
            .clock
            .set(time("2026-08-01T00:00:00Z") + TimeDelta::days(day));
        visits
            .track("0190a8f4-7c3e-7d7a-9b1c-2f5e8a6d4c3b")
            .await
            .unwrap();
    }
    let (_, new) = trial
        .cost(visits.track("0190a8f4-7c3e-7d7a-9b1c-2f5e8a6d4c3c"))
        .await;
    let (_, again) = trial
        .cost(visits.track("0190a8f4-7c3e-7d7a-9b1c-2f5e8a6d4c3c"))
        .await;
    let (_, count) = trial.cost(visits.count()).await;
    let (_, trends) = trial.cost(visits.daily(90)).await;
    trial.clock.set(time("2026-12-01T00:00:00Z"));
    let (_, first) = trial
        .cost(visits.track("0190a8f4-7c3e-7d7a-9b1c-2f5e8a6d4c3c"))
        .await;
    println!(
        "new visit {new:?}, again {again:?}, count {count:?}, 90 days {trends:?}, first of a month {first:?}"
    );
    assert!(new.write <= 5.0 && new.read <= 1.0, "{new:?}");
    assert!(again.write == 0.0 && again.read <= 2.0, "{again:?}");
    assert!(count.write == 0.0 && count.read <= 1.0, "{count:?}");
    assert!(trends.write == 0.0 && trends.read <= 2.0, "{trends:?}");
    assert!(first.write <= 5.0 && first.read <= 2.0, "{first:?}");
}
