//! What RDS Proxy would pin a connection for does not happen (RDS user guide, "Avoiding pinning an RDS Proxy").

use sqlx::AssertSqlSafe;

use crate::every_answer::succeed;
use crate::site::{Site, connection, postgres};

/// How statements begin that give a session a state.
const BEGINNINGS: [&str; 9] = [
    "SET",
    "RESET",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
    "DISCARD",
    "LISTEN",
    "DECLARE",
    "LOCK",
];

/// What such statements have in them.
const PARTS: [&str; 5] = ["TEMP", "ADVISORY", "NEXTVAL", "SETVAL", "SET_CONFIG"];

#[tokio::test]
async fn no_statement_of_an_operation_has_a_name_and_none_changes_the_session() {
    let site = Site::start().await;
    // The log says of each statement which name it has: `execute <unnamed>: SELECT …`.
    let statement = format!("ALTER DATABASE {} SET log_statement = 'all'", site.database);
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection("postgres").await)
        .await
        .unwrap();
    let operations = succeed(&site).await;

    let log = postgres().log().unwrap();
    let simple: Vec<&str> = log
        .lines()
        .filter_map(|line| Some(line.split_once("LOG:  statement: ")?.1))
        .collect();
    let foreign = |statement: &&str| {
        !statement.starts_with("ALTER DATABASE") && !statement.starts_with("CREATE DATABASE")
    };
    let simple: Vec<_> = simple.into_iter().filter(foreign).collect();
    assert!(simple.is_empty(), "{simple:#?}");
    let executed: Vec<&str> = log
        .lines()
        .filter_map(|line| Some(line.split_once("LOG:  execute ")?.1))
        .collect();
    // Each operation but the status is one statement.
    assert_eq!(executed.len(), operations - 1, "{executed:#?}");
    for line in executed {
        let (name, statement) = line.split_once(": ").unwrap();
        assert_eq!(name, "<unnamed>", "{statement}");
        let statement = statement.to_uppercase();
        let first = statement.split_whitespace().next().unwrap();
        assert!(!BEGINNINGS.contains(&first), "{statement}");
        assert!(
            PARTS.iter().all(|part| !statement.contains(part)),
            "{statement}"
        );
    }
}
