//! Everything that a service answers.

use axum::Router;

use crate::description::Description;
use crate::middleware::{self, Stack};
use crate::{health, published};

/// A service's routes with what is not part of its contract beside them (`/health`, `/openapi.yml`, `/openapi.json`, and
/// `/docs` with the feature `docs`) and the middleware around all. Programs do this themselves.
pub fn routes(description: &Description, router: Router, stack: &Stack) -> Router {
    let refuse = description.refuse;
    let router = router
        .merge(health::answered_by(refuse))
        .merge(published::answered_by(
            description.yaml,
            description.json,
            refuse,
        ));
    #[cfg(feature = "docs")]
    let router = router.merge(crate::docs::answered_by(description.title, refuse));
    middleware::around(router, stack, refuse)
}
