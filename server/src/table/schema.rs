//! The table's definition: keys, the one index, TTL. The embedded engine's tables are made with it at the start; on AWS
//! the table is made by the deployment.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TimeToLiveSpecification, TimeToLiveStatus,
};

use super::{Table, TableError};

/// Whether a table has the index GSI1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Primary key and TTL only.
    Plain,
    /// Also GSI1 (`GSI1PK`, `GSI1SK`), which projects the keys and the small map `Facts`, never a body.
    Listed,
}

impl Table {
    /// Makes the table if it does not exist: on-demand billing, TTL on `ExpiresAt`. Used again, it changes nothing.
    ///
    /// TTL comes last. A table without it was cut off while it was made, by a kill or a full disk, and may lack its
    /// index; nothing was ever written to it, so it is made again.
    pub async fn create(&self, layout: Layout) -> Result<(), TableError> {
        if self.define(layout).await? {
            return self.expire().await;
        }
        if self.expires().await? {
            return Ok(());
        }
        self.client
            .delete_table()
            .table_name(self.name())
            .send()
            .await
            .map_err(|error| TableError::of("DeleteTable", error))?;
        self.define(layout).await?;
        self.expire().await
    }

    /// False if the table exists already.
    pub(super) async fn define(&self, layout: Layout) -> Result<bool, TableError> {
        let mut request = self
            .client
            .create_table()
            .table_name(self.name())
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema("PK", "SK").map_err(definition)?))
            .attribute_definitions(text("PK").map_err(definition)?)
            .attribute_definitions(text("SK").map_err(definition)?);
        if layout == Layout::Listed {
            request = request
                .attribute_definitions(text("GSI1PK").map_err(definition)?)
                .attribute_definitions(text("GSI1SK").map_err(definition)?)
                .global_secondary_indexes(list_index().map_err(definition)?);
        }
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if exists(&error) => Ok(false),
            Err(error) => Err(TableError::of("CreateTable", error)),
        }
    }

    /// Lets items end at their `ExpiresAt`.
    pub(super) async fn expire(&self) -> Result<(), TableError> {
        let ttl = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name("ExpiresAt");
        self.client
            .update_time_to_live()
            .table_name(self.name())
            .time_to_live_specification(ttl.build().map_err(definition)?)
            .send()
            .await
            .map_err(|error| TableError::of("UpdateTimeToLive", error))?;
        Ok(())
    }

    pub(super) async fn expires(&self) -> Result<bool, TableError> {
        let described = self
            .client
            .describe_time_to_live()
            .table_name(self.name())
            .send()
            .await
            .map_err(|error| TableError::of("DescribeTimeToLive", error))?;
        let status = described
            .time_to_live_description()
            .and_then(|ttl| ttl.time_to_live_status());
        Ok(status == Some(&TimeToLiveStatus::Enabled))
    }
}

/// A definition of ours that the SDK refuses.
pub(super) fn definition(error: BuildError) -> TableError {
    TableError::Internal(format!("CreateTable: {error}"))
}

fn exists<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error
        .as_service_error()
        .is_some_and(|error| error.code() == Some("ResourceInUseException"))
}

fn text(name: &str) -> Result<AttributeDefinition, BuildError> {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
}

fn key_schema(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, BuildError> {
    Ok(vec![
        KeySchemaElement::builder()
            .attribute_name(partition)
            .key_type(KeyType::Hash)
            .build()?,
        KeySchemaElement::builder()
            .attribute_name(sort)
            .key_type(KeyType::Range)
            .build()?,
    ])
}

fn list_index() -> Result<GlobalSecondaryIndex, BuildError> {
    let projection = Projection::builder()
        .projection_type(ProjectionType::Include)
        .non_key_attributes("Facts")
        .build();
    GlobalSecondaryIndex::builder()
        .index_name("GSI1")
        .set_key_schema(Some(key_schema("GSI1PK", "GSI1SK")?))
        .projection(projection)
        .build()
}

#[cfg(test)]
mod tests {
    use contract_runtime::dynamodb::embedded::Engine;

    use super::*;
    use crate::table::connection;

    #[tokio::test]
    async fn a_table_that_was_not_finished_is_made_again() {
        let engine = Engine::memory().unwrap();
        let table = Table::new(connection::local(engine.http_client()), "cut-off");
        // The engine makes a table and its index one after the other: this one has been cut off in between.
        assert!(table.define(Layout::Plain).await.unwrap());
        table.create(Layout::Listed).await.unwrap();
        let described = table.client.describe_table().table_name("cut-off");
        let described = described.send().await.unwrap();
        assert_eq!(
            described.table().unwrap().global_secondary_indexes().len(),
            1
        );
        assert!(table.expires().await.unwrap());
    }
}
