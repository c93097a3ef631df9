//! The service's own settings: where its tables and its signing key are, and who the first admin is.

use std::fmt;
use std::path::PathBuf;

use contract_runtime::security::jwks::SHORTEST_SECRET;
use contract_runtime::settings::{Common, Reader, Row};

/// All settings, valid and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `USERS_TABLE_NAME`, `MOVIES_TABLE_NAME`, `AWS_ENDPOINT_URL_DYNAMODB`.
    pub database: Database,
    /// `JWT_SECRET_ID`, `AWS_ENDPOINT_URL_SECRETS_MANAGER`, `JWT_SECRET_KEY`.
    pub key: Key,
    /// `DATA_DIR`.
    pub data_dir: PathBuf,
    /// `ADMIN_USERNAME`.
    pub admin: String,
    /// `ADMIN_PASSWORD`.
    pub admin_password: Option<Password>,
}

/// Where the tables are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// Inside the process, kept in the data folder.
    Embedded,
    /// Amazon DynamoDB, or what answers in place of it.
    DynamoDb {
        /// The users' table.
        users: String,
        /// The movies' table.
        movies: String,
        /// Another DynamoDB than the region's.
        endpoint: Option<String>,
    },
}

/// Where the key is that tokens are signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Made on the first start and kept in the data folder.
    Generated,
    /// A setting says it.
    Given(Password),
    /// The member `JWT_SECRET_KEY` of a secret of AWS Secrets Manager.
    Managed {
        /// The secret's name or ARN.
        id: String,
        /// Another Secrets Manager than the region's.
        endpoint: Option<String>,
    },
}

/// Text that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

/// The rows of `--help`.
pub fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "ENVIRONMENT",
            "local",
            "local, staging or production; the last two need DynamoDB and Secrets Manager",
        ),
        Row::new(
            "DATA_DIR",
            ".data/movies",
            "folder of the embedded database and of the generated signing key",
        ),
        Row::new(
            "USERS_TABLE_NAME",
            "embedded database",
            "table on AWS; needs the next one too",
        ),
        Row::new("MOVIES_TABLE_NAME", "embedded database", "table on AWS"),
        Row::new(
            "AWS_ENDPOINT_URL_DYNAMODB",
            "the region's",
            "URL of another DynamoDB, such as an emulator",
        ),
        Row::new(
            "JWT_SECRET_ID",
            "none",
            "name or ARN of the secret on AWS whose JSON has the signing key as JWT_SECRET_KEY",
        ),
        Row::new(
            "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            "the region's",
            "URL of another Secrets Manager, such as an emulator",
        ),
        Row::new(
            "JWT_SECRET_KEY",
            "generated once",
            "the signing key itself, at least 32 bytes, ENVIRONMENT=local only",
        ),
        Row::new(
            "ADMIN_USERNAME",
            "admin",
            "username of the first admin, made by the first start on the embedded database",
        ),
        Row::new(
            "ADMIN_PASSWORD",
            "generated once",
            "that admin's password, 12 to 128 characters; later starts do not look at it",
        ),
        Row::new(
            "AWS_*",
            "as for every AWS tool",
            "region and credentials, from the environment only",
        ),
    ]
}

impl Settings {
    /// Reads them; mistakes are noted in `reader`.
    pub fn read(reader: &mut Reader<'_>, common: &Common) -> Self {
        let settings = Self {
            database: database(reader),
            key: key(reader),
            data_dir: reader.text("DATA_DIR", ".data/movies").into(),
            admin: reader
                .checked("ADMIN_USERNAME", USERNAME, is_username)
                .unwrap_or_else(|| "admin".to_owned()),
            admin_password: admin_password(reader),
        };
        if !common.is_local() {
            let environment = common.environment.as_str();
            if settings.database == Database::Embedded {
                reader.mistake(format!(
                    "USERS_TABLE_NAME and MOVIES_TABLE_NAME must be set when ENVIRONMENT is {environment}: the embedded \
                     database is for local use."
                ));
            }
            if !matches!(settings.key, Key::Managed { .. }) {
                reader.mistake(format!(
                    "JWT_SECRET_ID must be set when ENVIRONMENT is {environment}: the key lies in AWS Secrets Manager \
                     then, where it can be rotated."
                ));
            }
        }
        settings
    }
}

fn database(reader: &mut Reader<'_>) -> Database {
    let users = reader.table("USERS_TABLE_NAME");
    let movies = reader.table("MOVIES_TABLE_NAME");
    let endpoint = reader.endpoint("AWS_ENDPOINT_URL_DYNAMODB");
    let are_both_set = reader.is_set("USERS_TABLE_NAME") == reader.is_set("MOVIES_TABLE_NAME");
    if !are_both_set {
        reader.mistake("USERS_TABLE_NAME and MOVIES_TABLE_NAME must be set both or neither.");
    }
    match (users, movies) {
        (Some(users), Some(movies)) => Database::DynamoDb {
            users,
            movies,
            endpoint,
        },
        _ => Database::Embedded,
    }
}

fn key(reader: &mut Reader<'_>) -> Key {
    let endpoint = reader.endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER");
    let id = reader.checked("JWT_SECRET_ID", "the name or ARN of a secret", |text| {
        text.len() <= 2048 && !text.contains(char::is_whitespace)
    });
    let given = reader.optional("JWT_SECRET_KEY");
    match (id, given) {
        (Some(_), Some(_)) => {
            reader.mistake("JWT_SECRET_ID and JWT_SECRET_KEY cannot both be set.");
            Key::Generated
        }
        (Some(id), None) => Key::Managed { id, endpoint },
        (None, Some(key)) if key.len() < SHORTEST_SECRET => {
            reader.mistake(format!(
                "JWT_SECRET_KEY must have at least {SHORTEST_SECRET} bytes, not {} (openssl rand -base64 48 makes one).",
                key.len()
            ));
            Key::Generated
        }
        (None, Some(key)) => Key::Given(Password(key)),
        (None, None) => Key::Generated,
    }
}

fn admin_password(reader: &mut Reader<'_>) -> Option<Password> {
    let password = reader.optional("ADMIN_PASSWORD")?;
    if !(12..=128).contains(&password.chars().count()) {
        reader.mistake("ADMIN_PASSWORD must have 12 to 128 characters.");
        return None;
    }
    Some(Password(password))
}

/// What a username is, as the contract says.
pub const USERNAME: &str =
    "3 to 32 small letters, digits, dots, underscores and hyphens, the first and last no sign";

/// The contract's pattern for usernames.
pub fn is_username(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    (3..=32).contains(&bytes.len())
        && bytes
            .iter()
            .all(|byte| is_plain(*byte) || b"._-".contains(byte))
        && [bytes.first(), bytes.last()]
            .iter()
            .all(|end| end.is_some_and(|byte| is_plain(*byte)))
}
