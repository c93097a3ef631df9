//! The SDK's client of a user pool.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentityprovider::config::{Builder, Region};

use super::UserPool;

/// Cognito in the pool's region, whatever region the rest of AWS is in.
///
/// It hashes passwords and may call triggers, so it is given longer than the table; and a login is sent twice at most,
/// since Cognito counts attempts.
pub(super) fn client(shared: &SdkConfig, pool: &UserPool) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(2)
        .with_initial_backoff(Duration::from_millis(100));
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(9));
    let mut builder = Builder::from(shared)
        .region(Region::new(pool.region.clone()))
        .retry_config(retries)
        .timeout_config(timeouts.build());
    builder.set_endpoint_url(pool.endpoint.clone());
    Client::from_conf(builder.build())
}
