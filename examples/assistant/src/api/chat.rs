//! A conversation with a model, whole or in pieces.

use contract_runtime::events::Events;
use contract_runtime::security::Principal;
use futures_util::{StreamExt, TryStreamExt};
use http::StatusCode;

use super::Api;
use crate::chat::{ChatFailure, Piece};
use crate::contract::types::{self, ChatEvent, ChatReply};
use crate::contract::{
    ChatApi, ChatError, ChatEventsResponse, ChatRequest, ChatResponse, responses,
};
use crate::error::error;

impl ChatApi for Api {
    async fn chat(&self, _: Principal, request: ChatRequest) -> Result<ChatResponse, ChatError> {
        let answer = self.chat.answer(&request.body).await?;
        Ok(ChatResponse::Ok(ChatReply {
            reply: answer.text,
            model: answer.model,
            stop_reason: answer.stop_reason,
            usage: answer.usage,
        }))
    }

    async fn chat_events(
        &self,
        _: Principal,
        request: ChatRequest,
    ) -> Result<ChatEventsResponse, ChatError> {
        let model = self.chat.model().map(str::to_owned);
        let pieces = self.chat.stream(&request.body).await?;
        let events = pieces.map_ok(move |piece| match piece {
            Piece::Text(text) => ChatEvent {
                text: Some(text),
                model: None,
                stop_reason: None,
                usage: None,
            },
            Piece::End { stop_reason, usage } => ChatEvent {
                text: None,
                model: model.clone(),
                stop_reason: Some(stop_reason),
                usage,
            },
        });
        let events = events.map(|event| event.map_err(|failure| body(&failure)));
        Ok(ChatEventsResponse::Ok(Events::new(events)))
    }
}

/// The error's status, and its text for callers.
fn body(failure: &ChatFailure) -> types::Error {
    error(failure.status(), failure.to_string())
}

impl From<ChatFailure> for ChatError {
    fn from(failure: ChatFailure) -> Self {
        let body = body(&failure);
        let retry_after = failure.retry_after();
        match failure.status() {
            StatusCode::UNPROCESSABLE_ENTITY => responses::UnprocessableContent(body).into(),
            StatusCode::TOO_MANY_REQUESTS => {
                responses::TooManyRequests { body, retry_after }.into()
            }
            StatusCode::BAD_GATEWAY => responses::BadGateway(body).into(),
            StatusCode::GATEWAY_TIMEOUT => responses::GatewayTimeout(body).into(),
            StatusCode::SERVICE_UNAVAILABLE => {
                responses::ServiceUnavailable { body, retry_after }.into()
            }
            _ => responses::InternalServerError(body).into(),
        }
    }
}
