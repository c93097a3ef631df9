//! A disk without room. A limit on the size of files stands in for it, which needs no rights; with `SIGXFSZ`
//! ignored, writing beyond it fails with an error, as it does on a full disk.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::process::Command;

use crate::http::post;
use crate::site::{End, Server, Site};

#[test]
fn a_start_without_room_is_told() {
    let site = Site::new();
    let end = End::of(site.shell("trap '' XFSZ; ulimit -f 64"));
    let folder = site.data().canonicalize().unwrap();
    assert_eq!(
        end.mistake(),
        format!(
            "the disk of {} is full; free some space or set DATA_DIR to a folder on another disk",
            folder.display()
        )
    );
    assert!(!folder.join("dynamodb.sqlite").exists());
    // With room it starts as if nothing had been.
    let server = site.start();
    server.client.owner(server.password());
}

/// Lets no file of a process grow beyond `bytes`.
fn limit(process: u32, bytes: &str) {
    let status = Command::new("prlimit")
        .args([
            &format!("--pid={process}"),
            &format!("--fsize={bytes}:unlimited"),
        ])
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn no_room_while_serving_loses_nothing_and_passes() {
    let site = Site::new()
        .with("OWNER_PASSWORD", "pw")
        .with("SAMPLE_CONTENT", "false");
    let mut server = Server::start(site.shell("trap '' XFSZ"));
    let owner = server.client.owner("pw");
    let content = "x".repeat(10_000);
    let create = |title: &str| owner.post("/v1/blog/posts", &post(title, &content));

    let log = site
        .data()
        .join("dynamodb.sqlite-wal")
        .metadata()
        .unwrap()
        .len();
    limit(server.process.id(), &(log + 100_000).to_string());
    let mut stored = Vec::new();
    let refused = loop {
        let answer = create("Before");
        if answer.status != 201 {
            break answer;
        }
        stored.push(answer);
        assert!(stored.len() < 100);
    };
    assert!(!stored.is_empty());
    assert!(
        refused.is_error(503) || refused.is_error(500),
        "{}",
        refused.json()
    );
    assert!(
        !refused.json().to_string().to_lowercase().contains("disk"),
        "{}",
        refused.json()
    );
    // Reading goes on, of what was acknowledged and of nothing else.
    let mine = |id: &str| format!("/v1/blog/posts/{id}");
    for answer in &stored {
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(owner.get(&mine(&id)).body, answer.body);
    }
    let listed = owner.get("/v1/blog/posts?status=all&limit=100").json();
    assert_eq!(listed["total"], stored.len());
    assert!(!server.process.has_ended());

    limit(server.process.id(), "unlimited");
    let after = create("After");
    assert_eq!(after.status, 201, "{}", after.json());
    stored.push(after);
    server.process.kill();

    let server = site.start();
    let owner = server.client.owner("pw");
    for answer in &stored {
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(owner.get(&mine(&id)).body, answer.body);
    }
}

#[test]
#[ignore = "mounts a disk, which not everybody may: cargo xtask torture crashes"]
fn a_disk_that_is_full_loses_nothing_and_passes() {
    let site = Site::new()
        .with("OWNER_PASSWORD", "pw")
        .with("SAMPLE_CONTENT", "false");
    // A disk of its own in a namespace of its own (util-linux), gone with the process.
    let mut mount = Command::new("/usr/bin/unshare");
    mount.args(["--mount", "--map-root-user", "/bin/sh", "-c"]);
    mount.arg("mkdir .data && mount -t tmpfs -o size=8m none .data && exec \"$0\"");
    let server = Server::start(site.behind(mount));
    let owner = server.client.owner("pw");
    let create = |title: &str| owner.post("/v1/blog/posts", &post(title, "content"));
    let read = |id: &str| owner.get(&format!("/v1/blog/posts/{id}"));
    let mut stored = vec![create("Before")];
    // The process's view of its folder, from outside.
    let filler = format!("/proc/{}/cwd/.data/filler", server.process.id());
    for round in 0..3 {
        let mut file = std::fs::File::create(&filler).unwrap();
        // Until nothing more fits.
        while file.write_all(&[0; 4096]).is_ok() {}
        drop(file);
        let mut refused = 0;
        for _ in 0..300 {
            let answer = create("Tight");
            if answer.status == 201 {
                stored.push(answer);
            } else {
                assert!(
                    answer.is_error(503) || answer.is_error(500),
                    "{}",
                    answer.json()
                );
                refused += 1;
            }
            if refused == 5 {
                break;
            }
        }
        assert_eq!(refused, 5, "the disk of round {round} is not full");
        let listed = owner.get("/v1/blog/posts?status=all&limit=1").json();
        assert_eq!(listed["total"], stored.len());
        std::fs::remove_file(&filler).unwrap();
        stored.push(create("After"));
        for answer in &stored {
            assert_eq!(answer.status, 201, "{}", answer.json());
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            assert_eq!(read(&id).body, answer.body);
        }
    }
}
