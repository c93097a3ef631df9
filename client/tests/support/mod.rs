//! What the tests of the client are run against.
// Each test file uses a part of it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::serve::Server;
use portfolio_client::{Client, ClientBuilder, Timer};
use portfolio_server::app::{App, Storage};
use portfolio_server::settings::Settings;
use serde_json::{Value, json};

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "correct horse battery staple";

/// The real server, in this process and in memory. Answers its address.
pub async fn portfolio(clock: Clock) -> String {
    let settings = [
        ("OWNER_EMAIL", EMAIL),
        ("OWNER_PASSWORD", PASSWORD),
        ("SAMPLE_CONTENT", "false"),
        ("RATE_LIMITS", "off"),
    ];
    let settings = Settings::from(&settings.into_iter().collect()).unwrap();
    let storage = Storage {
        engine: Some(Engine::memory().unwrap()),
        ..Storage::default()
    };
    let app = App::start(&settings, storage, clock).await.unwrap();
    serve(app.router()).await + "/v1"
}

async fn serve(router: Router) -> String {
    let server = Server::bind("127.0.0.1", 0).await.unwrap();
    let address = format!("http://{}", server.address());
    tokio::spawn(server.serve(router, std::future::pending()));
    address
}

/// What a request was, as the lying server saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub line: String,
    pub token: Option<String>,
    pub headers: axum::http::HeaderMap,
    pub body: Value,
}

/// A server that says what it is told to, whatever it is asked.
#[derive(Clone, Default)]
pub struct Liar {
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<VecDeque<Reply>>>,
    otherwise: Arc<Mutex<Option<Handler>>>,
}

type Handler = Arc<dyn Fn(&Seen) -> Reply + Send + Sync>;

/// A status, headers and a body.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub delay: Duration,
    /// How many requests have to be there before it is sent.
    pub crowd: usize,
}

impl Reply {
    pub fn json(status: u16, body: Value) -> Self {
        Self::raw(status, Some("application/json"), body.to_string())
    }

    pub fn raw(status: u16, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Self {
        let headers = content_type
            .into_iter()
            .map(|value| ("content-type", value.to_owned()))
            .collect();
        Self {
            status,
            headers,
            body: body.into(),
            delay: Duration::ZERO,
            crowd: 0,
        }
    }

    pub fn error(status: u16) -> Self {
        Self::json(
            status,
            json!({ "error": "No", "message": "No.", "statusCode": status }),
        )
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Not before the liar has seen so many requests.
    pub fn when_seen(mut self, crowd: usize) -> Self {
        self.crowd = crowd;
        self
    }

    /// A session whose tokens are numbered.
    pub fn session(number: u32, expires_in: u32) -> Self {
        Self::json(
            200,
            json!({
                "user": {
                    "id": "019b8d2b-8c00-7f42-a3d6-58b90c17e2f4", "email": EMAIL, "name": "Ada", "role": "owner"
                },
                "token": format!("token-{number}"),
                "tokenType": "Bearer",
                "expiresIn": expires_in,
                "refreshToken": format!("refresh-{number}"),
            }),
        )
    }
}

impl Liar {
    /// Starts one. Answers its address too.
    pub async fn start() -> (Self, String) {
        let liar = Self::default();
        let clone = liar.clone();
        let router = Router::new().fallback(move |request: Request| clone.clone().answer(request));
        let address = serve(router).await;
        (liar, address)
    }

    /// The next answers, in order.
    pub fn says(&self, replies: impl IntoIterator<Item = Reply>) {
        self.answers.lock().unwrap().extend(replies);
    }

    /// What it answers when it was not told.
    pub fn otherwise(&self, handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) {
        *self.otherwise.lock().unwrap() = Some(Arc::new(handler));
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits for that many requests.
    pub async fn until_seen(&self, count: usize) {
        while self.seen.lock().unwrap().len() < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Methods and paths of the requests so far.
    pub fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }

    async fn answer(self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let token = parts
            .headers
            .get("authorization")
            .map(|value| value.to_str().unwrap().to_owned());
        let seen = Seen {
            line: format!("{} {}", parts.method, parts.uri.path()),
            token,
            headers: parts.headers,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        };
        self.seen.lock().unwrap().push(seen.clone());
        let told = self.answers.lock().unwrap().pop_front();
        let handler = self.otherwise.lock().unwrap().clone();
        let reply = told
            .or_else(|| handler.map(|handler| handler(&seen)))
            .expect("a reply");
        self.until_seen(reply.crowd).await;
        tokio::time::sleep(reply.delay).await;
        let mut response = Response::builder().status(reply.status);
        for (name, value) in reply.headers {
            response = response.header(name, value);
        }
        response.body(Body::from(reply.body)).unwrap()
    }
}

/// A clock that the test moves. Waiting takes no time, moves it on and is written down.
#[derive(Debug, Clone)]
pub struct TestTimer(Arc<Mutex<(DateTime<Utc>, Vec<Duration>)>>);

impl TestTimer {
    pub fn new() -> Self {
        let start = "2026-11-20T12:00:00Z".parse().unwrap();
        Self(Arc::new(Mutex::new((start, Vec::new()))))
    }

    pub fn advance(&self, seconds: i64) {
        self.0.lock().unwrap().0 += TimeDelta::seconds(seconds);
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.0.lock().unwrap().1.clone()
    }
}

impl Timer for TestTimer {
    fn now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().0
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut state = self.0.lock().unwrap();
        state.0 += TimeDelta::from_std(duration).unwrap();
        state.1.push(duration);
        Box::pin(std::future::ready(()))
    }
}

/// A client of a liar, with a clock of the test's.
pub fn client(address: &str) -> (ClientBuilder, TestTimer) {
    let timer = TestTimer::new();
    (Client::builder(address).timer(timer.clone()), timer)
}
