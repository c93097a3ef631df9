//! What the clients of all AWS services share: region, credentials, connections.

use std::fmt;

use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::region::ProfileFileRegionProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::HttpClientError;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};

use crate::program;

/// The certificates that AWS's endpoints are signed with (<https://www.amazontrust.com/repository/>), all five, as AWS
/// asks whoever chooses his own: the endpoints move from one to another without notice.
const AMAZON_ROOTS: &str = include_str!("amazon_roots.pem");

/// Why no service of AWS can be called: one sentence for whoever starts the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsError(String);

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AwsError {}

/// Region and credentials as AWS's tools find them, in the environment or a profile. The credentials are looked for when
/// the first call needs them.
///
/// # Errors
///
/// If no region is set.
pub async fn shared() -> Result<SdkConfig, AwsError> {
    let Some(region) = region().await else {
        return Err(AwsError(
            "AWS_REGION must be set: no region is configured for the AWS services".to_owned(),
        ));
    };
    load(region).await
}

/// As [`shared`], in the region of this name where none is set.
///
/// # Errors
///
/// If there are no connections to be had.
pub async fn shared_or(name: &str) -> Result<SdkConfig, AwsError> {
    let region = region().await;
    load(region.unwrap_or_else(|| Region::new(name.to_owned()))).await
}

/// As [`shared`], in this region whatever is set: where something lies that is known by its ARN.
///
/// # Errors
///
/// If there are no connections to be had.
pub async fn shared_in(region: &str) -> Result<SdkConfig, AwsError> {
    load(Region::new(region.to_owned())).await
}

async fn region() -> Option<Region> {
    // The default also asks the instance metadata service, seconds long where there is none.
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(ProfileFileRegionProvider::new())
        .region()
        .await
}

async fn load(region: Region) -> Result<SdkConfig, AwsError> {
    let is_function = program::is_function();
    let tls =
        tls_context(is_function, region.as_ref()).map_err(|error| AwsError(error.to_string()))?;
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https();
    let shared = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .http_client(http)
        .load();
    Ok(shared.await)
}

/// Partitions that have certificates of their own.
const ELSEWHERE: [&str; 4] = ["cn-", "eusc-", "eu-iso", "us-iso"];

/// On a machine of one's own the system's certificates are trusted: there may be a proxy that has its own. To read and
/// parse all of them takes milliseconds, and in a function, which calls AWS and nothing else, each first request waits.
fn tls_context(is_function: bool, region: &str) -> Result<TlsContext, HttpClientError> {
    let is_elsewhere = ELSEWHERE.iter().any(|start| region.starts_with(start));
    let trust = if is_function && !is_elsewhere {
        TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)
    } else {
        TrustStore::default()
    };
    TlsContext::builder().with_trust_store(trust).build()
}

#[cfg(test)]
mod tests {
    use aws_smithy_http_client::Connector;

    use super::*;

    #[test]
    fn a_function_trusts_amazons_five_certificates_alone() {
        assert_eq!(
            AMAZON_ROOTS.matches("-----BEGIN CERTIFICATE-----").count(),
            5
        );
        let told = |is_function, region| format!("{:?}", tls_context(is_function, region).unwrap());
        assert!(told(true, "eu-west-1").contains("enable_native_roots: false"));
        for (is_function, region) in [(false, "eu-west-1"), (true, "cn-north-1")] {
            assert!(told(is_function, region).contains("enable_native_roots: true"));
        }
        // Panics if a certificate cannot be read.
        Connector::builder()
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls_context(true, "eu-west-1").unwrap())
            .build();
    }
}
