//! The runtime API's client, against a socket that says what a test wants.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// Answers each request on one connection with the next of `answers`; gives the requests.
async fn api(answers: Vec<String>) -> (RuntimeApi, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let requests = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut requests = Vec::new();
        for answer in answers {
            let mut bytes = vec![0; 65_536];
            let length = stream.read(&mut bytes).await.unwrap();
            requests.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        requests
    });
    (RuntimeApi::new(address), requests)
}

fn next(event: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: {REQUEST_ID}\r\n\
         Lambda-Runtime-Invocation-Id: i-1\r\nContent-Length: {}\r\n\r\n{event}",
        event.len()
    )
}

const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn events_are_served_until_the_api_ends() {
    let refused = "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 2\r\n\r\n{}";
    let gone = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    let event = get_of("REST API", "/v1/id").to_string();
    let answers = [&next(&event), refused, &next("{}"), ACCEPTED, gone].map(str::to_owned);
    let (mut api, requests) = api(answers.into()).await;
    let end = function().serve(&mut api).await.unwrap_err();
    assert_eq!(
        end.to_string(),
        "the Lambda runtime API answered with 500 Internal Server Error"
    );
    let requests = requests.await.unwrap();
    assert!(requests[0].starts_with("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"));
    let path = format!("POST /2018-06-01/runtime/invocation/{REQUEST_ID}/response HTTP/1.1\r\n");
    for request in [&requests[1], &requests[3]] {
        assert!(request.starts_with(&path), "{request}");
        assert!(
            request.contains("lambda-runtime-invocation-id: i-1\r\n"),
            "{request}"
        );
    }
    assert!(
        requests[1].contains(r#""statusCode":200"#),
        "{}",
        requests[1]
    );
    assert!(
        requests[3].contains(r#""statusCode":400"#),
        "{}",
        requests[3]
    );
}

#[tokio::test]
async fn a_start_that_failed_is_reported() {
    let (mut api, requests) = api(vec![ACCEPTED.to_owned()]).await;
    api.initialisation_failed("PORT must be a number")
        .await
        .unwrap();
    let request = requests.await.unwrap().remove(0);
    assert!(
        request.starts_with("POST /2018-06-01/runtime/init/error HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains("lambda-runtime-function-error-type: Runtime.InitError\r\n"),
        "{request}"
    );
    assert!(
        request.contains(r#""errorMessage":"PORT must be a number""#),
        "{request}"
    );
}

#[tokio::test]
async fn nobody_at_the_address_is_an_error_with_a_sentence() {
    let error = RuntimeApi::new("127.0.0.1:1").next().await.unwrap_err();
    let sentence = error.to_string();
    assert!(
        sentence.starts_with("the Lambda runtime API cannot be reached: "),
        "{sentence}"
    );
}
