//! The same requests on a socket and behind each gateway.

use portfolio_tests::lambda::{Gateway, Kind, RuntimeApi};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};

use super::{function, router, serve};

struct Case {
    method: &'static str,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
}

const fn case(method: &'static str, path: &'static str) -> Case {
    Case {
        method,
        path,
        headers: &[],
        body: "",
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

const CASES: [Case; 27] = [
    case("GET", "/health"),
    case("GET", "/openapi.yml"),
    case("GET", "/v1/blog/posts"),
    case("HEAD", "/v1/blog/posts"),
    case("GET", "/v1/blog/posts?limit=1&tag=b%C3%A4r%20%26%2B%3D"),
    case("GET", "/v1/blog/posts?limit=1&limit=2"),
    case("GET", "/v1/blog/posts?unknown=1&limit="),
    case("GET", "/v1/blog/posts/"),
    case("GET", "/v1/blog/posts/caf%C3%A9%20au%20lait"),
    case("GET", "/v1/blog/posts/a%25b%3Fc%23d"),
    case("GET", "/v1/nowhere"),
    case("GET", "/live/v1/blog/posts"),
    case("DELETE", "/v1/blog/posts"),
    case("GET", "/v1/auth/me"),
    case("POST", "/v1/auth/logout"),
    case("POST", "/v1/visitors/track"),
    Case {
        headers: &[("accept-encoding", "gzip")],
        ..case("GET", "/openapi.json")
    },
    Case {
        headers: &[("if-none-match", "*")],
        ..case("GET", "/openapi.json")
    },
    Case {
        headers: &[
            ("origin", "http://localhost:3000"),
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "authorization,if-match"),
        ],
        ..case("OPTIONS", "/v1/blog/posts/1")
    },
    Case {
        headers: &[("origin", "http://localhost:3000")],
        ..case("GET", "/v1/projects?featured=true")
    },
    Case {
        headers: &[
            ("x-session-id", "0123456789abcdef"),
            ("x-session-id", "0123456789abcdef"),
        ],
        ..case("POST", "/v1/visitors/track")
    },
    Case {
        headers: &[
            ("cookie", "a=1; visitor_session=0123456789abcdef"),
            ("x-request-id", "mine-1"),
        ],
        ..case("GET", "/v1/visitors/count")
    },
    Case {
        headers: &[("authorization", "Bearer x.y.z")],
        ..case("GET", "/v1/visitors/trends/daily")
    },
    Case {
        headers: &[JSON],
        body: "{\"email\": \"ä@example.com\"",
        ..case("POST", "/v1/auth/login")
    },
    Case {
        headers: &[JSON],
        body: "{\"email\": 1, \"password\": \"\"}",
        ..case("POST", "/v1/auth/login")
    },
    Case {
        headers: &[("content-type", "text/plain")],
        body: "{}",
        ..case("POST", "/v1/auth/login")
    },
    Case {
        headers: &[
            ("content-type", "application/json"),
            ("content-encoding", "gzip"),
        ],
        body: "{}",
        ..case("POST", "/v1/auth/login")
    },
];

/// What is another each time, what the connection adds, and what a gateway does.
const OWN: [&str; 7] = [
    "connection",
    "content-length",
    "date",
    "transfer-encoding",
    "x-amzn-requestid",
    "x-request-id",
    "set-cookie",
];

async fn send(http: &Client, base: &str, case: &Case) -> Response {
    let method: Method = case.method.parse().unwrap();
    let mut request = http.request(method, format!("{base}{}", case.path));
    for (name, value) in case.headers {
        request = request.header(*name, *value);
    }
    request.body(case.body).send().await.unwrap()
}

fn compared(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut compared: Vec<_> = headers
        .iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    compared.sort();
    compared
}

/// Without what counts up from one request to the next.
fn text(bytes: &[u8], path: &str) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if path.starts_with("/v1/visitors/") {
        text.retain(|letter| !letter.is_ascii_digit());
    }
    text
}

#[tokio::test]
async fn every_gateway_gives_the_answers_that_the_socket_gives() {
    let router = router().await;
    let socket = format!("http://{}", serve(&router).await);
    let http = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    for kind in Kind::all() {
        let api = RuntimeApi::start().await;
        api.run(function(&router));
        let gateway = Gateway::new(kind.clone(), &api).without_remapping();
        let behind = format!("http://{}{}", gateway.serve().await, kind.prefix());
        for case in &CASES {
            let what = format!("{kind:?}: {} {}", case.method, case.path);
            let expected = send(&http, &socket, case).await;
            let answer = send(&http, &behind, case).await;
            assert_eq!(answer.status(), expected.status(), "{what}");
            let mut headers = compared(expected.headers());
            if matches!(kind, Kind::HttpApi { .. } | Kind::FunctionUrl) {
                headers = joined(headers);
            }
            assert_eq!(compared(answer.headers()), headers, "{what}");
            for name in ["set-cookie", "x-request-id"] {
                assert_eq!(
                    answer.headers().get_all(name).iter().count(),
                    expected.headers().get_all(name).iter().count(),
                    "{what}: {name}"
                );
            }
            let (answer, expected) = (answer.bytes().await, expected.bytes().await);
            let [answer, expected] =
                [answer, expected].map(|bytes| text(&bytes.unwrap(), case.path));
            assert_eq!(answer, expected, "{what}");
        }
    }
}

/// Format 2.0 makes one line of several.
fn joined(headers: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut joined: Vec<(String, String)> = Vec::new();
    for (name, value) in headers {
        match joined.last_mut() {
            Some((last, values)) if *last == name => *values = format!("{values}, {value}"),
            _ => joined.push((name, value)),
        }
    }
    joined
}
