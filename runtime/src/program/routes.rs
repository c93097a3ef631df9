//! Everything that a service answers.

use axum::Router;

use super::Started;
use crate::description::Description;
use crate::middleware::{self, Stack};
use crate::{health, published};

/// A service's routes with what is not part of its contract beside them (`/health`, `/openapi.yml`, `/openapi.json`, and
/// `/docs` with the feature `docs`) and the middleware around all. Programs do this themselves.
///
/// The generator refuses a contract with `/health`, or with `/mcp` where it has tools (`C011`). The others can be left out, see
/// [`Started::unpublished`].
pub fn routes(description: &Description, router: Router, stack: &Stack) -> Router {
    all(description, router.into(), stack)
}

/// As [`routes`], with what the service says of its contract.
pub(super) fn all(description: &Description, started: Started, stack: &Stack) -> Router {
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
