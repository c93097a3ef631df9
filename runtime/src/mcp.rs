//! Operations as tools that models may call: the Model Context Protocol over streamable HTTP.
//!
//! The tools are those of the contract ([`Tool`], `x-mcp`). A call becomes a request to the service's own router in this
//! process, so that credentials, validation, limits and the log hold as they do over HTTP; the caller's headers,
//! `Authorization` among them, and cookies go along, but for those that are arguments. What a request is answered is
//! the tool's result, and an error if its status is one.
//!
//! There are no sessions: each message stands for itself and is answered as JSON, so that any instance may answer it
//! (specification 2025-11-25, "Transports", "Streamable HTTP"). A call goes on when its client leaves; the time limit
//! of the router's own [`Stack`](crate::middleware::Stack) ends it.

mod call;
mod handler;

#[cfg(test)]
mod tests;

use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::MethodRouter;
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde::Serialize;

use self::handler::Handler;
use crate::attempt::Attempt;
use crate::call::Call;
use crate::fault::{Fault, refuse};
use crate::middleware::Origins;
use crate::security::{Principal, Rejection};
use crate::tool::Tool;

/// The path of the endpoint.
pub const PATH: &str = "/mcp";

/// Bytes of a message. A tool's operation has a limit of its own.
const LARGEST: usize = 4 << 20;

/// What the log calls a message.
const OPERATION: &str = "mcp";

type Checked = Pin<Box<dyn Future<Output = Result<Principal, Rejection>> + Send>>;

/// An endpoint with tools.
pub struct Endpoint {
    name: &'static str,
    version: &'static str,
    tools: &'static [Tool],
    instructions: Option<String>,
    origins: Origins,
    check: Option<Box<dyn Fn(String) -> Checked + Send + Sync>>,
}

impl Endpoint {
    /// An endpoint for whoever reaches it, no web page among them. `name` and `version` are the service's.
    pub fn new(name: &'static str, version: &'static str, tools: &'static [Tool]) -> Self {
        Self {
            name,
            version,
            tools,
            instructions: None,
            origins: Origins::default(),
            check: None,
        }
    }

    /// What models are told of the service as a whole.
    #[must_use]
    pub fn instructions(mut self, text: impl Into<String>) -> Self {
        self.instructions = Some(text.into());
        self
    }

    /// The web pages that may send messages. Another `Origin` is refused, so that no page reaches a service on its
    /// visitor's machine by a name of its own (DNS rebinding).
    #[must_use]
    pub fn origins(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// Every message, also one that only asks for the tools, must carry a bearer token that this accepts.
    #[must_use]
    pub fn bearer<F>(mut self, check: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Principal, Rejection>> + Send + 'static,
    {
        self.check = Some(Box::new(move |token| Box::pin(check(token))));
        self
    }

    /// The route [`PATH`], to be merged with the service's. `service` is the whole service with its own
    /// [`wrap`](crate::middleware::wrap) around it, for each call to be limited and logged as a request is.
    /// Refusals have the error shape `E`.
    pub fn router<E: From<Fault> + Serialize + 'static>(self, service: Router) -> Router {
        let handler = Handler::new(
            self.name,
            self.version,
            self.instructions.clone(),
            self.tools,
            service,
        );
        let config = StreamableHttpServerConfig::default()
            .with_stateful_mode(false)
            .with_json_response(true)
            .with_sse_keep_alive(None)
            // The names of this host are not known here; the origin says which page asks.
            .disable_allowed_hosts();
        let service = StreamableHttpService::new(
            move || Ok(handler.clone()),
            Arc::<NeverSessionManager>::default(),
            config,
        );
        let endpoint = Arc::new(self);
        let post = move |request: Request| {
            let (endpoint, service) = (endpoint.clone(), service.clone());
            async move {
                let (mut call, body) = Call::open(OPERATION, request);
                let answer = async {
                    endpoint.admit(&mut call).await?;
                    let message = crate::body::read(&call.parts().headers, body, LARGEST).await?;
                    let request = Request::from_parts(call.parts().clone(), Body::from(message));
                    let response = service.handle(request).await.map(Body::new);
                    explained(response).await
                };
                let answer = answer.await;
                call.close(answer.unwrap_or_else(refuse::<E>))
            }
        };
        let only = || ready(refuse::<E>(Fault::method_not_allowed("POST")));
        Router::new().route(PATH, MethodRouter::new().post(post).fallback(only))
    }

    /// Whether a message is taken at all.
    async fn admit(&self, call: &mut Call) -> Result<(), Fault> {
        let origin = call.parts().headers.get(header::ORIGIN);
        if origin.is_some_and(|origin| !self.origins.allow(origin)) {
            let message = "Pages of this origin may not call this service.";
            return Err(Fault::new(StatusCode::FORBIDDEN, message));
        }
        let Some(check) = &self.check else {
            return Ok(());
        };
        let mut attempt = Attempt::new();
        if let Some(token) = call.authorization("Bearer").map(str::to_owned) {
            attempt.record(check(token).await);
        }
        let principal = attempt.required("Bearer")?;
        call.identify(&principal);
        Ok(())
    }
}

/// A refusal that is not JSON becomes one in the service's shape.
async fn explained(response: Response) -> Result<Response, Fault> {
    let status = response.status();
    let kind = |headers: &HeaderMap| headers.get(header::CONTENT_TYPE).cloned();
    let is_json = kind(response.headers()).is_some_and(|kind| kind == "application/json");
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let text = response.into_body().collect().await;
    let text = text.map(|text| String::from_utf8_lossy(&text.to_bytes()).into_owned());
    Err(match text {
        Ok(text) if status.is_client_error() && !text.is_empty() => Fault::new(status, text),
        _ => {
            tracing::error!(
                cause = text.unwrap_or_default(),
                "a message could not be answered"
            );
            Fault::internal()
        }
    })
}
