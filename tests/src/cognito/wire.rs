//! The pool's API over HTTP: AWS JSON 1.1, and the public keys beside it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::serve::Listener;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use super::accounts::{Account, Session};
use super::{Pool, Published, Trouble};

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Serves until its task is aborted.
pub(super) async fn serve(listener: TcpListener, pool: Arc<Pool>) {
    let router = Router::new()
        .route("/", post(call))
        .route("/{pool}/.well-known/jwks.json", get(key_set))
        .route("/elsewhere", get(elsewhere))
        .with_state(pool.clone());
    let doors = Doors { listener, pool };
    axum::serve(doors, router).await.unwrap();
}

/// Closes every new connection while the pool is away. No connection is kept for a second request.
struct Doors {
    listener: TcpListener,
    pool: Arc<Pool>,
}

impl Listener for Doors {
    type Io = TcpStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let accepted = Listener::accept(&mut self.listener).await;
            if !self.pool.state.lock().unwrap().away {
                return accepted;
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

fn answer(status: u16, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, CONTENT_TYPE),
        (header::CONNECTION, "close"),
    ];
    (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
}

fn exception(name: &str, message: &str, status: u16) -> Response {
    answer(
        status,
        json!({ "__type": name, "message": message }).to_string(),
    )
}

async fn call(State(pool): State<Arc<Pool>>, headers: HeaderMap, body: String) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let action = target.rsplit('.').next().unwrap().to_owned();
    let signed = headers.contains_key(header::AUTHORIZATION);
    let body: Value = serde_json::from_str(&body).unwrap();
    let trouble = {
        let mut state = pool.state.lock().unwrap();
        state.calls.push(action.clone());
        state.trouble.clone()
    };
    match trouble {
        None => {}
        Some(Trouble::Exception(name, message, status)) => return exception(name, message, status),
        Some(Trouble::Challenge(name)) => {
            let body = json!({ "ChallengeName": name, "ChallengeParameters": {}, "Session": "opaque-session-of-a-challenge" });
            return answer(200, body.to_string());
        }
        Some(Trouble::Late(time)) => tokio::time::sleep(time).await,
        Some(Trouble::Answer(body)) => return answer(200, body),
    }
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    match action.as_str() {
        "InitiateAuth" => pool.initiate_auth(&text),
        // Its caller is an administrator.
        "AdminUserGlobalSignOut" if !signed => exception(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
            400,
        ),
        "AdminUserGlobalSignOut" => pool.sign_out(&text),
        other => exception("UnknownOperationException", other, 400),
    }
}

async fn key_set(State(pool): State<Arc<Pool>>, Path(id): Path<String>) -> Response {
    let (published, keys) = {
        let mut state = pool.state.lock().unwrap();
        state.fetches += 1;
        (state.published.clone(), state.keys.published())
    };
    if id != pool.id {
        return answer(404, "not found".to_owned());
    }
    match published {
        None => answer(200, keys.to_string()),
        Some(Published::Text(status, text)) => answer(status, text),
        Some(Published::Late(time)) => {
            tokio::time::sleep(time).await;
            answer(200, keys.to_string())
        }
        Some(Published::Elsewhere) => Redirect::to("/elsewhere").into_response(),
    }
}

/// The right keys, at an address that only a redirect leads to.
async fn elsewhere(State(pool): State<Arc<Pool>>) -> Response {
    let keys = pool.state.lock().unwrap().keys.published();
    answer(200, keys.to_string())
}

impl Pool {
    fn initiate_auth<'a>(&self, text: &impl Fn(&str) -> Option<&'a str>) -> Response {
        if text("/ClientId") != Some(self.client_id.as_str()) {
            return exception(
                "ResourceNotFoundException",
                "User pool client does not exist.",
                400,
            );
        }
        let parameter = |name: &str| text(&format!("/AuthParameters/{name}")).unwrap_or_default();
        let now = self.clock.now().timestamp();
        let mut state = self.state.lock().unwrap();
        let outcome = match text("/AuthFlow") {
            Some("USER_PASSWORD_AUTH") => state
                .accounts
                .login(parameter("USERNAME"), parameter("PASSWORD"), now)
                .map(|(account, session, token)| (account, session, Some(token))),
            Some("REFRESH_TOKEN_AUTH") => state.accounts.refresh(parameter("REFRESH_TOKEN"), now),
            _ => Err((
                "InvalidParameterException",
                "Auth flow not enabled for this client",
            )),
        };
        match outcome {
            Ok((account, session, refresh_token)) => {
                let revocation = state.accounts.revocation;
                let sign = |claims: Value| state.keys.sign(&claims);
                let body = self.tokens(&account, &session, refresh_token, revocation, sign);
                answer(200, body.to_string())
            }
            Err((name, message)) => exception(name, message, 400),
        }
    }

    fn tokens(
        &self,
        account: &Account,
        session: &Session,
        refresh_token: Option<String>,
        revocation: bool,
        sign: impl Fn(Value) -> String,
    ) -> Value {
        let now = self.clock.now();
        let mut id = self.claims(account, session, "id", now + TimeDelta::hours(1));
        if !revocation {
            id.as_object_mut().unwrap().remove("origin_jti");
        }
        // Access tokens of this app client live shorter: ExpiresIn is theirs.
        let access = self.claims(account, session, "access", now + TimeDelta::minutes(5));
        let mut result = json!({
            "IdToken": sign(id),
            "AccessToken": sign(access),
            "ExpiresIn": Duration::from_secs(300).as_secs(),
            "TokenType": "Bearer",
        });
        if let Some(token) = refresh_token {
            result["RefreshToken"] = json!(token);
        }
        json!({ "AuthenticationResult": result, "ChallengeParameters": {} })
    }

    fn sign_out<'a>(&self, text: &impl Fn(&str) -> Option<&'a str>) -> Response {
        if text("/UserPoolId") != Some(self.id.as_str()) {
            return exception(
                "ResourceNotFoundException",
                "User pool does not exist.",
                400,
            );
        }
        let mut state = self.state.lock().unwrap();
        match state
            .accounts
            .sign_out(text("/Username").unwrap_or_default())
        {
            Ok(()) => answer(200, "{}".to_owned()),
            Err((name, message)) => exception(name, message, 400),
        }
    }
}
