//! Access to AWS Secrets Manager.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use contract_runtime::aws::{self, AwsError};
use contract_runtime::secrets;

/// A client in a region. Nothing is called yet.
///
/// # Errors
///
/// If there are no connections to be had.
pub(crate) async fn client(region: &str) -> Result<Client, AwsError> {
    let shared = aws::shared_in(region).await?;
    Ok(secrets::client(Builder::from(&shared)))
}
