//! The contract as a page to read and to try it out.

use axum::Router;
use axum::extract::Path;
use axum::response::{Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderValue, header};
use serde::Serialize;

use crate::fault::{Fault, refuse};
use crate::published::{file, reads};

/// The page, the page with a slash too many, and what the page is made of.
pub(crate) const PATHS: [&str; 3] = ["/docs", "/docs/", "/docs/{file}"];

/// `/docs` with Swagger UI, titled `title`, over the `openapi.json` beside it (see [`crate::published`]). Everything
/// comes from this process: the page asks nothing of any other host, and its policy forbids it to.
///
/// All paths are relative to one another, so the router may be nested anywhere. Other methods than GET and
/// HEAD, and files that do not exist, are answered in the error shape `E`.
pub fn router<E: From<Fault> + Serialize + 'static>(title: &str) -> Router {
    answered_by(title, refuse::<E>)
}

/// As [`router`], with faults answered by `refuse`.
pub(crate) fn answered_by(title: &str, refuse: fn(Fault) -> Response) -> Router {
    let page = Bytes::from(include_str!("docs/index.html").replace("{{title}}", &escaped(title)));
    let [page_path, slash_path, file_path] = PATHS;
    Router::new()
        .route(
            page_path,
            reads(
                get(async move || {
                    let mut response = file("text/html; charset=utf-8", page);
                    response
                        .headers_mut()
                        .insert(header::CONTENT_SECURITY_POLICY, POLICY);
                    response
                }),
                refuse,
            ),
        )
        .route(
            slash_path,
            reads(get(async || Redirect::permanent("../docs")), refuse),
        )
        .route(
            file_path,
            reads(
                get(async move |Path(name): Path<String>| {
                    asset(&name).unwrap_or_else(|| refuse(Fault::unknown_path()))
                }),
                refuse,
            ),
        )
}

/// What the page may do: load and call what is here. No inline script or style is needed.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// A file of the page: its name, media type and bytes.
type Asset = (&'static str, &'static str, &'static [u8]);

/// The files that the page is made of. Those of Swagger UI were taken out of its archive by the build script.
const ASSETS: [Asset; 4] = [
    (
        "initializer.js",
        "text/javascript; charset=utf-8",
        include_bytes!("docs/initializer.js"),
    ),
    (
        "swagger-ui.css",
        "text/css; charset=utf-8",
        include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui.css")),
    ),
    (
        "swagger-ui-bundle.js",
        "text/javascript; charset=utf-8",
        include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui-bundle.js")),
    ),
    (
        "favicon-32x32.png",
        "image/png",
        include_bytes!(concat!(env!("OUT_DIR"), "/favicon-32x32.png")),
    ),
];

/// They change with the server's version only.
const ASSET_CACHING: HeaderValue = HeaderValue::from_static("max-age=3600");

fn asset(name: &str) -> Option<Response> {
    let (_, kind, bytes) = ASSETS.iter().find(|(known, ..)| *known == name)?;
    let mut response = file(kind, Bytes::from_static(bytes));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, ASSET_CACHING);
    Some(response)
}

/// Text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use http::{Method, StatusCode};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;
    use crate::published;

    #[derive(Serialize)]
    struct Error(u16);

    impl From<Fault> for Error {
        fn from(fault: Fault) -> Self {
            Self(fault.status.as_u16())
        }
    }

    async fn send(request: Request) -> Response {
        router::<Error>("A <b> & C")
            .merge(published::router::<Error>(
                "openapi: 3.0.3\n",
                r#"{"openapi":"3.0.3"}"#,
            ))
            .oneshot(request)
            .await
            .unwrap()
    }

    async fn fetch(path: &str) -> Response {
        send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn text(response: Response) -> String {
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_contract_is_published_and_sent_again_only_if_changed() {
        for (path, kind, start) in [
            ("/openapi.yml", "application/yaml", "openapi: 3.0.3\n"),
            (
                "/openapi.json",
                "application/json",
                r#"{"openapi":"3.0.3"}"#,
            ),
        ] {
            let response = fetch(path).await;
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(response.headers()["content-type"], kind);
            assert_eq!(response.headers()["cache-control"], "no-cache");
            let tag = response.headers()["etag"].clone();
            assert_eq!(text(response).await, start);

            let again = Request::get(path).header("if-none-match", &tag);
            let response = send(again.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(response.headers()["etag"], tag);
            assert_eq!(text(response).await, "");

            let other = Request::get(path).header("if-none-match", "\"other\"");
            let response = send(other.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn the_page_is_made_of_files_that_are_here() {
        let response = fetch("/docs").await;
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        let page = text(response).await;
        assert!(page.contains("<title>A &lt;b&gt; &amp; C</title>"));
        let files: Vec<&str> = page
            .split(['"'])
            .filter(|part| part.starts_with("docs/"))
            .collect();
        assert_eq!(files.len(), 4, "{files:?}");
        for name in files {
            let response = fetch(&format!("/{name}")).await;
            assert_eq!(response.status(), StatusCode::OK, "{name}");
            assert_eq!(response.headers()["cache-control"], "max-age=3600");
            let size = response
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes()
                .len();
            assert!(size > 100, "{name}: {size}");
        }
        assert!(!page.contains("http"), "{page}");
    }

    #[tokio::test]
    async fn nothing_else_is_here() {
        for path in ["/docs/index.html", "/docs/nothing.js", "/docs/..%2fx"] {
            assert_eq!(fetch(path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        for path in [
            "/docs",
            "/docs/swagger-ui.css",
            "/openapi.yml",
            "/openapi.json",
        ] {
            let post = Request::builder().method(Method::POST).uri(path);
            let response = send(post.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert_eq!(response.headers()["allow"], "GET, HEAD");
            assert_eq!(text(response).await, "405");
        }
        let response = fetch("/docs/").await;
        assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
    }
}
