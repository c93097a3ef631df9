//! The server: in one thread, asked without a socket, on a database in memory; or as it is run, asked over HTTP.

use std::cell::Cell;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use axum::Router;
use axum::body::Body;
use contract_judge::witness::{Sent, Witness};
use contract_runtime::dynamodb::embedded::{Engine, Faults};
use http::{HeaderMap, StatusCode, header};
use portfolio_server::table::connection;
use portfolio_tests::contract::{BASE_PATH, JUDGE};
use portfolio_tests::resident::{self, Resident};
use serde_json::Value;
use tokio::time::Instant;

use crate::invariants::Items;
use crate::request::{Reply, Request};
use crate::schedule::{REQUEST, Schedule};
use crate::servers::{Place, Servers};

/// The server's own limit on a request, and a moment to say so.
const PATIENCE: Duration = Duration::from_millis(20_050);

/// As long as that on a connection, where a busy machine may take its time.
const CONNECTED_PATIENCE: Duration = Duration::from_secs(40);

/// Where requests go in.
enum Door {
    Router(Router),
    Servers(Servers),
}

/// A running server.
pub(crate) struct World {
    door: Door,
    witness: Witness,
    /// Its database, past the faults.
    database: Client,
    /// Whether what is only read may be behind.
    pub(crate) stale: bool,
}

impl World {
    /// In one thread and on simulated time, with what the schedule does to the calls of its database.
    pub(crate) async fn simulated(schedule: Schedule) -> Self {
        let engine = Engine::memory().unwrap();
        Resident::get().move_in(&engine).await;
        let stale = schedule.reads_are_behind();
        let router = resident::server(engine.clone().with_faults(schedule), None).await;
        Self::behind(Door::Router(router), &engine, stale)
    }

    /// Behind connections.
    pub(crate) async fn connected(place: Place) -> Self {
        let (servers, engine) = Servers::start(place).await;
        Self::behind(Door::Servers(servers), &engine, false)
    }

    fn behind(door: Door, engine: &Engine, stale: bool) -> Self {
        Self {
            door,
            witness: WITNESS.clone(),
            database: connection::local(engine.http_client()),
            stale,
        }
    }

    /// Sends a request, whose number says which faults it meets. What the contract does not declare, and what takes
    /// longer than the server lets anything take, fails the test.
    pub(crate) async fn ask(&self, number: usize, request: Request) -> Reply {
        let begin = Instant::now();
        let answered = async {
            match &self.door {
                Door::Router(router) => (send(router, &request).await, PATIENCE),
                Door::Servers(servers) => (servers.ask(number, &request).await, CONNECTED_PATIENCE),
            }
        };
        let answered = REQUEST.scope((number, Cell::new(0)), answered);
        // Who would wait for ever is told so.
        let answered = tokio::time::timeout(2 * CONNECTED_PATIENCE, answered).await;
        let shown = format!("{number}: {} {}", request.method, request.path);
        let ((status, headers, body), patience) =
            answered.unwrap_or_else(|_| panic!("{shown} was not answered"));
        let took = begin.elapsed();
        assert!(took <= patience, "{shown} took {took:?}");
        let sent = Sent {
            method: request.method,
            path: format!("{BASE_PATH}{}", request.path),
            headers: request.headers,
            json: request.body,
        };
        let answer = self.witness.heard(sent, status, headers, &body);
        let tag = answer.headers.get(header::ETAG);
        let version = tag.map(|tag| tag.to_str().unwrap().trim_matches('"').parse().unwrap());
        Reply {
            operation: answer
                .operation()
                .expect("an operation of the contract")
                .id(),
            status: status.as_u16(),
            version,
            body: answer.body,
            took,
        }
    }

    /// The whole table.
    pub(crate) async fn items(&self) -> Items {
        Items::of(&self.database, resident::TABLES[0]).await
    }
}

static WITNESS: LazyLock<Witness> =
    LazyLock::new(|| Witness::new(&JUDGE, SocketAddr::from(([127, 0, 0, 1], 1))).unrecorded());

/// Status, headers and body.
pub(crate) type Raw = (StatusCode, HeaderMap, Vec<u8>);

pub(crate) async fn send(router: &Router, request: &Request) -> Raw {
    let body = request.body.as_ref().map(Value::to_string);
    let mut sent = http::Request::new(Body::from(body.unwrap_or_default()));
    *sent.method_mut() = request.method.clone();
    *sent.uri_mut() = format!("{BASE_PATH}{}", request.path).parse().unwrap();
    sent.headers_mut().clone_from(&request.headers);
    resident::ask(router, sent).await
}
