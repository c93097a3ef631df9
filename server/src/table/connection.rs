//! SDK clients: one for AWS, one for an engine inside the process.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use contract_runtime::dynamodb::connection;

pub use contract_runtime::dynamodb::connection::local;

/// DynamoDB on AWS, or what answers at `endpoint` in place of it.
pub fn aws(shared: &SdkConfig, endpoint: Option<&str>) -> Client {
    connection::aws(Builder::from(shared), endpoint)
}
