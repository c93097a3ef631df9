//! What turns requests into events, and answers into responses.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use contract_runtime::axum::Router;
use contract_runtime::axum::body::to_bytes;
use contract_runtime::axum::extract::{ConnectInfo, Request, State};
use contract_runtime::axum::http::HeaderValue;
use contract_runtime::axum::http::header::LOCATION;
use contract_runtime::axum::response::Response;
use contract_runtime::client::TrustedProxies;
use contract_runtime::serve::Server;
use uuid::Uuid;

use super::RuntimeApi;
use super::answers::message;
use super::events::Received;

/// Bytes of the largest request (API Gateway: "Payload size 10 MB").
const LARGEST: usize = 10 * 1024 * 1024;

/// What stands in front of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A REST API at its own domain: `/stage/...`. All media types are binary.
    Rest {
        /// The stage's name.
        stage: String,
    },
    /// A REST API at a domain of one's own: `/base/...`, or `/...` with an empty text.
    RestCustomDomain {
        /// The mapping's key.
        base_path: String,
    },
    /// An HTTP API at its own domain, with payload format 2.0: `/...`, or `/stage/...`.
    HttpApi {
        /// The stage's name; none for `$default`.
        stage: Option<String>,
    },
    /// A function URL: `/...`.
    FunctionUrl,
}

impl Kind {
    /// One of each, and with names and without where there is a choice.
    pub fn all() -> [Self; 6] {
        [
            Self::Rest {
                stage: "live".to_owned(),
            },
            Self::RestCustomDomain {
                base_path: String::new(),
            },
            Self::RestCustomDomain {
                base_path: "shop".to_owned(),
            },
            Self::HttpApi { stage: None },
            Self::HttpApi {
                stage: Some("live".to_owned()),
            },
            Self::FunctionUrl,
        ]
    }

    /// What stands before the service's paths in its URLs.
    pub fn prefix(&self) -> String {
        match self {
            Self::Rest { stage: name }
            | Self::RestCustomDomain { base_path: name }
            | Self::HttpApi { stage: Some(name) }
                if !name.is_empty() =>
            {
                format!("/{name}")
            }
            _ => String::new(),
        }
    }
}

/// A gateway in front of the instances of one function.
#[derive(Clone)]
pub struct Gateway {
    kind: Kind,
    api: RuntimeApi,
    remaps: bool,
    is_hidden: bool,
    before: Arc<dyn Fn() + Send + Sync>,
    /// Networks that may say for whom they speak.
    proxies: TrustedProxies,
}

impl Gateway {
    /// In front of those that poll `api`.
    pub fn new(kind: Kind, api: &RuntimeApi) -> Self {
        Self {
            kind,
            api: api.clone(),
            remaps: true,
            is_hidden: false,
            before: Arc::new(|| ()),
            proxies: TrustedProxies::default(),
        }
    }

    /// Does this before each event is handed on.
    #[must_use]
    pub fn before(mut self, work: impl Fn() + Send + Sync + 'static) -> Self {
        self.before = Arc::new(work);
        self
    }

    /// Takes requests from these proxies for those of the clients that they name: a way for a test to call from many
    /// addresses, which the event has as the connection's.
    #[must_use]
    pub fn with_clients_of(mut self, proxies: TrustedProxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Without what a REST API does to `WWW-Authenticate`, which it sends as `x-amzn-remapped-www-authenticate`: for
    /// clients that look for it under its own name.
    #[must_use]
    pub fn without_remapping(mut self) -> Self {
        self.remaps = false;
        self
    }

    /// For clients that know nothing of stage or mapping: what they ask for has the prefix added, and what they are
    /// told in `Location` has it removed.
    #[must_use]
    pub fn with_hidden_prefix(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// Serves HTTP on a free port of this machine until the test ends.
    pub async fn serve(self) -> SocketAddr {
        let server = Server::bind("127.0.0.1", 0).await.unwrap();
        let address = server.address();
        let router = Router::new().fallback(pass_on).with_state(self);
        tokio::spawn(server.serve(router, std::future::pending()));
        address
    }

    async fn answer(&self, request: Request, from: IpAddr) -> Response {
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LARGEST).await else {
            return message(413, "Request Too Long");
        };
        let prefix = self.kind.prefix();
        let path = parts.uri.path();
        let path = if self.is_hidden {
            path
        } else {
            match path.strip_prefix(&prefix) {
                Some("") => "/",
                Some(path) if path.starts_with('/') => path,
                // Another API, or another stage.
                _ => return message(403, "Forbidden"),
            }
        };
        let hex = Uuid::new_v4().simple().to_string();
        let trace = format!("Root=1-{}-{};Sampled=0", &hex[..8], &hex[8..]);
        let event = self.kind.event(&Received {
            parts: &parts,
            path,
            body: &body,
            from,
            trace: &trace,
        });
        (self.before)();
        let answer = self.api.invoke(&event, &trace).await;
        let mut response = self.kind.response(answer, self.remaps);
        if self.is_hidden {
            hide(&mut response, &prefix);
        }
        response
    }
}

fn hide(response: &mut Response, prefix: &str) {
    let location = response.headers().get(LOCATION);
    let inner = location
        .and_then(|location| location.to_str().ok()?.strip_prefix(prefix))
        .and_then(|inner| HeaderValue::from_str(inner).ok());
    if let Some(inner) = inner {
        response.headers_mut().insert(LOCATION, inner);
    }
}

async fn pass_on(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let client = gateway.proxies.client(peer.ip(), request.headers());
    gateway.answer(request, client.0).await
}
