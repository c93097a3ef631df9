//! Everything that a service answers.

use std::collections::BTreeMap;

use axum::Router;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Failure, Started};
use crate::description::Description;
use crate::middleware::{self, Stack};
use crate::{health, published};

/// A service's routes with what is not part of its contract beside them (`/health`, `/openapi.yml`, `/openapi.json`, and
/// `/docs` with the feature `docs`) and the middleware around all. Programs do this themselves.
///
/// The generator refuses a contract with `/health`, or with `/mcp` where it has tools (`C011`). The others can be left out, see
/// [`Started::unpublished`].
///
/// # Panics
///
/// Where the router has one of these paths, as axum does. A program whose contract has one says so in its error instead.
pub fn routes(description: &Description, router: Router, stack: &Stack) -> Router {
    put_together(description, router.into(), stack)
}

/// As [`routes`], with what the service says of its contract.
///
/// # Errors
///
/// The contract has a path at which it would be published.
pub(super) fn all(
    description: &Description,
    started: Started,
    stack: &Stack,
) -> Result<Router, Failure> {
    if started.published {
        unclaimed(description)?;
    }
    Ok(put_together(description, started, stack))
}

fn put_together(description: &Description, started: Started, stack: &Stack) -> Router {
    let refuse = description.refuse;
    let mut router = started.router.merge(health::answered_by(refuse));
    if started.published {
        let Description { yaml, json, .. } = description;
        router = router.merge(published::answered_by(yaml, json, refuse));
        #[cfg(feature = "docs")]
        {
            router = router.merge(crate::docs::answered_by(description.title, refuse));
        }
    }
    middleware::around(router, stack, refuse)
}

/// What is looked at of a contract.
#[derive(Deserialize)]
struct Contract {
    #[serde(default)]
    paths: BTreeMap<String, IgnoredAny>,
}

/// Refuses a contract with a route of its publication. Neither may win unseen: an operation that gives out the contract may ask who
/// is calling, and what is published asks nobody. A wider route, such as `/{id}`, keeps the rest of its paths.
fn unclaimed(description: &Description) -> Result<(), Failure> {
    #[cfg(feature = "docs")]
    let taken = [&published::PATHS[..], &crate::docs::PATHS].concat();
    #[cfg(not(feature = "docs"))]
    let taken = published::PATHS;
    // Under most base paths nothing is published, and no start need read its contract.
    if !taken
        .iter()
        .any(|path| path.starts_with(description.base_path))
    {
        return Ok(());
    }
    let contract: Contract = serde_json::from_str(description.json)?;
    let claims: Vec<String> = contract
        .paths
        .keys()
        .map(|path| format!("{}{path}", description.base_path))
        .filter(|path| taken.iter().any(|other| shape(path) == shape(other)))
        .map(|path| {
            format!(
                "`{path}` of the contract is where the service publishes the contract itself; rename the path, give \
                 `servers` another base path such as /v1, or publish nothing: `Started::unpublished`"
            )
        })
        .collect();
    if claims.is_empty() {
        Ok(())
    } else {
        Err(claims.join("\n").into())
    }
}

/// What tells paths apart: a parameter is one whatever its name.
fn shape(path: &str) -> Vec<&str> {
    let segments = path.split('/');
    segments
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect()
}
