//! Amazon Cognito as the identity provider: the same operations, another issuer of tokens.

mod keys;
mod log;
mod refusals;
mod sessions;

use portfolio_tests::cognito::UserPool;
use portfolio_tests::{Answer, Answered, Setup, Site};

async fn site() -> Site {
    Setup::default().cognito().start().await
}

async fn site_and_pool() -> (Site, UserPool) {
    let site = site().await;
    let pool = site.pool().clone();
    (site, pool)
}

async fn me(site: &Site, token: &str) -> Answer {
    let bearer = site.with_token(token);
    bearer.get_current_user().send().answer().await
}

async fn logout(site: &Site, token: &str) -> Answer {
    site.with_token(token).logout().send().answer().await
}
