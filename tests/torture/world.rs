//! The server in one thread: asked without a socket, on a database in memory.

use std::cell::Cell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::body::Body;
use contract_judge::witness::{Sent, Witness};
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::{Engine, Faults};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use portfolio_server::app::{App, Storage};
use portfolio_server::settings::Settings;
use portfolio_server::table::schema::Layout;
use portfolio_server::table::{Table, connection};
use portfolio_tests::contract::{BASE_PATH, JUDGE};
use portfolio_tests::{EMAIL, NOW, PASSWORD, time};
use serde_json::{Value, json};
use tokio::time::Instant;
use tower::ServiceExt;

use crate::invariants::Items;
use crate::schedule::REQUEST;

/// The table of content, and the identity provider's.
const TABLES: [&str; 2] = ["portfolio", "identity"];

/// The server's own limit on a request, and a moment to say so.
const PATIENCE: Duration = Duration::from_millis(20_050);

/// The owner as stored, and a session of hers: making one takes as long as ten requests, so all worlds have the same.
static OWNER: LazyLock<Owner> = LazyLock::new(|| {
    let made = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        runtime.block_on(Owner::make())
    });
    made.join().unwrap()
});

/// What a world begins with.
pub(crate) struct Owner {
    /// The identity provider's items.
    items: Vec<HashMap<String, AttributeValue>>,
    /// Tokens that no call of a workload ends.
    pub(crate) token: String,
    /// A session that a workload may end: its ID token and its refresh token.
    pub(crate) session: [String; 2],
}

impl Owner {
    async fn make() -> Self {
        let engine = Engine::memory().unwrap();
        let router = start(engine.clone(), Some(PASSWORD)).await;
        let mut sessions = Vec::new();
        for _ in 0..2 {
            let body = json!({ "email": EMAIL, "password": PASSWORD });
            let request = Request::post("/auth/login").json(&body);
            let (status, _, body) = send(&router, &request, None).await;
            assert_eq!(status, 200);
            let session: Value = serde_json::from_slice(&body).unwrap();
            let text = |name: &str| session[name].as_str().unwrap().to_owned();
            sessions.push([text("token"), text("refreshToken")]);
        }
        let scan = connection::local(engine.http_client()).scan();
        let items = scan.table_name(TABLES[1]).send().await.unwrap();
        let [other, session] = <[_; 2]>::try_from(sessions).unwrap();
        Self {
            items: items.items.unwrap(),
            token: { other }[0].clone(),
            session,
        }
    }

    pub(crate) fn get() -> &'static Self {
        &OWNER
    }

    /// Puts the owner where a new server looks for her.
    async fn move_in(&self, engine: &Engine) {
        let client = connection::local(engine.http_client());
        let table = Table::new(client.clone(), TABLES[1]);
        table.create(Layout::Plain).await.unwrap();
        for item in &self.items {
            let put = client.put_item().table_name(TABLES[1]);
            put.set_item(Some(item.clone())).send().await.unwrap();
        }
    }
}

async fn start(engine: Engine, password: Option<&str>) -> Router {
    let settings = [
        ("OWNER_EMAIL", Some(EMAIL)),
        ("OWNER_PASSWORD", password),
        ("SAMPLE_CONTENT", Some("false")),
        ("RATE_LIMITS", Some("off")),
    ];
    let settings = settings
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.to_owned())));
    let storage = Storage {
        engine: Some(engine),
        aws: None,
    };
    let settings = Settings::from(&settings.collect()).unwrap();
    let app = App::start(&settings, storage, Clock::manual(time(NOW))).await;
    app.unwrap().router()
}

/// A request of the contract.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    method: Method,
    /// Without the base path.
    path: String,
    headers: HeaderMap,
    body: Option<Value>,
}

impl Request {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: HeaderMap::new(),
            body: None,
        }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::try_from(value).unwrap();
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.clone());
        self.header("content-type", "application/json")
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn owner(self) -> Self {
        self.token(&Owner::get().token)
    }

    pub(crate) fn if_match(self, version: Option<u64>) -> Self {
        match version {
            Some(version) => self.header("if-match", &format!("\"{version}\"")),
            None => self,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) operation: &'static str,
    pub(crate) status: u16,
    /// The version that the `ETag` names.
    pub(crate) version: Option<u64>,
    pub(crate) body: Value,
    /// In the world's time.
    pub(crate) took: Duration,
}

/// A running server.
pub(crate) struct World {
    router: Router,
    witness: Witness,
    /// Its database, past the faults.
    database: Client,
}

impl World {
    pub(crate) async fn start(faults: impl Faults) -> Self {
        let engine = Engine::memory().unwrap();
        Owner::get().move_in(&engine).await;
        let router = start(engine.clone().with_faults(faults), None).await;
        Self {
            router,
            witness: WITNESS.clone(),
            database: connection::local(engine.http_client()),
        }
    }

    /// Sends a request, whose number says which faults it meets. What the contract does not declare, and what takes
    /// longer than the server lets anything take, fails the test.
    pub(crate) async fn ask(&self, number: usize, request: Request) -> Reply {
        let begin = Instant::now();
        let answered = REQUEST.scope(
            (number, Cell::new(0)),
            send(&self.router, &request, Some(number)),
        );
        let (status, headers, body) = answered.await;
        let took = begin.elapsed();
        let shown = format!("{number}: {} {}", request.method, request.path);
        assert!(took <= PATIENCE, "{shown} took {took:?}");
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
        Items::of(&self.database, TABLES[0]).await
    }
}

static WITNESS: LazyLock<Witness> =
    LazyLock::new(|| Witness::new(&JUDGE, SocketAddr::from(([127, 0, 0, 1], 1))));

async fn send(
    router: &Router,
    request: &Request,
    number: Option<usize>,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let body = request.body.as_ref().map(Value::to_string);
    let mut sent = http::Request::new(Body::from(body.unwrap_or_default()));
    *sent.method_mut() = request.method.clone();
    *sent.uri_mut() = format!("{BASE_PATH}{}", request.path).parse().unwrap();
    sent.headers_mut().clone_from(&request.headers);
    let answer = router.clone().oneshot(sent).await;
    let (parts, body) = answer.unwrap_or_else(|never| match never {}).into_parts();
    let body = body.collect().await;
    let body = body.unwrap_or_else(|error| panic!("{number:?}: {error}"));
    (parts.status, parts.headers, body.to_bytes().to_vec())
}
