//! A server that is asked anything.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use contract_judge::witness::{Answer, Sent, Witness};
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::Engine;
use http::{HeaderMap, HeaderValue, Method, Request, header};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::contract::{BASE_PATH, JUDGE};
use crate::resident::{self, Resident};
use crate::{KINDS, Mint, NOW, time};

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

static WITNESS: LazyLock<Witness> =
    LazyLock::new(|| Witness::new(&JUDGE, SocketAddr::from(([127, 0, 0, 1], 1))).unrecorded());

/// The whole server, and what it began with.
pub(super) struct World {
    runtime: Runtime,
    router: Router,
    /// The key set that everybody can read.
    pub(super) keys: Value,
    pub(super) mint: Mint,
    /// Of each kind, ids of an item that is published and of a draft.
    pub(super) ids: Vec<[String; 2]>,
    changed: bool,
}

/// Works on a world that no input has changed.
pub(super) fn with<T>(work: impl FnOnce(&mut World) -> T) -> T {
    WORLD.with_borrow_mut(|kept| {
        let mut world = kept.take().unwrap_or_else(World::new);
        let result = work(&mut world);
        if !world.changed {
            *kept = Some(world);
        }
        result
    })
}

impl World {
    fn new() -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        let engine = Engine::memory().unwrap();
        let (router, keys, mint) = runtime.block_on(async {
            Resident::get().move_in(&engine).await;
            let router = resident::server(engine.clone(), None).await;
            let keys = Request::get("/.well-known/jwks.json").body(Body::empty());
            let (_, _, keys) = resident::ask(&router, keys.unwrap()).await;
            let keys: Value = serde_json::from_slice(&keys).unwrap();
            let mint = Mint::of(&engine, &Clock::manual(time(NOW)), &keys).await;
            (router, keys, mint)
        });
        let mut world = Self {
            runtime,
            router,
            keys,
            mint,
            ids: Vec::new(),
            changed: false,
        };
        for kind in KINDS {
            let ids = ["Published", "A draft"].map(|name| {
                let made = world.owner(Method::POST, kind.path, Some(&kind.body(name)));
                made.is(201).id().to_owned()
            });
            let publish = format!("{}/publish", kind.item(&ids[0]));
            world.owner(Method::POST, &publish, None).has(200);
            world.ids.push(ids);
        }
        world.changed = false;
        world
    }

    fn owner(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let token = format!("Bearer {}", Resident::get().token);
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, token.parse().unwrap());
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        let body = body.map(|body| body.to_string().into_bytes());
        self.ask(method, path, headers, body.unwrap_or_default())
    }

    /// Asks for a path below the base path. The answer is one that the contract declares, and no failure of the server.
    pub(super) fn ask(
        &mut self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Answer {
        let sent = Sent {
            method: method.clone(),
            path: format!("{BASE_PATH}{path}"),
            headers: headers.clone(),
            json: serde_json::from_slice(&body).ok(),
        };
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = sent.path.parse().unwrap();
        *request.headers_mut() = headers;
        let answered = self.runtime.block_on(resident::ask(&self.router, request));
        let (status, headers, body) = answered;
        let answer = WITNESS.heard(sent, status, headers, &body);
        assert!(answer.status.as_u16() < 500, "{answer}");
        let safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(&answer.request.method);
        // A refresh token that was replaced is refused, and ends its session with that.
        let refresh = answer
            .operation()
            .is_some_and(|operation| operation.id() == "refreshSession");
        self.changed |= refresh || !safe && answer.status.is_success();
        answer
    }

    /// A token that is good but for a claim, as the value of a header.
    pub(super) fn bearer(&self, claim: &str, value: Value) -> String {
        format!("Bearer {}", self.mint.with(claim, value))
    }

    /// A token of somebody who is no owner.
    pub(super) fn reader(&self) -> String {
        self.bearer("custom:role", json!("public"))
    }

    /// The owner's token, after its end.
    pub(super) fn late_owner(&self) -> String {
        self.bearer("exp", json!(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The session of a refresh token that comes a second time is over, though the answer is a refusal.
    #[test]
    fn a_refused_refresh_is_a_change() {
        with(|world| {
            let [_, refresh] = &Resident::get().session;
            let body = json!({ "refreshToken": refresh });
            for status in [200, 401] {
                world.changed = false;
                let answer = world.owner(Method::POST, "/auth/refresh", Some(&body));
                assert_eq!(answer.status, status);
                assert!(world.changed, "{status}");
            }
        });
    }
}
