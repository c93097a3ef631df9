//! The binary where Lambda starts it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::site::{End, Process, Site};

const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

/// A runtime API for one function, call by call.
struct RuntimeApi {
    listener: TcpListener,
    /// The connection that the last call came on.
    stream: Option<TcpStream>,
}

impl RuntimeApi {
    fn start() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").unwrap(),
            stream: None,
        }
    }

    fn address(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    /// The next call: its head, and its body of JSON if it has one.
    fn read(&mut self) -> String {
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
            let length = match &mut self.stream {
                Some(stream) => stream.read(&mut bytes).unwrap_or(0),
                None => 0,
            };
            if length == 0 {
                assert_eq!(call, "", "broken off");
                self.stream = Some(self.listener.accept().unwrap().0);
            }
            call.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
    }

    fn write(&mut self, answer: &str) {
        let stream = self.stream.as_mut().unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
    }

    /// The answer to an event.
    fn answer(&mut self, event: &str) -> Value {
        let next = self.read();
        assert!(
            next.starts_with("GET /2018-06-01/runtime/invocation/next "),
            "{next}"
        );
        self.write(&format!(
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\nLambda-Runtime-Deadline-Ms: 9999999999999\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:portfolio\r\n\
             Content-Length: {}\r\n\r\n{event}",
            event.len()
        ));
        let call = self.read();
        assert!(
            call.starts_with("POST /2018-06-01/runtime/invocation/r-1/response "),
            "{call}"
        );
        self.write(ACCEPTED);
        serde_json::from_str(call.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

/// A process that believes to be Lambda's.
fn site(api: &str) -> Site {
    Site::new()
        .with("AWS_LAMBDA_RUNTIME_API", api)
        .with("AWS_LAMBDA_FUNCTION_NAME", "portfolio")
        .with("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .with("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
}

/// How a function ends that cannot start with these settings.
fn fail(site: Site) -> End {
    let end = site.fail();
    assert_eq!(end.status, Some(1), "{end:?}");
    assert_eq!(end.stderr, "", "the log is elsewhere");
    assert!(!site.data().exists());
    end
}

#[test]
fn nothing_embedded_starts_there() {
    for environment in ["", "local"] {
        let end = fail(site("127.0.0.1:1").with("ENVIRONMENT", environment));
        let sentence = "ENVIRONMENT must be staging or production in AWS Lambda";
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
    let site = site("127.0.0.1:1")
        .with("ENVIRONMENT", "production")
        .with("COUNTER_SHARDS", "many");
    std::fs::write(
        site.path(".env"),
        "DYNAMODB_TABLE_NAME=portfolio\nnot a line",
    )
    .unwrap();
    let end = fail(site);
    let lines: Vec<_> = end.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for mistake in ["COUNTER_SHARDS must be a number", "DYNAMODB_TABLE_NAME"] {
        assert!(lines.iter().any(|line| line.contains(mistake)), "{lines:?}");
    }
}

/// The settings of a function that could serve, if its table and its pool were there.
fn complete(site: Site) -> Site {
    site.with("ENVIRONMENT", "production")
        .with("AWS_REGION", "eu-west-1")
        .with("DYNAMODB_TABLE_NAME", "portfolio")
        .with("COGNITO_USER_POOL_ID", "eu-west-1_aBcDeFgHi")
        .with("COGNITO_CLIENT_ID", "7example23")
        .with("COGNITO_REGION", "eu-west-1")
}

#[test]
fn half_of_lambda_is_none() {
    let site = Site::new().with("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1");
    let end = fail(complete(site));
    let sentence = "AWS_LAMBDA_FUNCTION_NAME must be set, as AWS Lambda does";
    assert!(end.stdout.contains(sentence), "{}", end.stdout);
}

#[test]
fn it_serves_events_by_the_runtime_api_and_opens_no_other_connection() {
    let mut api = RuntimeApi::start();
    let site = complete(site(&api.address()));
    let mut process = Process::start(site.command());
    let log = process.output();
    let event = json!({
        "version": "2.0",
        "rawPath": "/health",
        "requestContext": { "http": { "method": "GET", "sourceIp": "192.0.2.1" }, "stage": "$default" },
    });
    for _ in 0..2 {
        let answered = api.answer(&event.to_string());
        assert_eq!(answered["statusCode"], 200, "{answered}");
        assert_eq!(answered["headers"]["x-request-id"], "r-1");
    }
    assert_eq!(api.answer("{}")["statusCode"], 400);
    #[cfg(target_os = "linux")]
    assert_eq!(sockets(process.id()), 1, "the runtime API's");
    // Lambda ends it; here its connection ends, and nobody listens any more.
    drop(api);
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

#[test]
fn no_event_is_logged_at_the_finest_level() {
    let mut api = RuntimeApi::start();
    let site = complete(site(&api.address())).with("LOG_LEVEL", "trace");
    let mut process = Process::start(site.command());
    let log = process.output();
    let event = json!({
        "version": "2.0",
        "rawPath": "/v1/auth/login",
        "rawQueryString": "private=yes",
        "headers": { "authorization": "Bearer very-private", "content-type": "text/plain" },
        "cookies": ["visitor=private-visitor"],
        "body": "private body",
        "requestContext": { "http": { "method": "POST", "sourceIp": "192.0.2.1" }, "stage": "$default" },
    });
    assert_eq!(api.answer(&event.to_string())["statusCode"], 415);
    // Of an event that is none, too.
    assert_eq!(
        api.answer(r#"{"headers": "Bearer private"}"#)["statusCode"],
        400
    );
    drop(api);
    process.end();
    let log = log.join().unwrap();
    assert!(log.contains("\"status\":415"), "{log}");
    assert!(!log.contains("private"), "{log}");
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
