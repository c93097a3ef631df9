//! Accounts: signing up and in, roles, and the end of an account.

mod account;
mod admins;
mod removal;

use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::{TableError, Transaction};
use contract_runtime::password::{Hasher, is_outdated};
use contract_runtime::security::{Principal, Rejection};
use uuid::Uuid;

pub use self::account::{Account, Listed, Role};
pub use self::admins::FirstAdmin;
use crate::catalogue::Reviews;
use crate::error::Error;
use crate::settings::is_username;
use crate::table::cursor::Position;
use crate::table::definition::BY_ROLE;
use crate::table::{Consistency, Page, Query, Tables, time};
use crate::tokens::{STAMP, Tokens};

/// That an account is there and not about to go.
const PRESENT: &str = "attribute_exists(#username) AND attribute_not_exists(#deleted)";

/// The accounts.
///
/// Each has a stamp, a random value that its tokens carry. A new password changes the stamp and a deleted account has
/// none, so older tokens end at once; roles are read with it. This costs each request with a token one strongly consistent
/// read of one item, one read unit.
#[derive(Debug)]
pub struct Users {
    tables: Tables,
    reviews: Reviews,
    tokens: Tokens,
    hasher: Hasher,
    clock: Clock,
}

/// An account, and a token that proves that its user signed in.
#[derive(Debug)]
pub struct Session {
    /// The account.
    pub account: Account,
    /// The token.
    pub token: String,
}

impl Users {
    /// The accounts in these tables.
    pub fn new(tables: Tables, reviews: Reviews, tokens: Tokens, clock: Clock) -> Self {
        Self {
            tables,
            reviews,
            tokens,
            hasher: Hasher::default(),
            clock,
        }
    }

    /// Makes an account whose role is user. The condition makes usernames unique, however many ask at the same time.
    pub async fn sign_up(
        &self,
        username: &str,
        password: &str,
        name: &str,
    ) -> Result<Account, Error> {
        let hash = self.hasher.hash(password).await?;
        let account = Account::new(username, name, Role::User, hash, self.clock.now());
        let put = self.tables.users.put(&account)?;
        let put = put.when("attribute_not_exists(#username)");
        match self.tables.transact(vec![put]).await?.settled()? {
            Transaction::Committed => Ok(account),
            Transaction::Refused { .. } => Err(Error::Conflict("This username is taken.")),
        }
    }

    /// Who a username and a password are. An unknown username takes as long as a wrong password.
    pub async fn sign_in(&self, username: &str, password: &str) -> Result<Session, Error> {
        let account = self.account(username).await?;
        let Some((account, hash)) = account.and_then(|account| {
            let hash = account.password_hash.clone()?;
            Some((account, hash))
        }) else {
            self.hasher.refuse(password).await?;
            return Err(Error::Rejected);
        };
        if !self.hasher.verify(password, &hash).await? {
            return Err(Error::Rejected);
        }
        if is_outdated(&hash)
            && let Err(error) = self.upgrade(username, password, &hash).await
        {
            // The next time will do.
            tracing::warn!(%error, "a password's old hash could not be replaced");
        }
        self.session(account).await
    }

    /// Stores argon2id's hash of the same password in place of an older one. Tokens stay good.
    async fn upgrade(&self, username: &str, password: &str, old: &str) -> Result<(), Error> {
        let hash = self.hasher.hash(password).await?;
        let update = self
            .tables
            .users
            .update(username, "SET #passwordHash = :new")
            .when("#passwordHash = :old")
            .with(":new", hash.as_str())
            .with(":old", old);
        // Refused if the password was changed meanwhile, and then there is nothing to replace.
        let _ = self.tables.transact(vec![update]).await?;
        Ok(())
    }

    async fn session(&self, account: Account) -> Result<Session, Error> {
        let stamp = account.stamp.as_deref().ok_or(Error::Rejected)?;
        let token = self.tokens.issue(&account.username, stamp).await?;
        Ok(Session { account, token })
    }

    /// Who a token names, with the role that the account has now.
    pub async fn authenticate(&self, token: &str) -> Result<Principal, Rejection> {
        let mut principal = self.tokens.verify(token).await?;
        if !is_username(&principal.subject) {
            return Err(Rejection::Invalid("the token names nobody"));
        }
        let account = self.account(&principal.subject).await?;
        let stamp = principal.claims.get(STAMP).and_then(|stamp| stamp.as_str());
        match account {
            Some(Account {
                stamp: Some(current),
                role: Some(role),
                ..
            }) if Some(current.as_str()) == stamp => {
                principal.roles = vec![role.as_str().to_owned()];
                Ok(principal)
            }
            _ => Err(Rejection::Invalid("the token has been ended")),
        }
    }

    /// An account that is there, deleted or not.
    async fn account(&self, username: &str) -> Result<Option<Account>, TableError> {
        self.tables.users.get(username, Consistency::Strong).await
    }

    /// An account that was not deleted.
    pub async fn get(&self, username: &str) -> Result<Account, Error> {
        let account = self.account(username).await?;
        account
            .filter(|account| !account.deleted)
            .ok_or(Error::NotFound)
    }

    /// The account of a token that was good a moment ago.
    pub async fn own(&self, username: &str) -> Result<Account, Error> {
        match self.get(username).await {
            Err(Error::NotFound) => Err(Error::Rejected),
            account => account,
        }
    }

    /// Changes the name.
    pub async fn rename(&self, username: &str, name: &str) -> Result<Account, Error> {
        let account = self.own(username).await?;
        let now = self.clock.now();
        let update = self
            .tables
            .users
            .update(username, "SET #name = :name, #updatedAt = :now")
            .when(format!("{PRESENT} AND #createdAt = :created"))
            .with(":name", name)
            .with(":created", time(account.created_at).as_str())
            .with(":now", time(now).as_str());
        // Refused if the account has been deleted since, whoever has the name now.
        if self.tables.transact(vec![update]).await? != Transaction::Committed {
            return Err(Error::Rejected);
        }
        Ok(Account {
            name: name.to_owned(),
            updated_at: now,
            ..account
        })
    }

    /// Changes the password and ends all tokens.
    pub async fn change_password(
        &self,
        username: &str,
        current: &str,
        new: &str,
    ) -> Result<Session, Error> {
        let account = self.own(username).await?;
        let old = account.password_hash.clone().ok_or(Error::Rejected)?;
        if !self.hasher.verify(current, &old).await? {
            return Err(Error::Forbidden("The current password is another one."));
        }
        let (hash, stamp) = (self.hasher.hash(new).await?, stamp());
        let now = self.clock.now();
        let changes = "SET #passwordHash = :hash, #stamp = :stamp, #updatedAt = :now";
        let update = self
            .tables
            .users
            .update(username, changes)
            .when("#passwordHash = :old")
            .with(":hash", hash.as_str())
            .with(":stamp", stamp.as_str())
            .with(":now", time(now).as_str())
            .with(":old", old.as_str());
        if self.tables.transact(vec![update]).await? != Transaction::Committed {
            return Err(Error::Conflict(
                "The password was changed by somebody else at the same time.",
            ));
        }
        self.session(Account {
            password_hash: Some(hash),
            stamp: Some(stamp),
            updated_at: now,
            ..account
        })
        .await
    }

    /// A page of accounts by role, and by username within one.
    pub async fn list(
        &self,
        role: Option<Role>,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<(Vec<Listed>, Option<String>), Error> {
        let roles = role.map_or(Role::ALL.to_vec(), |role| vec![role]);
        // The place is the role that the page ended in; the index's sort key is the table's key.
        let after = Position::read(cursor, |position| {
            roles.iter().any(|role| role.as_str() == position.place) && is_username(&position.key)
        })?;
        let start = after.as_ref().and_then(|position| {
            let mut roles = roles.iter();
            roles.position(|role| role.as_str() == position.place)
        });
        let mut after = after;
        let mut accounts = Vec::new();
        for (index, role) in roles.iter().enumerate().skip(start.unwrap_or_default()) {
            let query = Query {
                index: BY_ROLE,
                partition: role.as_str(),
                prefix: "",
                after: after.take().map(|position| Position {
                    place: position.key.clone(),
                    key: position.key,
                }),
                limit: limit - accounts.len(),
            };
            let Page { items, next } = self.tables.users.page::<Listed>(query).await?;
            accounts.extend(items);
            let is_last_role = index + 1 == roles.len();
            let is_full = accounts.len() == limit;
            if next.is_some() || (is_full && !is_last_role) {
                let last = accounts.last().map(|last| Position {
                    place: role.as_str().to_owned(),
                    key: last.username.clone(),
                });
                return Ok((accounts, last.map(|last| last.cursor())));
            }
        }
        Ok((accounts, None))
    }
}

fn stamp() -> String {
    Uuid::new_v4().simple().to_string()
}
