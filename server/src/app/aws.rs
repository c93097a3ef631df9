//! What the clients of all AWS services share: region, credentials, connections.

use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::region::ProfileFileRegionProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

use super::StartError;

/// Region and credentials as AWS's tools find them, in the environment or a profile. The credentials are looked for when
/// the first call needs them.
///
/// # Errors
///
/// If no region is set.
pub async fn shared() -> Result<SdkConfig, StartError> {
    let Some(region) = region().await else {
        return Err(StartError::Unsupported(
            "AWS_REGION must be set: no region is configured for the AWS services".to_owned(),
        ));
    };
    Ok(load(region).await)
}

/// As [`shared`], in the region of this name where none is set.
pub async fn shared_or(name: &str) -> SdkConfig {
    let region = region().await;
    load(region.unwrap_or_else(|| Region::new(name.to_owned()))).await
}

async fn region() -> Option<Region> {
    // The default also asks the instance metadata service, seconds long where there is none.
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(ProfileFileRegionProvider::new())
        .region()
        .await
}

async fn load(region: Region) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https();
    aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .http_client(http)
        .load()
        .await
}
