//! The own account.

use contract_runtime::security::Principal;

use super::failure::fails;
use super::page_size;
use crate::contract::responses::{Deleted, ReviewsListed, SessionOpened, UserFound};
use crate::contract::{
    ChangePasswordError, ChangePasswordRequest, ChangePasswordResponse, DeleteProfileError,
    DeleteProfileResponse, GetProfileError, GetProfileResponse, ListOwnReviewsError,
    ListOwnReviewsRequest, ListOwnReviewsResponse, ProfileApi, UpdateProfileError,
    UpdateProfileRequest, UpdateProfileResponse,
};
use crate::error::Error;
use crate::service::MovieService;

impl ProfileApi for MovieService {
    async fn get_profile(
        &self,
        principal: Principal,
    ) -> Result<GetProfileResponse, GetProfileError> {
        let account = self.users.own(&principal.subject).await?;
        Ok(UserFound(account.into()).into())
    }

    async fn update_profile(
        &self,
        principal: Principal,
        request: UpdateProfileRequest,
    ) -> Result<UpdateProfileResponse, UpdateProfileError> {
        let name = &request.body.name;
        let account = self.users.rename(&principal.subject, name).await?;
        Ok(UserFound(account.into()).into())
    }

    async fn delete_profile(
        &self,
        principal: Principal,
    ) -> Result<DeleteProfileResponse, DeleteProfileError> {
        let deleted = self.users.delete(&principal.subject).await;
        // Somebody else was faster.
        deleted.map_err(|error| match error {
            Error::NotFound => Error::Rejected,
            error => error,
        })?;
        Ok(Deleted.into())
    }

    async fn change_password(
        &self,
        principal: Principal,
        request: ChangePasswordRequest,
    ) -> Result<ChangePasswordResponse, ChangePasswordError> {
        let (current, new) = (request.body.current_password, request.body.new_password);
        let session = self
            .users
            .change_password(&principal.subject, &current, &new)
            .await?;
        Ok(SessionOpened(session.into()).into())
    }

    async fn list_own_reviews(
        &self,
        principal: Principal,
        request: ListOwnReviewsRequest,
    ) -> Result<ListOwnReviewsResponse, ListOwnReviewsError> {
        let limit = page_size(request.limit);
        let cursor = request.cursor.as_deref();
        let page = self
            .reviews
            .of_user(&principal.subject, limit, cursor)
            .await?;
        Ok(ReviewsListed(page.into()).into())
    }
}

fails! {
    GetProfileError: rejected;
    UpdateProfileError: rejected;
    DeleteProfileError: rejected, conflict;
    ChangePasswordError: rejected, forbidden, conflict;
    ListOwnReviewsError: bad_request;
}
