//! What the layer between HTTP and the operations answers by itself, and what it adds to every answer.

use std::io::{Read, Write};
use std::net::TcpStream;

use portfolio_tests::{Answer, Answered, KINDS, POSTS, Setup, Site, site, snapshot};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn paths_and_methods_that_the_contract_does_not_have() {
    let site = site().await;
    let root = site.outside(Method::GET, "/").await.is(404);
    let base = site.outside(Method::GET, "/v1").await.is(404);
    let unknown = site.post("/blog/post").await.is(404);
    let patch = site.call(Method::PATCH, "/blog/posts/1").await.is(405);
    let options = site.call(Method::OPTIONS, "/blog/posts").await.is(405);
    let health = site.outside(Method::POST, "/health").await.is(405);
    snapshot!(
        "unknown_paths_and_methods",
        root,
        base,
        unknown,
        patch,
        options,
        health
    );
}

#[tokio::test]
async fn a_path_is_known_as_it_is_written_or_not_at_all() {
    let site = Setup::default().here().start().await;
    for path in [
        "/v1/blog/posts/",
        "//v1/blog/posts",
        "/v1//blog/posts",
        "/V1/blog/posts",
        "/v1/Blog/posts",
        "/blog/posts",
        "/v2/blog/posts",
        "/v1/blog/posts/a/b",
        "/v1/%zz",
        "/v1/blog%2Fposts",
        "/%00",
    ] {
        let answer = site.outside(Method::GET, path).await;
        assert_eq!(answer.status, 404, "{path}\n{answer}");
        assert_eq!(answer["statusCode"], 404, "{path}");
    }
    // Percent-encoding a letter changes nothing (RFC 3986, section 6.2.2.2), or makes another path; never an error.
    let status = site
        .outside(Method::GET, "/v1/blog/p%6Fsts")
        .await
        .status
        .as_u16();
    assert!(matches!(status, 200 | 404), "{status}");
}

#[tokio::test]
async fn every_path_refuses_methods_that_it_does_not_have() {
    let site = site().await;
    let mut paths: Vec<&str> = portfolio_tests::contract::OPERATIONS
        .iter()
        .map(|operation| operation.path)
        .collect();
    paths.dedup();
    for path in paths {
        let path = path.replace(|c| "{}".contains(c), "");
        // The harness holds status and Allow against the contract.
        for method in ["PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
            site.call(method.parse().unwrap(), &path).await.has(405);
        }
    }
}

#[tokio::test]
async fn bad_encodings_and_repeated_parameters() {
    let site = Setup::default().here().start().await;
    let encoding = site.get("/blog/posts?category=%zz&tag=%ff").await.is(400);
    let repeated = site
        .get("/blog/posts?limit=1&limit=2&tag=a&tag=b")
        .await
        .is(400);
    let path = site.get("/blog/posts/%ff").await.is(400);
    let all = site
        .get("/projects?status=&limit=x&offset=-1&featured=maybe")
        .await
        .is(400);
    snapshot!(
        "bad_encodings_and_repeated_parameters",
        encoding,
        repeated,
        path,
        all
    );
}

#[tokio::test]
async fn bodies_that_are_refused_unread() {
    let site = site().await;
    let large = site
        .post("/auth/login")
        .bytes(vec![b' '; 8_193])
        .await
        .is(413);
    let text = site
        .post("/auth/login")
        .bytes("{}")
        .without("content-type")
        .header("content-type", "text/plain");
    let text = text.await.is(415);
    let none = site.post("/auth/login").await.is(400);
    snapshot!("bodies_that_are_refused_unread", large, text, none);
}

/// What a request answers that says it is `length` bytes long and sends nothing of it.
async fn unsent(site: &Site, length: u64) -> String {
    let address = site.address;
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let timeout = std::time::Duration::from_secs(5);
        stream.set_read_timeout(Some(timeout)).unwrap();
        let request = format!(
            "POST /v1/auth/login HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = [0; 64];
        let length = stream.read(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_comes() {
    let site = Setup::default().here().start().await;
    for length in [8_193, 10_000_000_000] {
        let answer = unsent(&site, length).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{length}: {answer}");
    }
}

#[tokio::test]
async fn request_ids() {
    let site = site().await;
    let with = |id: &str| site.get("/visitors/count").header("x-request-id", id);
    assert_eq!(with("my-Id_1.2").await.header("x-request-id"), "my-Id_1.2");
    for bad in ["", "a b", "a,b", "<script>", &"x".repeat(129)] {
        let answer = with(bad).await;
        let id: uuid::Uuid = answer.header("x-request-id").parse().unwrap();
        // Lambda's own are random.
        let version = if site.is_deployed() { 4 } else { 7 };
        assert_eq!(id.get_version_num(), version);
    }
    let (one, two) = (site.get("/nothing").await, site.get("/nothing").await);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer
        .headers
        .get(name)
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn pages_of_named_origins_may_call_with_cookies() {
    let site = Setup::default()
        .set(
            "CORS_ALLOW_ORIGINS",
            "https://ada.example,http://localhost:3000",
        )
        .start()
        .await;
    let from =
        |origin: &str, method: Method| site.call(method, "/projects").header("origin", origin);
    let preflight = from("https://ada.example", Method::OPTIONS)
        .header("access-control-request-method", "PUT")
        .header(
            "access-control-request-headers",
            "authorization, content-type, if-match, x-session-id",
        )
        .await
        .is(204);
    let actual = from("https://ada.example", Method::GET).await.is(200);
    let refused = from("https://ada.example", Method::POST).await.is(401);
    snapshot!("cors", preflight, actual, refused);
    for other in [
        "https://eve.example",
        "https://ada.example.eve.example",
        "http://ada.example",
        "https://ada.example:444",
        "null",
    ] {
        let preflight = from(other, Method::OPTIONS)
            .header("access-control-request-method", "PUT")
            .await;
        let actual = from(other, Method::GET).await.is(200);
        for answer in [preflight, actual] {
            assert_eq!(
                header(&answer, "access-control-allow-origin"),
                None,
                "{other}"
            );
            assert_eq!(
                header(&answer, "access-control-allow-credentials"),
                None,
                "{other}"
            );
        }
    }
}

#[tokio::test]
async fn pages_of_all_origins_may_call_without_cookies() {
    let site = Setup::default()
        .set("CORS_ALLOW_ORIGINS", "*")
        .start()
        .await;
    // The harness expects `Vary: Origin` of the contract's paths, which a site for all does not need.
    let answer = site
        .outside(Method::GET, "/health")
        .header("origin", "https://eve.example")
        .await
        .is(200);
    assert_eq!(header(&answer, "access-control-allow-origin"), Some("*"));
    assert_eq!(header(&answer, "access-control-allow-credentials"), None);
}

#[tokio::test]
async fn large_answers_are_compressed_unless_they_have_a_strong_tag() {
    let site = site().await;
    let owner = site.owner().await;
    let mut body = POSTS.body("Something");
    body["content"] = json!("word ".repeat(1_000));
    let post = owner.create(POSTS, body).await.is(201);
    owner.publish(POSTS, post.id()).await;
    let list = site
        .get("/blog/posts")
        .header("accept-encoding", "gzip")
        .await
        .is(200);
    assert_eq!(header(&list, "content-encoding"), Some("gzip"));
    let vary: Vec<_> = list
        .headers
        .get_all("vary")
        .iter()
        .map(|value| value.to_str().unwrap().to_lowercase())
        .collect();
    assert!(vary.join(", ").contains("accept-encoding"), "{vary:?}");
    let item = site
        .get(&POSTS.item(post.id()))
        .header("accept-encoding", "gzip")
        .await
        .is(200);
    assert_eq!(header(&item, "content-encoding"), None);
    let plain = site.list(POSTS).await;
    assert_eq!(header(&plain, "content-encoding"), None);
}

#[tokio::test]
async fn what_is_beside_the_contract() {
    let site = Setup::default().here().start().await;
    let health = site.outside(Method::GET, "/health").await.is(200);
    let keys = site
        .outside(Method::GET, "/.well-known/jwks.json")
        .await
        .is(200);
    assert_eq!(health.body, json!({ "status": "ok" }));
    let key = keys["keys"][0].as_object().unwrap();
    let mut names: Vec<&str> = key.keys().map(String::as_str).collect();
    names.sort_unstable();
    // And not `d`, the private key.
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    let contract = site.outside(Method::GET, "/openapi.json").await.is(200);
    assert_eq!(&contract.body, *portfolio_tests::contract::CONTRACT);
    let current = site
        .outside(Method::GET, "/openapi.json")
        .header("if-none-match", contract.header("etag"));
    current.await.has(304);
    site.outside(Method::GET, "/openapi.yml").await.has(200);
    let docs = site.outside(Method::GET, "/docs").await;
    assert!(
        docs.status.is_success() || docs.status.is_redirection(),
        "{docs}"
    );
}

#[tokio::test]
async fn a_first_look_finds_sample_content() {
    let setup = Setup::default().here();
    let site = setup.set("SAMPLE_CONTENT", "true").start().await;
    for kind in KINDS {
        let list = site.list(kind).await.is(200);
        let names = kind.names(&list);
        assert!(!names.is_empty());
        for item in list[kind.list].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            site.read(kind, id).await.has(200);
        }
    }
    // Another start makes no second sample.
    let total = site.list(POSTS).await["total"].clone();
    let again = Setup::default()
        .here()
        .set("SAMPLE_CONTENT", "true")
        .beside(&site)
        .start()
        .await;
    assert_eq!(again.list(POSTS).await["total"], total);
}

#[tokio::test]
async fn cookies_and_transport_are_for_https_outside_local_use() {
    // The embedded parts start locally only, and plain HTTP must work there.
    let site = site().await;
    let answer = site.track_visit().send().answer().await.is(200);
    assert!(!answer.header("set-cookie").contains("Secure"));
    assert_eq!(header(&answer, "strict-transport-security"), None);
}
