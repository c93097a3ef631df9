//! Between a server and a DynamoDB in another process: passes calls on, and does to them what a [`Script`] says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;
use contract_runtime::dynamodb::embedded::{Call, Failure, Faults};
use futures_util::{StreamExt, future, stream};
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use portfolio_server::table::Units;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Script;

/// What the calls that were passed on have consumed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Consumption(Arc<Mutex<Units>>);

impl Consumption {
    pub(crate) fn reading(&self) -> Units {
        *self.0.lock().unwrap()
    }

    /// DynamoDB says it in its answers: one for an item, several for a batch or a transaction.
    fn add(&self, operation: &str, answer: &[u8]) {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let consumed = match &answer["ConsumedCapacity"] {
            Value::Array(several) => several.clone(),
            one => vec![one.clone()],
        };
        let units: f64 = consumed
            .iter()
            .filter_map(|capacity| capacity["CapacityUnits"].as_f64())
            .sum();
        let mut sum = self.0.lock().unwrap();
        if ["GetItem", "Query", "BatchGetItem"].contains(&operation) {
            sum.read += units;
        } else {
            sum.write += units;
        }
    }
}

/// Passes calls on to `upstream` (a URL), until `stop` ends.
pub(crate) async fn serve(
    upstream: &str,
    script: Script,
    mut stop: watch::Receiver<()>,
) -> (SocketAddr, Consumption) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let relay = Arc::new(Relay {
        upstream: upstream.to_owned(),
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
        script,
        consumption: Consumption::default(),
    });
    let consumption = relay.consumption.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = tokio::select! {
                _ = stop.changed() => return,
                accepted = listener.accept() => accepted.unwrap(),
            };
            let (relay, mut stop) = (relay.clone(), stop.clone());
            tokio::spawn(async move {
                let service = service_fn(move |request| pass(relay.clone(), request));
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                // A connection that breaks is what some scripts ask for.
                tokio::select! {
                    _ = stop.changed() => {}
                    _ = connection => {}
                }
            });
        }
    });
    (address, consumption)
}

struct Relay {
    upstream: String,
    http: reqwest::Client,
    script: Script,
    consumption: Consumption,
}

async fn pass(
    relay: Arc<Relay>,
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Lost>>, Lost> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Lost)?.to_bytes();
    let target = parts.headers.get("x-amz-target");
    let operation = target
        .and_then(|target| target.to_str().ok()?.split_once('.'))
        .map_or("", |(_, operation)| operation);
    let call = Call {
        operation,
        body: &body,
    };
    let disturbance = relay.script.disturb(&call);
    if disturbance.lost {
        return std::future::pending().await;
    }
    if let Some(failure) = disturbance.before {
        tokio::time::sleep(disturbance.delay).await;
        return Ok(fail(failure, &call)?.map(whole));
    }
    // What was sent arrives, also when nobody waits for it any more.
    let answer = tokio::spawn({
        let (relay, headers, body) = (relay.clone(), parts.headers.clone(), body.clone());
        let operation = operation.to_owned();
        async move {
            tokio::time::sleep(disturbance.delay).await;
            relay.send(&operation, &headers, body).await
        }
    });
    let answer = answer.await.map_err(|_| Lost)?;
    tokio::time::sleep(disturbance.linger).await;
    let answer = match disturbance.after {
        Some(failure) => fail(failure, &call),
        None => answer,
    };
    let body: fn(Bytes) -> BoxBody<Bytes, Lost> = if disturbance.cut { half } else { whole };
    Ok(answer?.map(body))
}

fn whole(body: Bytes) -> BoxBody<Bytes, Lost> {
    Full::new(body).map_err(|never| match never {}).boxed()
}

/// What is ready at once with the end of the connection, hyper does not send.
const BEFORE_THE_END: Duration = Duration::from_millis(10);

fn half(body: Bytes) -> BoxBody<Bytes, Lost> {
    let half = body.slice(..body.len() / 2);
    let end = async {
        tokio::time::sleep(BEFORE_THE_END).await;
        Err(Lost)
    };
    let half = stream::once(future::ready(Ok(Frame::data(half))));
    BodyExt::boxed(StreamBody::new(half.chain(stream::once(end))))
}

impl Relay {
    async fn send(
        &self,
        operation: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Bytes>, Lost> {
        let mut headers = headers.clone();
        headers.remove(header::HOST);
        let sent = self.http.post(&self.upstream).headers(headers).body(body);
        let answer = sent.send().await.map_err(|_| Lost)?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        let answer = answer.bytes().await.map_err(|_| Lost)?;
        self.consumption.add(operation, &answer);
        *response.body_mut() = answer;
        Ok(response)
    }
}

fn fail(failure: Failure, call: &Call<'_>) -> Result<Response<Bytes>, Lost> {
    let (status, body) = failure.answer(call).ok_or(Lost)?;
    let mut response = Response::new(body.to_string().into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    Ok(response)
}

/// The connection ends without an answer.
#[derive(Debug)]
struct Lost;

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was lost")
    }
}

impl std::error::Error for Lost {}

impl From<Lost> for io::Error {
    fn from(lost: Lost) -> Self {
        Self::other(lost)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn half_an_answer_has_its_head() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut caller = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let answer = |_| async { Ok::<_, Lost>(Response::new(half("abcdef".into()))) };
            let connection =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
            assert!(connection.await.is_err());
        });
        let request = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        caller.write_all(request).await.unwrap();
        let mut heard = String::new();
        caller.read_to_string(&mut heard).await.unwrap();
        assert!(heard.starts_with("HTTP/1.1 200 OK\r\n"), "{heard}");
        assert!(heard.ends_with("\r\n\r\n3\r\nabc\r\n"), "{heard}");
    }
}
