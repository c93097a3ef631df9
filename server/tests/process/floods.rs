//! More connections than the process may have.

use crate::http::Connection;
use crate::site::{Server, Site};

/// Connections that send nothing, or nothing whole.
fn flood(server: &Server, connections: usize) -> Vec<Connection> {
    (0..connections)
        .map(|number| {
            let mut connection = server.client.connect();
            if number % 2 == 0 {
                // The server may have closed it already.
                let _ = connection.send("GET /health HTTP/1.1\r\n");
            }
            connection
        })
        .collect()
}

/// They are closed for those who ask, instead of being waited for until they are late.
#[cfg(target_os = "linux")]
#[test]
fn silent_connections_that_take_all_files_hold_up_nobody() {
    let site = Site::new().with("SAMPLE_CONTENT", "false");
    let server = Server::start(site.shell("ulimit -n 64"));
    let flood = flood(&server, 200);
    for _ in 0..10 {
        assert_eq!(server.client.get("/v1/visitors/count").status, 200);
    }
    drop(flood);
}

#[test]
fn more_connections_than_there_may_be_hold_up_nobody() {
    let site = Site::new().with("SAMPLE_CONTENT", "false");
    let server = site.start();
    let mut flood = flood(&server, 600);
    for _ in 0..10 {
        assert_eq!(server.client.get("/v1/visitors/count").status, 200);
    }
    // The first to come were the first to go.
    assert!(flood[0].is_closed());
}
