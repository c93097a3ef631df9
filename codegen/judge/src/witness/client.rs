//! A client that sends anything, and holds every answer against the contract.

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Body, ClientBuilder, Method};
use serde_json::Value;

use super::answer::{Answer, Sent};
use super::contract::Contract;
use super::coverage;

/// Who calls: with or without a token, with or without cookies.
#[derive(Debug, Clone)]
pub struct Witness {
    http: reqwest::Client,
    address: SocketAddr,
    contract: &'static Contract,
    /// Whether rate limits are on, so that answers must tell of them.
    limits: bool,
    /// How headers are read; what a gateway in between adds is not the service's.
    headers: fn(HeaderMap) -> HeaderMap,
    /// The test that it was made in, unless answers are to be written down for none.
    test: Option<Arc<str>>,
    token: Option<String>,
}

impl Witness {
    /// A client of the server at an address, without rate limits. It follows no redirects and uses no proxy.
    #[must_use]
    pub fn new(contract: &'static Contract, address: SocketAddr) -> Self {
        Self::over(contract, address, reqwest::Client::builder())
    }

    /// The same, with cookies kept from answer to request.
    #[must_use]
    pub fn with_cookies(contract: &'static Contract, address: SocketAddr) -> Self {
        let builder = reqwest::Client::builder().cookie_store(true);
        Self::over(contract, address, builder)
    }

    fn over(contract: &'static Contract, address: SocketAddr, builder: ClientBuilder) -> Self {
        Self {
            http: builder.redirect(Policy::none()).no_proxy().build().unwrap(),
            address,
            contract,
            limits: false,
            headers: |headers| headers,
            test: Some(coverage::test().into()),
            token: None,
        }
    }

    /// Of a server whose rate limits are on or off.
    #[must_use]
    pub fn limits(self, limits: bool) -> Self {
        Self { limits, ..self }
    }

    /// Whose answers are no evidence that a test expects them, such as those to random requests: `cargo xtask coverage` does
    /// not count them.
    #[must_use]
    pub fn unrecorded(self) -> Self {
        Self { test: None, ..self }
    }

    /// Of a server behind something that changes headers; `headers` takes that back.
    #[must_use]
    pub fn behind(self, headers: fn(HeaderMap) -> HeaderMap) -> Self {
        Self { headers, ..self }
    }

    /// The same client with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// Its token, if it has one.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Its connections.
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Where the contract's paths begin: scheme, address and base path.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.contract.base_path())
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

    /// PATCH a path of the contract.
    pub fn patch(&self, path: &str) -> Request {
        self.call(Method::PATCH, path)
    }

    /// DELETE a path of the contract.
    pub fn delete(&self, path: &str) -> Request {
        self.call(Method::DELETE, path)
    }

    /// Any method on a path of the contract.
    pub fn call(&self, method: Method, path: &str) -> Request {
        self.outside(method, &format!("{}{path}", self.contract.base_path()))
    }

    /// Any method on any path of the server.
    pub fn outside(&self, method: Method, path: &str) -> Request {
        let mut headers = HeaderMap::new();
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        Request {
            witness: self.clone(),
            sent: Sent {
                method,
                path: path.to_owned(),
                headers,
                json: None,
            },
            bytes: None,
        }
    }

    /// What came back to a request, held against the contract and written down for the running test.
    ///
    /// # Panics
    ///
    /// If the contract does not declare it.
    #[must_use]
    pub fn heard(
        &self,
        request: Sent,
        status: reqwest::StatusCode,
        headers: HeaderMap,
        body: &[u8],
    ) -> Answer {
        let headers = (self.headers)(headers);
        let answer = Answer::new(self.contract, request, status, headers, body);
        if answer.request.method != Method::HEAD
            && let (Some(test), Some(operation)) = (&self.test, answer.operation())
        {
            coverage::record(self.contract, test, operation.id(), status.as_u16());
        }
        let faults = self.contract.faults(&answer, self.limits);
        assert!(faults.is_empty(), "{faults:#?}\n{answer}");
        answer
    }
}

/// A request to be awaited.
#[derive(Debug)]
#[must_use]
pub struct Request {
    witness: Witness,
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
        let Self {
            witness,
            sent,
            bytes,
        } = self;
        let url = format!("http://{}{}", witness.address, sent.path);
        let mut request = witness
            .http
            .request(sent.method.clone(), url)
            .headers(sent.headers.clone());
        if let Some(bytes) = bytes {
            request = request.body(Body::from(bytes));
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        witness.heard(sent, status, headers, &bytes)
    }
}

impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
