//! Making an account and signing in.

use super::failure::fails;
use crate::contract::responses::{SessionOpened, UserCreated};
use crate::contract::types::{self, TokenType};
use crate::contract::{
    AuthenticationApi, SignInError, SignInRequest, SignInResponse, SignUpError, SignUpRequest,
    SignUpResponse,
};
use crate::service::MovieService;
use crate::tokens::SECONDS;
use crate::users::Session;

impl AuthenticationApi for MovieService {
    async fn sign_up(&self, request: SignUpRequest) -> Result<SignUpResponse, SignUpError> {
        let types::SignUp {
            username,
            password,
            name,
        } = request.body;
        let account = self.users.sign_up(&username, &password, &name).await?;
        Ok(UserCreated(account.into()).into())
    }

    async fn sign_in(&self, request: SignInRequest) -> Result<SignInResponse, SignInError> {
        let types::Credentials { username, password } = request.body;
        let session = self.users.sign_in(&username, &password).await?;
        Ok(SessionOpened(session.into()).into())
    }
}

fails! {
    SignUpError: conflict;
    SignInError: rejected;
}

impl From<Session> for types::Session {
    fn from(session: Session) -> Self {
        Self {
            user: session.account.into(),
            token: session.token,
            token_type: TokenType::Bearer,
            expires_in: SECONDS.into(),
        }
    }
}
