//! What the clients of all AWS services share: region, credentials, connections.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

use super::StartError;

/// Region and credentials as every AWS tool finds them. The credentials are looked for when the first call needs them.
///
/// # Errors
///
/// If no region is set.
pub(super) async fn shared() -> Result<SdkConfig, StartError> {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let shared = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .load()
        .await;
    if shared.region().is_none() {
        return Err(StartError::Unsupported(
            "AWS_REGION must be set: no region is configured for the AWS services".to_owned(),
        ));
    }
    Ok(shared)
}
