//! Access to AWS Secrets Manager.

use aws_config::{BehaviorVersion, Region};
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use contract_runtime::secrets;

use crate::settings::region;

/// A client in the region of a secret, with credentials as AWS's tools find them. Nothing is called yet.
pub(crate) async fn client(arn: &str) -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
    if let Some(region) = region(arn) {
        loader = loader.region(Region::new(region.to_owned()));
    }
    secrets::client(Builder::from(&loader.load().await))
}
