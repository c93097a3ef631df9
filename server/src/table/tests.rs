use std::collections::HashMap;

use chrono::TimeDelta;
use contract_runtime::dynamodb::embedded::Failure;
use serde::{Deserialize, Serialize};

use super::trial::{Trial, after, before};
use super::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Note {
    text: String,
    version: i64,
}

fn note(text: &str, version: i64) -> Note {
    Note {
        text: text.to_owned(),
        version,
    }
}

fn key(sort: impl ToString) -> Key {
    Key::new("NOTE", sort.to_string())
}

async fn trial() -> Trial {
    Trial::at("2026-11-20T10:00:00Z").await
}

#[tokio::test]
async fn a_table_is_created_once() {
    let trial = trial().await;
    let _ = trial
        .table
        .put(&key(1), &note("a", 1), Condition::Absent)
        .await
        .unwrap();
    trial.table.create(schema::Layout::Listed).await.unwrap();
    let stored: Option<Note> = trial.table.get(&key(1), Consistency::Strong).await.unwrap();
    assert_eq!(stored, Some(note("a", 1)));
}

#[tokio::test]
async fn a_condition_that_fails_changes_nothing() {
    let Trial { table, .. } = trial().await;
    assert_eq!(
        table
            .put(&key(1), &note("a", 1), Condition::Absent)
            .await
            .unwrap(),
        Outcome::Written
    );
    assert_eq!(
        table
            .put(&key(1), &note("b", 1), Condition::Absent)
            .await
            .unwrap(),
        Outcome::Refused
    );
    let first = Condition::equals("Version", 1);
    assert_eq!(
        table
            .put(&key(1), &note("c", 2), first.clone())
            .await
            .unwrap(),
        Outcome::Written
    );
    assert_eq!(
        table.put(&key(1), &note("d", 2), first).await.unwrap(),
        Outcome::Refused
    );
    let stored: Option<Note> = table.get(&key(1), Consistency::Eventual).await.unwrap();
    assert_eq!(stored, Some(note("c", 2)));
}

#[tokio::test]
async fn what_was_buried_is_gone_and_its_key_is_taken_for_a_day() {
    let Trial { table, engine, .. } = trial().await;
    let create = async || {
        let (key, note) = (key(1), note("a", 1));
        let created = table.put(&key, &note, Condition::Absent).await;
        created.unwrap()
    };
    assert_eq!(create().await, Outcome::Written);
    // The engine forgets by the real time.
    let now = chrono::Utc::now();
    let bury = Write::bury(key(1), now).when(Condition::equals("Version", 1));
    let buried = table.transact(vec![bury]).await.unwrap();
    assert_eq!(buried, Transaction::Committed);
    engine.sweep().await.unwrap();
    for consistency in [Consistency::Eventual, Consistency::Strong] {
        let stored: Option<Note> = table.get(&key(1), consistency).await.unwrap();
        assert_eq!(stored, None);
    }
    let many: HashMap<Key, Note> = table.get_many(&[key(1)]).await.unwrap();
    assert_eq!(many, HashMap::new());
    assert_eq!(create().await, Outcome::Refused);
    table.bury(&key(1), now - TimeDelta::days(2)).await.unwrap();
    engine.sweep().await.unwrap();
    assert_eq!(create().await, Outcome::Written);
}

#[tokio::test]
async fn a_put_whose_answer_is_lost_is_recognised_as_done() {
    let trial = trial().await;
    for failure in [
        Failure::Disconnect,
        Failure::InternalServerError,
        Failure::Throttling,
        Failure::TransactionConflict,
    ] {
        let sort = format!("{failure:?}");
        let table = trial.disturbed([("PutItem", after(failure))]);
        let outcome = table
            .put(&key(&sort), &note("a", 1), Condition::Absent)
            .await
            .unwrap();
        assert_eq!(outcome, Outcome::Written, "{failure:?}");
        // Somebody else's item is not taken for our own. But if nobody said that the first attempt was not made, it may
        // have been there before that item.
        let table = trial.disturbed([("PutItem", before(failure))]);
        let outcome = table
            .put(&key(&sort), &note("b", 1), Condition::Absent)
            .await;
        match failure {
            Failure::Disconnect | Failure::InternalServerError => {
                assert!(matches!(outcome, Err(TableError::Unavailable(_))));
            }
            _ => assert_eq!(outcome.unwrap(), Outcome::Refused, "{failure:?}"),
        }
    }
}

#[tokio::test]
async fn a_transaction_whose_answer_is_lost_is_made_once() {
    let trial = trial().await;
    for failure in [
        Failure::Disconnect,
        Failure::InternalServerError,
        Failure::Throttling,
        Failure::TransactionConflict,
    ] {
        let table = trial.disturbed([
            ("TransactWriteItems", after(failure)),
            ("TransactWriteItems", before(failure)),
        ]);
        let counter = key(format!("{failure:?}"));
        let write = Write::change(
            counter.clone(),
            Change::new().add("Version", 1).set("Text", "a"),
        );
        assert_eq!(
            table.transact(vec![write]).await.unwrap(),
            Transaction::Committed,
            "{failure:?}"
        );
        let stored: Option<Note> = table.get(&counter, Consistency::Strong).await.unwrap();
        assert_eq!(stored, Some(note("a", 1)), "{failure:?}");
    }
}

#[tokio::test]
async fn a_refused_transaction_says_which_conditions_failed() {
    let Trial { table, .. } = trial().await;
    let _ = table
        .put(&key(1), &note("a", 1), Condition::Absent)
        .await
        .unwrap();
    let writes = vec![
        Write::put(&key(0), &note("b", 1))
            .unwrap()
            .when(Condition::Absent),
        Write::change(key(1), Change::new().add("Version", 1)).when(Condition::equals("Text", "b")),
        Write::delete(key(2)).when(Condition::equals("Text", "c")),
    ];
    assert_eq!(
        table.transact(writes).await.unwrap(),
        Transaction::Refused {
            positions: vec![1, 2],
            unsettled: false
        }
    );
    assert_eq!(
        table
            .get::<Note>(&key(0), Consistency::Strong)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn endless_failures_end_as_unavailable() {
    let trial = trial().await;
    for failure in [
        Failure::Disconnect,
        Failure::InternalServerError,
        Failure::Throttling,
    ] {
        let table = trial.disturbed([("GetItem", before(failure)); 10]);
        let error = table
            .get::<Note>(&key(1), Consistency::Strong)
            .await
            .unwrap_err();
        assert!(matches!(error, TableError::Unavailable(_)), "{error}");
    }
    let table = trial.disturbed([("TransactWriteItems", before(Failure::TransactionConflict)); 50]);
    let error = table
        .transact(vec![Write::delete(key(1))])
        .await
        .unwrap_err();
    assert!(matches!(error, TableError::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn our_own_mistakes_are_not_called_unavailable() {
    let Trial { table, .. } = trial().await;
    let error = table
        .put(&Key::new("", ""), &note("a", 1), Condition::Absent)
        .await
        .unwrap_err();
    assert!(matches!(error, TableError::Internal(_)), "{error}");
    let _ = table
        .put(&key(1), &note("a", 1), Condition::Absent)
        .await
        .unwrap();
    let error = table
        .get::<i64>(&key(1), Consistency::Strong)
        .await
        .unwrap_err();
    assert!(matches!(error, TableError::Internal(_)), "{error}");
}

#[tokio::test]
async fn pages_and_batches_are_read_to_their_end() {
    let Trial { table, .. } = trial().await;
    // 230 items of 10 KB: more than two pages of 1 MB, more than two batches of 100 keys.
    let text = "x".repeat(10_000);
    for number in 0..230 {
        let _ = table
            .put(
                &key(format!("{number:03}")),
                &note(&text, number),
                Condition::Absent,
            )
            .await
            .unwrap();
    }
    let all: Vec<Note> = table.query(Query::partition("NOTE")).await.unwrap();
    assert_eq!(
        all.iter().map(|note| note.version).collect::<Vec<_>>(),
        (0..230).collect::<Vec<_>>()
    );
    let last: Vec<Note> = table
        .query(Query::partition("NOTE").descending().limit(2))
        .await
        .unwrap();
    assert_eq!(
        last.iter().map(|note| note.version).collect::<Vec<_>>(),
        [229, 228]
    );
    let some: Vec<Note> = table
        .query(Query::partition("NOTE").between("100", "102").strong())
        .await
        .unwrap();
    assert_eq!(
        some.iter().map(|note| note.version).collect::<Vec<_>>(),
        [100, 101, 102]
    );
    let keys: Vec<Key> = (0..240).map(|number| key(format!("{number:03}"))).collect();
    let found = table.get_many::<Note>(&keys).await.unwrap();
    assert_eq!(found.len(), 230);
    assert_eq!(found[&keys[229]].version, 229);
}

#[tokio::test]
async fn an_expired_item_counts_as_absent() {
    let Trial { table, clock, .. } = trial().await;
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Mark {
        expires_at: i64,
    }
    let now = clock.now();
    let put = async |expires_at: i64| {
        table
            .put(
                &key(1),
                &Mark { expires_at },
                Condition::AbsentOrExpired(now),
            )
            .await
            .unwrap()
    };
    assert_eq!(put(now.timestamp()).await, Outcome::Written);
    assert_eq!(put(now.timestamp() + 1).await, Outcome::Written);
    assert_eq!(put(now.timestamp() + 1).await, Outcome::Refused);
}
