//! A client whose every answer is held against the contract: the generated one, and beside it one that sends anything.

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use portfolio_client::{ClientBuilder, Retries};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Body, Method};
use serde_json::Value;

use crate::wire::Wire;
use crate::{Answer, contract, coverage};

/// Who calls: with or without a token, with or without cookies.
///
/// Dereferences to the generated client, whose calls end in [`answer`](crate::Answered::answer). [`get`](Self::get) and
/// its like are for what that client cannot say: bad input, above all.
#[derive(Debug, Clone)]
pub struct Client {
    line: Line,
    typed: portfolio_client::Client,
    token: Option<String>,
}

/// Where a client calls, and what is known of every answer.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    http: reqwest::Client,
    address: SocketAddr,
    /// Whether rate limits are on, so that answers must tell of them.
    limits: bool,
    /// The test that it was made in.
    test: Arc<str>,
}

impl Line {
    /// A generated client on this line, for `wire` to listen to. It sends each request once: what a retry hides would not
    /// be seen.
    pub(crate) fn typed(&self, wire: &Wire) -> ClientBuilder {
        let address = format!("http://{}{}", self.address, contract::BASE_PATH);
        let builder = portfolio_client::Client::builder(address)
            .http(self.http.clone())
            .retries(Retries::none());
        wire.on(builder, self.limits, self.test.clone())
    }
}

/// A request as it was sent.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Option<Value>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, limits: bool) -> Self {
        Self::over(reqwest::Client::builder(), address, limits)
    }

    pub(crate) fn with_cookies(address: SocketAddr, limits: bool) -> Self {
        Self::over(
            reqwest::Client::builder().cookie_store(true),
            address,
            limits,
        )
    }

    fn over(builder: reqwest::ClientBuilder, address: SocketAddr, limits: bool) -> Self {
        let http = builder.redirect(Policy::none()).no_proxy().build().unwrap();
        let line = Line {
            http,
            address,
            limits,
            test: coverage::test().into(),
        };
        Self {
            typed: line.typed(&Wire::default()).build().unwrap(),
            line,
            token: None,
        }
    }

    /// The same client with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        let line = self.line.clone();
        let typed = line.typed(&Wire::default()).token(token);
        Self {
            typed: typed.build().unwrap(),
            line,
            token: Some(token.to_owned()),
        }
    }

    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// Its token, if it has one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// GET a path of the contract, as its `paths` has it: without the base path.
    pub fn get(&self, path: &str) -> Request {
        self.call(Method::GET, path)
    }

    /// POST to a path of the contract.
    pub fn post(&self, path: &str) -> Request {
        self.call(Method::POST, path)
    }

    /// PUT to a path of the contract.
    pub fn put(&self, path: &str) -> Request {
        self.call(Method::PUT, path)
    }

    /// DELETE a path of the contract.
    pub fn delete(&self, path: &str) -> Request {
        self.call(Method::DELETE, path)
    }

    /// Any method on a path of the contract.
    pub fn call(&self, method: Method, path: &str) -> Request {
        self.outside(method, &format!("{}{path}", contract::BASE_PATH))
    }

    /// Any method on any path of the server.
    pub fn outside(&self, method: Method, path: &str) -> Request {
        let mut headers = HeaderMap::new();
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        Request {
            client: self.clone(),
            sent: Sent {
                method,
                path: path.to_owned(),
                headers,
                json: None,
            },
            bytes: None,
        }
    }
}

impl Deref for Client {
    type Target = portfolio_client::Client;

    fn deref(&self) -> &portfolio_client::Client {
        &self.typed
    }
}

/// A raw request to be awaited.
#[derive(Debug)]
#[must_use]
pub struct Request {
    client: Client,
    sent: Sent,
    bytes: Option<Vec<u8>>,
}

impl Request {
    /// With a JSON body.
    pub fn json(mut self, body: Value) -> Self {
        self.sent
            .headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.bytes = Some(body.to_string().into_bytes());
        self.sent.json = Some(body);
        self
    }

    /// With any bytes as a body that claims to be JSON.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.sent
            .headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.bytes = Some(body.into());
        self
    }

    /// With one more header; a second one of a name is another line.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name: HeaderName = name.parse().unwrap();
        let value = HeaderValue::from_bytes(value.as_ref()).unwrap();
        self.sent.headers.append(name, value);
        self
    }

    /// Without a header that was set.
    pub fn without(mut self, name: &str) -> Self {
        self.sent.headers.remove(name);
        self
    }

    async fn send(self) -> Answer {
        let Line {
            http,
            address,
            limits,
            test,
        } = &self.client.line;
        let url = format!("http://{address}{}", self.sent.path);
        let mut request = http
            .request(self.sent.method.clone(), url)
            .headers(self.sent.headers.clone());
        if let Some(bytes) = self.bytes.clone() {
            request = request.body(Body::from(bytes));
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let answer = Answer::new(self.sent, status, headers, &bytes);
        match contract::verdict(&answer, *limits, test) {
            Ok(()) => answer,
            Err(faults) => panic!("{faults}"),
        }
    }
}

impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
