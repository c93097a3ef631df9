//! What is behind the service: which database, and who issues tokens.

use contract_runtime::clock::Clock;

use super::StartError;
use crate::identity::Provider;
#[cfg(feature = "embedded")]
use crate::identity::{
    Revocations,
    embedded::{Account, Embedded, PasswordOrigin},
};
use crate::settings::{Database, IdentitySource, Settings};
use crate::table::{Table, connection};

#[cfg(feature = "embedded")]
use crate::sample;
#[cfg(feature = "embedded")]
use crate::table::schema::Layout;
#[cfg(feature = "embedded")]
use contract_runtime::dynamodb::embedded::Engine;

/// The names of the tables in the embedded engine. The identity provider's is apart, since the
/// deployed table must never hold a password or a key.
#[cfg(feature = "embedded")]
const TABLES: (&str, &str) = ("portfolio", "identity");

/// Where items are stored.
#[derive(Debug)]
pub enum Storage {
    /// An engine inside this process.
    #[cfg(feature = "embedded")]
    Embedded(Engine),
    /// A table on AWS.
    DynamoDb(String),
}

impl Storage {
    /// Opens what the settings name.
    ///
    /// # Errors
    ///
    /// A data folder that cannot be used, or settings that ask for what this build does not have; then
    /// nothing is written.
    pub fn open(settings: &Settings) -> Result<Self, StartError> {
        if let IdentitySource::Cognito { .. } = settings.identity {
            return Err(StartError::Unsupported(
                "signing in through Cognito is not part of this version yet; unset ENVIRONMENT, COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID, COGNITO_REGION and DYNAMODB_TABLE_NAME to use the embedded identity provider and database".to_owned(),
            ));
        }
        match &settings.database {
            Database::DynamoDb { table } => Ok(Self::DynamoDb(table.clone())),
            #[cfg(feature = "embedded")]
            Database::Embedded => Engine::open(&settings.data_dir)
                .map(Self::Embedded)
                .map_err(StartError::Data),
            #[cfg(not(feature = "embedded"))]
            Database::Embedded => Err(StartError::Unsupported(
                "this build has no embedded database; set DYNAMODB_TABLE_NAME".to_owned(),
            )),
        }
    }
}

/// The parts that a service is built on.
#[derive(Debug)]
pub struct Backend {
    pub(super) table: Table,
    pub(super) provider: Provider,
    #[cfg(feature = "embedded")]
    pub(super) password: PasswordOrigin,
}

impl Backend {
    /// Connects to the storage, fills a new one with the sample content if the settings say so, and sets up
    /// the identity provider.
    #[cfg(feature = "embedded")]
    pub(super) async fn prepare(
        settings: &Settings,
        storage: Storage,
        clock: &Clock,
    ) -> Result<Self, StartError> {
        let Storage::Embedded(engine) = storage else {
            // The provider inside the process keeps its keys in the engine inside the process.
            return Err(StartError::Unsupported(
                "DYNAMODB_TABLE_NAME needs COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID and COGNITO_REGION too: the embedded identity provider works with the embedded database only".to_owned(),
            ));
        };
        let client = connection::local(engine.http_client());
        let table = Table::new(client.clone(), TABLES.0);
        table.create(Layout::Listed).await?;
        sample::fill(&table, clock, settings.sample_content).await?;
        let account = Account {
            email: settings.owner.email.clone(),
            name: settings.owner.name.clone(),
            password: settings.owner.password.clone(),
        };
        let revocations = Revocations::new(table.clone(), clock.clone());
        let identity = Table::new(client, TABLES.1);
        // Last: a start that fails must not leave a generated password that nobody has seen.
        let (embedded, password) =
            Embedded::start(identity, revocations, clock.clone(), account).await?;
        Ok(Self {
            table,
            provider: Provider::Embedded(Box::new(embedded)),
            password,
        })
    }
}
