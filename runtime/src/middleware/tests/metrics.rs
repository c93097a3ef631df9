//! Metrics in requests' lines, held against the specification of the embedded metric format.

use super::*;
use crate::call::Audit;
use crate::consumption;

fn measured() -> Stack {
    Stack {
        metrics: Some(Metrics {
            namespace: "Things #1".to_owned(),
            service: "things \"quoted\"".to_owned(),
            environment: "staging".to_owned(),
            operations: true,
        }),
        ..stack()
    }
}

fn audited(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.extensions_mut().insert(Audit {
        operation: "getThing",
        subject: Some("subject-1".to_owned()),
    });
    response
}

fn consuming() -> Router {
    router()
        .route(
            "/cheap",
            get(|| async {
                let read = async { consumption::add_read(0.5) };
                let write = async { consumption::add_write(2.0) };
                tokio::join!(read, write);
                audited(StatusCode::OK)
            }),
        )
        .route(
            "/busy",
            get(|| async { audited(StatusCode::TOO_MANY_REQUESTS) }),
        )
        .route(
            "/reads-and-panics",
            get(|| async {
                consumption::add_read(1.5);
                if true {
                    panic!("out of order");
                }
            }),
        )
        .route(
            "/reads-and-sleeps",
            get(|| async {
                consumption::add_read(2.5);
                tokio::time::sleep(Duration::from_secs(60)).await;
            }),
        )
}

/// The line of a request.
async fn line(stack: &Stack, request: Request) -> Value {
    let log = Captured::start();
    let router = wrap::<Error>(consuming(), stack);
    router.oneshot(request).await.unwrap();
    let lines = log.lines();
    lines.last().unwrap().clone()
}

/// What CloudWatch makes of a line: each metric with its unit and value. Fails where the specification is not kept.
fn extracted(line: &Value) -> Vec<(String, String, f64)> {
    assert!(
        line.to_string().len() < 256 * 1024,
        "larger than an event may be"
    );
    let metadata = line["_aws"].as_object().unwrap();
    let age = chrono::Utc::now().timestamp_millis() - metadata["Timestamp"].as_i64().unwrap();
    assert!(
        (0..60_000).contains(&age),
        "milliseconds since 1970: {age} ms ago"
    );
    assert_eq!(metadata.len(), 2, "no other members");
    let directives = metadata["CloudWatchMetrics"].as_array().unwrap();
    assert_eq!(directives.len(), 1);
    let namespace = directives[0]["Namespace"].as_str().unwrap();
    assert!((1..=255).contains(&namespace.len()));
    let sets = directives[0]["Dimensions"].as_array().unwrap();
    assert!(!sets.is_empty());
    for set in sets {
        let set = set.as_array().unwrap();
        assert!(set.len() <= 30, "{set:?}");
        for dimension in set {
            let value = line[dimension.as_str().unwrap()].as_str().unwrap();
            assert!((1..=1024).contains(&value.len()), "{dimension}: {value:?}");
        }
    }
    let metrics = directives[0]["Metrics"].as_array().unwrap();
    assert!((1..=100).contains(&metrics.len()));
    let mut names: Vec<_> = metrics.iter().map(|metric| &metric["Name"]).collect();
    names.sort_by_key(|name| name.to_string());
    names.dedup();
    assert_eq!(names.len(), metrics.len(), "each name once");
    metrics
        .iter()
        .map(|metric| {
            let name = metric["Name"].as_str().unwrap();
            let unit = metric["Unit"].as_str().unwrap();
            let value = line[name]
                .as_f64()
                .unwrap_or_else(|| panic!("no number {name} in {line}"));
            (name.to_owned(), unit.to_owned(), value)
        })
        .collect()
}

fn count(name: &str, value: f64) -> (String, String, f64) {
    (name.to_owned(), "Count".to_owned(), value)
}

#[tokio::test]
async fn a_requests_line_carries_its_metrics() {
    let line = line(&measured(), request("/cheap")).await;
    let metrics = extracted(&line);
    assert_eq!(
        (metrics[0].0.as_str(), metrics[0].1.as_str()),
        ("durationMs", "Milliseconds")
    );
    assert_eq!(
        metrics[1..],
        [count("readUnits", 0.5), count("writeUnits", 2.0)]
    );
    assert_eq!(
        line["_aws"]["CloudWatchMetrics"][0]["Dimensions"],
        json!([
            ["service", "environment"],
            ["service", "environment", "operation"]
        ])
    );
    assert_eq!(
        line["_aws"]["CloudWatchMetrics"][0]["Namespace"],
        "Things #1"
    );
    assert_eq!(
        (&line["service"], &line["environment"], &line["operation"]),
        (
            &json!("things \"quoted\""),
            &json!("staging"),
            &json!("getThing")
        )
    );
}

#[tokio::test]
async fn errors_are_counted_apart_and_what_gave_up_keeps_its_units() {
    for (path, expected) in [
        (
            "/busy",
            vec![count("clientErrors", 1.0), count("throttles", 1.0)],
        ),
        ("/nowhere", vec![count("clientErrors", 1.0)]),
        (
            "/reads-and-panics",
            vec![count("serverErrors", 1.0), count("readUnits", 1.5)],
        ),
        (
            "/reads-and-sleeps",
            vec![count("serverErrors", 1.0), count("readUnits", 2.5)],
        ),
        ("/here", vec![]),
    ] {
        let line = line(&measured(), request(path)).await;
        assert_eq!(extracted(&line)[1..], expected, "{path}");
    }
}

#[tokio::test]
async fn what_is_no_operation_is_one_value() {
    let mut values = Vec::new();
    for path in ["/nowhere", "/elsewhere", "/here"] {
        values.push(line(&measured(), request(path)).await["operation"].clone());
    }
    let preflight = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "GET"),
    ];
    let mut asked = with(request("/here"), &preflight);
    *asked.method_mut() = Method::OPTIONS;
    let preflight = line(&measured(), asked).await;
    extracted(&preflight);
    values.push(preflight["operation"].clone());
    values.dedup();
    assert_eq!(values, ["none"]);
}

#[tokio::test]
async fn metrics_may_be_of_all_operations_together() {
    let mut stack = measured();
    if let Some(metrics) = &mut stack.metrics {
        metrics.operations = false;
    }
    let line = line(&stack, request("/cheap")).await;
    extracted(&line);
    assert_eq!(
        line["_aws"]["CloudWatchMetrics"][0]["Dimensions"],
        json!([["service", "environment"]])
    );
}

#[tokio::test]
async fn without_metrics_the_line_has_units_and_nothing_else_of_them() {
    let line = line(&stack(), request("/cheap")).await;
    assert_eq!(
        (&line["readUnits"], &line["writeUnits"]),
        (&json!(0.5), &json!(2.0))
    );
    for name in [
        "_aws",
        "service",
        "environment",
        "clientErrors",
        "serverErrors",
        "throttles",
    ] {
        assert_eq!(line.get(name), None, "{name}");
    }
}
