//! The SDK's HTTP client, without HTTP.

use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::StreamBody;
use hyper::body::Frame;

use super::dispatch::{self, Answer};
use super::faults::{Call, Failure};
use super::past::Read;
use super::{Engine, EngineError};

#[derive(Debug, Clone)]
struct Connector(Engine);

pub(super) fn http_client(engine: Engine) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(engine));
    SharedHttpClient::new(Client(connector))
}

/// One connector for everybody: there is no connection to have settings for. Timeouts of whole operations
/// are the SDK's own and hold here too.
#[derive(Debug)]
struct Client(SharedHttpConnector);

impl HttpClient for Client {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.clone()
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = self.0.clone();
        HttpConnectorFuture::new(async move {
            let (answer, body) = engine.call(request).await?;
            let status = StatusCode::try_from(answer.status)
                .map_err(|error| ConnectorError::other(error.into(), None))?;
            let mut response = HttpResponse::new(status, body(answer.body));
            response
                .headers_mut()
                .insert("content-type", "application/x-amz-json-1.0");
            Ok(response)
        })
    }
}

/// How the body of an answer comes.
type Sending = fn(Vec<u8>) -> SdkBody;

/// Half of it.
fn cut(body: Vec<u8>) -> SdkBody {
    let body = Bytes::from(body);
    let half = body.slice(..body.len() / 2);
    let frames = [Ok(Frame::data(half)), Err(ConnectionLost)];
    SdkBody::from_body_1_x(StreamBody::new(futures_util::stream::iter(frames)))
}

impl Engine {
    /// Answers one request of the SDK, past the faults if there are any.
    async fn call(&self, request: HttpRequest) -> Result<(Answer, Sending), ConnectorError> {
        let Some(between) = &self.between else {
            return Ok((self.execute(request).await?, SdkBody::from));
        };
        let call = Call {
            operation: operation(&request),
            body: request.body().bytes().unwrap_or_default(),
        };
        let disturbance = between.faults.disturb(&call);
        if disturbance.lost {
            return std::future::pending().await;
        }
        debug_assert!(
            between.past.is_some() || !disturbance.stale,
            "a read is to be behind, and its faults have not said so: Faults::reads_are_behind"
        );
        let past = between.past.as_ref();
        let read = past.and_then(|past| Some((past, Read::of(&call)?)));
        if let Some(failure) = disturbance.before {
            tokio::time::sleep(disturbance.delay).await;
            return Ok((fail(failure, &request)?, SdkBody::from));
        }
        let failed = disturbance.after.map(|failure| fail(failure, &request));
        let behind = read.as_ref().filter(|_| disturbance.stale);
        let answered = match behind.and_then(|(past, read)| past.answer(read)) {
            Some(answered) => {
                tokio::time::sleep(disturbance.delay).await;
                answered
            }
            None => {
                let answered = self.arrive(request, disturbance.delay).await?;
                if let Some((past, read)) = read.filter(|_| answered.status == 200) {
                    past.keep(read, &answered);
                }
                answered
            }
        };
        if !disturbance.linger.is_zero() {
            tokio::time::sleep(disturbance.linger).await;
        }
        let body = if disturbance.cut { cut } else { SdkBody::from };
        Ok((failed.unwrap_or(Ok(answered))?, body))
    }

    /// Executes a request after `delay`, also if the caller gives up in the meantime: what was sent arrives.
    async fn arrive(
        &self,
        request: HttpRequest,
        delay: Duration,
    ) -> Result<Answer, ConnectorError> {
        if delay.is_zero() {
            return self.execute(request).await;
        }
        let engine = self.clone();
        let arrival = tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            engine.execute(request).await
        });
        match arrival.await {
            Ok(answered) => answered,
            // As if it were done here.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Err(ConnectorError::other(error.into(), None)),
        }
    }

    async fn execute(&self, request: HttpRequest) -> Result<Answer, ConnectorError> {
        let answered = self
            .run(move |database| {
                // The SDK holds DynamoDB's bodies, which are small, in memory.
                let body = request.body().bytes().unwrap_or_default();
                dispatch::answer(database, operation(&request), body)
            })
            .await;
        Ok(answered.unwrap_or_else(|error| crashed(&error)))
    }
}

/// The operation that a request names: `DynamoDB_20120810.PutItem` is `PutItem`.
fn operation(request: &HttpRequest) -> &str {
    request
        .headers()
        .get("x-amz-target")
        .and_then(|target| target.split_once('.'))
        .map_or("", |(_, operation)| operation)
}

/// The answer when the engine panicked.
fn crashed(error: &EngineError) -> Answer {
    tracing::error!(cause = %error, "a call of the embedded database did not end");
    Answer {
        status: 500,
        body: br#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}"#.to_vec(),
    }
}

fn fail(failure: Failure, request: &HttpRequest) -> Result<Answer, ConnectorError> {
    let call = Call {
        operation: operation(request),
        body: request.body().bytes().unwrap_or_default(),
    };
    match failure.answer(&call) {
        Some((status, body)) => Ok(Answer {
            status,
            body: body.to_string().into_bytes(),
        }),
        None => Err(ConnectorError::io(Box::new(ConnectionLost))),
    }
}

#[derive(Debug)]
struct ConnectionLost;

impl fmt::Display for ConnectionLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was lost (injected)")
    }
}

impl std::error::Error for ConnectionLost {}
