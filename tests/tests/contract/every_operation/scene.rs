//! Requests of any operation: right ones, and such as must be answered with a given status.

use contract_runtime::dynamodb::embedded::{Disturbance, Failure};
use portfolio_tests::cognito::Trouble;
use portfolio_tests::contract::Operation;
use portfolio_tests::{Answer, Client, EMAIL, KINDS, PASSWORD, Request, Setup, Site, before, site};
use serde_json::{Value, json};

/// The id of nothing.
pub(super) const NOWHERE: &str = "019cadd3-8718-7c3e-9a51-4be0f2d86a17";

/// What the operations of one test act on.
pub(super) struct Scene {
    pub(super) site: Site,
    pub(super) owner: Client,
    pub(super) reader: Client,
}

impl Scene {
    pub(super) async fn new() -> Self {
        let site = site().await;
        if site.is_deployed() {
            // As the embedded identity provider does.
            site.pool().rotate_refresh_tokens();
        }
        let (owner, reader) = (site.owner().await, site.reader().await);
        Self {
            site,
            owner,
            reader,
        }
    }

    /// The path of an operation on new, published content.
    pub(super) async fn path(&self, operation: &Operation) -> String {
        let kind = KINDS
            .into_iter()
            .find(|kind| operation.path.starts_with(kind.path));
        let id = match kind
            .or(Some(KINDS[0]))
            .filter(|_| operation.path.contains("Id}"))
        {
            Some(kind) => self
                .owner
                .published(kind, "Something")
                .await
                .id()
                .to_owned(),
            None => NOWHERE.to_owned(),
        };
        path(operation, &id)
    }

    /// A body that the operation accepts.
    pub(super) async fn body(&self, operation: &Operation) -> Option<Value> {
        let schema = operation.body()?;
        Some(match operation.id() {
            "login" => json!({ "email": EMAIL, "password": PASSWORD }),
            "refreshSession" => {
                json!({ "refreshToken": self.site.open_session().await["refreshToken"] })
            }
            "trackContentView" => {
                let post = self.owner.published(KINDS[0], "Something").await;
                json!({ "contentType": "blog", "contentId": post.id() })
            }
            // The contract's own example.
            _ => schema["example"].clone(),
        })
    }

    /// A request of `client` that is right in everything.
    pub(super) async fn right(&self, client: &Client, operation: &Operation) -> Request {
        let path = self.path(operation).await;
        let request = if operation.id() == "logout" && client.token() == self.owner.token() {
            // A session of its own, since it will be over.
            call(&self.site.owner().await, operation, &path)
        } else {
            call(client, operation, &path)
        };
        match self.body(operation).await {
            Some(body) => request.json(body),
            None => request,
        }
    }

    /// A request that must be answered with this status.
    pub(super) async fn provoke(&self, operation: &Operation, status: u16) -> Answer {
        let Self {
            site,
            owner,
            reader,
        } = self;
        let right = self.right(owner, operation).await;
        match status {
            200 | 201 | 204 => right.await,
            304 => right.header("if-none-match", "*").await,
            400 => wrong(owner, operation, right).await,
            401 if !operation.takes_token() => {
                let body = match operation.id() {
                    "login" => json!({ "email": EMAIL, "password": "wrong" }),
                    _ => json!({ "refreshToken": "wrong" }),
                };
                right.json(body).await
            }
            401 => {
                right
                    .without("authorization")
                    .header("authorization", "Bearer wrong")
                    .await
            }
            403 if operation.id() == "login" => {
                // The embedded provider's one account asks for nothing but its password.
                let site = Setup::default().cognito().start().await;
                let trouble = Trouble::Challenge("NEW_PASSWORD_REQUIRED");
                site.pool().trouble(trouble);
                let body = json!({ "email": EMAIL, "password": PASSWORD });
                call(&site, operation, operation.path).json(body).await
            }
            403 if !operation.roles().is_empty() => self.right(reader, operation).await.await,
            403 => {
                call(
                    reader,
                    operation,
                    &format!("{}?status=draft", operation.path),
                )
                .await
            }
            404 if operation.id() == "trackContentView" => {
                right
                    .json(json!({ "contentType": "blog", "contentId": NOWHERE }))
                    .await
            }
            404 => {
                let nowhere = call(owner, operation, &path(operation, NOWHERE));
                match self.body(operation).await {
                    Some(body) => nowhere.json(body).await,
                    None => nowhere.await,
                }
            }
            412 => right.header("if-match", "\"999\"").await,
            413 => {
                right
                    .bytes(vec![b' '; operation.body_limit().unwrap() + 1])
                    .await
            }
            415 => {
                right
                    .without("content-type")
                    .header("content-type", "text/plain")
                    .await
            }
            500 => {
                let denied = before(Failure::AccessDenied);
                if operation.id() == "getCurrentUser" {
                    // All that it reads is the token's session.
                    site.script.always(denied);
                } else {
                    site.script.behind_tokens(denied);
                }
                if site.is_deployed() {
                    let denied = Trouble::Exception("AccessDeniedException", "not authorized", 400);
                    site.pool().trouble(denied);
                }
                let answer = right.await;
                site.script.always(Disturbance::default());
                if site.is_deployed() {
                    site.pool().trouble(None);
                }
                answer
            }
            other => panic!("nothing provokes {other} of {}", operation.id()),
        }
    }
}

pub(super) fn call(client: &Client, operation: &Operation, path: &str) -> Request {
    client.call(operation.method.parse().unwrap(), path)
}

pub(super) fn path(operation: &Operation, id: &str) -> String {
    let parts = operation.path.split('/').map(|part| match part {
        "{contentType}" => "blog",
        part if part.starts_with('{') => id,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A request that breaks the contract in the first place where this operation lets it.
async fn wrong(client: &Client, operation: &Operation, right: Request) -> Answer {
    if operation.path.contains('{') {
        let parts = operation
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "wrong" } else { part });
        let request = call(client, operation, &parts.collect::<Vec<_>>().join("/"));
        return match operation.body() {
            Some(schema) => request.json(schema["example"].clone()).await,
            None => request.await,
        };
    }
    if operation.body().is_some() {
        return right.json(json!({})).await;
    }
    let query = operation
        .parameters()
        .find(|parameter| parameter["in"] == "query");
    match query {
        Some(parameter) => {
            let path = format!(
                "{}?{}=wrong",
                operation.path,
                parameter["name"].as_str().unwrap()
            );
            call(client, operation, &path).await
        }
        None => right.header("x-session-id", "short").await,
    }
}
