//! A little content for a first look, written through the same services as everything else.

use contract_runtime::clock::Clock;
use serde::{Deserialize, Serialize};

use crate::app::StartError;
use crate::content::{Certification, ContentError, Contents, Kind, Post, Project};
use crate::contract::types::{BlogPostCreate, CertificationCreate, ProjectCreate};
use crate::table::{Change, Consistency, Key, Table, TableError};

/// What is written: request bodies of the contract.
const CONTENT: &str = include_str!("sample/content.json");

#[derive(Debug, Deserialize)]
struct Sample {
    posts: Vec<BlogPostCreate>,
    projects: Vec<ProjectCreate>,
    certifications: Vec<CertificationCreate>,
}

/// That the first start is over, so that an owner who deletes the sample, or never wanted it, is rid of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filled {
    filled: bool,
}

/// Writes and publishes the sample if it is `wanted`, on the first start only.
pub(crate) async fn fill(table: &Table, clock: &Clock, wanted: bool) -> Result<(), StartError> {
    let key = Key::new("SAMPLE", "CONTENT");
    let filled: Option<Filled> = table.get(&key, Consistency::Strong).await?;
    if filled.is_some() {
        return Ok(());
    }
    let sample: Sample =
        serde_json::from_str(CONTENT).map_err(|error| StartError::Sample(error.to_string()))?;
    // Marked first: a start that is cut off leaves a part of the sample, never two of it.
    let _: Filled = table
        .change(&key, Change::new().set("Filled", wanted))
        .await?;
    if !wanted {
        return Ok(());
    }
    publish::<Post>(table, clock, sample.posts).await?;
    publish::<Project>(table, clock, sample.projects).await?;
    publish::<Certification>(table, clock, sample.certifications).await
}

async fn publish<K: Kind>(
    table: &Table,
    clock: &Clock,
    documents: Vec<impl Into<K::Document>>,
) -> Result<(), StartError> {
    let contents = Contents::<K>::new(table.clone(), clock.clone());
    for document in documents {
        let item = contents.create(document.into()).await?;
        contents
            .publish(item.id, |_| true)
            .await
            .map_err(|error| match error {
                ContentError::Table(error) => error,
                other => TableError::Internal(other.to_string()),
            })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use contract_runtime::inspect::Inspect;
    use contract_runtime::violation::{At, Report};
    use serde_json::Value;

    use super::*;

    fn violations<T: Inspect>(bodies: &Value) -> Vec<contract_runtime::Violation> {
        let mut report = Report::new();
        for body in bodies.as_array().unwrap() {
            T::inspect(body, &At::Body, &mut report);
        }
        report.into_violations()
    }

    #[test]
    fn the_sample_follows_the_contract() {
        let sample: Value = serde_json::from_str(CONTENT).unwrap();
        assert_eq!(violations::<BlogPostCreate>(&sample["posts"]), []);
        assert_eq!(violations::<ProjectCreate>(&sample["projects"]), []);
        assert_eq!(
            violations::<CertificationCreate>(&sample["certifications"]),
            []
        );
    }
}
