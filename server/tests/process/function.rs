//! The binary where Lambda starts it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

use crate::site::{End, Site};

/// A runtime API that takes one call and gives it.
fn runtime_api() -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let call = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut call = String::new();
        while !call.ends_with('}') {
            let mut bytes = [0; 4_096];
            let length = stream.read(&mut bytes).unwrap();
            assert!(length > 0, "{call}");
            call.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(accepted.as_bytes()).unwrap();
        call
    });
    (address, call)
}

/// How a function ends that cannot start with these settings, and what it told the runtime API.
fn fail(site: Site) -> (End, String) {
    let (address, call) = runtime_api();
    let site = site.with("AWS_LAMBDA_RUNTIME_API", address.to_string());
    let end = site.fail();
    assert_eq!(end.status, Some(1), "{end:?}");
    assert_eq!(end.stderr, "", "the log is elsewhere");
    assert!(!site.data().exists());
    (end, call.join().unwrap())
}

#[test]
fn nothing_embedded_starts_there() {
    for environment in ["", "local"] {
        let site = Site::new().with("ENVIRONMENT", environment);
        let (end, call) = fail(site);
        let first = call.lines().next().unwrap();
        assert_eq!(first, "POST /2018-06-01/runtime/init/error HTTP/1.1");
        let sentence = "ENVIRONMENT must be staging or production in AWS Lambda";
        assert!(call.contains(sentence), "{call}");
        assert_eq!(end.stdout.lines().count(), 1, "{}", end.stdout);
        assert!(end.stdout.contains(sentence), "{}", end.stdout);
        assert!(
            end.stdout.starts_with("{\"time\":"),
            "a line for machines: {}",
            end.stdout
        );
    }
}

#[test]
fn every_mistake_in_the_settings_is_told_and_no_file_is_read() {
    let site = Site::new()
        .with("ENVIRONMENT", "production")
        .with("COUNTER_SHARDS", "many");
    std::fs::write(
        site.path(".env"),
        "DYNAMODB_TABLE_NAME=portfolio\nnot a line",
    )
    .unwrap();
    let (end, call) = fail(site);
    let lines: Vec<_> = end.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines
            .iter()
            .any(|line| line.contains("COUNTER_SHARDS must be a number"))
    );
    assert!(
        lines
            .iter()
            .any(|line| line.contains("DYNAMODB_TABLE_NAME"))
    );
    assert!(call.contains("COUNTER_SHARDS must be a number"), "{call}");
}

#[test]
fn without_the_runtime_api_it_ends_with_the_reason() {
    let site = Site::new().with("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1");
    let end = site.fail();
    assert_eq!(end.status, Some(1));
    assert!(end.stdout.contains("ENVIRONMENT must be"), "{}", end.stdout);
}
