//! Events as JSON lines.

use std::cell::RefCell;
use std::fmt;
use std::io::Write;

use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Writes each event as one JSON object in one line, with the fields of the spans that it is in.
pub(super) struct JsonLines<M> {
    writer: M,
}

impl<M> JsonLines<M> {
    /// Lines for what `writer` makes, one `write` for each.
    pub(super) fn new(writer: M) -> Self {
        Self { writer }
    }
}

/// A span's fields, as they are written in every line of it: `,"requestId":"…"`.
struct SpanFields(Vec<u8>);

thread_local! {
    /// The line being written, kept for its room.
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl<S, W, M> Layer<S> for JsonLines<M>
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    W: Write,
    M: Fn() -> W + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else {
            return;
        };
        let mut fields = Vec::with_capacity(128);
        attributes.record(&mut Fields(&mut fields));
        span.extensions_mut().insert(SpanFields(fields));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        LINE.with(|line| {
            // Taken while a field of an event is written that is an event itself: that one makes do.
            let mut line = match line.try_borrow_mut() {
                Ok(line) => line,
                Err(_) => return,
            };
            line.clear();
            line.extend_from_slice(b"{\"time\":");
            json(
                &mut line,
                &Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
            );
            line.extend_from_slice(b",\"level\":");
            json(&mut line, level(event.metadata().level()));
            if let Some(scope) = context.event_scope(event) {
                for span in scope.from_root() {
                    if let Some(SpanFields(fields)) = span.extensions().get() {
                        line.extend_from_slice(fields);
                    }
                }
            }
            event.record(&mut Fields(&mut line));
            line.extend_from_slice(b"}\n");
            // A log that cannot be written has nowhere to say so.
            let _ = (self.writer)().write_all(&line);
        });
    }
}

fn level(level: &tracing::Level) -> &'static str {
    match *level {
        tracing::Level::ERROR => "error",
        tracing::Level::WARN => "warn",
        tracing::Level::INFO => "info",
        tracing::Level::DEBUG => "debug",
        tracing::Level::TRACE => "trace",
    }
}

/// Appends a value that always has a JSON form: a string, a number or a boolean.
fn json(line: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let _ = serde_json::to_writer(line, value);
}

/// The field whose text is JSON already: what CloudWatch shall make of the line. Only requests' lines have it.
const EMBEDDED: &str = "_aws";

/// Appends fields as members of an object, each after a comma.
struct Fields<'a>(&'a mut Vec<u8>);

impl Fields<'_> {
    fn member(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        self.0.push(b',');
        json(self.0, field.name());
        self.0.push(b':');
        json(self.0, value);
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == EMBEDDED {
            self.0.extend_from_slice(b",\"_aws\":");
            self.0.extend_from_slice(value.as_bytes());
        } else {
            self.member(field, value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.member(field, format!("{value:?}").as_str());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::captured::Captured;
    use super::*;

    fn logged(events: impl FnOnce()) -> Vec<Value> {
        let captured = Captured::start();
        events();
        captured.lines()
    }

    #[test]
    fn an_event_is_an_object_in_a_line() {
        let lines = logged(|| {
            tracing::info!(
                status = 200,
                durationMs = 1.5,
                ok = true,
                subject = None::<&str>,
                "done"
            );
            tracing::error!(cause = %"two\nlines \"quoted\"", "failed");
        });
        assert_eq!(lines.len(), 2);
        let time = lines[0]["time"].as_str().unwrap();
        assert!(time.parse::<chrono::DateTime<Utc>>().is_ok(), "{time}");
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
        let without_time = |line: &Value| {
            let mut line = line.clone();
            line.as_object_mut().unwrap().remove("time");
            line
        };
        assert_eq!(
            without_time(&lines[0]),
            json!({"level": "info", "message": "done", "status": 200, "durationMs": 1.5, "ok": true})
        );
        assert_eq!(
            without_time(&lines[1]),
            json!({"level": "error", "message": "failed", "cause": "two\nlines \"quoted\""})
        );
    }

    #[test]
    fn events_of_a_request_carry_its_ids() {
        let lines = logged(|| {
            let request =
                tracing::error_span!("request", requestId = "r-1", traceId = None::<&str>);
            request.in_scope(|| tracing::warn!("inside"));
            tracing::warn!("outside");
        });
        assert_eq!(lines[0]["requestId"], "r-1");
        assert_eq!(lines[0].get("traceId"), None);
        assert_eq!(lines[1].get("requestId"), None);
    }
}
