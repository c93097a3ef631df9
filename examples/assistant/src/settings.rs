//! The service's own settings.

use std::path::PathBuf;
use std::time::Duration;

use contract_runtime::security::user_pool::UserPool;
use contract_runtime::settings::{Common, Reader, Row};

/// The files of the repository, where nothing else is said.
pub const OWN_CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/catalogue");

/// What the model is told where a caller does not say.
const SYSTEM_PROMPT: &str =
    "You are a helpful assistant. Answer briefly and say so when you do not know.";

/// How the model is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// `BEDROCK_MODEL_ID`; without it there is no chat.
    pub id: Option<String>,
    /// `BEDROCK_REGION`; AWS's own setting where it is not set.
    pub region: Option<String>,
    /// `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`.
    pub endpoint: Option<String>,
    /// `BEDROCK_TIMEOUT`: for a whole answer, for the begin of a stream, and between two of its pieces.
    pub timeout: Duration,
    /// `SYSTEM_PROMPT`.
    pub system: String,
}

/// Where the documents are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Files of a folder, read at the start.
    Folder(PathBuf),
    /// Objects of a bucket.
    Bucket {
        /// `CATALOGUE_BUCKET`.
        name: String,
        /// `CATALOGUE_PREFIX`: what stands before each file's name.
        prefix: String,
        /// `AWS_ENDPOINT_URL_S3`.
        endpoint: Option<String>,
    },
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `COGNITO_*`; without them the service issues a token of its own, on a developer's machine only.
    pub pool: Option<UserPool>,
    /// The model.
    pub model: Model,
    /// The documents.
    pub catalogue: Source,
}

const POOL: [&str; 3] = [
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    "COGNITO_REGION",
];

impl Settings {
    /// Reads them. Mistakes are noted in `reader`.
    pub fn read(reader: &mut Reader<'_>, common: &Common) -> Self {
        let local = common.is_local();
        let [id, client_id, region] =
            POOL.map(|name| reader.checked(name, "letters, digits and _ -", plain));
        let endpoint = reader.endpoint("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER");
        let missing: Vec<&str> = POOL
            .into_iter()
            .filter(|name| !reader.is_set(name))
            .collect();
        if !missing.is_empty() && (!local || missing.len() < POOL.len()) {
            let names = missing.join(" and ");
            reader.mistake(format!(
                "{names} must be set: tokens are those of a Cognito user pool"
            ));
        }
        let pool = match (id, client_id, region) {
            (Some(id), Some(client_id), Some(region)) => Some(UserPool {
                id,
                client_id,
                region,
                endpoint,
            }),
            _ => None,
        };
        let model = Model {
            id: reader.checked(
                "BEDROCK_MODEL_ID",
                "a model's id, or the ARN of an inference profile",
                |text| text.len() <= 2048 && text.chars().all(|letter| letter.is_ascii_graphic()),
            ),
            region: reader.checked("BEDROCK_REGION", "the name of a region", plain),
            endpoint: reader.endpoint("AWS_ENDPOINT_URL_BEDROCK_RUNTIME"),
            timeout: Duration::from_secs(reader.number("BEDROCK_TIMEOUT", 18, 1..=19)),
            system: reader
                .optional("SYSTEM_PROMPT")
                .unwrap_or_else(|| SYSTEM_PROMPT.to_owned()),
        };
        let folder = reader.optional("CATALOGUE_DIR").map(PathBuf::from);
        let bucket = reader.checked("CATALOGUE_BUCKET", "the name of a bucket", |text| {
            (3..=63).contains(&text.len())
                && text.chars().all(|letter| {
                    letter.is_ascii_lowercase() || letter.is_ascii_digit() || ".-".contains(letter)
                })
        });
        let prefix = reader.text("CATALOGUE_PREFIX", "");
        let s3 = reader.endpoint("AWS_ENDPOINT_URL_S3");
        if folder.is_some() && bucket.is_some() {
            reader
                .mistake("CATALOGUE_DIR and CATALOGUE_BUCKET exclude one another; set one of them");
        }
        if folder.is_none() && bucket.is_none() && !local {
            reader.mistake(
                "CATALOGUE_BUCKET must be set: the repository's own documents are for local use",
            );
        }
        let catalogue = match bucket {
            Some(name) => Source::Bucket {
                name,
                prefix,
                endpoint: s3,
            },
            None => Source::Folder(folder.unwrap_or_else(|| OWN_CATALOGUE.into())),
        };
        Self {
            pool,
            model,
            catalogue,
        }
    }
}

fn plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
}

/// For `--help`.
pub fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "COGNITO_USER_POOL_ID",
            "none (local): the service issues a token of its own",
            "the user pool whose ID tokens are accepted",
        ),
        Row::new(
            "COGNITO_CLIENT_ID",
            "none",
            "the pool's app client, whom tokens must be for",
        ),
        Row::new("COGNITO_REGION", "none", "the pool's region"),
        Row::new(
            "BEDROCK_MODEL_ID",
            "none: /chat answers 503",
            "the model, or the inference profile, that answers /chat",
        ),
        Row::new("BEDROCK_REGION", "AWS_REGION", "the model's region"),
        Row::new(
            "BEDROCK_TIMEOUT",
            "18",
            "seconds, 1 to 19: for a whole answer, and between two pieces of a stream",
        ),
        Row::new(
            "SYSTEM_PROMPT",
            "a text of two sentences",
            "what the model is told where a caller does not say",
        ),
        Row::new(
            "CATALOGUE_DIR",
            "the repository's own files (local)",
            "the folder with users.json, products.json, …",
        ),
        Row::new("CATALOGUE_BUCKET", "none", "the S3 bucket with these files"),
        Row::new(
            "CATALOGUE_PREFIX",
            "none",
            "what stands before each file's name in the bucket, such as catalogue/",
        ),
        Row::new(
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
            "AWS's own",
            "another Bedrock; so are AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER other S3 and Cognito",
        ),
    ]
}
