//! Making a client, and its session.

use std::fmt;
use std::time::Duration;

use reqwest::{StatusCode, Url};

use crate::contract::{Client, types};
use crate::error::Error;
use crate::hooks::Inner;
use crate::observer::{Exchange, Observer};
use crate::retry::Retries;
use crate::session::{Credentials, Held, Session};
use crate::timer::{SystemTimer, Timer};
use crate::tokens::Tokens;

/// How long one try may take, its answer included. The server gives up before.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The settings of a client. Made by [`Client::builder`].
#[must_use]
pub struct ClientBuilder {
    address: String,
    credentials: Option<Credentials>,
    session: Option<Session>,
    retries: Retries,
    timeout: Duration,
    timer: Box<dyn Timer>,
    http: Option<reqwest::Client>,
    observer: Option<Observer>,
}

/// Why there is no client.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The address is not `http://host[:port][/path]`.
    Address(String),
    /// The address is https, and this crate was built without its feature `tls`.
    NoTls,
    /// The HTTP client could not be set up.
    Http(reqwest::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => {
                write!(
                    f,
                    "{address:?} is not the address of an API; write https://host/v1, for example"
                )
            }
            Self::NoTls => f.write_str("https needs the feature `tls` of portfolio-client"),
            Self::Http(error) => write!(f, "the HTTP client cannot be set up: {error}"),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Http(error) => Some(error),
            _ => None,
        }
    }
}

impl Client {
    /// A client of the API at this address, base path included: `http://127.0.0.1:8000/v1`.
    pub fn builder(address: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            address: address.into(),
            credentials: None,
            session: None,
            retries: Retries::default(),
            timeout: TIMEOUT,
            timer: Box::new(SystemTimer),
            http: None,
            observer: None,
        }
    }

    /// Signs in and keeps the session: from now on it goes with every call that takes a token.
    ///
    /// # Errors
    ///
    /// What the server answered; a session that was there before stays.
    pub async fn sign_in(
        &self,
        email: impl Into<String>,
        password: impl Into<String>,
    ) -> Result<types::User, Error> {
        let body = types::Credentials {
            email: email.into(),
            password: password.into(),
        };
        let session = self.login().body(body).send().await?.into_inner();
        let user = session.user.clone();
        let now = self.inner.now();
        self.inner
            .tokens()
            .open(Held::new(Session::opened(session, now), now));
        Ok(user)
    }

    /// Ends the session, here and on the server, and forgets the credentials.
    ///
    /// # Errors
    ///
    /// What the server answered. A session that it does not know any more has ended as well, which is no error.
    pub async fn sign_out(&self) -> Result<(), Error> {
        match self.logout().send().await {
            Ok(_) => {}
            Err(error) if error.status() == Some(StatusCode::UNAUTHORIZED) => {}
            Err(error) => return Err(error),
        }
        self.inner.tokens().close();
        Ok(())
    }

    /// The session as it is now, to go on with later: [`ClientBuilder::session`].
    pub fn session(&self) -> Option<Session> {
        self.inner.tokens().session()
    }
}

impl ClientBuilder {
    /// Signs in with the first call that takes a token, and again when the session cannot be renewed.
    pub fn credentials(mut self, email: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some(Credentials {
            email: email.into(),
            password: password.into(),
        });
        self
    }

    /// Goes on with a session.
    pub fn session(mut self, session: Session) -> Self {
        self.session = Some(session);
        self
    }

    /// Sends this token, which is not renewed.
    pub fn token(self, token: impl Into<String>) -> Self {
        self.session(Session::of_token(token))
    }

    /// How often and how long to try again.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// How long one try may take, its answer included; 30 seconds otherwise. Not used with [`http`](Self::http).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Another clock.
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.timer = Box::new(timer);
        self
    }

    /// Another HTTP client: with a cookie store, a proxy, certificates. It should not follow redirects, since the contract
    /// has none.
    pub fn http(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Called after each answer, before anything is made of it: to log, to measure, to test.
    pub fn observer(mut self, observer: impl Fn(&Exchange<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// An address that is not one, or an HTTP client that cannot be set up.
    pub fn build(self) -> Result<Client, BuildError> {
        let address = address(&self.address)?;
        let http = match self.http {
            Some(http) => http,
            None if address.starts_with("https:") && cfg!(not(feature = "tls")) => {
                return Err(BuildError::NoTls);
            }
            None => http(self.timeout)?,
        };
        let held = self
            .session
            .map(|session| Held::new(session, self.timer.now()));
        let inner = Inner::new(
            Tokens::new(held, self.credentials),
            self.retries,
            self.timer,
            self.observer,
        );
        Ok(Client::new_with_client(&address, http, inner))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// The address without a slash at its end: paths begin with one.
fn address(text: &str) -> Result<String, BuildError> {
    let wrong = || BuildError::Address(text.to_owned());
    let url = Url::parse(text).map_err(|_| wrong())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !plain || url.password().is_some() || !matches!(url.scheme(), "http" | "https") {
        return Err(wrong());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn http(timeout: Duration) -> Result<reqwest::Client, BuildError> {
    // One crypto library in the tree: the one that the AWS SDK uses. A program that chose another one keeps it.
    #[cfg(feature = "tls")]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails only if somebody else was faster, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT)
        // The contract has no redirect, and a token must not follow one.
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!(
            env!("CARGO_PKG_NAME"),
            "/",
            env!("CARGO_PKG_VERSION")
        ))
        .build()
        .map_err(BuildError::Http)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked() {
        for (text, expected) in [
            ("http://127.0.0.1:8000/v1", Some("http://127.0.0.1:8000/v1")),
            (
                "http://127.0.0.1:8000/v1/",
                Some("http://127.0.0.1:8000/v1"),
            ),
            ("http://localhost", Some("http://localhost")),
            ("localhost:8000", None),
            ("/v1", None),
            ("ftp://host/v1", None),
            ("http://host/v1?x=1", None),
            ("http://user:password@host/v1", None),
            ("", None),
        ] {
            assert_eq!(address(text).ok().as_deref(), expected, "{text}");
        }
    }

    #[cfg(feature = "tls")]
    #[test]
    fn https_is_spoken() {
        Client::builder("https://host/v1").build().unwrap();
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn https_without_tls_says_what_is_missing() {
        let error = Client::builder("https://host/v1").build().unwrap_err();
        assert!(error.to_string().contains("feature `tls`"), "{error}");
    }
}
