//! The service as a program.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use contract_runtime::aws;
use contract_runtime::clock::Clock;
use contract_runtime::description::Description;
use contract_runtime::limit::InstanceLimits;
use contract_runtime::mcp::Endpoint;
use contract_runtime::middleware;
use contract_runtime::program::{Failure, Service, Started};
use contract_runtime::settings::{Common, Reader, Row};

use crate::api::Api;
use crate::catalogue::Catalogue;
use crate::chat::Chat;
use crate::contract::{self, Security};
use crate::identity::Identity;
use crate::settings::{self, Settings, Source};

/// What models are told of the tools as a whole.
const INSTRUCTIONS: &str =
    "Status, a catalogue of users, products and orders, and a chat with another model.";

/// What `main` runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assistant;

impl Service for Assistant {
    type Settings = Settings;

    fn description(&self) -> Description {
        contract::DESCRIPTION
    }

    fn rows(&self) -> Vec<Row> {
        settings::rows()
    }

    fn settings(&self, reader: &mut Reader<'_>, common: &Common) -> Settings {
        Settings::read(reader, common)
    }

    async fn start(self, settings: Settings, common: &Common) -> Result<Started, Failure> {
        let clock = Clock::system();
        let aws = reach(&settings).await?;
        let connected = || aws.as_ref().ok_or("AWS was not set up");
        let (identity, token) = match &settings.pool {
            Some(pool) => (Identity::of(pool, connected()?, clock.clone())?, None),
            None => {
                let (identity, token) = Identity::throw_away(clock.clone())?;
                (identity, Some(token))
            }
        };
        let catalogue = match &settings.catalogue {
            Source::Folder(folder) => Catalogue::folder(folder)?,
            Source::Bucket {
                name,
                prefix,
                endpoint,
            } => {
                let endpoint = endpoint.as_deref();
                Catalogue::bucket(connected()?, name, prefix, endpoint, clock.clone()).await?
            }
        };
        let api = Arc::new(Api {
            environment: common.environment,
            clock: clock.clone(),
            identity,
            chat: Chat::new(&settings.model, aws.as_ref()),
            catalogue,
            limits: common.rate_limits.then(|| InstanceLimits::new(clock)),
        });
        let operations = contract::router(api.clone());
        // Tools call the operations as clients do, with everything around them.
        let stack = self.stack(common);
        let called = middleware::wrap::<contract::types::Error>(operations.clone(), &stack);
        let tools = Endpoint::new(contract::TITLE, contract::VERSION, contract::TOOLS)
            .instructions(INSTRUCTIONS)
            .origins(common.cors_allow_origins.clone())
            .bearer(move |token| {
                let api = api.clone();
                async move { api.id_token(&token).await }
            })
            .router::<contract::types::Error>(called);
        // GET /openapi.json is an operation, and asks for a token as all others do.
        let mut started = Started::from(operations.merge(tools)).unpublished();
        started = started.with_line("Chat", chat_line(&settings));
        if let Some(token) = token {
            let url = format!("http://{}:{}", common.host, common.port);
            started = started
                .with_line("MCP", format!("{url}{}", contract_runtime::mcp::PATH))
                .with_line("Token", format!("export TOKEN={token}"))
                .with_line("", "(good for a day, and until this process ends)")
                .with_line(
                    "Try",
                    format!("curl -H \"authorization: Bearer $TOKEN\" {url}/status"),
                );
        }
        Ok(started)
    }
}

/// Region, credentials and connections, if something of AWS's is asked for. What names a region of its own needs no other.
async fn reach(settings: &Settings) -> Result<Option<SdkConfig>, Failure> {
    let bucket = matches!(settings.catalogue, Source::Bucket { .. });
    let model = settings.model.id.is_some();
    let pool = settings.pool.as_ref();
    if !bucket && !model && pool.is_none() {
        return Ok(None);
    }
    // A bucket has no region of its own here, and a model need not have one.
    let other = (!bucket).then_some(settings.model.region.as_deref());
    let other = match other {
        Some(Some(region)) => Some(region),
        Some(None) if !model => pool.map(|pool| pool.region.as_str()),
        _ => None,
    };
    Ok(Some(match other {
        Some(region) => aws::shared_or(region).await?,
        None => aws::shared().await?,
    }))
}

/// The region of a client that has one of its own.
pub(crate) fn region(name: &str) -> Region {
    Region::new(name.to_owned())
}

fn chat_line(settings: &Settings) -> String {
    match &settings.model.id {
        Some(id) => id.clone(),
        None => "answers 503 until BEDROCK_MODEL_ID names a model".to_owned(),
    }
}
