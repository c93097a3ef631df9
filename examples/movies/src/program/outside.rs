//! The clients of AWS's services.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::config::Builder as Dynamo;
use aws_sdk_secretsmanager::Client as Secrets;
use aws_sdk_secretsmanager::config::Builder;
use contract_runtime::dynamodb::connection;
use contract_runtime::secrets;

use crate::table::Tables;

pub(super) fn tables(
    shared: &SdkConfig,
    users: &str,
    movies: &str,
    endpoint: Option<&str>,
) -> Tables {
    Tables::new(
        connection::aws(Dynamo::from(shared), endpoint),
        users,
        movies,
    )
}

pub(super) fn secrets(shared: &SdkConfig, endpoint: Option<&str>) -> Secrets {
    let mut builder = Builder::from(shared);
    builder.set_endpoint_url(endpoint.map(str::to_owned));
    secrets::client(builder)
}
