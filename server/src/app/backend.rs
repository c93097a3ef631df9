//! What is behind the service: which database, and who issues tokens.

use aws_config::SdkConfig;
use contract_runtime::aws;
use contract_runtime::clock::Clock;
#[cfg(feature = "embedded")]
use contract_runtime::dynamodb::embedded::Engine;

use super::StartError;
use crate::identity::cognito::{Cognito, UserPool};
#[cfg(feature = "embedded")]
use crate::identity::embedded::{Account, Embedded, PasswordOrigin};
use crate::identity::{Provider, Revocations};
#[cfg(feature = "embedded")]
use crate::sample;
use crate::settings::{Database, IdentitySource, Settings};
#[cfg(feature = "embedded")]
use crate::table::schema::Layout;
use crate::table::{Table, connection};

/// The names of the tables in the embedded engine. The identity provider's is apart, since the
/// deployed table must never hold a password or a key.
#[cfg(feature = "embedded")]
const TABLES: (&str, &str) = ("portfolio", "identity");

/// Where things are stored: what the database and the identity provider of the settings need.
#[derive(Debug, Default)]
pub struct Storage {
    /// How AWS is reached, if one of them is there.
    pub aws: Option<SdkConfig>,
    /// An engine inside this process, if one of them is embedded.
    #[cfg(feature = "embedded")]
    pub engine: Option<Engine>,
}

impl Storage {
    /// Opens what the settings name.
    ///
    /// # Errors
    ///
    /// A data folder that cannot be used, no region, or settings that ask for what this build does not have; then
    /// nothing is written.
    pub async fn open(settings: &Settings) -> Result<Self, StartError> {
        let (database, identity) = (
            settings.database == Database::Embedded,
            settings.identity == IdentitySource::Embedded,
        );
        let aws = match &settings.identity {
            IdentitySource::Embedded if database => None,
            // The pool's own region is enough for the pool alone.
            IdentitySource::Cognito { region, .. } if database => {
                Some(aws::shared_or(region).await?)
            }
            _ => Some(aws::shared().await?),
        };
        #[cfg(feature = "embedded")]
        let engine = if database || identity {
            Some(Engine::open(&settings.data_dir).map_err(StartError::Data)?)
        } else {
            None
        };
        #[cfg(not(feature = "embedded"))]
        if database || identity {
            return Err(lean());
        }
        Ok(Self {
            aws,
            #[cfg(feature = "embedded")]
            engine,
        })
    }

    fn aws(&self) -> Result<&SdkConfig, StartError> {
        self.aws.as_ref().ok_or_else(|| not_opened("AWS"))
    }

    #[cfg(feature = "embedded")]
    fn engine(&self) -> Result<&Engine, StartError> {
        self.engine
            .as_ref()
            .ok_or_else(|| not_opened("the embedded database"))
    }
}

/// The settings ask for something else than those that the storage was opened with.
fn not_opened(what: &str) -> StartError {
    StartError::Unsupported(format!("{what} was not opened"))
}

/// This build serves with what is on AWS only.
#[cfg(not(feature = "embedded"))]
fn lean() -> StartError {
    StartError::Unsupported(
        "this build has no embedded database and identity provider; set DYNAMODB_TABLE_NAME, COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID and COGNITO_REGION"
            .to_owned(),
    )
}

/// The parts that a service is built on.
#[derive(Debug)]
pub struct Backend {
    pub(super) table: Table,
    pub(super) provider: Provider,
    #[cfg(feature = "embedded")]
    pub(super) password: Option<PasswordOrigin>,
}

impl Backend {
    /// Connects to database and identity provider. What is embedded is prepared: its tables are made, and a new one is
    /// filled with the sample content if the settings say so.
    pub(super) async fn prepare(
        settings: &Settings,
        storage: &Storage,
        clock: &Clock,
    ) -> Result<Self, StartError> {
        let table = match &settings.database {
            Database::DynamoDb { table, endpoint } => {
                let client = connection::aws(storage.aws()?, endpoint.as_deref());
                Table::new(client, table.as_str())
            }
            #[cfg(feature = "embedded")]
            Database::Embedded => {
                let client = connection::local(storage.engine()?.http_client());
                let table = Table::new(client, TABLES.0);
                table.create(Layout::Listed).await?;
                sample::fill(&table, clock, settings.sample_content).await?;
                table
            }
            #[cfg(not(feature = "embedded"))]
            Database::Embedded => return Err(lean()),
        };
        let revocations = Revocations::new(table.clone(), clock.clone());
        match &settings.identity {
            IdentitySource::Cognito {
                user_pool_id,
                client_id,
                region,
                endpoint,
            } => {
                let pool = UserPool {
                    id: user_pool_id.clone(),
                    client_id: client_id.clone(),
                    region: region.clone(),
                    endpoint: endpoint.clone(),
                };
                let cognito = Cognito::new(storage.aws()?, pool, revocations, clock.clone())?;
                Ok(Self {
                    table,
                    provider: Provider::Cognito(Box::new(cognito)),
                    #[cfg(feature = "embedded")]
                    password: None,
                })
            }
            // Last: a start that fails must not leave a generated password that nobody has seen.
            #[cfg(feature = "embedded")]
            IdentitySource::Embedded => {
                let client = connection::local(storage.engine()?.http_client());
                let account = Account {
                    email: settings.owner.email.clone(),
                    name: settings.owner.name.clone(),
                    password: settings.owner.password.clone(),
                };
                let identity = Table::new(client, TABLES.1);
                let (embedded, password) =
                    Embedded::start(identity, revocations, clock.clone(), account).await?;
                Ok(Self {
                    table,
                    provider: Provider::Embedded(Box::new(embedded)),
                    password: Some(password),
                })
            }
            #[cfg(not(feature = "embedded"))]
            IdentitySource::Embedded => Err(lean()),
        }
    }
}
