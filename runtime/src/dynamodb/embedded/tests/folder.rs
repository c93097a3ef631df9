//! Folders that can and cannot be opened.

use std::path::PathBuf;

use super::*;

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("made/on/the/way");
    {
        let client = client(&Engine::open(&path).unwrap(), 1);
        create_table(&client).await;
        put(&client, "a", 7).await;
    }
    let client = client(&Engine::open(&path).unwrap(), 1);
    assert_eq!(count(&client, "a").await, Some(7));
}

#[tokio::test]
async fn a_folder_belongs_to_one_engine_and_its_clients() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(dir.path()).unwrap();
    let client = client(&engine, 1);
    drop(engine);
    let error = Engine::open(dir.path()).unwrap_err();
    assert!(matches!(error, OpenError::Locked(_)), "{error:?}");
    assert!(error.to_string().ends_with("is in use by another process"));
    drop(client);
    Engine::open(dir.path()).unwrap();
}

/// A folder with a database of two kilobytes per item, and its file.
async fn written(items: usize) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let client = client(&Engine::open(dir.path()).unwrap(), 1);
    create_table(&client).await;
    for item in 0..items {
        client
            .put_item()
            .table_name("things")
            .item("PK", S(format!("item {item}")))
            .item("SK", S("-".to_owned()))
            .item("Text", S("text ".repeat(400)))
            .send()
            .await
            .unwrap();
    }
    drop(client);
    let file = dir.path().join("dynamodb.sqlite");
    (dir, file)
}

#[tokio::test]
async fn a_damaged_file_is_reported_and_left_alone() {
    let (dir, file) = written(20).await;
    let sound = std::fs::read(&file).unwrap();
    let mut scribbled = sound.clone();
    let middle = scribbled.len() / 2;
    scribbled[middle..].fill(0xa5);
    for (what, damaged) in [
        ("text", b"not a database, but somebody's notes".to_vec()),
        ("one byte", b"S".to_vec()),
        ("zeros", vec![0; 8_192]),
        ("cut off", sound[..sound.len() / 2].to_vec()),
        ("header only", sound[..16].to_vec()),
        ("scribbled over", scribbled),
    ] {
        std::fs::write(&file, &damaged).unwrap();
        let error = Engine::open(dir.path()).unwrap_err();
        assert!(matches!(error, OpenError::Corrupt(..)), "{what}: {error:?}");
        let sentence = error.to_string();
        assert!(
            sentence.contains("is damaged or not a database") && !sentence.contains('\n'),
            "{what}: {sentence}"
        );
        assert_eq!(std::fs::read(&file).unwrap(), damaged, "{what}");
    }
    std::fs::write(&file, &sound).unwrap();
    Engine::open(dir.path()).unwrap();
}

#[tokio::test]
async fn a_log_without_its_database_is_not_thrown_away() {
    let (dir, file) = written(1).await;
    std::fs::write(&file, b"").unwrap();
    let log = dir.path().join("dynamodb.sqlite-wal");
    std::fs::write(&log, b"what was committed last").unwrap();
    let error = Engine::open(dir.path()).unwrap_err();
    assert!(matches!(error, OpenError::Corrupt(..)), "{error:?}");
    assert_eq!(std::fs::read(&log).unwrap(), b"what was committed last");
}

#[test]
fn a_folder_that_cannot_be_made_is_reported() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for path in [file.path().to_owned(), file.path().join("below")] {
        let error = Engine::open(&path).unwrap_err();
        assert!(matches!(error, OpenError::NotWritable(..)), "{error:?}");
        assert!(
            error.to_string().starts_with("cannot write to /"),
            "{error}"
        );
    }
}

#[cfg(unix)]
#[test]
fn the_folder_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data");
    let _engine = Engine::open(&path).unwrap();
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
