//! The tables' definitions: keys, indexes, TTL. The embedded engine's tables are made with them at the start; on AWS the
//! tables are made by template.yaml, and a test holds both against each other.

use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TimeToLiveSpecification, TimeToLiveStatus,
};
use contract_runtime::dynamodb::TableError;

use super::{Table, Tables};

/// The TTL attribute: counters of rate limits have it, and nothing else does.
pub const EXPIRES: &str = "expiresAt";

/// An index: its name, its keys, and which way its lists go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// The index's name.
    pub name: &'static str,
    /// The attribute that is its partition key.
    pub partition: &'static str,
    /// The attribute that is its sort key.
    pub sort: &'static str,
    /// Whether lists begin with the greatest sort key.
    pub descending: bool,
}

/// Users by role. It has what is shown of a user, and never a hash.
pub const BY_ROLE: Index = Index {
    name: "byRole",
    partition: "role",
    sort: "username",
    descending: false,
};

/// All lists of the movies' table: `movies`, `genre#drama`, `reviews#ID`. It has keys alone, so that a rating, which
/// changes its movie, writes nothing to it.
pub const LISTED: Index = Index {
    name: "listed",
    partition: "list",
    sort: "place",
    descending: true,
};

/// Reviews by who wrote them; keys alone.
pub const BY_REVIEWER: Index = Index {
    name: "byReviewer",
    partition: "reviewer",
    sort: "place",
    descending: true,
};

/// What the index [`BY_ROLE`] has beside keys.
pub const SHOWN: [&str; 3] = ["name", "createdAt", "updatedAt"];

impl Tables {
    /// Makes the tables where they do not exist; used again, it changes nothing.
    pub async fn create(&self) -> Result<(), TableError> {
        let by_role = Projection::builder()
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(SHOWN.map(str::to_owned).to_vec()));
        let keys = || Projection::builder().projection_type(ProjectionType::KeysOnly);
        let users = [(BY_ROLE, by_role.build())];
        let movies = [(LISTED, keys().build()), (BY_REVIEWER, keys().build())];
        self.users.create(&users).await?;
        self.movies.create(&movies).await
    }
}

impl Table {
    /// TTL comes last: a table without it was cut off while it was made and is made again, since nothing was ever written
    /// to it.
    async fn create(&self, indexes: &[(Index, Projection)]) -> Result<(), TableError> {
        if self.define(indexes).await? {
            return self.expire().await;
        }
        if self.expires().await? {
            return Ok(());
        }
        let delete = self.client.delete_table().table_name(&*self.name);
        delete
            .send()
            .await
            .map_err(|error| TableError::of("DeleteTable", error))?;
        self.define(indexes).await?;
        self.expire().await
    }

    /// False if the table exists already.
    async fn define(&self, indexes: &[(Index, Projection)]) -> Result<bool, TableError> {
        let definition = |error: BuildError| TableError::Internal(format!("CreateTable: {error}"));
        let mut request = self
            .client
            .create_table()
            .table_name(&*self.name)
            .billing_mode(BillingMode::PayPerRequest)
            .key_schema(element(self.key, KeyType::Hash).map_err(definition)?);
        let mut attributes = vec![self.key];
        for (index, projection) in indexes {
            let keys = [
                (index.partition, KeyType::Hash),
                (index.sort, KeyType::Range),
            ];
            let mut made = GlobalSecondaryIndex::builder()
                .index_name(index.name)
                .projection(projection.clone());
            for (name, kind) in keys {
                made = made.key_schema(element(name, kind).map_err(definition)?);
                if !attributes.contains(&name) {
                    attributes.push(name);
                }
            }
            request = request.global_secondary_indexes(made.build().map_err(definition)?);
        }
        for name in attributes {
            let attribute = AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S);
            request = request.attribute_definitions(attribute.build().map_err(definition)?);
        }
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.code() == Some("ResourceInUseException")) =>
            {
                Ok(false)
            }
            Err(error) => Err(TableError::of("CreateTable", error)),
        }
    }

    async fn expires(&self) -> Result<bool, TableError> {
        let described = self.client.describe_time_to_live().table_name(&*self.name);
        let described = described
            .send()
            .await
            .map_err(|error| TableError::of("DescribeTimeToLive", error))?;
        let status = described
            .time_to_live_description()
            .and_then(|ttl| ttl.time_to_live_status());
        Ok(status == Some(&TimeToLiveStatus::Enabled))
    }

    async fn expire(&self) -> Result<(), TableError> {
        let ttl = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(EXPIRES)
            .build()
            .map_err(|error| TableError::Internal(format!("UpdateTimeToLive: {error}")))?;
        let request = self.client.update_time_to_live().table_name(&*self.name);
        request
            .time_to_live_specification(ttl)
            .send()
            .await
            .map_err(|error| TableError::of("UpdateTimeToLive", error))?;
        Ok(())
    }
}

fn element(name: &str, kind: KeyType) -> Result<KeySchemaElement, BuildError> {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(kind)
        .build()
}
