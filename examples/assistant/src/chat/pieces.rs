//! An answer as it is written.

use std::time::Duration;

use aws_sdk_bedrockruntime::primitives::event_stream::EventReceiver;
use aws_sdk_bedrockruntime::types::error::ConverseStreamOutputError;
use aws_sdk_bedrockruntime::types::{ContentBlockDelta, ConverseStreamOutput};

use super::bedrock::{reason, usage};
use super::{ChatFailure, Piece};
use crate::contract::types::{StopReason, Usage};

type Receiver = EventReceiver<ConverseStreamOutput, ConverseStreamOutputError>;

/// What is left of an answer. Dropping it closes the connection to the model.
pub(super) struct Pieces {
    /// `None` after the last piece.
    receiver: Option<Receiver>,
    /// How long the next piece may take.
    patience: Duration,
    stop_reason: Option<StopReason>,
    usage: Option<Usage>,
}

impl Pieces {
    pub(super) fn new(receiver: Receiver, patience: Duration) -> Self {
        Self {
            receiver: Some(receiver),
            patience,
            stop_reason: None,
            usage: None,
        }
    }

    /// The next piece, and what is left then.
    pub(super) async fn next(mut self) -> Option<(Result<Piece, ChatFailure>, Self)> {
        loop {
            let receiver = self.receiver.as_mut()?;
            let event = match tokio::time::timeout(self.patience, receiver.recv()).await {
                Ok(Ok(event)) => event,
                Ok(Err(error)) => {
                    let told = error.as_service_error().and_then(meaning);
                    let failure = ChatFailure::of(&error);
                    return self.failed(told.unwrap_or(failure));
                }
                Err(_) => {
                    tracing::error!("the model stopped in the midst of an answer");
                    return self.failed(ChatFailure::TooLate);
                }
            };
            match event {
                Some(ConverseStreamOutput::ContentBlockDelta(event)) => {
                    if let Some(ContentBlockDelta::Text(text)) = event.delta
                        && !text.is_empty()
                    {
                        return Some((Ok(Piece::Text(text)), self));
                    }
                }
                Some(ConverseStreamOutput::MessageStop(event)) => {
                    self.stop_reason = Some(reason(&event.stop_reason));
                }
                Some(ConverseStreamOutput::Metadata(event)) => {
                    self.usage = event.usage.as_ref().map(usage);
                }
                Some(_) => {}
                None => return self.ended(),
            }
        }
    }

    /// The stream is over. Without its reason to stop it was cut.
    fn ended(mut self) -> Option<(Result<Piece, ChatFailure>, Self)> {
        let Some(stop_reason) = self.stop_reason else {
            tracing::error!("the model's answer was cut");
            return self.failed(ChatFailure::Unusable);
        };
        self.receiver = None;
        let usage = self.usage.clone();
        Some((Ok(Piece::End { stop_reason, usage }), self))
    }

    fn failed(mut self, failure: ChatFailure) -> Option<(Result<Piece, ChatFailure>, Self)> {
        self.receiver = None;
        Some((Err(failure), self))
    }
}

/// What an exception within a stream means: it has a type of its own and no code.
fn meaning(error: &ConverseStreamOutputError) -> Option<ChatFailure> {
    match error {
        ConverseStreamOutputError::ThrottlingException(_) => Some(ChatFailure::Throttled),
        ConverseStreamOutputError::ValidationException(_) => Some(ChatFailure::Refused),
        ConverseStreamOutputError::InternalServerException(_)
        | ConverseStreamOutputError::ServiceUnavailableException(_) => {
            Some(ChatFailure::Unavailable)
        }
        _ => None,
    }
}
