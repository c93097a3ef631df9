//! A disk without room. A limit on the size of files stands in for it, which needs no rights; with `SIGXFSZ`
//! ignored, writing beyond it fails with an error, as it does on a full disk.
#![cfg(target_os = "linux")]

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
