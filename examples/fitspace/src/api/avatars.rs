//! Avatars.

use super::{SUCCESS, failure, found, gone};
use crate::avatars;
use crate::contract::responses::{AvatarCreated, AvatarFound, Deleted};
use crate::contract::types::{Avatar, AvatarAnswer, AvatarListAnswer};
use crate::contract::{
    AvatarsApi, CreateAvatarError, CreateAvatarRequest, CreateAvatarResponse, DeleteAvatarError,
    DeleteAvatarRequest, DeleteAvatarResponse, GetAvatarError, GetAvatarRequest, GetAvatarResponse,
    ListAvatarsError, ListAvatarsRequest, ListAvatarsResponse, UpdateAvatarError,
    UpdateAvatarRequest, UpdateAvatarResponse,
};
use crate::page::Window;
use crate::service::FitSpace;

/// What is said where a user has no such avatar.
const NONE: &str = "The user has no such avatar.";

impl AvatarsApi for FitSpace {
    async fn list_avatars(
        &self,
        request: ListAvatarsRequest,
    ) -> Result<ListAvatarsResponse, ListAvatarsError> {
        let ListAvatarsRequest {
            user_id,
            limit,
            offset,
        } = request;
        let window = Window { limit, offset };
        let page = avatars::list(&self.database, user_id, window)
            .await
            .map_err(failure::database::<ListAvatarsError>)?
            .ok_or_else(failure::no_user)?;
        Ok(ListAvatarsResponse::Ok(AvatarListAnswer {
            success: SUCCESS,
            message: found(page.items.len(), page.total, "avatars"),
            pagination: window.pagination(page.total),
            data: page.items,
        }))
    }

    async fn create_avatar(
        &self,
        request: CreateAvatarRequest,
    ) -> Result<CreateAvatarResponse, CreateAvatarError> {
        let avatar = avatars::create(&self.database, request.user_id, &request.body)
            .await
            .map_err(failure::belonging::<CreateAvatarError>)?;
        Ok(AvatarCreated {
            location: format!("/api/v1/users/{}/avatars/{}", avatar.user_id, avatar.id),
            body: answer("The avatar is created.", avatar),
        }
        .into())
    }

    async fn get_avatar(
        &self,
        request: GetAvatarRequest,
    ) -> Result<GetAvatarResponse, GetAvatarError> {
        let avatar = avatars::get(&self.database, request.user_id, request.avatar_id)
            .await
            .map_err(failure::database::<GetAvatarError>)?
            .ok_or_else(|| failure::not_found(NONE))?;
        Ok(AvatarFound(answer("The avatar.", avatar)).into())
    }

    async fn update_avatar(
        &self,
        request: UpdateAvatarRequest,
    ) -> Result<UpdateAvatarResponse, UpdateAvatarError> {
        let avatar = avatars::update(
            &self.database,
            request.user_id,
            request.avatar_id,
            &request.body,
        )
        .await
        .map_err(failure::database::<UpdateAvatarError>)?
        .ok_or_else(|| failure::not_found(NONE))?;
        Ok(AvatarFound(answer("The avatar is changed.", avatar)).into())
    }

    async fn delete_avatar(
        &self,
        request: DeleteAvatarRequest,
    ) -> Result<DeleteAvatarResponse, DeleteAvatarError> {
        let was_there = avatars::delete(&self.database, request.user_id, request.avatar_id)
            .await
            .map_err(failure::database::<DeleteAvatarError>)?;
        if was_there {
            Ok(Deleted(gone("avatar")).into())
        } else {
            Err(failure::not_found(NONE).into())
        }
    }
}

fn answer(message: &str, data: Avatar) -> AvatarAnswer {
    AvatarAnswer {
        success: SUCCESS,
        message: message.to_owned(),
        data,
    }
}
