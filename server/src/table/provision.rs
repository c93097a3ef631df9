//! Making the table where a deployment does not: on an emulator, or on AWS by hand.

use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::types::{
    GlobalSecondaryIndexDescription, KeySchemaElement, PointInTimeRecoverySpecification,
    Projection, ProjectionType, TableDescription, TableStatus,
};

use super::schema::{Layout, definition};
use super::{Table, TableError};

/// How long a new table may take to become active. AWS takes some ten seconds.
const PATIENCE: u32 = 120;

/// Between two looks at it.
const PAUSE: Duration = Duration::from_millis(500);

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provisioned {
    /// There was no such table; now there is.
    Created,
    /// It was there, as it should be.
    Present,
}

/// Why there is no table to work with.
#[derive(Debug)]
pub enum ProvisionError {
    /// There is a table of this name with other keys or another index. It is left as it is.
    Different(String),
    /// It did not become active in a minute or two.
    Slow,
    /// A call failed.
    Table(TableError),
}

impl From<TableError> for ProvisionError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl fmt::Display for ProvisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Different(what) => write!(
                f,
                "there is a table of this name with {what}; choose another name, or delete it if nothing in it is needed"
            ),
            Self::Slow => f.write_str("the table is still being made; run this again in a while"),
            Self::Table(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ProvisionError {}

impl Table {
    /// Makes the table with its index and TTL, and with point-in-time recovery if `recovery`, and waits until it can be
    /// used. One that exists is held against the definition and gets TTL and recovery if it lacks them; nothing is ever
    /// deleted or replaced.
    ///
    /// # Errors
    ///
    /// [`ProvisionError`]: another table has the name, or a call failed.
    pub async fn provision(&self, recovery: bool) -> Result<Provisioned, ProvisionError> {
        let created = self.define(Layout::Listed).await?;
        let table = self.active().await?;
        if let Some(difference) = difference(&table) {
            return Err(ProvisionError::Different(difference));
        }
        if !self.expires().await? {
            self.expire().await?;
        }
        if recovery {
            self.recover().await?;
        }
        Ok(if created {
            Provisioned::Created
        } else {
            Provisioned::Present
        })
    }

    /// The table's description, once it is active.
    async fn active(&self) -> Result<TableDescription, ProvisionError> {
        for _ in 0..PATIENCE {
            let described = self.client.describe_table().table_name(self.name());
            let described = described
                .send()
                .await
                .map_err(|error| TableError::of("DescribeTable", error))?;
            match described.table {
                Some(table) if table.table_status() == Some(&TableStatus::Active) => {
                    return Ok(table);
                }
                _ => tokio::time::sleep(PAUSE).await,
            }
        }
        Err(ProvisionError::Slow)
    }

    async fn recover(&self) -> Result<(), TableError> {
        let recovery =
            PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true);
        self.client
            .update_continuous_backups()
            .table_name(self.name())
            .point_in_time_recovery_specification(recovery.build().map_err(definition)?)
            .send()
            .await
            .map_err(|error| TableError::of("UpdateContinuousBackups", error))?;
        Ok(())
    }
}

/// What is not as it should be, if anything.
fn difference(table: &TableDescription) -> Option<String> {
    let named = |index: &&GlobalSecondaryIndexDescription| index.index_name() == Some("GSI1");
    let index = table.global_secondary_indexes().iter().find(named);
    if keys(table.key_schema()) != ["PK", "SK"] {
        return Some("other keys than PK and SK".to_owned());
    }
    let Some(index) = index else {
        return Some("no index GSI1".to_owned());
    };
    if keys(index.key_schema()) != ["GSI1PK", "GSI1SK"] {
        return Some("an index GSI1 with other keys than GSI1PK and GSI1SK".to_owned());
    }
    let projects_facts = |projection: &Projection| match projection.projection_type() {
        Some(ProjectionType::Include) => projection
            .non_key_attributes()
            .iter()
            .any(|name| name == "Facts"),
        kind => kind == Some(&ProjectionType::All),
    };
    (!index.projection().is_some_and(projects_facts))
        .then(|| "an index GSI1 that does not project Facts".to_owned())
}

fn keys(schema: &[KeySchemaElement]) -> Vec<&str> {
    schema
        .iter()
        .map(KeySchemaElement::attribute_name)
        .collect()
}

#[cfg(test)]
mod tests {
    use contract_runtime::dynamodb::embedded::Engine;

    use super::*;
    use crate::table::connection;

    fn table() -> Table {
        let engine = Engine::memory().unwrap();
        Table::new(connection::local(engine.http_client()), "provisioned")
    }

    #[tokio::test]
    async fn a_table_is_made_once() {
        let table = table();
        assert_eq!(table.provision(false).await.unwrap(), Provisioned::Created);
        assert!(table.expires().await.unwrap());
        assert_eq!(table.provision(false).await.unwrap(), Provisioned::Present);
    }

    #[tokio::test]
    async fn another_table_is_left_alone() {
        let table = table();
        table.define(Layout::Plain).await.unwrap();
        let error = table.provision(false).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is a table of this name with no index GSI1; choose another name, or delete it if nothing in it is needed"
        );
        assert!(!table.expires().await.unwrap());
    }
}
