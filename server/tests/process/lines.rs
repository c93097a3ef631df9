//! The log of a running server, as CloudWatch gets it.

use std::fs::File;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::http::{Client, post};
use crate::site::{Process, Site, wait_until};

const PASSWORD: &str = "correct horse battery staple";

#[test]
fn requests_lines_have_what_they_consumed_and_nothing_private() {
    // The port cannot be read from the banner here: it is one that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let site = Site::new()
        .with("PORT", address.port().to_string())
        .with("OWNER_PASSWORD", PASSWORD)
        .with("LOG_FORMAT", "json")
        .with("METRICS", "operations");
    let log = site.path("log");
    let mut command = site.command();
    command.stdout(Stdio::from(File::create(&log).unwrap()));
    let mut process = Process::start(command);
    let client = Client::new(address);
    wait_until("the server answers", || {
        assert!(!process.has_ended());
        client.request("GET", "/health", "", None).is_ok()
    });
    let owner = client.owner(PASSWORD);
    let created = owner.post("/v1/blog/posts", &post("Private title", "Private body"));
    assert_eq!(created.status, 201);
    assert_eq!(client.get("/v1/visitors/count?secret=1").status, 200);
    assert!(client.get("/nowhere").is_error(404));

    let mut text = String::new();
    wait_until("the last line is written", || {
        text = std::fs::read_to_string(&log).unwrap();
        text.contains("/nowhere")
    });
    process.kill();
    for private in [PASSWORD, "owner@example.com", "Private", "eyJ", "secret"] {
        // The banner names the owner; lines in the log do not.
        for line in text.lines().filter(|line| line.starts_with('{')) {
            assert!(!line.contains(private), "{private} in {line}");
        }
    }
    let lines = text.lines().filter(|line| line.starts_with('{'));
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let units = |operation: &str| {
        let line = lines
            .iter()
            .find(|line| line["operation"] == operation)
            .unwrap_or_else(|| panic!("no {operation} in {text}"));
        assert_eq!(
            line["_aws"]["CloudWatchMetrics"][0]["Namespace"],
            "Portfolio"
        );
        (line["readUnits"].clone(), line["writeUnits"].clone())
    };
    // As README.md's table of request units has them: a token costs one read, a new post two writes.
    assert_eq!(units("createBlogPost"), (json!(1.0), json!(2.0)));
    assert_eq!(units("getVisitorCount"), (json!(0.5), Value::Null));
    let unknown = lines.last().unwrap();
    assert_eq!(
        (
            &unknown["operation"],
            &unknown["clientErrors"],
            &unknown["environment"]
        ),
        (&json!("none"), &json!(1), &json!("local"))
    );
}
