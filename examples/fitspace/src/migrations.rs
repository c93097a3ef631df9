//! The database's tables, as the migrations in `migrations/` make them one after the other. They are part of the program.

use std::fmt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;

use crate::database::{Database, DatabaseError};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Where sqlx writes down what it has done.
const TABLE: &str = "_sqlx_migrations";

/// A migration, of the program or of the database or of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// When it was made, as in its file's name: 20260131120000.
    pub version: i64,
    /// The rest of that name.
    pub description: String,
    /// How it stands with the database.
    pub state: State,
}

/// How a migration stands with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was applied.
    Applied,
    /// It is still to be applied.
    Pending,
    /// It was applied, and its file was changed afterwards.
    Changed,
    /// It was applied by a program that knows more than this one.
    Unknown,
}

impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Applied => "applied",
            State::Pending => "pending",
            State::Changed => "applied, and changed since",
            State::Unknown => "applied, and not known to this program",
        };
        write!(f, "{} {:<20} {state}", self.version, self.description)
    }
}

/// Why migrations were not applied or looked up: a sentence.
#[derive(Debug)]
pub enum MigrationError {
    /// The database did not answer.
    Database(DatabaseError),
    /// A migration does not fit the database; with its words.
    Refused(String),
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "the database cannot be used: {error}"),
            Self::Refused(cause) => write!(f, "the migrations cannot be applied: {cause}"),
        }
    }
}

impl std::error::Error for MigrationError {}

impl From<sqlx::Error> for MigrationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<MigrateError> for MigrationError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) => error.into(),
            other => Self::Refused(contract_runtime::log::causes(&other)),
        }
    }
}

/// Applies what is pending, each migration in a transaction of its own. Others who do the same at the same time wait.
/// What was pending.
///
/// sqlx locks, and names its statements: through RDS Proxy this takes a connection of its own for as long as it lasts.
///
/// # Errors
///
/// The database's, and a migration that it refuses or that was changed after it had been applied.
pub async fn up(database: &Database) -> Result<Vec<Migration>, MigrationError> {
    let mut connection = database
        .connection()
        .await
        .map_err(MigrationError::Database)?;
    // Whatever the session has become, nobody else gets it.
    connection.close_on_drop();
    let before = states(&mut connection).await?;
    MIGRATIONS.run_direct(None, &mut *connection, false).await?;
    let pending = |migration: &Migration| migration.state == State::Pending;
    Ok(before.into_iter().filter(pending).collect())
}

/// Every migration that the program or the database knows, in their order. Changes nothing.
///
/// # Errors
///
/// The database's.
pub async fn status(database: &Database) -> Result<Vec<Migration>, MigrationError> {
    let mut connection = database
        .connection()
        .await
        .map_err(MigrationError::Database)?;
    connection.close_on_drop();
    Ok(states(&mut connection).await?)
}

async fn states(connection: &mut PgConnection) -> Result<Vec<Migration>, sqlx::Error> {
    let exists: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(TABLE)
        .fetch_one(&mut *connection)
        .await?;
    let applied: Vec<(i64, String, Vec<u8>)> = if exists {
        sqlx::query_as(
            "SELECT version, description, checksum FROM _sqlx_migrations ORDER BY version",
        )
        .fetch_all(&mut *connection)
        .await?
    } else {
        Vec::new()
    };
    let mut migrations: Vec<Migration> = MIGRATIONS
        .iter()
        .map(|own| {
            let there = applied.iter().find(|(version, ..)| *version == own.version);
            Migration {
                version: own.version,
                description: own.description.to_string(),
                state: match there {
                    None => State::Pending,
                    Some((.., checksum)) if **checksum == *own.checksum => State::Applied,
                    Some(_) => State::Changed,
                },
            }
        })
        .collect();
    let foreign = applied
        .into_iter()
        .filter(|(version, ..)| !MIGRATIONS.version_exists(*version));
    migrations.extend(foreign.map(|(version, description, _)| Migration {
        version,
        description,
        state: State::Unknown,
    }));
    migrations.sort_by_key(|migration| migration.version);
    Ok(migrations)
}

/// Makes an empty migration in a folder and gives its path. It is applied by programs that are built from then on.
///
/// # Errors
///
/// A sentence: the name is of other than letters, digits and underscores, or the file cannot be written.
pub fn create(folder: &Path, name: &str, now: DateTime<Utc>) -> Result<PathBuf, String> {
    let sound = !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_');
    if !sound {
        return Err(format!(
            "{name:?} is no name for a migration: write letters, digits and underscores, such as user_nicknames"
        ));
    }
    let failed =
        |error: std::io::Error| format!("{} cannot be written to: {error}", folder.display());
    if !folder.is_dir() {
        return Err(format!(
            "{} is no folder: run this where the program's sources are",
            folder.display()
        ));
    }
    let path = folder.join(format!("{}_{name}.sql", now.format("%Y%m%d%H%M%S")));
    let mut file = std::fs::File::create_new(&path).map_err(failed)?;
    let text = "-- What this changes, and why.\n";
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_migration_comes_after_the_others_and_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        let path = create(folder.path(), "user_nicknames", now).unwrap();
        assert!(path.ends_with("20261121100000_user_nicknames.sql"));
        assert!(create(folder.path(), "user_nicknames", now).is_err());
        for wrong in ["", "a b", "../x", "ä"] {
            assert!(create(folder.path(), wrong, now).is_err(), "{wrong}");
        }
        assert!(MIGRATIONS.iter().all(|one| one.version < 20261121100000));
    }
}
