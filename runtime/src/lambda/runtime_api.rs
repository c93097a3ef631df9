//! The client of Lambda's runtime API (Lambda developer guide, "Using the Lambda runtime API for custom runtimes").

use std::error::Error;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

/// The API's version, which begins every path.
const VERSION: &str = "/2018-06-01/runtime";

const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
const TRACE_ID: HeaderName = HeaderName::from_static("lambda-runtime-trace-id");
/// Told back with the answer, so that one to an event that was given up is not taken for another's.
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");

/// A connection to the runtime API, made when it is first needed.
#[derive(Debug)]
pub struct RuntimeApi {
    address: String,
    connection: Option<SendRequest<Full<Bytes>>>,
}

/// An event, and what the runtime API says of it.
#[derive(Debug, Clone, Default)]
pub struct Invocation {
    /// Lambda's id of the request, which names it in Lambda's own log lines, and in a gateway's as
    /// `$context.awsEndpointRequestId`. It is the response's `X-Request-Id` unless the client sent one.
    pub request_id: String,
    /// X-Ray's tracing header.
    pub trace: Option<HeaderValue>,
    /// The event's JSON.
    pub event: Bytes,
    id: Option<HeaderValue>,
}

impl Invocation {
    /// An invocation with an event, for what is no runtime API.
    pub fn new(request_id: impl Into<String>, event: impl Into<Bytes>) -> Self {
        Self {
            request_id: request_id.into(),
            event: event.into(),
            ..Self::default()
        }
    }
}

/// Why the runtime API cannot be used any more.
#[derive(Debug)]
pub enum RuntimeApiError {
    /// Nobody is there, or the connection broke.
    Connection(Box<dyn Error + Send + Sync>),
    /// It answered with an error that no later call can mend.
    Refused(StatusCode),
    /// It gave an event without an id.
    NoRequestId,
}

impl fmt::Display for RuntimeApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(error) => {
                write!(f, "the Lambda runtime API cannot be reached: {error}")
            }
            Self::Refused(status) => write!(f, "the Lambda runtime API answered with {status}"),
            Self::NoRequestId => {
                f.write_str("the Lambda runtime API gave an event without a request id")
            }
        }
    }
}

impl Error for RuntimeApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connection(error) => Some(error.as_ref()),
            Self::Refused(_) | Self::NoRequestId => None,
        }
    }
}

impl RuntimeApi {
    /// The API at `host:port`, as Lambda says it in `AWS_LAMBDA_RUNTIME_API`. Nothing is sent yet.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            connection: None,
        }
    }

    /// The next event. Waits for it as long as it takes; the first call ends the initialisation.
    ///
    /// # Errors
    ///
    /// If there will be none.
    pub async fn next(&mut self) -> Result<Invocation, RuntimeApiError> {
        let path = format!("{VERSION}/invocation/next");
        let response = self
            .call(Method::GET, &path, HeaderMap::new(), Bytes::new())
            .await?;
        if !response.status().is_success() {
            return Err(RuntimeApiError::Refused(response.status()));
        }
        let (parts, event) = response.into_parts();
        let request_id = parts
            .headers
            .get(REQUEST_ID)
            .and_then(|id| id.to_str().ok())
            .ok_or(RuntimeApiError::NoRequestId)?;
        Ok(Invocation {
            request_id: request_id.to_owned(),
            trace: parts.headers.get(TRACE_ID).cloned(),
            id: parts.headers.get(INVOCATION_ID).cloned(),
            event,
        })
    }

    /// Answers an event. An answer that is refused (too large, or too late) is told in the log and does not keep the
    /// next event from being served.
    ///
    /// # Errors
    ///
    /// If the API is away.
    pub async fn respond(
        &mut self,
        invocation: &Invocation,
        answer: impl Into<Bytes>,
    ) -> Result<(), RuntimeApiError> {
        let id = &invocation.request_id;
        let path = format!("{VERSION}/invocation/{id}/response");
        let mut headers = HeaderMap::new();
        if let Some(id) = &invocation.id {
            headers.insert(INVOCATION_ID, id.clone());
        }
        let response = self
            .call(Method::POST, &path, headers, answer.into())
            .await?;
        let status = response.status();
        if !status.is_success() {
            let cause = String::from_utf8_lossy(response.body()).into_owned();
            tracing::error!(
                requestId = id,
                status = status.as_u16(),
                cause,
                "Lambda refused an answer"
            );
        }
        Ok(())
    }

    /// Tells why the function cannot start, for the console to show; the process should end then.
    ///
    /// # Errors
    ///
    /// If the API is away or does not want to know.
    pub async fn initialisation_failed(&mut self, sentence: &str) -> Result<(), RuntimeApiError> {
        const KIND: &str = "Runtime.InitError";
        let error = json!({ "errorType": KIND, "errorMessage": sentence, "stackTrace": [] });
        let headers = HeaderMap::from_iter([(ERROR_TYPE, HeaderValue::from_static(KIND))]);
        let path = format!("{VERSION}/init/error");
        let response = self
            .call(Method::POST, &path, headers, error.to_string().into())
            .await?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status => Err(RuntimeApiError::Refused(status)),
        }
    }

    async fn call(
        &mut self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Bytes>, RuntimeApiError> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().map_err(connection)?;
        *request.headers_mut() = headers;
        let host = HeaderValue::from_str(&self.address).map_err(connection)?;
        request.headers_mut().insert(header::HOST, host);
        let sender = self.connection().await?;
        let response = sender.send_request(request).await.map_err(connection)?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(connection)?.to_bytes();
        Ok(Response::from_parts(parts, body))
    }

    /// The connection as it is, or a new one if it was closed meanwhile.
    async fn connection(&mut self) -> Result<&mut SendRequest<Full<Bytes>>, RuntimeApiError> {
        let sender = match self.connection.take() {
            Some(mut sender) => match sender.ready().await {
                Ok(()) => sender,
                Err(_) => self.connect().await?,
            },
            None => self.connect().await?,
        };
        Ok(self.connection.insert(sender))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, RuntimeApiError> {
        let stream = TcpStream::connect(&self.address)
            .await
            .map_err(connection)?;
        stream.set_nodelay(true).map_err(connection)?;
        let (sender, driver) = handshake(TokioIo::new(stream)).await.map_err(connection)?;
        // Its failures are those of the calls.
        tokio::spawn(async move { driver.await.unwrap_or_default() });
        Ok(sender)
    }
}

fn connection(error: impl Into<Box<dyn Error + Send + Sync>>) -> RuntimeApiError {
    RuntimeApiError::Connection(error.into())
}
