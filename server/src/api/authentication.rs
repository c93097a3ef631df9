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
        // What the contract cannot say of a user, a token may: it is no token of ours, and no fault either.
        let user = contract_user(identity::User::of(&principal));
        let user = user.map_err(|_| IdentityError::Rejected)?;
        Ok(GetCurrentUserResponse::Ok(user))
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

/// The user as the contract says it, or which part it has no words for.
fn contract_user(user: identity::User) -> Result<User, &'static str> {
    if !is_email(&user.email) || user.email.len() > EMAIL {
        return Err("address");
    }
    if user.name.chars().count() > NAME {
        return Err("name");
    }
    Ok(User {
        id: user.id.parse::<Uuid>().map_err(|_| "id")?,
        email: user.email,
        name: user.name,
        role: match user.role {
            identity::Role::Owner => Role::Owner,
            identity::Role::Public => Role::Public,
        },
    })
}

impl TryFrom<identity::Session> for Session {
    type Error = IdentityError;

    fn try_from(session: identity::Session) -> Result<Self, IdentityError> {
        // The provider has just signed this user in: here it is its fault, or that of whoever set it up.
        let user = contract_user(session.user).map_err(|part| {
            IdentityError::Internal(format!(
                "the {part} of the provider's user is none that the contract allows"
            ))
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
