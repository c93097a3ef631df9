//! Settings: what every service has, and what is the portfolio's own.

mod reader;
mod rows;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use contract_runtime::settings::{Common, Place, Reader, Row, SettingsError, Source};

use crate::identity::Secret;

/// Which DynamoDB is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// The engine inside the process, with its files in `DATA_DIR`.
    Embedded,
    /// This table on AWS.
    DynamoDb {
        /// The table's name.
        table: String,
        /// Another DynamoDB than the region's.
        endpoint: Option<String>,
    },
}

/// Who issues tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentitySource {
    /// The provider inside the process.
    Embedded,
    /// An Amazon Cognito user pool.
    Cognito {
        /// The pool's id, such as `eu-west-1_aBcDeFgHi`.
        user_pool_id: String,
        /// The app client's id.
        client_id: String,
        /// The pool's region.
        region: String,
        /// Another Cognito than the region's, for its API and its keys.
        endpoint: Option<String>,
    },
}

/// The owner's account at the embedded identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerAccount {
    /// The email address to log in with.
    pub email: String,
    /// The name shown.
    pub name: String,
    /// The password; without one the stored one stays, or one is generated on the first start.
    pub password: Option<Secret>,
}

/// All settings, valid and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What every service has.
    pub common: Common,
    /// `DATA_DIR`.
    pub data_dir: PathBuf,
    /// `OWNER_EMAIL`, `OWNER_NAME`, `OWNER_PASSWORD`.
    pub owner: OwnerAccount,
    /// `SAMPLE_CONTENT`: whether a new embedded database is filled with examples.
    pub sample_content: bool,
    /// `DYNAMODB_TABLE_NAME`, `AWS_ENDPOINT_URL_DYNAMODB`.
    pub database: Database,
    /// `COGNITO_USER_POOL_ID`, `COGNITO_CLIENT_ID`, `COGNITO_REGION`, `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER`.
    pub identity: IdentitySource,
    /// `COUNTER_SHARDS`: 1 to 100.
    pub counter_shards: u16,
}

impl Settings {
    /// The settings of a server that listens on a socket.
    ///
    /// # Errors
    ///
    /// Every mistake.
    pub fn from(source: &Source) -> Result<Self, SettingsError> {
        Self::at(source, Place::Socket)
    }

    /// The settings of an AWS Lambda function. Nothing embedded can be meant there.
    ///
    /// # Errors
    ///
    /// Every mistake.
    pub fn of_function(source: &Source) -> Result<Self, SettingsError> {
        Self::at(source, Place::Lambda)
    }

    fn at(source: &Source, place: Place) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(source);
        let common = Common::read(&mut reader, place);
        let settings = Self::read(&mut reader, &common);
        reader.finish(settings)
    }

    /// The portfolio's own settings beside the common ones.
    pub(crate) fn read(reader: &mut Reader<'_>, common: &Common) -> Self {
        let settings = Self {
            common: common.clone(),
            data_dir: reader.text("DATA_DIR", ".data").into(),
            owner: reader::owner(reader),
            sample_content: reader.choice(
                "SAMPLE_CONTENT",
                true,
                [("true", true), ("false", false)],
            ),
            database: reader::database(reader),
            identity: reader::identity(reader),
            counter_shards: reader.number("COUNTER_SHARDS", 1, 1..=100),
        };
        if !common.is_local() {
            reader::require_aws(
                reader,
                common.environment,
                &settings.database,
                &settings.identity,
            );
        }
        settings
    }
}

/// Its own settings, for `--help`.
pub(crate) fn own_rows() -> Vec<Row> {
    rows::OWN.to_vec()
}

/// All settings that the server knows.
pub fn rows() -> Vec<Row> {
    Row::all(rows::OWN)
}
