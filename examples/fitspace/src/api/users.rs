//! Users.

use super::{SUCCESS, failure, found, gone};
use crate::contract::responses::{Deleted, UserCreated, UserFound};
use crate::contract::types::{User, UserAnswer, UserListAnswer};
use crate::contract::{
    CreateUserError, CreateUserRequest, CreateUserResponse, DeleteUserError, DeleteUserRequest,
    DeleteUserResponse, GetUserError, GetUserRequest, GetUserResponse, ListUsersError,
    ListUsersRequest, ListUsersResponse, SearchUsersError, SearchUsersRequest, SearchUsersResponse,
    UpdateUserError, UpdateUserRequest, UpdateUserResponse, UsersApi,
};
use crate::page::{Page, Window};
use crate::service::FitSpace;
use crate::users;

impl UsersApi for FitSpace {
    async fn list_users(
        &self,
        request: ListUsersRequest,
    ) -> Result<ListUsersResponse, ListUsersError> {
        let ListUsersRequest {
            limit,
            offset,
            search,
        } = request;
        let window = Window { limit, offset };
        let page = users::list(&self.database, search.as_deref(), window)
            .await
            .map_err(failure::database::<ListUsersError>)?;
        Ok(ListUsersResponse::Ok(listed(page, window)))
    }

    async fn create_user(
        &self,
        request: CreateUserRequest,
    ) -> Result<CreateUserResponse, CreateUserError> {
        let user = users::create(&self.database, &request.body)
            .await
            .map_err(failure::user::<CreateUserError>)?;
        Ok(UserCreated {
            location: format!("/api/v1/users/{}", user.id),
            body: answer("The user is created.", user),
        }
        .into())
    }

    async fn search_users(
        &self,
        request: SearchUsersRequest,
    ) -> Result<SearchUsersResponse, SearchUsersError> {
        let SearchUsersRequest { q, limit, offset } = request;
        let window = Window { limit, offset };
        let page = users::search(&self.database, &q, window)
            .await
            .map_err(failure::database::<SearchUsersError>)?;
        Ok(SearchUsersResponse::Ok(listed(page, window)))
    }

    async fn get_user(&self, request: GetUserRequest) -> Result<GetUserResponse, GetUserError> {
        let user = users::get(&self.database, request.user_id)
            .await
            .map_err(failure::database::<GetUserError>)?
            .ok_or_else(failure::no_user)?;
        Ok(UserFound(answer("The user.", user)).into())
    }

    async fn update_user(
        &self,
        request: UpdateUserRequest,
    ) -> Result<UpdateUserResponse, UpdateUserError> {
        let user = users::update(&self.database, request.user_id, &request.body)
            .await
            .map_err(failure::user::<UpdateUserError>)?
            .ok_or_else(failure::no_user)?;
        Ok(UserFound(answer("The user is changed.", user)).into())
    }

    async fn delete_user(
        &self,
        request: DeleteUserRequest,
    ) -> Result<DeleteUserResponse, DeleteUserError> {
        let was_there = users::delete(&self.database, request.user_id)
            .await
            .map_err(failure::database::<DeleteUserError>)?;
        if was_there {
            Ok(Deleted(gone("user")).into())
        } else {
            Err(failure::no_user().into())
        }
    }
}

fn answer(message: &str, data: User) -> UserAnswer {
    UserAnswer {
        success: SUCCESS,
        message: message.to_owned(),
        data,
    }
}

fn listed(page: Page<User>, window: Window) -> UserListAnswer {
    UserListAnswer {
        success: SUCCESS,
        message: found(page.items.len(), page.total, "users"),
        pagination: window.pagination(page.total),
        data: page.items,
    }
}
