//! Being asked to stop: what is under way is finished, and the end is no failure.
#![cfg(unix)]

use std::net::TcpStream;

use crate::http::post;
use crate::site::{Site, wait_until};

#[test]
fn a_request_under_way_is_finished() {
    for signal in ["INT", "TERM"] {
        let site = Site::new();
        let mut server = site.start();
        let owner = server.client.owner(server.password());
        let body = post("Under way", "c").to_string();
        let headers = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        let (first, rest) = body.split_at(20);
        let mut under_way = owner.connect();
        under_way
            .send(owner.head("POST", "/v1/blog/posts", &headers) + first)
            .unwrap();
        // Connections that wait for a request of their client do not keep the server.
        let mut idle = owner.connect();
        idle.send(owner.head("GET", "/health", "")).unwrap();
        assert_eq!(idle.answer().unwrap().status, 200);

        server.process.signal(signal);
        wait_until("the server takes no connections", || {
            TcpStream::connect(owner.address).is_err()
        });
        assert!(idle.is_closed());
        assert!(!server.process.has_ended());
        under_way.send(rest).unwrap();
        let created = under_way.answer().unwrap();
        assert_eq!(created.status, 201, "{signal}");
        assert_eq!(server.process.end().code(), Some(0), "{signal}");

        let server = site.start();
        let id = created.json()["id"].as_str().unwrap().to_owned();
        let owner = owner.at(server.client.address);
        assert_eq!(
            owner.get(&format!("/v1/blog/posts/{id}")).body,
            created.body
        );
    }
}

#[test]
fn a_signal_right_after_the_banner_is_heard() {
    for _ in 0..3 {
        let mut server = Site::new().start();
        server.process.signal("TERM");
        assert_eq!(server.process.end().code(), Some(0));
    }
}
