//! The portfolio's own settings, for `--help`.

use contract_runtime::settings::Row;

/// Its own settings, and what it says of a common one.
pub(super) const OWN: [Row; 14] = [
    Row::new("DATA_DIR", ".data", "folder of the embedded database"),
    Row::new(
        "OWNER_EMAIL",
        "owner@example.com",
        "the owner's email address, embedded identity only",
    ),
    Row::new(
        "OWNER_PASSWORD",
        "generated once",
        "the owner's password, 1 to 256 characters, embedded identity only",
    ),
    Row::new(
        "OWNER_NAME",
        "Portfolio Owner",
        "the owner's name, embedded identity only",
    ),
    Row::new(
        "SAMPLE_CONTENT",
        "true",
        "true or false: fill a new embedded database with examples",
    ),
    Row::new(
        "ENVIRONMENT",
        "local",
        "local, staging or production; the last two need DynamoDB and Cognito",
    ),
    Row::new("DYNAMODB_TABLE_NAME", "embedded database", "table on AWS"),
    Row::new(
        "AWS_ENDPOINT_URL_DYNAMODB",
        "the region's",
        "URL of another DynamoDB, such as an emulator",
    ),
    Row::new(
        "COGNITO_USER_POOL_ID",
        "embedded identity",
        "user pool on AWS; needs the two settings below",
    ),
    Row::new("COGNITO_CLIENT_ID", "none", "app client of the user pool"),
    Row::new("COGNITO_REGION", "none", "region of the user pool"),
    Row::new(
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
        "the region's",
        "URL of another Cognito, such as an emulator",
    ),
    Row::new(
        "COUNTER_SHARDS",
        "1",
        "1 to 100: items that visits are counted in; may be raised, never lowered",
    ),
    Row::new(
        "AWS_*",
        "as for every AWS tool",
        "region and credentials, from the environment only",
    ),
];
