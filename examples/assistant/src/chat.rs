//! A conversation with a model of Amazon Bedrock.

mod bedrock;
mod failure;
mod pieces;

use aws_config::SdkConfig;
use futures_util::stream::BoxStream;

pub use self::failure::ChatFailure;
use crate::contract::types::{self, StopReason, Usage};
use crate::settings::Model;
use bedrock::Bedrock;

/// What answers, if the settings name a model.
#[derive(Debug)]
pub struct Chat(Option<Bedrock>);

/// A whole answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the model says.
    pub text: String,
    /// Which model it was.
    pub model: String,
    /// Why it stopped.
    pub stop_reason: StopReason,
    /// What it counted.
    pub usage: Usage,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Some of the text.
    Text(String),
    /// The last piece.
    End {
        /// Why the model stopped.
        stop_reason: StopReason,
        /// What it counted, if it said.
        usage: Option<Usage>,
    },
}

impl Chat {
    /// Nothing is asked before the first message.
    pub fn new(model: &Model, aws: Option<&SdkConfig>) -> Self {
        let id = model.id.as_ref().zip(aws);
        Self(id.map(|(id, aws)| Bedrock::new(id, model, aws)))
    }

    /// The model.
    pub fn model(&self) -> Option<&str> {
        self.0.as_ref().map(Bedrock::model)
    }

    /// The answer to a message.
    ///
    /// # Errors
    ///
    /// [`ChatFailure`].
    pub async fn answer(&self, request: &types::ChatRequest) -> Result<Answer, ChatFailure> {
        self.bedrock()?.converse(request).await
    }

    /// The same in pieces, as the model writes them. What holds them open is ended when they are dropped.
    ///
    /// # Errors
    ///
    /// [`ChatFailure`], also later as the last piece.
    pub async fn stream(
        &self,
        request: &types::ChatRequest,
    ) -> Result<BoxStream<'static, Result<Piece, ChatFailure>>, ChatFailure> {
        self.bedrock()?.stream(request).await
    }

    fn bedrock(&self) -> Result<&Bedrock, ChatFailure> {
        self.0
            .as_ref()
            .ok_or(ChatFailure::NotSet("BEDROCK_MODEL_ID"))
    }
}
