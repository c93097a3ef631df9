//! Everybody's accounts, for admins.

use contract_runtime::security::Principal;

use super::failure::fails;
use super::page_size;
use crate::contract::responses::{Deleted, UserFound, UsersListed};
use crate::contract::{
    ChangeRoleError, ChangeRoleRequest, ChangeRoleResponse, DeleteUserError, DeleteUserRequest,
    DeleteUserResponse, GetUserError, GetUserRequest, GetUserResponse, ListUsersError,
    ListUsersRequest, ListUsersResponse, UsersApi, types,
};
use crate::service::MovieService;
use crate::users::{Account, Listed, Role};

impl UsersApi for MovieService {
    async fn list_users(
        &self,
        _: Principal,
        request: ListUsersRequest,
    ) -> Result<ListUsersResponse, ListUsersError> {
        let (role, limit) = (request.role.map(Role::from), page_size(request.limit));
        let cursor = request.cursor.as_deref();
        let (users, next) = self.users.list(role, limit, cursor).await?;
        let users = users.into_iter().map(Into::into).collect();
        Ok(UsersListed(types::UserPage { users, next }).into())
    }

    async fn get_user(
        &self,
        _: Principal,
        request: GetUserRequest,
    ) -> Result<GetUserResponse, GetUserError> {
        let account = self.users.get(&request.username).await?;
        Ok(UserFound(account.into()).into())
    }

    async fn delete_user(
        &self,
        _: Principal,
        request: DeleteUserRequest,
    ) -> Result<DeleteUserResponse, DeleteUserError> {
        self.users.delete(&request.username).await?;
        Ok(Deleted.into())
    }

    async fn change_role(
        &self,
        _: Principal,
        request: ChangeRoleRequest,
    ) -> Result<ChangeRoleResponse, ChangeRoleError> {
        let role = request.body.role.into();
        let account = self.users.change_role(&request.username, role).await?;
        Ok(UserFound(account.into()).into())
    }
}

fails! {
    ListUsersError: bad_request;
    GetUserError: not_found;
    DeleteUserError: not_found, conflict;
    ChangeRoleError: not_found, conflict;
}

impl From<types::Role> for Role {
    fn from(role: types::Role) -> Self {
        match role {
            types::Role::User => Self::User,
            types::Role::Editor => Self::Editor,
            types::Role::Admin => Self::Admin,
        }
    }
}

impl From<Role> for types::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Editor => Self::Editor,
            Role::Admin => Self::Admin,
        }
    }
}

impl From<Account> for types::User {
    fn from(account: Account) -> Self {
        Self {
            username: account.username,
            name: account.name,
            // Only an account that is gone has none, and such are not shown.
            role: account.role.unwrap_or(Role::User).into(),
            created_at: account.created_at.into(),
            updated_at: account.updated_at.into(),
        }
    }
}

impl From<Listed> for types::User {
    fn from(account: Listed) -> Self {
        Self {
            username: account.username,
            name: account.name,
            role: account.role.into(),
            created_at: account.created_at.into(),
            updated_at: account.updated_at.into(),
        }
    }
}
