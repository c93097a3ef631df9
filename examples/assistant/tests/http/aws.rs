//! Amazon's side: Bedrock's Converse API with its event streams, objects of S3, and a user pool's keys.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;
use contract_runtime::security::signing_key::{self, SigningKey};
use futures_util::{StreamExt, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

type Body = UnsyncBoxBody<Bytes, Infallible>;

pub(crate) struct Aws {
    pub(crate) url: String,
    pub(crate) key: SigningKey,
    /// Requests to models so far.
    pub(crate) asked: AtomicUsize,
    /// The last of their bodies.
    pub(crate) last: watch::Sender<Value>,
    /// How many streams were dropped before their end.
    pub(crate) left: watch::Sender<usize>,
    /// Content and entity tag of every object in the bucket `changing`; S3 fails while there is none.
    pub(crate) object: Mutex<Option<(&'static str, &'static str)>>,
    /// The `If-None-Match` of each request to that bucket.
    pub(crate) tags: Mutex<Vec<Option<String>>>,
}

impl Aws {
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let aws = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            key: SigningKey::from_stored(&signing_key::generate().unwrap()).unwrap(),
            asked: AtomicUsize::new(0),
            last: watch::Sender::new(Value::Null),
            left: watch::Sender::new(0),
            object: Mutex::new(Some(("[]", "\"1\""))),
            tags: Mutex::default(),
        });
        let server = aws.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let aws = server.clone();
                let service = service_fn(move |request| {
                    let aws = aws.clone();
                    async move { Ok::<_, Infallible>(aws.answer(request).await) }
                });
                let http = hyper::server::conn::http1::Builder::new();
                tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
            }
        });
        aws
    }

    /// Settings with which a program asks this server as that model.
    pub(crate) fn settings<'a>(&'a self, model: &'a str) -> [(&'a str, &'a str); 3] {
        [
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", &self.url),
            ("BEDROCK_MODEL_ID", model),
            ("BEDROCK_TIMEOUT", "1"),
        ]
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let tag = request.headers().get("if-none-match").cloned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["model", model, "converse"] => {
                self.note(&body);
                self.converse(model).await
            }
            ["model", model, "converse-stream"] => {
                self.note(&body);
                self.clone().stream(model).await
            }
            ["pool", ".well-known", "jwks.json"] => reply(200, &[], self.key.key_set().to_string()),
            ["documents", "data", name] if tag.is_none() => {
                let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/catalogue");
                let file = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
                reply(200, &[("etag", "\"1\"")], file)
            }
            ["changing", _] => {
                let tag = tag.map(|tag| tag.to_str().unwrap().to_owned());
                self.tags.lock().unwrap().push(tag.clone());
                match *self.object.lock().unwrap() {
                    None => reply(503, &[], String::new()),
                    Some((_, current)) if tag.as_deref() == Some(current) => {
                        reply(304, &[("etag", current)], String::new())
                    }
                    Some((content, current)) => {
                        reply(200, &[("etag", current)], content.to_owned())
                    }
                }
            }
            ["too-large", ..] => reply(200, &[], "[".repeat(5 << 20)),
            _ => reply(404, &[], "<Error><Code>NoSuchKey</Code></Error>".to_owned()),
        }
    }

    fn note(&self, body: &[u8]) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.last
            .send_replace(serde_json::from_slice(body).unwrap());
    }

    async fn converse(&self, model: &str) -> Response<Body> {
        if let Some(refusal) = refusal(model).await {
            return refusal;
        }
        let message =
            json!({ "role": "assistant", "content": [{ "text": "Hello, " }, { "text": "you." }] });
        let body = json!({
            "output": { "message": message },
            "stopReason": if model == "long" { "max_tokens" } else { "end_turn" },
            "usage": { "inputTokens": 7, "outputTokens": 3, "totalTokens": 10 },
            "metrics": { "latencyMs": 5 },
        });
        let body = if model == "odd" { json!([1]) } else { body };
        reply(200, &[], body.to_string())
    }

    async fn stream(self: Arc<Self>, model: &str) -> Response<Body> {
        if let Some(refusal) = refusal(model).await {
            return refusal;
        }
        let text = |text: &str| {
            let delta = json!({ "contentBlockIndex": 0, "delta": { "text": text } });
            event("contentBlockDelta", &delta)
        };
        let mut frames = vec![
            event("messageStart", &json!({ "role": "assistant" })),
            text("Hello, "),
        ];
        match model {
            "cut" => {
                let whole = text("you.");
                frames.push(whole.slice(..whole.len() / 2));
            }
            "breaks" => frames.push(exception("throttlingException", "account 123 is throttled")),
            "unfinished" => {}
            _ => frames.extend([
                text("you."),
                event("contentBlockStop", &json!({ "contentBlockIndex": 0 })),
                event("messageStop", &json!({ "stopReason": "end_turn" })),
                event(
                    "metadata",
                    &json!({
                        "usage": { "inputTokens": 7, "outputTokens": 3, "totalTokens": 10 },
                        "metrics": { "latencyMs": 5 },
                    }),
                ),
            ]),
        }
        let stalls = matches!(model, "stalls" | "endless");
        if stalls {
            frames.truncate(2);
        }
        let guard = Left(self.clone(), stalls);
        let frames = stream::iter(frames).then(|frame| async move {
            // Pieces come one by one, as from a model.
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(Frame::data(frame))
        });
        let endless = model == "endless";
        let tail = stream::unfold((), move |()| {
            let held = &guard;
            let goes_on = held.1;
            async move {
                if !goes_on {
                    return None;
                }
                if endless {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    let delta = json!({ "contentBlockIndex": 0, "delta": { "text": "." } });
                    return Some((Ok(Frame::data(event("contentBlockDelta", &delta))), ()));
                }
                std::future::pending().await
            }
        });
        let body = StreamBody::new(frames.chain(tail.boxed()).boxed());
        Response::builder()
            .header("content-type", "application/vnd.amazon.eventstream")
            .body(BodyExt::boxed_unsync(body))
            .unwrap()
    }
}

/// Says when a stream that would go on is dropped.
struct Left(Arc<Aws>, bool);

impl Drop for Left {
    fn drop(&mut self) {
        if self.1 {
            self.0.left.send_modify(|left| *left += 1);
        }
    }
}

/// What a model of this name answers instead.
async fn refusal(model: &str) -> Option<Response<Body>> {
    let (status, code) = match model {
        "throttled" => (429, "ThrottlingException"),
        "refusing" => (400, "ValidationException"),
        "denied" => (403, "AccessDeniedException"),
        "not-ready" => (429, "ModelNotReadyException"),
        "tired" => (408, "ModelTimeoutException"),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            return None;
        }
        _ => return None,
    };
    let body = json!({ "message": "arn:aws:iam::123456789012:role/secret says no" });
    Some(reply(
        status,
        &[("x-amzn-errortype", code)],
        body.to_string(),
    ))
}

fn reply(status: u16, headers: &[(&str, &str)], body: String) -> Response<Body> {
    let mut response = Response::builder()
        .status(status)
        .header("content-type", "application/json");
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response
        .body(Full::new(Bytes::from(body)).boxed_unsync())
        .unwrap()
}

/// Amazon's event stream encoding: a frame with headers, a payload and check sums.
fn frame(headers: [(&'static str, &str); 3], payload: &Value) -> Bytes {
    let mut message = Message::new(payload.to_string().into_bytes());
    for (name, value) in headers {
        let value = HeaderValue::String(value.to_owned().into());
        message = message.add_header(Header::new(name, value));
    }
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).unwrap();
    Bytes::from(bytes)
}

fn event(kind: &str, payload: &Value) -> Bytes {
    let headers = [
        (":event-type", kind),
        (":content-type", "application/json"),
        (":message-type", "event"),
    ];
    frame(headers, payload)
}

fn exception(kind: &str, message: &str) -> Bytes {
    let headers = [
        (":exception-type", kind),
        (":content-type", "application/json"),
        (":message-type", "exception"),
    ];
    frame(headers, &json!({ "message": message }))
}
