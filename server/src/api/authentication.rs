//! Signing in and out.

use contract_runtime::format::{Uuid, is_email};
use contract_runtime::security::Principal;

use super::failure::{self, fails};
use crate::contract::responses::SessionOpened;
use crate::contract::types::{Message, Role, Session, TokenType, User};
use crate::contract::{
    AuthenticationApi, GetCurrentUserError, GetCurrentUserResponse, LoginError, LoginRequest,
    LoginResponse, LogoutError, LogoutResponse, RefreshSessionError, RefreshSessionRequest,
    RefreshSessionResponse,
};
use crate::identity::{self, IdentityError, SignInError};
use crate::portfolio::Portfolio;

impl AuthenticationApi for Portfolio {
    async fn login(&self, request: LoginRequest) -> Result<LoginResponse, LoginError> {
        let credentials = request.body;
        let session = self
            .identity
            .login(&credentials.email, &credentials.password)
            .await?;
        Ok(SessionOpened(session.try_into()?).into())
    }

    async fn logout(&self, principal: Principal) -> Result<LogoutResponse, LogoutError> {
        self.identity.logout(&principal).await?;
        Ok(LogoutResponse::Ok(Message {
            message: "You are signed out.".to_owned(),
        }))
    }

    async fn get_current_user(
        &self,
        principal: Principal,
    ) -> Result<GetCurrentUserResponse, GetCurrentUserError> {
        let user = identity::User::of(&principal);
        Ok(GetCurrentUserResponse::Ok(user.try_into()?))
    }

    async fn refresh_session(
        &self,
        request: RefreshSessionRequest,
    ) -> Result<RefreshSessionResponse, RefreshSessionError> {
        let session = self.identity.refresh(&request.body.refresh_token).await?;
        Ok(SessionOpened(session.try_into()?).into())
    }
}

fails! {
    SignInError as failure::sign_in => LoginError;
    IdentityError as failure::identity => LoginError, LogoutError, GetCurrentUserError, RefreshSessionError;
}

/// `maxLength` of a user's address in the contract.
const EMAIL: usize = 254;

/// And of the name.
const NAME: usize = 2048;

impl TryFrom<identity::User> for User {
    type Error = IdentityError;

    fn try_from(user: identity::User) -> Result<Self, IdentityError> {
        // A token may say of a user what the contract cannot: it is no token of ours, and no fault either.
        let Ok(id) = user.id.parse::<Uuid>() else {
            return Err(IdentityError::Rejected);
        };
        let fits = user.email.len() <= EMAIL && user.name.chars().count() <= NAME;
        if !is_email(&user.email) || !fits {
            return Err(IdentityError::Rejected);
        }
        Ok(Self {
            id,
            email: user.email,
            name: user.name,
            role: match user.role {
                identity::Role::Owner => Role::Owner,
                identity::Role::Public => Role::Public,
            },
        })
    }
}

impl TryFrom<identity::Session> for Session {
    type Error = IdentityError;

    fn try_from(session: identity::Session) -> Result<Self, IdentityError> {
        // The provider has just signed this user in: here it is its fault, or that of whoever set it up.
        let user = session.user.try_into().map_err(|_: IdentityError| {
            IdentityError::Internal(
                "the provider's user has no UUID, or a name or address out of bounds".to_owned(),
            )
        })?;
        Ok(Self {
            user,
            token: session.token,
            token_type: TokenType::Bearer,
            expires_in: session.expires_in.into(),
            refresh_token: session.refresh_token,
        })
    }
}
