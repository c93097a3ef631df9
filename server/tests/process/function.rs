//! The binary where Lambda starts it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::site::{End, Process, Site};

/// A runtime API that takes one call and gives it.
fn runtime_api() -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let call = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let call = read(&mut stream);
        stream.write_all(ACCEPTED.as_bytes()).unwrap();
        call
    });
    (address, call)
}

const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

/// One call: its head, and its body of JSON if it has one.
fn read(stream: &mut TcpStream) -> String {
    let mut call = String::new();
    loop {
        let end = if call.starts_with("GET ") {
            "\r\n\r\n"
        } else {
            "}"
        };
        if call.ends_with(end) {
            return call;
        }
        let mut bytes = [0; 4_096];
        let length = stream.read(&mut bytes).unwrap();
        assert!(length > 0, "{call}");
        call.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
}

/// The answer to an event.
fn answer(stream: &mut TcpStream, event: &str) -> Value {
    let next = read(stream);
    assert!(
        next.starts_with("GET /2018-06-01/runtime/invocation/next "),
        "{next}"
    );
    let given = format!(
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\nContent-Length: {}\r\n\r\n{event}",
        event.len()
    );
    stream.write_all(given.as_bytes()).unwrap();
    let call = read(stream);
    assert!(
        call.starts_with("POST /2018-06-01/runtime/invocation/r-1/response "),
        "{call}"
    );
    stream.write_all(ACCEPTED.as_bytes()).unwrap();
    serde_json::from_str(call.split_once("\r\n\r\n").unwrap().1).unwrap()
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

#[test]
fn it_serves_events_by_the_runtime_api_and_opens_no_other_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = Site::new()
        .with(
            "AWS_LAMBDA_RUNTIME_API",
            listener.local_addr().unwrap().to_string(),
        )
        .with("ENVIRONMENT", "production")
        .with("AWS_REGION", "eu-west-1")
        .with("DYNAMODB_TABLE_NAME", "portfolio")
        .with("COGNITO_USER_POOL_ID", "eu-west-1_aBcDeFgHi")
        .with("COGNITO_CLIENT_ID", "7example23")
        .with("COGNITO_REGION", "eu-west-1");
    let mut process = Process::start(site.command());
    let log = process.output();
    let (mut stream, _) = listener.accept().unwrap();
    let event = json!({
        "version": "2.0",
        "rawPath": "/health",
        "requestContext": { "http": { "method": "GET", "sourceIp": "192.0.2.1" }, "stage": "$default" },
    });
    for _ in 0..2 {
        let answered = answer(&mut stream, &event.to_string());
        assert_eq!(answered["statusCode"], 200, "{answered}");
        assert_eq!(answered["headers"]["x-request-id"], "r-1");
    }
    assert_eq!(answer(&mut stream, "{}")["statusCode"], 400);
    #[cfg(target_os = "linux")]
    assert_eq!(sockets(process.id()), 1, "the runtime API's");
    // Lambda ends it; here its connection ends, and nobody listens any more.
    drop((stream, listener));
    assert_eq!(process.end().code(), Some(1));
    let log = log.join().unwrap();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let cold: Vec<_> = lines.iter().map(|line| &line["coldStart"]).collect();
    assert_eq!(cold[..2], [&json!(true), &Value::Null], "{log}");
    assert_eq!(lines[2]["message"], "an event is not an HTTP request");
    assert_eq!(lines[3]["message"], "the function ends");
    assert!(!site.data().exists());
}

/// Connections that a process has, and sockets that it listens on.
#[cfg(target_os = "linux")]
fn sockets(process: u32) -> usize {
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let opened = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    let net = std::fs::read_to_string(format!("/proc/{process}/net/tcp")).unwrap();
    let sockets = opened.filter_map(|file| {
        let inode = file
            .to_str()?
            .strip_prefix("socket:[")?
            .strip_suffix(']')?
            .to_owned();
        // Signals have sockets too, which are none of the network's.
        net.lines()
            .find(|line| line.split_whitespace().nth(9) == Some(&inode))
            .map(drop)
    });
    sockets.count()
}
