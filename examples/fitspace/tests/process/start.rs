//! Starting and ending.

use crate::{Running, complaint, eventually, postgres};

#[test]
fn a_start_without_settings_has_a_database_that_ends_with_it() {
    for signal in ["-INT", "-TERM"] {
        let running = Running::start(&[]);
        let (status, body) = running.get("/status/db");
        assert_eq!(status, 200, "{body}");
        assert_eq!(running.get("/api/v1/users").0, 200);
        assert!(running.line("Database").contains("throw-away"));
        let folder = running.folder();
        assert!(folder.exists());
        running.signal(signal);
        assert_eq!(running.wait().code(), Some(0));
        assert!(!folder.exists(), "{} is left", folder.display());
    }
}

#[test]
fn a_program_that_is_killed_leaves_no_database_behind_and_another_one_starts() {
    let running = Running::start(&[]);
    let folder = running.folder();
    running.signal("-KILL");
    assert!(!running.wait().success());
    let again = Running::start(&[]);
    assert_eq!(again.get("/status/db").0, 200);
    assert_ne!(again.folder(), folder);
    eventually("the first one's database is left", || !folder.exists());
}

#[test]
fn two_programs_have_two_databases() {
    let (one, other) = (Running::start(&[]), Running::start(&[]));
    assert_ne!(one.folder(), other.folder());
    assert_eq!(
        [one.get("/status/db").0, other.get("/status/db").0],
        [200, 200]
    );
}

#[test]
fn a_database_that_cannot_be_had_is_said_in_a_sentence() {
    let nobody = complaint(
        &[("DATABASE_URL", "postgres://u:hunter2@127.0.0.1:1/d")],
        &[],
    );
    assert!(
        nobody.starts_with("error: the database cannot be used: "),
        "{nobody}"
    );
    let malformed = complaint(&[("DATABASE_URL", "127.0.0.1:5432/hunter2")], &[]);
    assert!(
        malformed.starts_with("error: DATABASE_URL is not a connection string such as postgres://"),
        "{malformed}"
    );
    let nothing = complaint(&[("ENVIRONMENT", "production")], &[]);
    assert!(
        nothing.contains("DATABASE_URL or DB_SECRET_ARN must be set"),
        "{nothing}"
    );
    for sentence in [&nobody, &malformed, &nothing] {
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
        assert!(!sentence.contains("hunter2"), "{sentence}");
    }
    let server = postgres();
    let foreign = server.url().replace("someone@", "stranger:wrong@");
    let refused = complaint(&[("DATABASE_URL", &foreign)], &[]);
    assert!(
        refused.contains("password authentication failed"),
        "{refused}"
    );
    let missing = server.url().replace("/postgres?", "/nothing?");
    let missing = complaint(&[("DATABASE_URL", &missing)], &[]);
    assert!(missing.contains("\"nothing\" does not exist"), "{missing}");
}

#[test]
fn a_machine_without_postgresql_is_told_what_to_do() {
    let empty = tempfile::tempdir().unwrap();
    let sentence = complaint(&[("POSTGRES_BIN", empty.path().to_str().unwrap())], &[]);
    assert!(
        sentence.contains("initdb and postgres") && sentence.contains("DATABASE_URL"),
        "{sentence}"
    );
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
}

#[test]
fn a_database_that_lacks_migrations_is_not_served() {
    let server = postgres();
    let sentence = complaint(&[("DATABASE_URL", &server.url())], &[]);
    assert!(
        sentence.contains("lacks 4 migrations") && sentence.contains("migrate up"),
        "{sentence}"
    );
}
