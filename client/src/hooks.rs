//! How a generated method's request goes out: with a token where one belongs, and again where that is safe.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use progenitor_client::{ClientInfo, OperationInfo};
use reqwest::header::{AUTHORIZATION, HeaderValue, IF_MATCH};
use reqwest::{Request, StatusCode};

use crate::answer::{Answer, Problem};
use crate::contract::Client;
use crate::error::Error;
use crate::observer::{Exchange, Observer};
use crate::operation::{self, Operation};
use crate::retry::Retries;
use crate::timer::Timer;
use crate::tokens::Tokens;

/// What generated methods call, as `progenitor_client::ClientHooks` with answers and errors of ours.
pub(crate) trait ClientHooks<I>: ClientInfo<I> {
    /// Before a request is sent.
    async fn pre(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error>;

    /// Sends a request.
    async fn exec(&self, request: Request, info: &OperationInfo) -> Result<Answer, Error>;

    /// After a request was sent.
    async fn post(&self, result: &Result<Answer, Error>, info: &OperationInfo)
    -> Result<(), Error>;
}

/// What a client and its clones share. Made by [`Client::builder`].
#[derive(Clone)]
pub struct Inner(Arc<Shared>);

struct Shared {
    tokens: Tokens,
    retries: Retries,
    timer: Box<dyn Timer>,
    observer: Option<Observer>,
}

impl Inner {
    pub(crate) fn new(
        tokens: Tokens,
        retries: Retries,
        timer: Box<dyn Timer>,
        observer: Option<Observer>,
    ) -> Self {
        Self(Arc::new(Shared {
            tokens,
            retries,
            timer,
            observer,
        }))
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.timer.now()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("session", &self.tokens().session())
            .finish_non_exhaustive()
    }
}

impl ClientHooks<Inner> for Client {
    async fn pre(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error> {
        // progenitor's own; no contract of ours knows it, and a browser would have to ask for it first.
        request.headers_mut().remove("api-version");
        Ok(())
    }

    async fn exec(&self, mut request: Request, info: &OperationInfo) -> Result<Answer, Error> {
        let operation = operation::behind(info.operation_id).ok_or_else(|| {
            Error::InvalidRequest(format!(
                "{} is not in the table of operations",
                info.operation_id
            ))
        })?;
        if !operation.token {
            return attempts(self, operation, request).await;
        }
        let failed = |cause| Error::Authentication { operation, cause };
        let Some(token) = Tokens::current(self).await.map_err(failed)? else {
            return attempts(self, operation, request).await;
        };
        authorize(&mut request, &token)?;
        let again = request.try_clone();
        let answer = attempts(self, operation, request).await?;
        if answer.0.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        // A refused request was not carried out: whatever the operation, it may be sent once more.
        match (
            again,
            Tokens::instead_of(self, &token).await.map_err(failed)?,
        ) {
            (Some(mut request), Some(token)) => {
                authorize(&mut request, &token)?;
                attempts(self, operation, request).await
            }
            _ => Ok(answer),
        }
    }

    async fn post(&self, _: &Result<Answer, Error>, _: &OperationInfo) -> Result<(), Error> {
        Ok(())
    }
}

fn authorize(request: &mut Request, token: &str) -> Result<(), Error> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
        Error::InvalidRequest("the token has letters that a header cannot have".to_owned())
    })?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}

/// Sends a request until it is answered for good.
async fn attempts(
    client: &Client,
    operation: &'static Operation,
    mut request: Request,
) -> Result<Answer, Error> {
    let Shared { retries, timer, .. } = &*client.inner.0;
    let began = timer.now();
    let precondition = request.headers().contains_key(IF_MATCH);
    let mut sent = 0;
    loop {
        let again = request.try_clone();
        let outcome = attempt(client, operation, request).await;
        sent += 1;
        let now = timer.now();
        let elapsed = (now - began).to_std().unwrap_or_default();
        match (
            again,
            retries.wait(operation, precondition, &outcome, sent, elapsed, now),
        ) {
            (Some(again), Some(wait)) => {
                timer.sleep(wait).await;
                request = again;
            }
            _ => return outcome,
        }
    }
}

async fn attempt(
    client: &Client,
    operation: &'static Operation,
    request: Request,
) -> Result<Answer, Error> {
    let broken = |cause| Error::Communication { operation, cause };
    let observer = client.inner.0.observer.as_ref();
    // No body of the contract is a stream, so each can be kept.
    let watched = observer.and_then(|observer| Some((observer, request.try_clone()?)));
    let response = client.client.execute(request).await.map_err(broken)?;
    let answer = Answer::read(operation, response).await.map_err(broken)?;
    if let Some((observer, request)) = &watched {
        observer(&Exchange {
            operation,
            request,
            status: answer.0.status,
            headers: &answer.0.headers,
            body: &answer.0.body,
        });
    }
    match answer.0.problem {
        Problem::TooLong => Err(Error::UnexpectedResponse(answer)),
        _ => Ok(answer),
    }
}
