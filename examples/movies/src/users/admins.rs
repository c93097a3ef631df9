//! Roles, and that there always is an admin.
//!
//! How many admins there are is counted in an item of its own, in the transactions that make and unmake them. The last one is
//! kept by a condition on it, so that two admins who demote each other at the same time do not both succeed.

use contract_runtime::dynamodb::{Backoff, Transaction};
use contract_runtime::password;

use super::Users;
use super::account::{Account, Role};
use crate::error::Error;
use crate::table::{Consistency, Write, time};

/// The counter's key; no username begins so.
const ADMINS: &str = "#admins";

/// That an account is there as it was read. A role alone comes back: an attempt that arrives late would take it away again.
const UNCHANGED: &str = "attribute_exists(#username) AND attribute_not_exists(#deleted) AND #role = :old AND #updatedAt = :read";

const LAST: &str = "This is the last admin; make somebody else an admin first.";

/// What came of making sure that there is an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstAdmin {
    /// There is one.
    Present,
    /// There was none; an account was made, with this password if none was given.
    Made(Option<String>),
}

#[derive(serde::Deserialize)]
struct Admins {
    admins: i64,
}

/// Why the last admin stays one; if that is not settled, an attempt may still find that there is another.
fn last(unsettled: bool) -> Error {
    if unsettled {
        return Error::Unavailable("an answer was lost, and this is the last admin".to_owned());
    }
    Error::Conflict(LAST)
}

impl Users {
    /// Changes a role, at once.
    pub async fn change_role(&self, username: &str, role: Role) -> Result<Account, Error> {
        let mut backoff = Backoff::default();
        loop {
            let account = self.get(username).await?;
            let Some(old) = account.role.filter(|old| *old != role) else {
                return Ok(account);
            };
            let now = self.clock.now();
            let update = self
                .tables
                .users
                .update(username, "SET #role = :new, #updatedAt = :now")
                .when(UNCHANGED)
                .with(":new", role.as_str())
                .with(":old", old.as_str())
                .with(":read", time(account.updated_at).as_str())
                .with(":now", time(now).as_str());
            let mut writes = vec![update];
            writes.extend(self.count(old, role));
            match self.tables.transact(writes).await? {
                Transaction::Committed => {
                    return Ok(Account {
                        role: Some(role),
                        updated_at: now,
                        ..account
                    });
                }
                // The account first: it may have been demoted by somebody else.
                Transaction::Refused {
                    positions,
                    unsettled,
                } if !positions.contains(&0) => return Err(last(unsettled)),
                Transaction::Refused { .. } if backoff.wait().await => {}
                Transaction::Refused { .. } => {
                    return Err(Error::Unavailable("a role keeps changing".to_owned()));
                }
            }
        }
    }

    /// What a change of role does to the number of admins, if anything.
    fn count(&self, old: Role, new: Role) -> Option<Write> {
        let users = &self.tables.users;
        match (old, new) {
            (Role::Admin, _) => Some(
                users
                    .update(ADMINS, "ADD #admins :change")
                    .when("#admins > :one")
                    .with(":one", 1_i64)
                    .with(":change", -1_i64),
            ),
            (_, Role::Admin) => Some(
                users
                    .update(ADMINS, "ADD #admins :change")
                    .with(":change", 1_i64),
            ),
            _ => None,
        }
    }

    /// Takes an account out of use: no role, no password, no tokens. It stays until its reviews are gone.
    pub(super) async fn retire(&self, username: &str) -> Result<(), Error> {
        let mut backoff = Backoff::default();
        loop {
            let account = self.account(username).await?.ok_or(Error::NotFound)?;
            let Some(role) = account.role else {
                return Ok(());
            };
            let changes = "SET #deleted = :true REMOVE #role, #passwordHash, #stamp";
            let update = self
                .tables
                .users
                .update(username, changes)
                .when(UNCHANGED)
                .with(":true", true)
                .with(":old", role.as_str())
                .with(":read", time(account.updated_at).as_str());
            let mut writes = vec![update];
            // As if it became a user.
            writes.extend(self.count(role, Role::User));
            match self.tables.transact(writes).await? {
                Transaction::Committed => return Ok(()),
                Transaction::Refused {
                    positions,
                    unsettled,
                } if !positions.contains(&0) => return Err(last(unsettled)),
                Transaction::Refused { .. } if backoff.wait().await => {}
                Transaction::Refused { .. } => {
                    return Err(Error::Unavailable("an account keeps changing".to_owned()));
                }
            }
        }
    }

    /// Makes an admin where there is none.
    pub async fn first_admin(
        &self,
        username: &str,
        password: Option<&str>,
    ) -> Result<FirstAdmin, Error> {
        let users = &self.tables.users;
        let admins: Option<Admins> = users.get(ADMINS, Consistency::Strong).await?;
        if admins.is_some_and(|counted| counted.admins > 0) {
            return Ok(FirstAdmin::Present);
        }
        let generated = password.is_none().then(password::generate);
        let password = password.or(generated.as_deref()).unwrap_or_default();
        let hash = self.hasher.hash(password).await?;
        let account = Account::new(
            username,
            "Administrator",
            Role::Admin,
            hash,
            self.clock.now(),
        );
        let writes = vec![
            users.put(&account)?.when("attribute_not_exists(#username)"),
            users
                .update(ADMINS, "SET #admins = :one")
                .when("attribute_not_exists(#admins)")
                .with(":one", 1_i64),
        ];
        match self.tables.transact(writes).await? {
            Transaction::Committed => Ok(FirstAdmin::Made(generated)),
            Transaction::Refused { positions, .. } if positions.contains(&1) => {
                Ok(FirstAdmin::Present)
            }
            Transaction::Refused {
                unsettled: true, ..
            } => Err(Error::Unavailable(
                "an answer was lost, and there is another account of this name".to_owned(),
            )),
            Transaction::Refused { .. } => Err(Error::Conflict(
                "The first admin cannot be made: there is another account of this name.",
            )),
        }
    }
}
