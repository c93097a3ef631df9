//! What everybody may do.

use portfolio_client::Error;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::journey::{Journey, Outcome, ensure, refused, said};
use crate::raw::{self, Raw};

/// The contract that this client is made of.
const CONTRACT: &str = include_str!("../../../openapi.yml");

/// The session of the test's visits: however often it runs, it adds one visit a day.
const SESSION: &str = "smoke-test-visits";

/// What every answer has.
const SECURITY_HEADERS: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
];

impl Journey {
    pub(crate) async fn as_visitor(&mut self) -> Outcome {
        let (http, client) = (self.http.clone(), self.visitor.clone());
        let (root, url) = (self.arguments.root().to_owned(), self.arguments.url.clone());
        let get = async |url: String| raw::send(&http, Method::GET, &url, &[]).await;

        self.step("health", async {
            let answer = get(format!("{root}/health")).await?;
            let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            ensure(
                answer.status == StatusCode::OK && body["status"] == "ok",
                || {
                    format!(
                        "{root}/health answered {} and not {{\"status\":\"ok\"}}: this is not the portfolio's API, or \
                         --url is not its address",
                        answer.status
                    )
                },
            )
        })
        .await?;
        if self.arguments.is_contract_any {
            self.skip("the contract: --contract any");
        } else {
            self.step("the contract", async {
                same_contract(&get(format!("{root}/openapi.yml")).await?)
            })
            .await?;
        }

        self.step("list blog posts", async {
            client.list_blog_posts().send().await.map_err(said)
        })
        .await?;
        self.step("list projects", async {
            client.list_projects().send().await.map_err(said)
        })
        .await?;
        self.step("list certifications", async {
            client.list_certifications().send().await.map_err(said)
        })
        .await?;
        self.step("list blog categories", async {
            client.list_blog_categories().send().await.map_err(said)
        })
        .await?;
        let before = self
            .step("number of visits", async {
                client.get_visitor_count().send().await.map_err(said)
            })
            .await?;
        self.step("count a visit", async {
            let visit = client.track_visit().x_session_id(SESSION).send();
            let visit = visit.await.map_err(said)?;
            let least = before.count + i64::from(visit.tracked);
            ensure(visit.count >= least, || {
                format!("{} visits after {least}", visit.count)
            })
        })
        .await?;

        self.step("a post that does not exist is a 404", async {
            let post = client.get_blog_post().post_id(Uuid::new_v4()).send();
            refused(post.await, 404)
        })
        .await?;
        self.step("a path that does not exist is a 404", async {
            let answer = get(format!("{url}/nowhere")).await?;
            let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            ensure(
                answer.status == StatusCode::NOT_FOUND && body["statusCode"] == 404,
                || format!("answered {}, not the contract's error", answer.status),
            )
        })
        .await?;
        self.step("a wrong parameter is a 400 that names it", async {
            let answer = client.list_blog_posts().limit(0_u64).send().await;
            let named = answer
                .as_ref()
                .err()
                .and_then(Error::body)
                .is_some_and(|body| {
                    serde_json::to_string(body).is_ok_and(|text| text.contains("limit"))
                });
            refused(answer, 400)?;
            ensure(named, || "the answer does not say what is wrong".to_owned())
        })
        .await?;
        self.step("security headers", async {
            let answer = get(format!("{url}/visitors/count")).await?;
            headers(&answer, url.starts_with("https:"))
        })
        .await?;
        self.step("rate limit headers", async {
            let answer = get(format!("{url}/visitors/count")).await?;
            rate_limit(&answer)
        })
        .await?;
        let Some(origin) = self.arguments.origin.clone() else {
            self.skip("a browser's preflight: no --origin");
            return Ok(());
        };
        self.step("a browser's preflight", async {
            let asked = [
                ("origin", origin.as_str()),
                ("access-control-request-method", "POST"),
                (
                    "access-control-request-headers",
                    "authorization,content-type",
                ),
            ];
            let posts = format!("{url}/blog/posts");
            let answer = raw::send(&http, Method::OPTIONS, &posts, &asked).await?;
            permission(&answer, &origin)
        })
        .await
    }
}

/// The published contract is this client's, to the byte.
fn same_contract(answer: &Raw) -> Outcome {
    ensure(answer.status == StatusCode::OK, || {
        format!("/openapi.yml answered {}", answer.status)
    })?;
    ensure(answer.body == CONTRACT, || {
        let (theirs, ours) = (version(&answer.body), version(CONTRACT));
        if theirs == ours {
            format!("the server's contract is another {theirs} than this repository's openapi.yml")
        } else {
            format!("the server's contract is {theirs}, this repository's openapi.yml is {ours}")
        }
    })
}

/// `info.version` of a contract.
fn version(contract: &str) -> &str {
    let line = contract
        .lines()
        .find_map(|line| line.strip_prefix("  version:"));
    line.map_or("none", |version| version.trim())
}

fn headers(answer: &Raw, is_https: bool) -> Outcome {
    for (name, value) in SECURITY_HEADERS {
        let found = answer.header(name);
        ensure(found == value, || {
            format!("{name} is {found:?} instead of {value:?}")
        })?;
    }
    for name in ["content-security-policy", "cache-control", "x-request-id"] {
        ensure(!answer.header(name).is_empty(), || {
            format!("{name} is missing")
        })?;
    }
    let is_strict = answer
        .header("strict-transport-security")
        .contains("max-age=");
    ensure(is_strict || !is_https, || {
        "strict-transport-security is missing".to_owned()
    })
}

fn rate_limit(answer: &Raw) -> Outcome {
    for name in [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    ] {
        let found = answer.header(name);
        ensure(found.parse::<u32>().is_ok(), || {
            format!("{name} is {found:?} and no number; is RATE_LIMITS off?")
        })?;
    }
    Ok(())
}

/// The Fetch standard, "CORS check" and "CORS-preflight fetch".
fn permission(answer: &Raw, origin: &str) -> Outcome {
    let allowed = answer.header("access-control-allow-origin");
    ensure(
        answer.status.is_success() && (allowed == origin || allowed == "*"),
        || {
            format!(
                "{origin} may not call (status {}, access-control-allow-origin {allowed:?}); CORS_ALLOW_ORIGINS names \
                 who may",
                answer.status
            )
        },
    )?;
    for (name, needed) in [
        ("access-control-allow-methods", "post"),
        ("access-control-allow-headers", "authorization"),
        ("access-control-allow-headers", "content-type"),
    ] {
        let found = answer.header(name).to_ascii_lowercase();
        let mut values = found.split(',').map(str::trim);
        ensure(values.any(|value| value == needed), || {
            format!("{name} is {found:?}, without {needed}")
        })?;
    }
    Ok(())
}
