//! Two clients whose every answer is held against the contract: the generated one, and one that sends anything.

use std::net::SocketAddr;
use std::ops::Deref;

use contract_judge::witness::{Request, Witness};
use portfolio_client::{ClientBuilder, Retries};
use reqwest::Method;

use crate::contract::JUDGE;
use crate::deployed;
use crate::wire::Wire;

/// Who calls: with or without a token, with or without cookies.
///
/// Dereferences to the generated client, whose calls end in [`answer`](crate::Answered::answer). [`get`](Self::get) and
/// its like are for what that client cannot say: bad input, above all.
#[derive(Debug, Clone)]
pub struct Client {
    witness: Witness,
    typed: portfolio_client::Client,
}

/// A generated client over a witness's connections, for `wire` to listen to. It sends each request once: what a retry
/// hides would not be seen.
pub(crate) fn typed(witness: &Witness, wire: &Wire) -> ClientBuilder {
    let builder = portfolio_client::Client::builder(witness.url())
        .http(witness.http().clone())
        .retries(Retries::none());
    wire.on(builder, witness.clone())
}

impl Client {
    pub(crate) fn new(address: SocketAddr, limits: bool) -> Self {
        Self::of(Witness::new(&JUDGE, address), limits)
    }

    pub(crate) fn with_cookies(address: SocketAddr, limits: bool) -> Self {
        Self::of(Witness::with_cookies(&JUDGE, address), limits)
    }

    fn of(witness: Witness, limits: bool) -> Self {
        let witness = witness.limits(limits).behind(deployed::as_local);
        Self {
            typed: typed(&witness, &Wire::default()).build().unwrap(),
            witness,
        }
    }

    /// The same client with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        let typed = typed(&self.witness, &Wire::default()).token(token);
        Self {
            typed: typed.build().unwrap(),
            witness: self.witness.with_token(token),
        }
    }

    pub(crate) fn witness(&self) -> &Witness {
        &self.witness
    }

    /// Its token, if it has one.
    pub fn token(&self) -> Option<&str> {
        self.witness.token()
    }

    /// GET a path of the contract, as its `paths` has it: without the base path.
    pub fn get(&self, path: &str) -> Request {
        self.witness.get(path)
    }

    /// POST to a path of the contract.
    pub fn post(&self, path: &str) -> Request {
        self.witness.post(path)
    }

    /// PUT to a path of the contract.
    pub fn put(&self, path: &str) -> Request {
        self.witness.put(path)
    }

    /// DELETE a path of the contract.
    pub fn delete(&self, path: &str) -> Request {
        self.witness.delete(path)
    }

    /// Any method on a path of the contract.
    pub fn call(&self, method: Method, path: &str) -> Request {
        self.witness.call(method, path)
    }

    /// Any method on any path of the server.
    pub fn outside(&self, method: Method, path: &str) -> Request {
        self.witness.outside(method, path)
    }
}

impl Deref for Client {
    type Target = portfolio_client::Client;

    fn deref(&self) -> &portfolio_client::Client {
        &self.typed
    }
}
