use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::routing::get;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::log::captured::Captured;
use crate::middleware::{Stack, wrap};

/// The error shape of a service.
#[derive(Debug, Serialize)]
struct Error {
    code: u16,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self {
            code: fault.status.as_u16(),
        }
    }
}

type Items = BoxStream<'static, Result<Value, Error>>;

fn items(items: impl IntoIterator<Item = Result<Value, Error>>) -> Vec<Result<Value, Error>> {
    items.into_iter().collect()
}

/// A service whose answer is a stream, behind the whole stack.
fn router(stream: fn() -> Items) -> Router {
    let route = get(move || async move { Events::new(stream()).respond(StatusCode::OK, "error") });
    let stack = Stack {
        timeout: Duration::from_millis(50),
        ..Stack::default()
    };
    wrap::<Error>(Router::new().route("/", route), &stack)
}

fn request() -> Request<Body> {
    let request = Request::get("/").header("accept-encoding", "gzip");
    request.body(Body::empty()).unwrap()
}

async fn text(router: Router) -> String {
    let response = router.oneshot(request()).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn each_event_is_a_line_of_json_and_a_blank_line() {
    let router = router(|| {
        let list = items([Ok(json!({"text": "a\nb\r\u{2028}"})), Ok(json!("é"))]);
        stream::iter(list).boxed()
    });
    let response = router.clone().oneshot(request()).await.unwrap();
    let headers = response.headers();
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(headers["cache-control"], "no-store");
    assert!(!headers.contains_key("content-encoding"));
    assert!(!headers.contains_key("content-length"));
    assert_eq!(
        text(router).await,
        "data: {\"text\":\"a\\nb\\r\u{2028}\"}\n\ndata: \"é\"\n\n"
    );
}

#[tokio::test]
async fn an_error_is_the_last_event_and_has_the_name_of_the_contract() {
    let router = router(|| {
        let list = items([Ok(json!(1)), Err(Error { code: 503 }), Ok(json!(2))]);
        stream::iter(list).boxed()
    });
    let expected = "data: 1\n\nevent: error\ndata: {\"code\":503}\n\n";
    assert_eq!(text(router).await, expected);
}

#[tokio::test]
async fn a_panic_becomes_the_event_of_a_failure() {
    let router = router(|| {
        let first = stream::iter(items([Ok(json!(1))]));
        first
            .chain(stream::once(async { panic!("the test says so") }))
            .boxed()
    });
    let log = Captured::start();
    let expected = "data: 1\n\nevent: error\ndata: {\"code\":500}\n\n";
    assert_eq!(text(router).await, expected);
    let lines = log.lines();
    assert!(lines.iter().any(|line| line["cause"] == "the test says so"));
}

#[tokio::test]
async fn events_come_one_by_one_and_beyond_the_time_limit_of_requests() {
    let router = router(|| {
        let slow = stream::unfold(0, |number| async move {
            tokio::time::sleep(Duration::from_millis(40)).await;
            (number < 3).then(|| (Ok(json!(number)), number + 1))
        });
        slow.boxed()
    });
    let response = router.oneshot(request()).await.unwrap();
    let mut frames = response.into_body().into_data_stream();
    for number in 0..3 {
        let frame = frames.next().await.unwrap().unwrap();
        assert_eq!(frame, format!("data: {number}\n\n"));
    }
    assert!(frames.next().await.is_none());
}

#[tokio::test]
async fn comments_keep_a_silent_stream_alive() {
    let silent = stream::once(async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok::<_, Error>(json!("late"))
    });
    let wire = Events::new(silent).wire("error", Duration::from_millis(20));
    let frames: Vec<_> = wire.map(|frame| frame.unwrap()).collect().await;
    let (last, comments) = frames.split_last().unwrap();
    assert_eq!(last, "data: \"late\"\n\n");
    assert!((2..=5).contains(&comments.len()), "{comments:?}");
    assert!(comments.iter().all(|comment| *comment == COMMENT));
}

/// Says when it is dropped.
struct Upstream(Arc<AtomicBool>);

impl Drop for Upstream {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn who_leaves_ends_what_the_stream_waits_for() {
    let dropped = Arc::new(AtomicBool::new(false));
    let upstream = Upstream(dropped.clone());
    let endless = stream::poll_fn(move |_| {
        let _held = &upstream;
        Poll::<Option<Result<Value, Error>>>::Pending
    });
    let response = Events::new(endless).respond(StatusCode::OK, "error");
    let mut body = Box::pin(response.into_body().into_data_stream());
    let first = poll_fn(|context| Poll::Ready(body.poll_next_unpin(context))).await;
    assert!(first.is_pending() && !dropped.load(Ordering::Relaxed));
    drop(body);
    assert!(dropped.load(Ordering::Relaxed));
}

#[tokio::test]
async fn the_log_says_how_a_stream_ended_under_its_requests_id() {
    for (stream, outcome, events) in [
        (
            (|| stream::iter(items([Ok(json!(1)), Ok(json!(2))])).boxed()) as fn() -> Items,
            "complete",
            2,
        ),
        (
            || stream::iter(items([Ok(json!(1)), Err(Error { code: 500 })])).boxed(),
            "failed",
            1,
        ),
    ] {
        let log = Captured::start();
        text(router(stream)).await;
        let lines = log.lines();
        let [request, stream] = lines.as_slice() else {
            panic!("{lines:?}");
        };
        assert_eq!(
            (&request["message"], &request["status"]),
            (&json!("request"), &json!(200))
        );
        assert_eq!(stream["message"], "stream");
        assert_eq!(stream["outcome"], outcome);
        assert_eq!(stream["events"], events);
        assert!(stream["durationMs"].is_f64());
        assert_eq!(stream["requestId"], request["requestId"]);
    }
    let log = Captured::start();
    let response = router(|| stream::pending().boxed())
        .oneshot(request())
        .await;
    drop(response.unwrap());
    assert_eq!(log.lines()[1]["outcome"], "left");
}
