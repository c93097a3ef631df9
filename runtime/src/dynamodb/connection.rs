//! SDK clients: one for AWS, one for an engine inside the process. They differ in transport and credentials only.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region, SharedHttpClient};

/// DynamoDB on AWS, or what answers at `endpoint` in place of it; `shared` is `Builder::from(&sdk_config)`.
pub fn aws(shared: Builder, endpoint: Option<&str>) -> Client {
    let mut builder = shared;
    builder.set_endpoint_url(endpoint.map(str::to_owned));
    Client::from_conf(patience(builder).build())
}

/// A DynamoDB that `http` answers for, without a network: the SDK serialises, signs, retries and parses as on AWS.
pub fn local(http: SharedHttpClient) -> Client {
    let builder = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("local"))
        .credentials_provider(Credentials::new("local", "local", None, None, "embedded"))
        .endpoint_url("http://dynamodb.local")
        .http_client(http)
        // Clients share what they may spend on retries, by default with all others of the process: the faults of one
        // engine must not leave another without.
        .retry_partition(RetryPartition::custom("embedded").build());
    Client::from_conf(patience(builder).build())
}

/// How long to wait and how often to try: DynamoDB answers in milliseconds, so a lost answer is given up early and the
/// call sent again, all within a request's own time limit.
fn patience(builder: Builder) -> Builder {
    let retries = RetryConfig::standard()
        .with_max_attempts(4)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_secs(1));
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(9));
    builder
        .retry_config(retries)
        .timeout_config(timeouts.build())
}
