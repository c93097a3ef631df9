//! The generated client, and what goes over the wire when it is used.

use std::mem;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use portfolio_client::{ClientBuilder, Retries};

use crate::client::Sent;
use crate::{Answer, contract, coverage};

/// A client that was generated from the contract. Its answers are held against the contract as those of
/// [`Client`](crate::Client) are, by [`answers`](Self::answers) or at the latest when this value ends.
///
/// It sends each request once: what a retry hides would not be seen.
pub struct Typed {
    client: portfolio_client::Client,
    tap: Tap,
}

impl Typed {
    pub(crate) fn new(builder: ClientBuilder, tap: Tap) -> Self {
        let client = builder.retries(Retries::none()).build().unwrap();
        Self { client, tap }
    }

    /// What it has been answered since the last time that somebody asked, in order.
    pub fn answers(&self) -> Vec<Answer> {
        let answers = mem::take(&mut *self.tap.answers.lock().unwrap());
        for answer in &answers {
            if let Err(faults) = contract::verdict(answer, self.tap.limits, &self.tap.test) {
                panic!("{faults}");
            }
        }
        answers
    }

    /// The last answer.
    pub fn answer(&self) -> Answer {
        self.answers().pop().expect("an answer")
    }
}

impl Deref for Typed {
    type Target = portfolio_client::Client;

    fn deref(&self) -> &portfolio_client::Client {
        &self.client
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.answers();
        }
    }
}

/// Between a client and the server.
#[derive(Clone)]
pub(crate) struct Tap {
    answers: Arc<Mutex<Vec<Answer>>>,
    limits: bool,
    test: Arc<str>,
}

impl Tap {
    pub(crate) fn new(limits: bool) -> Self {
        Self {
            answers: Arc::default(),
            limits,
            test: coverage::test().into(),
        }
    }

    pub(crate) fn on(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), listen))
    }
}

async fn listen(State(tap): State<Tap>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let mut headers = parts.headers.clone();
    // What every HTTP client says.
    for name in ["accept", "content-length", "host", "user-agent"] {
        headers.remove(name);
    }
    let sent = Sent {
        method: parts.method.clone(),
        path: parts.uri.to_string(),
        headers,
        json: serde_json::from_slice(&bytes).ok(),
    };
    let response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let answer = Answer::new(sent, parts.status, parts.headers.clone(), &bytes);
    tap.answers.lock().unwrap().push(answer);
    Response::from_parts(parts, Body::from(bytes))
}
