//! Reading what is the portfolio's own: who the owner is, which database, who issues tokens.

use contract_runtime::format::is_email;
use contract_runtime::settings::{Environment, Reader, listed};

use super::{Database, IdentitySource, OwnerAccount};
use crate::identity::Secret;

pub(super) fn owner(reader: &mut Reader<'_>) -> OwnerAccount {
    let email = reader.checked(
        "OWNER_EMAIL",
        "an email address of at most 254 characters",
        |text| text.len() <= 254 && is_email(text),
    );
    // Not trimmed, and never shown.
    let password = reader.optional("OWNER_PASSWORD");
    if password
        .as_ref()
        .is_some_and(|password| password.chars().count() > 256)
    {
        reader.mistake("OWNER_PASSWORD must have 1 to 256 characters.");
    }
    OwnerAccount {
        email: email.unwrap_or_else(|| "owner@example.com".to_owned()),
        name: reader.text("OWNER_NAME", "Portfolio Owner"),
        password: password.map(Secret::new),
    }
}

pub(super) fn database(reader: &mut Reader<'_>) -> Database {
    let table = reader.table("DYNAMODB_TABLE_NAME");
    let endpoint = reader.endpoint("AWS_ENDPOINT_URL_DYNAMODB");
    match table {
        Some(table) => Database::DynamoDb { table, endpoint },
        None => {
            if let Some(endpoint) = endpoint {
                reader.mistake(format!(
                    "DYNAMODB_TABLE_NAME must be set with AWS_ENDPOINT_URL_DYNAMODB: which table of {endpoint}?"
                ));
            }
            Database::Embedded
        }
    }
}

pub(super) fn identity(reader: &mut Reader<'_>) -> IdentitySource {
    let region_like = |text: &str| {
        text.contains('-') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let mistakes = reader.mistakes();
    let pool = reader.checked(
        "COGNITO_USER_POOL_ID",
        "a user pool id such as eu-west-1_aBcDeFgHi",
        |text| {
            text.split_once('_')
                .is_some_and(|(region, id)| region_like(region) && alphanumeric(id))
        },
    );
    let client = reader.checked(
        "COGNITO_CLIENT_ID",
        "an app client id: letters and digits",
        alphanumeric,
    );
    let region = reader.checked("COGNITO_REGION", "a region such as eu-west-1", region_like);
    let endpoint = reader.endpoint("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER");
    match (pool, client, region) {
        (Some(user_pool_id), Some(client_id), Some(region)) => {
            if user_pool_id
                .split_once('_')
                .is_some_and(|(of_pool, _)| of_pool != region)
            {
                reader.mistake(format!(
                    "COGNITO_REGION must be the region that COGNITO_USER_POOL_ID starts with, not {region:?}."
                ));
            }
            IdentitySource::Cognito {
                user_pool_id,
                client_id,
                region,
                endpoint,
            }
        }
        (None, None, None) => IdentitySource::Embedded,
        (pool, client, region) => {
            let parts =
                COGNITO
                    .into_iter()
                    .zip([pool.is_some(), client.is_some(), region.is_some()]);
            let (set, missing): (Vec<_>, Vec<_>) = parts.partition(|(_, set)| *set);
            // With an invalid part the others are not missing: that mistake is told already. Outside local use
            // `require_aws` tells what is missing, with the rest.
            if reader.mistakes() == mistakes && reader.is_local() {
                let [set, missing] =
                    [set, missing].map(|parts| listed(parts.iter().map(|(name, _)| *name), "and"));
                reader.mistake(format!(
                    "{missing} must be set too, not only {set}: Cognito needs all three."
                ));
            }
            IdentitySource::Embedded
        }
    }
}

/// Outside local use nothing is embedded.
pub(super) fn require_aws(
    reader: &mut Reader<'_>,
    environment: Environment,
    database: &Database,
    identity: &IdentitySource,
) {
    let table = (*database == Database::Embedded).then_some("DYNAMODB_TABLE_NAME");
    let cognito = if *identity == IdentitySource::Embedded {
        COGNITO.as_slice()
    } else {
        &[]
    };
    let needed = table.into_iter().chain(cognito.iter().copied());
    let missing: Vec<&str> = needed.filter(|name| !reader.is_set(name)).collect();
    if !missing.is_empty() {
        reader.mistake(format!(
            "ENVIRONMENT={} needs {}: the embedded database and identity provider run only with \
             ENVIRONMENT=local.",
            environment.as_str(),
            listed(missing, "and"),
        ));
    }
}

const COGNITO: [&str; 3] = [
    "COGNITO_USER_POOL_ID",
    "COGNITO_CLIENT_ID",
    "COGNITO_REGION",
];

fn alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric())
}
