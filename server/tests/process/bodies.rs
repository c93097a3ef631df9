//! Bodies that are too large, too slow or one after another on one connection.

use crate::http::{Client, Connection};
use crate::site::{Server, Site};

const JSON: &str = "Content-Type: application/json\r\n";

/// The path of an operation, and more bytes than its body may have.
const TOO_LARGE: [(&str, usize); 2] = [("/v1/auth/login", 8_193), ("/v1/analytics/track", 1_025)];

fn start() -> (Site, Server) {
    let site = Site::new().with("SAMPLE_CONTENT", "false");
    let server = site.start();
    (site, server)
}

/// Whether a connection still takes requests.
fn serves_on(client: &Client, connection: &mut Connection) -> bool {
    connection.send(client.head("GET", "/health", "")).unwrap();
    connection.answer().unwrap().status == 200
}

#[test]
fn a_declared_length_beyond_the_limit_is_refused_at_once() {
    let (_site, server) = start();
    for (path, length) in TOO_LARGE {
        let mut connection = server.client.connect();
        let headers = format!("{JSON}Content-Length: {length}\r\n");
        connection
            .send(server.client.head("POST", path, &headers) + "{")
            .unwrap();
        // All but one byte is still to come.
        assert!(connection.answer().unwrap().is_error(413));
        connection.send(vec![b' '; length - 1]).unwrap();
        assert!(serves_on(&server.client, &mut connection));
    }
}

#[test]
fn a_body_of_unknown_length_is_refused_as_it_passes_the_limit() {
    let (_site, server) = start();
    for (path, length) in TOO_LARGE {
        let mut connection = server.client.connect();
        let headers = format!("{JSON}Transfer-Encoding: chunked\r\n");
        connection
            .send(server.client.head("POST", path, &headers))
            .unwrap();
        let mut chunk = format!("{length:x}\r\n").into_bytes();
        chunk.resize(chunk.len() + length, b' ');
        connection.send(chunk).unwrap();
        // Neither this chunk's end nor the body's has been sent.
        assert!(connection.answer().unwrap().is_error(413));
        connection.send("\r\n1\r\n \r\n0\r\n\r\n").unwrap();
        assert!(serves_on(&server.client, &mut connection));
    }
}

#[test]
fn a_client_that_sends_everything_first_gets_its_answer() {
    let (_site, server) = start();
    let length = 8 * 1024 * 1024;
    // 413 for the length; 401 before the body is looked at; 404 and 405 without looking at all.
    for (path, status) in [
        ("/v1/auth/login", 413),
        ("/v1/blog/posts", 401),
        ("/nothing", 404),
        ("/v1/visitors/count", 405),
    ] {
        let mut connection = server.client.connect();
        let headers = format!("{JSON}Content-Length: {length}\r\n");
        connection
            .send(server.client.head("POST", path, &headers))
            .unwrap();
        connection.send(vec![b' '; length]).unwrap();
        let answer = connection.answer().unwrap();
        assert!(answer.is_error(status), "{path}: {}", answer.head);
        assert!(serves_on(&server.client, &mut connection), "{path}");
    }
}

#[test]
fn a_client_that_asks_first_need_not_send() {
    let (_site, server) = start();
    let expect = "Expect: 100-continue\r\n";
    let mut connection = server.client.connect();
    let headers = format!("{JSON}{expect}Content-Length: 9000\r\n");
    connection
        .send(server.client.head("POST", "/v1/auth/login", &headers))
        .unwrap();
    assert!(connection.answer().unwrap().is_error(413));

    let body = r#"{"email": "a@example.com", "password": "b"}"#;
    let mut connection = server.client.connect();
    let headers = format!("{JSON}{expect}Content-Length: {}\r\n", body.len());
    connection
        .send(server.client.head("POST", "/v1/auth/login", &headers))
        .unwrap();
    assert_eq!(connection.answer().unwrap().status, 100);
    connection.send(body).unwrap();
    assert!(connection.answer().unwrap().is_error(401));
}

#[test]
fn a_body_without_end_is_given_up() {
    let (_site, server) = start();
    let mut connection = server.client.connect();
    let headers = format!("{JSON}Transfer-Encoding: chunked\r\n");
    connection
        .send(server.client.head("POST", "/v1/auth/login", &headers))
        .unwrap();
    let mut chunk = b"100000\r\n".to_vec();
    chunk.resize(chunk.len() + 0x10_0000, b' ');
    chunk.extend(b"\r\n");
    let sent = (0..64)
        .take_while(|_| connection.send(&chunk).is_ok())
        .count();
    assert!((1..64).contains(&sent), "{sent} MiB");
    assert_eq!(server.client.get("/health").status, 200);
}

#[test]
fn slow_clients_hold_up_nobody() {
    let (_site, server) = start();
    let slow: Vec<Connection> = (0..100)
        .map(|client| {
            let mut connection = server.client.connect();
            let head = server.client.head(
                "POST",
                "/v1/auth/login",
                &format!("{JSON}Content-Length: 100\r\n"),
            );
            // Half of them stop in the head, half in the body.
            let sent = if client % 2 == 0 {
                &head[..head.len() / 2]
            } else {
                &head
            };
            connection.send(sent).unwrap();
            connection
        })
        .collect();
    for _ in 0..10 {
        assert_eq!(server.client.get("/v1/visitors/count").status, 200);
    }
    drop(slow);
}

#[test]
fn requests_may_follow_one_another_without_waiting() {
    let (_site, server) = start();
    let client = &server.client;
    let large = format!("{JSON}Content-Length: 9000\r\n");
    let requests = [
        client.head("GET", "/health", ""),
        client.head("POST", "/v1/auth/login", &large) + &" ".repeat(9000),
        client.head("GET", "/v1/visitors/count", ""),
        client.head(
            "POST",
            "/v1/auth/login",
            "Content-Length: 2\r\nContent-Type: text/plain\r\n",
        ) + "{}",
        client.head("GET", "/nothing", ""),
    ];
    let mut connection = client.connect();
    connection.send(requests.concat()).unwrap();
    let answers = requests.map(|_| connection.answer().unwrap().status);
    assert_eq!(answers, [200, 413, 200, 415, 404]);
}
