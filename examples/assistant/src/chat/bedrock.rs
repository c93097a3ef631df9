//! Amazon Bedrock's Converse API.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::Builder;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::error::BuildError;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, ConverseOutput, InferenceConfiguration, Message,
    StopReason as Stopped, SystemContentBlock, TokenUsage,
};
use futures_util::stream::{self, BoxStream, StreamExt};

use super::pieces::Pieces;
use super::{Answer, ChatFailure, Piece};
use crate::contract::types::{ChatRequest, StopReason, TurnRole, Usage};
use crate::program::region;
use crate::settings::Model;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);

/// A model.
#[derive(Debug)]
pub(super) struct Bedrock {
    client: Client,
    model: String,
    system: String,
    timeout: Duration,
}

impl Bedrock {
    pub(super) fn new(id: &str, model: &Model, aws: &SdkConfig) -> Self {
        // An answer that took long is not asked for twice: what is retried failed soon, and once.
        let retries = RetryConfig::standard()
            .with_max_attempts(2)
            .with_initial_backoff(Duration::from_millis(200));
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_timeout(model.timeout);
        let mut builder = Builder::from(aws)
            .retry_config(retries)
            .timeout_config(timeouts.build());
        if let Some(name) = &model.region {
            builder = builder.region(region(name));
        }
        builder.set_endpoint_url(model.endpoint.clone());
        Self {
            client: Client::from_conf(builder.build()),
            model: id.to_owned(),
            system: model.system.clone(),
            timeout: model.timeout,
        }
    }

    pub(super) fn model(&self) -> &str {
        &self.model
    }

    pub(super) async fn converse(&self, request: &ChatRequest) -> Result<Answer, ChatFailure> {
        let asked = self.client.converse().model_id(&self.model);
        let output = asked
            .set_messages(Some(messages(request)?))
            .system(self.system(request))
            .inference_config(inference(request))
            .send()
            .await
            .map_err(|error| ChatFailure::of(&error))?;
        let Some(ConverseOutput::Message(message)) = output.output else {
            tracing::error!("the model answered without a message");
            return Err(ChatFailure::Unusable);
        };
        let texts = message
            .content
            .iter()
            .filter_map(|block| block.as_text().ok());
        Ok(Answer {
            text: texts.map(String::as_str).collect(),
            model: self.model.clone(),
            stop_reason: reason(&output.stop_reason),
            usage: output.usage.as_ref().map_or(NOTHING, usage),
        })
    }

    pub(super) async fn stream(
        &self,
        request: &ChatRequest,
    ) -> Result<BoxStream<'static, Result<Piece, ChatFailure>>, ChatFailure> {
        let asked = self.client.converse_stream().model_id(&self.model);
        let output = asked
            .set_messages(Some(messages(request)?))
            .system(self.system(request))
            .inference_config(inference(request))
            .send()
            .await
            .map_err(|error| ChatFailure::of(&error))?;
        let pieces = Pieces::new(output.stream, self.timeout);
        Ok(stream::unfold(pieces, Pieces::next).boxed())
    }

    fn system(&self, request: &ChatRequest) -> SystemContentBlock {
        let own = request.system.as_ref().unwrap_or(&self.system);
        SystemContentBlock::Text(own.clone())
    }
}

const NOTHING: Usage = Usage {
    input_tokens: 0,
    output_tokens: 0,
};

/// Bedrock wants turns (Amazon Bedrock user guide, "Using the Converse API").
fn messages(request: &ChatRequest) -> Result<Vec<Message>, ChatFailure> {
    let mut messages = Vec::new();
    for (index, turn) in request.history.iter().flatten().enumerate() {
        let expected = if index % 2 == 0 {
            TurnRole::User
        } else {
            TurnRole::Assistant
        };
        if turn.role != expected {
            return Err(ChatFailure::Turns);
        }
        let role = match turn.role {
            TurnRole::User => ConversationRole::User,
            TurnRole::Assistant => ConversationRole::Assistant,
        };
        messages.push(message(role, &turn.content));
    }
    if messages.len() % 2 == 1 {
        return Err(ChatFailure::Turns);
    }
    messages.push(message(ConversationRole::User, &request.message));
    let messages: Result<_, BuildError> = messages.into_iter().collect();
    messages.map_err(|error| {
        tracing::error!(%error, "a conversation could not be put together");
        ChatFailure::Internal
    })
}

fn message(role: ConversationRole, text: &str) -> Result<Message, BuildError> {
    let text = ContentBlock::Text(text.to_owned());
    Message::builder().role(role).content(text).build()
}

fn inference(request: &ChatRequest) -> InferenceConfiguration {
    InferenceConfiguration::builder()
        .max_tokens(request.max_tokens)
        .temperature(request.temperature as f32)
        .build()
}

pub(super) fn reason(stopped: &Stopped) -> StopReason {
    match stopped {
        Stopped::EndTurn | Stopped::StopSequence => StopReason::End,
        Stopped::MaxTokens | Stopped::ModelContextWindowExceeded => StopReason::Length,
        Stopped::ContentFiltered | Stopped::GuardrailIntervened => StopReason::Filtered,
        _ => StopReason::Other,
    }
}

pub(super) fn usage(usage: &TokenUsage) -> Usage {
    Usage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
    }
}
