//! Amazon Cognito as far as a server needs it: InitiateAuth and AdminUserGlobalSignOut over HTTP, and the public keys.
//!
//! A stand-in of the tests' own, which can do what no other can be made to: answer with any error and any challenge, be
//! slow, be away, publish wrong keys. That it behaves as Cognito does where it is not told otherwise is judged by `cargo
//! xtask moto`, where the same journeys are made with moto.

mod accounts;
mod keys;
mod wire;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use chrono::TimeDelta;
use contract_runtime::clock::Clock;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::Mint;
use accounts::Accounts;
use keys::Keys;

pub use accounts::Account;

/// The region of every pool.
const REGION: &str = "eu-west-1";

/// What happens to a call of the API in place of what it asks for.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// An error: the exception's name, its message, and the HTTP status.
    Exception(&'static str, &'static str, u16),
    /// Right, but the account is asked for this.
    Challenge(&'static str),
    /// Right, but only after this time.
    Late(Duration),
    /// 200 with this body.
    Answer(String),
}

/// What is published in place of the pool's keys.
#[derive(Debug, Clone)]
pub enum Published {
    /// This text with this status.
    Text(u16, String),
    /// The keys, after this time.
    Late(Duration),
    /// A redirect to where the keys are.
    Elsewhere,
}

/// A user pool with one app client and one account: the owner's. It ends with its last clone.
#[derive(Clone)]
pub struct UserPool {
    pool: Arc<Pool>,
    _server: Arc<Server>,
}

struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What the server knows.
struct Pool {
    id: String,
    client_id: String,
    address: SocketAddr,
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    accounts: Accounts,
    keys: Keys,
    trouble: Option<Trouble>,
    published: Option<Published>,
    away: bool,
    calls: Vec<String>,
    fetches: usize,
}

impl UserPool {
    /// A pool of its own, by this clock.
    pub async fn start(clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let unique = Uuid::new_v4().simple().to_string();
        let pool = Arc::new(Pool {
            id: format!("{REGION}_{}", &unique[..9]),
            client_id: unique[6..].to_owned(),
            address: listener.local_addr().unwrap(),
            clock: clock.clone(),
            state: Mutex::new(State {
                accounts: Accounts::with(Account::owner()),
                keys: Keys::new(),
                trouble: None,
                published: None,
                away: false,
                calls: Vec::new(),
                fetches: 0,
            }),
        });
        let server = tokio::spawn(wire::serve(listener, pool.clone()));
        Self {
            pool,
            _server: Arc::new(Server(server)),
        }
    }

    /// The settings of a server that signs in with this pool.
    pub fn settings(&self) -> [(&'static str, String); 4] {
        let Pool { id, client_id, .. } = &*self.pool;
        [
            ("COGNITO_USER_POOL_ID", id.clone()),
            ("COGNITO_CLIENT_ID", client_id.clone()),
            ("COGNITO_REGION", REGION.to_owned()),
            (
                "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
                format!("http://{}", self.pool.address),
            ),
        ]
    }

    /// AWS for a server in this process: over HTTP alone, with credentials that nobody checks.
    pub(crate) fn aws() -> SdkConfig {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "tests");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build()
    }

    /// Makes tokens with the pool's key.
    pub fn mint(&self) -> Mint {
        let now = self.pool.clock.now();
        let state = self.state();
        let account = state.accounts.owner();
        let session = accounts::Session {
            user: account.sub.clone(),
            origin_jti: "5a1c8a3e-0000-4000-8000-000000000002".to_owned(),
            auth_time: now.timestamp(),
        };
        let end = now + TimeDelta::hours(1);
        Mint {
            header: state.keys.header(),
            key: state.keys.signing().clone(),
            claims: self.pool.claims(account, &session, "id", end),
        }
    }

    /// Changes the owner's account.
    pub fn account(&self, change: impl FnOnce(&mut Account)) {
        change(self.state().accounts.owner_mut());
    }

    /// Deletes the owner's account.
    pub fn forget_the_owner(&self) {
        self.state().accounts.clear();
    }

    /// A refresh answers another refresh token, and the one that was sent is good no more.
    pub fn rotate_refresh_tokens(&self) {
        self.state().accounts.rotate = true;
    }

    /// ID tokens have no `origin_jti`, as those of an app client without token revocation.
    pub fn without_token_revocation(&self) {
        self.state().accounts.revocation = false;
    }

    /// From now on calls of the API meet this.
    pub fn trouble(&self, trouble: impl Into<Option<Trouble>>) {
        self.state().trouble = trouble.into();
    }

    /// From now on this is published.
    pub fn publish(&self, published: impl Into<Option<Published>>) {
        self.state().published = published.into();
    }

    /// Whether nobody answers at its address.
    pub fn away(&self, away: bool) {
        self.state().away = away;
    }

    /// Signs with a new key from now on. The old one stays published.
    pub fn rotate_keys(&self) {
        self.state().keys.rotate();
    }

    /// Publishes only the key that it signs with.
    pub fn withdraw_old_keys(&self) {
        self.state().keys.withdraw();
    }

    /// The published key set.
    pub fn key_set(&self) -> Value {
        self.state().keys.published()
    }

    /// The calls of its API since the last time that somebody asked.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state().calls)
    }

    /// How often its keys have been fetched.
    pub fn fetches(&self) -> usize {
        self.state().fetches
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.pool.state.lock().unwrap()
    }
}

impl Pool {
    /// The claims of a token (Amazon Cognito developer guide, "Understanding the identity (ID) token").
    fn claims(
        &self,
        account: &Account,
        session: &accounts::Session,
        token_use: &str,
        end: chrono::DateTime<chrono::Utc>,
    ) -> Value {
        let mut claims = json!({
            "iss": format!("https://cognito-idp.{REGION}.amazonaws.com/{}", self.id),
            "sub": account.sub,
            "token_use": token_use,
            "auth_time": session.auth_time,
            "iat": self.clock.now().timestamp(),
            "exp": end.timestamp(),
            "jti": Uuid::new_v4(),
            "origin_jti": session.origin_jti,
            "event_id": Uuid::new_v4(),
        });
        let more = if token_use == "id" {
            json!({
                "aud": self.client_id,
                "cognito:username": account.sub,
                "email": account.email,
                "email_verified": true,
                "name": account.name,
                "custom:role": account.role,
            })
        } else {
            json!({ "client_id": self.client_id, "username": account.sub, "scope": "aws.cognito.signin.user.admin" })
        };
        let more = more.as_object().unwrap().clone();
        let kept = more.into_iter().filter(|(_, value)| !value.is_null());
        claims.as_object_mut().unwrap().extend(kept);
        claims
    }
}
