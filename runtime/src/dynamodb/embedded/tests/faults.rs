//! What the SDK makes of faults.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::dynamodb::LostAnswers;

/// The first call of `operation` meets `disturbance`, every other goes through. Counts the calls.
fn once(operation: &'static str, disturbance: Disturbance) -> (impl Faults, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let faults = move |call: &Call<'_>| {
        if call.operation == operation && counter.fetch_add(1, Ordering::SeqCst) == 0 {
            disturbance
        } else {
            Disturbance::default()
        }
    };
    (faults, calls)
}

#[tokio::test]
async fn the_sdk_retries_what_failed_before_and_after_the_engine() {
    for failure in [
        Failure::Disconnect,
        Failure::InternalServerError,
        Failure::Throttling,
    ] {
        for after in [false, true] {
            let (engine, _) = memory().await;
            let disturbance = Disturbance {
                before: (!after).then_some(failure),
                after: after.then_some(failure),
                ..Disturbance::default()
            };
            let (faults, calls) = once("TransactWriteItems", disturbance);
            let client = client(&engine.with_faults(faults), 3);
            counted(&client, "a")
                .client_request_token("token")
                .send()
                .await
                .unwrap();
            assert_eq!(count(&client, "total").await, Some(1));
            assert_eq!(calls.load(Ordering::SeqCst), 2);
        }
    }
}

#[tokio::test]
async fn the_sdk_does_not_retry_what_is_not_allowed() {
    let (engine, _) = memory().await;
    let denied = Disturbance {
        before: Some(Failure::AccessDenied),
        ..Disturbance::default()
    };
    let (faults, calls) = once("TransactWriteItems", denied);
    let client = client(&engine.with_faults(faults), 3);
    let error = counted(&client, "a").send().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_failure_after_the_commit_leaves_the_write() {
    let (engine, plain) = memory().await;
    let (faults, _) = once(
        "PutItem",
        Disturbance {
            after: Some(Failure::InternalServerError),
            ..Disturbance::default()
        },
    );
    let client = client(&engine.with_faults(faults), 1);
    let put = client
        .put_item()
        .table_name("things")
        .item("PK", S("a".to_owned()))
        .item("SK", S("-".to_owned()))
        .item("Count", N("1".to_owned()));
    let error = put.send().await.unwrap_err();
    assert_eq!(error.code(), Some("InternalServerError"));
    assert_eq!(count(&plain, "a").await, Some(1));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    let (engine, plain) = memory().await;
    let cut = Disturbance {
        cut: true,
        ..Disturbance::default()
    };
    let (faults, calls) = once("TransactWriteItems", cut);
    let client = client(&engine.with_faults(faults), 3);
    let lost = LostAnswers::default();
    counted(&client, "a")
        .client_request_token("token")
        .customize()
        .interceptor(lost.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(count(&plain, "total").await, Some(1));
    assert!(lost.any());
}

#[tokio::test]
async fn conflicts_look_as_dynamodbs_do() {
    let (engine, _) = memory().await;
    let conflict = Disturbance {
        before: Some(Failure::TransactionConflict),
        ..Disturbance::default()
    };
    let client = client(&engine.with_faults(move |_: &Call<'_>| conflict), 1);
    let error = counted(&client, "a").send().await.unwrap_err();
    let error = error.into_service_error();
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        panic!("{error:?}");
    };
    let codes: Vec<_> = cancelled
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap())
        .collect();
    assert_eq!(codes, ["TransactionConflict", "None"]);

    let error = client
        .update_item()
        .table_name("things")
        .key("PK", S("a".to_owned()))
        .key("SK", S("-".to_owned()))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("TransactionConflictException"));
}

#[tokio::test]
async fn calls_can_be_slow() {
    let (engine, _) = memory().await;
    let slow = Disturbance {
        delay: Duration::from_millis(50),
        ..Disturbance::default()
    };
    let client = client(&engine.with_faults(move |_: &Call<'_>| slow), 1);
    let start = std::time::Instant::now();
    assert_eq!(count(&client, "a").await, None);
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn what_its_caller_gave_up_arrives_unless_it_is_lost() {
    for lost in [false, true] {
        let (engine, plain) = memory().await;
        let slow = Disturbance {
            delay: Duration::from_millis(30),
            lost,
            ..Disturbance::default()
        };
        let client = client(&engine.with_faults(move |_: &Call<'_>| slow), 1);
        let patience = Duration::from_millis(5);
        let given_up = tokio::time::timeout(patience, put(&client, "a", 1)).await;
        assert!(given_up.is_err());
        assert_eq!(count(&plain, "a").await, None);
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(count(&plain, "a").await, (!lost).then_some(1));
    }
}

#[tokio::test]
async fn eventually_consistent_reads_can_be_behind_and_no_others() {
    let (engine, plain) = memory().await;
    let client = client(&engine.with_faults(Behind), 1);
    let strong = async || {
        let get = client.get_item().table_name("things");
        let got = get
            .key("PK", S("a".to_owned()))
            .key("SK", S("-".to_owned()))
            .consistent_read(true)
            .send()
            .await;
        got.unwrap().item.map(|item| item["Count"].clone())
    };
    // Nobody has read it before.
    put(&plain, "a", 1).await;
    assert_eq!(count(&client, "a").await, Some(1));
    put(&plain, "a", 2).await;
    for _ in 0..8 {
        assert_eq!(count(&client, "a").await, Some(1));
        assert_eq!(strong().await, Some(N("2".to_owned())));
    }
    assert_eq!(count(&client, "b").await, None);
}

#[tokio::test]
async fn nothing_is_remembered_for_faults_of_which_no_read_is_behind() {
    let (engine, _) = memory().await;
    let none = engine
        .clone()
        .with_faults(|_: &Call<'_>| Disturbance::default());
    assert!(none.between.unwrap().past.is_none());
    assert!(engine.with_faults(Behind).between.unwrap().past.is_some());
}
