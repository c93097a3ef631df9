//! Data folders that cannot be used: one sentence, and nothing overwritten.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::process::Command;

use crate::site::{End, Process, Server, Site, wait_until};

/// The files of a folder with what is in them, but for those that hold no content: the lock, SQLite's index of
/// its log, which a look at the database makes, and a log with nothing in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("LOCK") && !path.ends_with("dynamodb.sqlite-shm"))
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .filter(|(_, content)| !content.is_empty())
        .collect()
}

#[test]
fn a_folder_in_use_is_left_to_its_process() {
    let site = Site::new();
    let mut first = site.start();
    let sentence = site.fail();
    let sentence = sentence.mistake();
    let folder = site.data().canonicalize().unwrap();
    assert_eq!(
        sentence,
        format!(
            "the data folder {} is in use by another process; stop that process or set DATA_DIR to another folder",
            folder.display()
        )
    );
    assert_eq!(first.client.get("/v1/blog/posts").status, 200);
    // The lock ends with the process, however it ends.
    first.process.kill();
    site.start();
}

#[test]
fn of_two_processes_that_start_at_once_on_one_folder_one_serves_and_one_is_told() {
    let site = Site::new();
    // On a folder that is not there, and then on what the one that was killed has left.
    for round in 0..6 {
        let [mut first, mut second] = [0, 1].map(|_| Process::start(site.command()));
        wait_until("one of two processes ends", || {
            first.has_ended() || second.has_ended()
        });
        let (told, serves) = if first.has_ended() {
            (first, second)
        } else {
            (second, first)
        };
        let end = End::after(told);
        let folder = site.data().canonicalize().unwrap();
        assert_eq!(
            end.mistake(),
            format!(
                "the data folder {} is in use by another process; stop that process or set DATA_DIR to another folder",
                folder.display()
            ),
            "round {round}"
        );
        let mut server = Server::of(serves);
        assert_eq!(server.client.get("/v1/blog/posts").json()["total"], 3);
        server.process.kill();
    }
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "mounts a disk, which not everybody may: cargo xtask torture crashes"]
fn a_folder_on_a_disk_that_is_only_read_is_told() {
    let site = Site::new();
    let mut mount = Command::new("/usr/bin/unshare");
    mount.args(["--mount", "--map-root-user", "/bin/sh", "-c"]);
    mount.arg("mkdir .data && mount -t tmpfs -o ro none .data && exec \"$0\"");
    let end = End::of(site.behind(mount));
    let sentence = end.mistake();
    let folder = site.data().canonicalize().unwrap();
    assert!(
        sentence.starts_with(&format!("cannot write to {}", folder.display())),
        "{sentence}"
    );
    assert!(
        sentence.ends_with("; set DATA_DIR to a folder that can be written to"),
        "{sentence}"
    );
}

/// The folder may be anybody's to look into; the keys and password hashes in it are the owner's.
#[test]
#[cfg(unix)]
fn nobody_else_can_read_the_database() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new();
    std::fs::create_dir(site.data()).unwrap();
    let public = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(site.data(), public).unwrap();
    let _server = site.start();
    for entry in std::fs::read_dir(site.data()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        let name = entry.file_name();
        assert!(name == "LOCK" || mode == 0o600, "{name:?} has {mode:o}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let site = Site::new();
    std::fs::write(site.path("file"), "somebody's").unwrap();
    let mut folders = vec![
        ("file", "it is not a folder"),
        ("file/below", "Not a directory"),
    ];
    if cfg!(target_os = "linux") {
        // Where nobody can make a folder, not even root.
        folders.push(("/proc/portfolio", ""));
    }
    let mut site = site;
    for (folder, cause) in folders {
        site = site.with("DATA_DIR", folder);
        let end = site.fail();
        let sentence = end.mistake();
        assert!(
            sentence.starts_with(&format!("cannot write to {folder}: {cause}")),
            "{sentence}"
        );
        assert!(
            sentence.ends_with("; set DATA_DIR to a folder that can be written to"),
            "{sentence}"
        );
    }
    assert_eq!(std::fs::read(site.path("file")).unwrap(), b"somebody's");
}

#[cfg(unix)]
#[test]
fn a_damaged_database_is_left_as_it_is() {
    let site = Site::new();
    let mut server = site.start();
    server.process.signal("TERM");
    server.process.end();
    let folder = site.data();
    let file = folder.join("dynamodb.sqlite");
    // A server that ends in peace leaves all of its content in this one file.
    let sound = std::fs::read(&file).unwrap();
    assert_eq!(files(&folder).len(), 1);
    let mut scribbled = sound.clone();
    scribbled[sound.len() / 2..].fill(0x5a);
    for (what, damaged) in [
        ("text", b"somebody's notes".to_vec()),
        ("zeros", vec![0; 8192]),
        ("cut off", sound[..sound.len() / 2].to_vec()),
        ("scribbled over", scribbled),
    ] {
        std::fs::write(&file, &damaged).unwrap();
        let before = files(&folder);
        let end = site.fail();
        let sentence = end.mistake();
        assert!(
            sentence.contains("dynamodb.sqlite is damaged or not a database ("),
            "{what}: {sentence}"
        );
        assert!(
            sentence.ends_with(
                "; it was left as it is; put a sound copy in its place or set DATA_DIR to an empty folder"
            ),
            "{what}: {sentence}"
        );
        assert!(files(&folder) == before, "{what}");
    }
    std::fs::write(&file, &sound).unwrap();
    let server = site.start();
    assert_eq!(server.client.get("/v1/blog/posts").json()["total"], 3);
}

#[test]
fn a_log_without_its_database_is_left_as_it_is() {
    let site = Site::new();
    site.start().process.kill();
    let folder = site.data();
    // After a kill most of the content is in the log; SQLite would throw it away.
    std::fs::write(folder.join("dynamodb.sqlite"), "").unwrap();
    let before = files(&folder);
    assert!(before[&folder.join("dynamodb.sqlite-wal")].len() > 10_000);
    let end = site.fail();
    let sentence = end.mistake();
    assert!(
        sentence.contains(
            "dynamodb.sqlite is damaged or not a database (it is empty, but its log is not)"
        ),
        "{sentence}"
    );
    assert!(files(&folder) == before);
}
