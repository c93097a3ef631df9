//! A pool's accounts and their sessions.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{EMAIL, NAME, PASSWORD};

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id, which is its username too, as in pools where people sign in with their email address.
    pub sub: String,
    /// The email address to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// The claim `name`, if there is one.
    pub name: Option<String>,
    /// The claim `custom:role`, if there is one.
    pub role: Option<String>,
    /// Whether it may sign in.
    pub enabled: bool,
}

impl Account {
    pub(super) fn owner() -> Self {
        Self {
            sub: Uuid::new_v4().to_string(),
            email: EMAIL.to_owned(),
            password: PASSWORD.to_owned(),
            name: Some(NAME.to_owned()),
            role: Some("owner".to_owned()),
            enabled: true,
        }
    }
}

/// What all tokens of one login share.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) user: String,
    pub(super) origin_jti: String,
    pub(super) auth_time: i64,
}

/// Why a call is refused: the exception's name and message.
pub(super) type Refused = (&'static str, &'static str);

pub(super) struct Accounts {
    accounts: Vec<Account>,
    /// By refresh token.
    sessions: HashMap<String, Session>,
    pub(super) rotate: bool,
    pub(super) revocation: bool,
}

/// Seconds that a refresh token is good for: an app client's default.
const REFRESH: i64 = 30 * 24 * 3600;

const WRONG: Refused = ("NotAuthorizedException", "Incorrect username or password.");
const DISABLED: Refused = ("NotAuthorizedException", "User is disabled.");
const NOT_FOUND: Refused = ("UserNotFoundException", "User does not exist.");
const REVOKED: Refused = ("NotAuthorizedException", "Refresh Token has been revoked");

impl Accounts {
    pub(super) fn with(owner: Account) -> Self {
        Self {
            accounts: vec![owner],
            sessions: HashMap::new(),
            rotate: false,
            revocation: true,
        }
    }

    pub(super) fn owner(&self) -> &Account {
        self.accounts.first().expect("the owner was not forgotten")
    }

    pub(super) fn owner_mut(&mut self) -> &mut Account {
        self.accounts
            .first_mut()
            .expect("the owner was not forgotten")
    }

    pub(super) fn clear(&mut self) {
        self.accounts.clear();
    }

    /// A new session, with its refresh token.
    pub(super) fn login(
        &mut self,
        username: &str,
        password: &str,
        now: i64,
    ) -> Result<(Account, Session, String), Refused> {
        let account = self
            .accounts
            .iter()
            .find(|account| account.email.eq_ignore_ascii_case(username));
        let account = account.ok_or(NOT_FOUND)?.clone();
        if !account.enabled {
            return Err(DISABLED);
        }
        if account.password != password {
            return Err(WRONG);
        }
        let session = Session {
            user: account.sub.clone(),
            origin_jti: Uuid::new_v4().to_string(),
            auth_time: now,
        };
        let token = self.keep(session.clone());
        Ok((account, session, token))
    }

    /// The session of a refresh token; with another token if they are rotated.
    pub(super) fn refresh(
        &mut self,
        token: &str,
        now: i64,
    ) -> Result<(Account, Session, Option<String>), Refused> {
        let session = self.sessions.get(token).cloned().ok_or(REVOKED)?;
        if now >= session.auth_time + REFRESH {
            return Err(("NotAuthorizedException", "Refresh Token has expired"));
        }
        let mut accounts = self.accounts.iter();
        let account = accounts.find(|account| account.sub == session.user);
        let account = account.ok_or(NOT_FOUND)?.clone();
        if !account.enabled {
            return Err(DISABLED);
        }
        let another = self.rotate.then(|| {
            self.sessions.remove(token);
            self.keep(session.clone())
        });
        Ok((account, session, another))
    }

    /// Makes all refresh tokens of a user useless.
    pub(super) fn sign_out(&mut self, username: &str) -> Result<(), Refused> {
        if !self.accounts.iter().any(|account| account.sub == username) {
            return Err(NOT_FOUND);
        }
        self.sessions.retain(|_, session| session.user != username);
        Ok(())
    }

    fn keep(&mut self, session: Session) -> String {
        // Cognito's are encrypted JWTs; nobody but Cognito reads them.
        let token = format!("refresh.{}", Uuid::new_v4());
        self.sessions.insert(token.clone(), session);
        token
    }
}
