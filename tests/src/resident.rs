//! The server in this thread: asked without a socket, with an owner who has signed in before.

use std::collections::HashMap;
use std::sync::LazyLock;

use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::body::Body;
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::Engine;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use portfolio_server::app::{App, Storage};
use portfolio_server::contract::BASE_PATH;
use portfolio_server::settings::Settings;
use portfolio_server::table::schema::Layout;
use portfolio_server::table::{Table, connection};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{EMAIL, NOW, PASSWORD, time};

/// The table of content, and the identity provider's.
pub const TABLES: [&str; 2] = ["portfolio", "identity"];

/// Made once: that takes as long as ten requests.
static OWNER: LazyLock<Resident> = LazyLock::new(|| {
    let made = std::thread::spawn(|| {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(Resident::make())
    });
    made.join().unwrap()
});

/// The owner's account with two sessions, made with the real sign-in, for any number of servers.
pub struct Resident {
    /// The identity provider's items: the account, its sessions and the keys.
    items: Vec<HashMap<String, AttributeValue>>,
    /// The ID token of one session.
    pub token: String,
    /// The other session: its ID token and its refresh token, which nobody has used.
    pub session: [String; 2],
}

impl Resident {
    async fn make() -> Self {
        let engine = Engine::memory().unwrap();
        let router = server(engine.clone(), Some(PASSWORD)).await;
        let mut sessions = Vec::new();
        for _ in 0..2 {
            let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
            let request = Request::post(format!("{BASE_PATH}/auth/login"));
            let request = request.header(header::CONTENT_TYPE, "application/json");
            let (status, _, body) = ask(&router, request.body(body.into()).unwrap()).await;
            assert_eq!(status, 200);
            let session: Value = serde_json::from_slice(&body).unwrap();
            let text = |name: &str| session[name].as_str().unwrap().to_owned();
            sessions.push([text("token"), text("refreshToken")]);
        }
        let scan = connection::local(engine.http_client()).scan();
        let items = scan.table_name(TABLES[1]).send().await.unwrap();
        let [[token, _], session] = <[_; 2]>::try_from(sessions).unwrap();
        Self {
            items: items.items.unwrap(),
            token,
            session,
        }
    }

    /// The one that every test of this process has.
    pub fn get() -> &'static Self {
        &OWNER
    }

    /// Creates the identity provider's table in a database without one and fills it, so that a server on it has the owner
    /// without being given a password.
    ///
    /// # Panics
    ///
    /// If the table is there already.
    pub async fn move_in(&self, engine: &Engine) {
        let client = connection::local(engine.http_client());
        let table = Table::new(client.clone(), TABLES[1]);
        table.create(Layout::Plain).await.unwrap();
        for item in &self.items {
            let put = client.put_item().table_name(TABLES[1]);
            put.set_item(Some(item.clone())).send().await.unwrap();
        }
    }
}

/// The routes of a server that has started on this database, at the time [`NOW`], without content and rate limits. With a
/// password it makes the owner; without one she has to be there ([`Resident::move_in`]).
///
/// # Panics
///
/// If it does not start.
pub async fn server(engine: Engine, password: Option<&str>) -> Router {
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

/// Gives a server a request: the answer's status, its headers, and its whole body.
///
/// # Panics
///
/// If the body breaks off.
pub async fn ask(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let answer = router.clone().oneshot(request).await;
    let (parts, body) = answer.unwrap_or_else(|never| match never {}).into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, body.to_vec())
}
