//! The client's session: opened once, renewed by one call at a time.
//!
//! The server replaces a refresh token each time, and takes one that comes twice for stolen: it ends the session. So a
//! refresh token is sent by one task at a time, that task is not cancelled with the call that began it, and after an answer
//! that leaves open whether the token was replaced it is not sent again while there is another way.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use tokio::sync::watch;

use crate::contract::{Client, types};
use crate::error::Error;
use crate::session::{Credentials, Held, Session};

/// What renewing leads to: a token, none for a client without a session, or why there is none.
type Outcome = Result<Option<String>, Arc<Error>>;

/// The session of a client and of its clones.
pub(crate) struct Tokens {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    credentials: Option<Credentials>,
    /// Why there is no session any more, and cannot be one.
    ended: Option<Arc<Error>>,
    /// Whether the refresh token may have been used, without its answer.
    doubtful: bool,
    /// Counts sign-ins and sign-outs, so that a renewal that began before one does not undo it.
    epoch: u64,
    /// The renewal that is under way, for others to wait for.
    flight: Option<watch::Receiver<Option<Outcome>>>,
}

impl State {
    fn can_renew(&self, now: DateTime<Utc>) -> bool {
        let refreshable = self.held.as_ref().is_some_and(|held| {
            held.session.refresh_token.is_some() && (!self.doubtful || held.is_over(now))
        });
        refreshable || self.credentials.is_some()
    }

    fn hold(&mut self, held: Option<Held>) {
        self.held = held;
        self.ended = None;
        self.doubtful = false;
    }
}

impl Tokens {
    pub(crate) fn new(held: Option<Held>, credentials: Option<Credentials>) -> Self {
        Self {
            state: Mutex::new(State {
                held,
                credentials,
                ..State::default()
            }),
        }
    }

    /// The session as it is now.
    pub(crate) fn session(&self) -> Option<Session> {
        self.state().held.as_ref().map(|held| held.session.clone())
    }

    /// Takes a session that the caller opened.
    pub(crate) fn open(&self, held: Held) {
        let mut state = self.state();
        state.epoch += 1;
        state.hold(Some(held));
    }

    /// Forgets everything.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        *state = State {
            epoch: state.epoch + 1,
            ..State::default()
        };
    }

    /// The token to send, renewed first if it is due. None for a client that never had a session.
    pub(crate) async fn current(client: &Client) -> Outcome {
        renewed(
            client,
            |state| {
                let now = client.inner.now();
                if let Some(ended) = &state.ended {
                    return Some(Err(ended.clone()));
                }
                match &state.held {
                    Some(held) if !held.is_due(now) || !state.can_renew(now) => {
                        Some(Ok(Some(held.session.token.clone())))
                    }
                    None if state.credentials.is_none() => Some(Ok(None)),
                    _ => None,
                }
            },
            false,
        )
        .await
    }

    /// Another token than the one that was refused. None if there is no other.
    pub(crate) async fn instead_of(client: &Client, refused: &str) -> Outcome {
        renewed(
            client,
            |state| match &state.held {
                // Somebody else was faster.
                Some(held) if held.session.token != refused => {
                    Some(Ok(Some(held.session.token.clone())))
                }
                Some(held)
                    if held.session.refresh_token.is_none() && state.credentials.is_none() =>
                {
                    Some(Ok(None))
                }
                // Another call that was refused found out more.
                None => Some(state.ended.clone().map_or(Ok(None), Err)),
                Some(_) => None,
            },
            true,
        )
        .await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known already, or what a renewal leads to. Twice, since one that is under way ends with the runtime that it was
/// begun on.
async fn renewed(
    client: &Client,
    known: impl Fn(&State) -> Option<Outcome>,
    refused: bool,
) -> Outcome {
    for _ in 0..2 {
        let mut flight = {
            let mut state = client.inner.tokens().state();
            match known(&state) {
                Some(outcome) => return outcome,
                None => fly(client, &mut state, refused),
            }
        };
        if let Ok(outcome) = flight.wait_for(Option::is_some).await {
            return outcome.clone().unwrap_or(Ok(None));
        }
    }
    Err(Arc::new(Error::InvalidRequest(
        "renewing the session was broken off".to_owned(),
    )))
}

/// Joins the renewal under way, or begins one.
fn fly(client: &Client, state: &mut State, refused: bool) -> watch::Receiver<Option<Outcome>> {
    if let Some(flight) = &state.flight {
        if flight.has_changed().is_ok() {
            return flight.clone();
        }
        // Broken off: who knows how far it came.
        state.doubtful = true;
    }
    let (sender, receiver) = watch::channel(None);
    state.flight = Some(receiver.clone());
    let renewal = Renewal {
        client: client.clone(),
        held: state.held.clone(),
        credentials: state.credentials.clone(),
        refused,
        epoch: state.epoch,
    };
    tokio::spawn(renewal.run(sender));
    receiver
}

/// One renewal, in a task of its own.
struct Renewal {
    client: Client,
    held: Option<Held>,
    credentials: Option<Credentials>,
    /// Whether the held token was refused by the server, whatever its end.
    refused: bool,
    epoch: u64,
}

/// What a renewal found out.
enum Found {
    Session(Box<Session>),
    /// The held token still works, and its refresh token may be used up.
    Doubt(String),
    /// There is no way to a session any more.
    Ended(Error),
    /// Not now.
    Failed(Error),
}

impl Renewal {
    /// Boxed, since it calls what calls it.
    fn run(
        self,
        sender: watch::Sender<Option<Outcome>>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let found = self.find().await;
            let mut state = self.client.inner.tokens().state();
            let current = state.epoch == self.epoch;
            let outcome = match found {
                Found::Session(session) => {
                    let token = session.token.clone();
                    if current {
                        state.hold(Some(Held::new(*session, self.client.inner.now())));
                    }
                    Ok(Some(token))
                }
                Found::Doubt(token) => {
                    state.doubtful |= current;
                    Ok(Some(token))
                }
                Found::Ended(error) => {
                    let error = Arc::new(error);
                    if current {
                        state.held = None;
                        state.ended = Some(error.clone());
                    }
                    Err(error)
                }
                Found::Failed(error) => Err(Arc::new(error)),
            };
            if current {
                state.flight = None;
            }
            drop(state);
            // Nobody may be waiting any more.
            let _ = sender.send(Some(outcome));
        })
    }

    async fn find(&self) -> Found {
        let now = self.client.inner.now();
        let failure = match self
            .held
            .as_ref()
            .and_then(|held| held.session.refresh_token.clone())
        {
            None => None,
            Some(refresh_token) => {
                let body = types::RefreshRequest { refresh_token };
                match self.client.refresh_session().body(body).send().await {
                    Ok(session) => {
                        return Found::Session(Box::new(Session::opened(
                            session.into_inner(),
                            now,
                        )));
                    }
                    Err(error) => Some(error),
                }
            }
        };
        if let Some(Credentials { email, password }) = self.credentials.clone() {
            return match self
                .client
                .login()
                .body(types::Credentials { email, password })
                .send()
                .await
            {
                Ok(session) => Found::Session(Box::new(Session::opened(session.into_inner(), now))),
                Err(error) if is_refusal(&error) => Found::Ended(error),
                Err(error) => Found::Failed(error),
            };
        }
        match (failure, &self.held) {
            (Some(error), _) if is_refusal(&error) => Found::Ended(error),
            (Some(_), Some(held)) if !self.refused && !held.is_over(now) => {
                Found::Doubt(held.session.token.clone())
            }
            (Some(error), _) => Found::Failed(error),
            (None, _) => Found::Failed(Error::InvalidRequest(
                "there is nothing to renew the session with".to_owned(),
            )),
        }
    }
}

/// Whether the server looked at it and said no: asking again would not help.
fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::ErrorResponse(response)
        if response.status().is_client_error() && response.status() != StatusCode::TOO_MANY_REQUESTS)
}
