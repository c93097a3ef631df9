//! The runtime API (Lambda developer guide, "Using the Lambda runtime API for custom runtimes").

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract_runtime::axum::Router;
use contract_runtime::axum::body::{Body, Bytes, to_bytes};
use contract_runtime::axum::extract::{Path, State};
use contract_runtime::axum::http::{HeaderMap, StatusCode};
use contract_runtime::axum::response::{IntoResponse, Response};
use contract_runtime::axum::routing::{get, post};
use contract_runtime::lambda::Function;
use contract_runtime::respond;
use contract_runtime::serve::Server;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::Instance;

/// How long a function may take, as API Gateway waits.
const PATIENCE: Duration = Duration::from_secs(29);

/// Bytes of the largest answer (Lambda: "maximum allowed payload size (6291556 bytes)").
const LARGEST: usize = 6_291_556;

/// A runtime API; it ends with the test.
#[derive(Clone)]
pub struct RuntimeApi {
    address: SocketAddr,
    lambda: Arc<Lambda>,
}

struct Lambda {
    events: mpsc::UnboundedSender<Event>,
    /// Events that no instance has taken yet. Instances take them one after another.
    waiting: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
    /// Who waits for the answers to the events under way.
    callers: Mutex<HashMap<String, oneshot::Sender<Result<Bytes, Failure>>>>,
    failed_starts: Mutex<Vec<Value>>,
}

struct Event {
    request_id: String,
    trace: String,
    json: String,
}

/// Why an event has no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// The function reported an error.
    Function(Value),
    /// No instance could start.
    Start(Value),
    /// The answer is larger than Lambda lets through.
    TooLarge,
    /// There was none in time.
    TimedOut,
}

impl RuntimeApi {
    /// Listens on a free port.
    pub async fn start() -> Self {
        let (events, waiting) = mpsc::unbounded_channel();
        let lambda = Arc::new(Lambda {
            events,
            waiting: tokio::sync::Mutex::new(waiting),
            callers: Mutex::default(),
            failed_starts: Mutex::default(),
        });
        let server = Server::bind("127.0.0.1", 0).await.unwrap();
        let address = server.address();
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(response),
            )
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .with_state(lambda.clone());
        tokio::spawn(server.serve(routes, std::future::pending()));
        Self { address, lambda }
    }

    /// What instances have in `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs an instance in this process.
    pub fn run(&self, function: Function) {
        let instance = Instance::of(self);
        tokio::spawn(async move {
            // It ends when this API does.
            while let Some(invocation) = instance.next().await {
                let answer = function.answer(&invocation).await;
                instance.respond(&invocation, answer).await;
            }
        });
    }

    /// The answer to an event, from whichever instance is free.
    pub async fn invoke(&self, event: &Value, trace: &str) -> Result<Bytes, Failure> {
        let request_id = Uuid::new_v4().to_string();
        let (answer, answered) = oneshot::channel();
        self.lambda
            .callers
            .lock()
            .unwrap()
            .insert(request_id.clone(), answer);
        let event = Event {
            request_id: request_id.clone(),
            trace: trace.to_owned(),
            json: event.to_string(),
        };
        self.lambda.events.send(event).unwrap();
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(outcome) => outcome.unwrap(),
            Err(_) => {
                self.lambda.callers.lock().unwrap().remove(&request_id);
                Err(Failure::TimedOut)
            }
        }
    }

    /// What instances reported that could not start.
    pub fn failed_starts(&self) -> Vec<Value> {
        self.lambda.failed_starts.lock().unwrap().clone()
    }
}

async fn next(State(lambda): State<Arc<Lambda>>) -> Response {
    let event = lambda.waiting.lock().await.recv().await;
    let Some(event) = event else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let function = "arn:aws:lambda:eu-west-1:123456789012:function:portfolio";
    let deadline = chrono::Utc::now().timestamp_millis() + PATIENCE.as_millis() as i64;
    let headers = [
        ("lambda-runtime-aws-request-id", event.request_id.clone()),
        ("lambda-runtime-invocation-id", event.request_id),
        ("lambda-runtime-trace-id", event.trace),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", function.to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    (headers, event.json).into_response()
}

async fn response(
    State(lambda): State<Arc<Lambda>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    // An answer to an event that was given up meanwhile has no caller any more.
    let is_known = headers
        .get("lambda-runtime-invocation-id")
        .is_none_or(|invocation| invocation == id.as_str());
    let Some(caller) = lambda.take(&id).filter(|_| is_known) else {
        return respond::json(StatusCode::GONE, &json!({ "errorType": "Gone" }));
    };
    match to_bytes(body, LARGEST).await {
        Ok(answer) => {
            let _ = caller.send(Ok(answer));
            accepted()
        }
        Err(_) => {
            let _ = caller.send(Err(Failure::TooLarge));
            let error = json!({ "errorType": "RequestEntityTooLarge" });
            respond::json(StatusCode::PAYLOAD_TOO_LARGE, &error)
        }
    }
}

async fn error(
    State(lambda): State<Arc<Lambda>>,
    Path(id): Path<String>,
    error: Bytes,
) -> Response {
    let error = described(&error);
    if let Some(caller) = lambda.take(&id) {
        let _ = caller.send(Err(Failure::Function(error)));
    }
    accepted()
}

async fn init_error(State(lambda): State<Arc<Lambda>>, error: Bytes) -> Response {
    let error = described(&error);
    lambda.failed_starts.lock().unwrap().push(error.clone());
    for (_, caller) in lambda.callers.lock().unwrap().drain() {
        let _ = caller.send(Err(Failure::Start(error.clone())));
    }
    accepted()
}

fn accepted() -> Response {
    respond::json(StatusCode::ACCEPTED, &json!({ "status": "OK" }))
}

/// An error as a function describes it: an object with `errorType` and `errorMessage`.
fn described(error: &[u8]) -> Value {
    serde_json::from_slice(error).unwrap_or_default()
}

impl Lambda {
    fn take(&self, id: &str) -> Option<oneshot::Sender<Result<Bytes, Failure>>> {
        self.callers.lock().unwrap().remove(id)
    }
}
