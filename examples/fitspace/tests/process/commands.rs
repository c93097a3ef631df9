//! Commands.

use crate::{Running, complaint, outcome, postgres, program};

fn said(settings: &[(&str, &str)], arguments: &[&str]) -> String {
    let output = outcome(settings, arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_database_is_migrated_by_a_command_and_then_served() {
    let server = postgres();
    let url = server.url();
    let settings = [("DATABASE_URL", url.as_str())];
    let before = said(&settings, &["migrate", "status"]);
    assert_eq!(before.lines().count(), 4, "{before}");
    assert!(
        before.lines().all(|line| line.ends_with(" pending")),
        "{before}"
    );
    let applied = said(&settings, &["migrate", "up"]);
    assert!(
        applied.starts_with("20261120090000 users applied\n"),
        "{applied}"
    );
    assert_eq!(
        said(&settings, &["migrate", "up"]),
        "The database lacks no migration.\n"
    );
    let after = said(&settings, &["migrate", "status"]);
    assert!(
        after.lines().all(|line| line.ends_with(" applied")),
        "{after}"
    );
    let running = Running::start(&settings);
    assert_eq!(running.get("/api/v1/users").0, 200);
}

#[test]
fn commands_about_a_database_need_one() {
    for command in ["up", "status"] {
        let sentence = complaint(&[], &["migrate", command]);
        assert!(
            sentence.contains("set DATABASE_URL or DB_SECRET_ARN"),
            "{sentence}"
        );
    }
    let nobody = complaint(
        &[("DATABASE_URL", "postgres://u@127.0.0.1:1/d")],
        &["migrate", "up"],
    );
    assert!(
        nobody.starts_with("error: the database cannot be used: "),
        "{nobody}"
    );
}

#[test]
fn a_new_migration_is_a_file_among_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let new = |name: &str| {
        program(folder.path(), &[])
            .args(["migrate", "new", name])
            .output()
            .unwrap()
    };
    let nowhere = new("user_nicknames");
    assert_eq!(nowhere.status.code(), Some(1), "{nowhere:?}");
    std::fs::create_dir(folder.path().join("migrations")).unwrap();
    let made = new("user_nicknames");
    assert!(made.status.success(), "{made:?}");
    let path = String::from_utf8(made.stdout).unwrap();
    assert!(folder.path().join(path.trim()).exists(), "{path}");
    assert!(!new("../evil").status.success());
}

#[test]
fn help_lists_settings_and_commands() {
    let help = said(&[], &["--help"]);
    for name in [
        "DATABASE_URL",
        "DB_SECRET_ARN",
        "DATABASE_CONNECTIONS",
        "POSTGRES_BIN",
        "migrate up",
        "migrate new NAME",
    ] {
        assert!(help.contains(name), "{name} is missing:\n{help}");
    }
}
