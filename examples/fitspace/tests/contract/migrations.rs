//! Migrations.

use fitspace::database::Database;
use fitspace::migrations::{self, State};

use crate::site::{Site, address, connection, empty_database};

fn states(migrations: &[migrations::Migration]) -> Vec<State> {
    migrations.iter().map(|migration| migration.state).collect()
}

#[tokio::test]
async fn migrations_are_applied_once_whoever_applies_them_at_the_same_time() {
    let name = empty_database().await;
    let database = || Database::fixed(&address(&name), 1);
    let before = migrations::status(&database()).await.unwrap();
    assert!(states(&before).iter().all(|state| *state == State::Pending));
    let untouched: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    )
    .fetch_one(&mut connection(&name).await)
    .await
    .unwrap();
    assert_eq!(untouched, 0, "to look changes nothing");

    let (one, other) = (database(), database());
    let (one, other) = tokio::join!(migrations::up(&one), migrations::up(&other));
    let applied = one.unwrap().len().max(other.unwrap().len());
    assert_eq!(applied, before.len());
    let after = migrations::status(&database()).await.unwrap();
    assert!(states(&after).iter().all(|state| *state == State::Applied));
    assert!(migrations::up(&database()).await.unwrap().is_empty());
    let site = Site::on(&name, database()).await;
    site.user("ada@example.com").await;
}

#[tokio::test]
async fn a_migration_that_was_changed_or_is_not_known_is_named_and_nothing_is_applied() {
    let name = empty_database().await;
    let database = Database::fixed(&address(&name), 1);
    migrations::up(&database).await.unwrap();
    let mut admin = connection(&name).await;
    sqlx::raw_sql("UPDATE _sqlx_migrations SET checksum = 'x' WHERE version = (SELECT min(version) FROM _sqlx_migrations)")
        .execute(&mut admin)
        .await
        .unwrap();
    let status = migrations::status(&database).await.unwrap();
    assert_eq!(status[0].state, State::Changed);
    assert!(
        status[0].to_string().contains("changed since"),
        "{}",
        status[0]
    );
    let refused = migrations::up(&database).await.unwrap_err().to_string();
    assert!(refused.contains("modified"), "{refused}");

    sqlx::raw_sql("DELETE FROM _sqlx_migrations; INSERT INTO _sqlx_migrations VALUES (7, 'from later', now(), true, 'x', 1)")
        .execute(&mut admin)
        .await
        .unwrap();
    let status = migrations::status(&database).await.unwrap();
    assert_eq!((status[0].version, status[0].state), (7, State::Unknown));
    assert!(migrations::up(&database).await.is_err());
}

/// Where nobody may make the extension that the search's index needs, everything else is there all the same.
#[tokio::test]
async fn a_role_without_privileges_on_the_database_can_apply_them() {
    let name = empty_database().await;
    let mut admin = connection(&name).await;
    let statements = format!(
        "CREATE ROLE plain_{name} LOGIN PASSWORD 'secret'; GRANT ALL ON SCHEMA public TO plain_{name};
        REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO plain_{name}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
        .execute(&mut admin)
        .await
        .unwrap();
    let folder = crate::site::postgres().socket_folder();
    let address = format!(
        "postgres://plain_{name}:secret@localhost/{name}?host={}",
        folder.display()
    );
    let database = Database::fixed(&address.parse().unwrap(), 1);
    migrations::up(&database).await.unwrap();
    let site = Site::on(&name, database).await;
    site.user("ada@example.com").await;
    site.witness
        .get("/api/v1/users/search?q=ada")
        .await
        .has(200);
    let indexed: bool = sqlx::query_scalar("SELECT to_regclass('users_search') IS NOT NULL")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert!(!indexed);
}
