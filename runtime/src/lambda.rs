//! Serving a router as an AWS Lambda function, behind an API Gateway REST API or HTTP API or at a function URL.
//!
//! The router is the one that [`serve`](crate::serve) serves on a socket; the differences between the front ends end
//! here. An event becomes the request that its client sent ([`request`]), and the response becomes what the event's
//! sender understands ([`answer`]). Whatever comes in, an answer goes out: an event that is no request is answered with
//! 400, and a panic with 500, both in the service's error shape, so that the function never ends and the next event is
//! served.
//!
//! `lambda_http`'s runtime speaks with Lambda. Its conversion of events is not used: it panics on a bad host, query or
//! base64 text, normalises the path, keeps one value of a header that came twice, and an event that it cannot read is
//! none of the handler's.

mod answer;
mod event;
mod request;
mod route;

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use http::HeaderValue;
use lambda_http::lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use tower::Service;

use self::answer::Answer;
use self::event::Event;
use crate::description::Description;
use crate::fault::{Fault, refuse};
use crate::middleware::{ColdStart, RequestId, security_headers};

/// What Lambda sets in a function's process; without one of these it is none.
const VARIABLES: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

/// Does some work for each event, whatever is in it: for a function that is a command and serves nobody. What the work
/// returns is the answer, a JSON string; its error is the invocation's.
///
/// # Errors
///
/// As those of [`Function::serve`].
pub async fn each<W, R>(work: W) -> Result<(), Error>
where
    W: Fn() -> R,
    R: Future<Output = Result<String, Error>> + Send,
{
    is_complete()?;
    let handler = service_fn(move |_: LambdaEvent<IgnoredAny>| work());
    Runtime::new(handler).run().await
}

/// Whether everything is there that the runtime panics without.
fn is_complete() -> Result<(), Error> {
    match VARIABLES
        .into_iter()
        .find(|name| std::env::var_os(name).is_none())
    {
        Some(name) => Err(format!("{name} must be set, as AWS Lambda does").into()),
        None => Ok(()),
    }
}

/// An event, and what Lambda says of it.
#[derive(Debug, Clone, Default)]
pub struct Invocation {
    /// Lambda's id of the request, which names it in Lambda's own log lines, and in a gateway's as
    /// `$context.awsEndpointRequestId`. It is the response's `X-Request-Id` unless the client sent one.
    pub request_id: String,
    /// X-Ray's tracing header.
    pub trace: Option<HeaderValue>,
    /// The event's JSON.
    pub event: Bytes,
}

impl From<LambdaEvent<Box<RawValue>>> for Invocation {
    fn from(LambdaEvent { payload, context }: LambdaEvent<Box<RawValue>>) -> Self {
        let event: Box<str> = payload.into();
        Self {
            request_id: context.request_id,
            trace: context
                .xray_trace_id
                .and_then(|trace| HeaderValue::try_from(trace).ok()),
            event: Bytes::from(event.into_boxed_bytes()),
        }
    }
}

/// A router as a function.
pub struct Function {
    router: Router,
    /// The path below which the contract's operations are, such as `/v1`.
    base_path: &'static str,
    refuse: fn(Fault) -> Response,
    /// No event was seen yet.
    cold: AtomicBool,
}

impl Function {
    /// A function that answers with `router`, whose operations are below `base_path` (`/v1`, or an empty text). What
    /// does not get to the router is answered in the error shape `E`.
    pub fn new<E: From<Fault> + Serialize + 'static>(
        router: Router,
        base_path: &'static str,
    ) -> Self {
        Self::answered_by(router, base_path, refuse::<E>)
    }

    /// A function that answers with `router`, whose operations a contract describes.
    pub fn described(router: Router, description: &Description) -> Self {
        Self::answered_by(router, description.base_path, description.refuse)
    }

    fn answered_by(router: Router, base_path: &'static str, refuse: fn(Fault) -> Response) -> Self {
        Self {
            // Done once here instead of with each request.
            router: router.with_state(()),
            base_path,
            refuse,
            cold: AtomicBool::new(true),
        }
    }

    /// Serves one event after another, as Lambda gives them to an instance.
    ///
    /// There is no graceful end: Lambda freezes an instance between two events and ends it without a word (SIGTERM
    /// is sent to functions with extensions only), so that nothing is under way then.
    ///
    /// # Errors
    ///
    /// If this is no function's process, or the runtime API cannot be reached any more; the process should end then, and
    /// Lambda starts another.
    pub async fn serve(self) -> Result<(), Error> {
        is_complete()?;
        let function = Arc::new(self);
        let handler = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
            let function = function.clone();
            async move {
                let answer = function.answer(&event.into()).await;
                Ok::<_, Error>(RawValue::from_string(String::from_utf8(answer)?)?)
            }
        });
        Runtime::new(handler).run().await
    }

    /// The answer to one event, as JSON.
    pub async fn answer(&self, invocation: &Invocation) -> Vec<u8> {
        let cold = self.cold.swap(false, Ordering::Relaxed);
        let (sender, event) = match event::read(&invocation.event) {
            Ok(event) => (event.sender, Ok(event)),
            Err((sender, cause)) => (sender, Err(cause)),
        };
        let answered = AssertUnwindSafe(self.attempt(event, cold, invocation)).catch_unwind();
        let answer = match answered.await {
            Ok(answer) => answer,
            // The router's own panics are answered within; this one is ours.
            Err(_) => {
                tracing::error!(
                    requestId = invocation.request_id,
                    "an event could not be answered"
                );
                self.refusal(Fault::internal(), invocation).await
            }
        };
        let json = answer.to_json(sender);
        if json.len() <= answer::LARGEST {
            return json;
        }
        tracing::error!(
            requestId = answer.request_id().unwrap_or(&invocation.request_id),
            bytes = json.len(),
            limit = answer::LARGEST,
            "an answer is larger than Lambda lets through"
        );
        let refusal = self.refusal(Fault::internal(), invocation).await;
        answer.replaced_by(refusal).to_json(sender)
    }

    async fn attempt(
        &self,
        event: Result<Event, String>,
        cold: bool,
        invocation: &Invocation,
    ) -> Answer {
        let request = event.and_then(|event| request::from(event, self.base_path, invocation));
        let (mut request, prefix) = match request {
            Ok(request) => request,
            Err(cause) => {
                tracing::error!(
                    requestId = invocation.request_id,
                    coldStart = cold.then_some(true),
                    cause,
                    "an event is not an HTTP request"
                );
                let fault = Fault::new(
                    http::StatusCode::BAD_REQUEST,
                    "The event is not an HTTP request that can be read.",
                );
                return self.refusal(fault, invocation).await;
            }
        };
        if cold {
            request.extensions_mut().insert(ColdStart);
        }
        let response = match self.router.clone().call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        match Answer::from(response).await {
            Ok(answer) => answer.below(&prefix),
            Err(error) => {
                tracing::error!(
                    requestId = invocation.request_id,
                    %error,
                    "an answer broke off"
                );
                self.refusal(Fault::internal(), invocation).await
            }
        }
    }

    /// The answer in place of one that the router did not give.
    async fn refusal(&self, fault: Fault, invocation: &Invocation) -> Answer {
        let mut response = (self.refuse)(fault);
        let headers = response.headers_mut();
        security_headers::add(headers, false);
        RequestId::given(&invocation.request_id)
            .unwrap_or_default()
            .announce(headers);
        // A response that is made of one piece does not break off.
        Answer::from(response).await.unwrap_or_default()
    }
}
