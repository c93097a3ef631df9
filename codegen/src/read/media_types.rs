//! What bodies are: JSON, and for answers also a stream of events.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Events, Type};
use crate::source::{Entry, Fields, Node, Position, Value};

const JSON: &str = "application/json";
/// Server-sent events (WHATWG HTML, section 9.2).
const EVENT_STREAM: &str = "text/event-stream";

/// What an answer's `content` says.
#[derive(Default)]
pub(super) struct Content {
    pub(super) body: Option<Type>,
    pub(super) events: Option<Events>,
}

impl<'n> Reader<'n, '_> {
    /// The schema of a request's one media type.
    pub(super) fn json(&mut self, content: &'n Node, name: &str) -> Option<Type> {
        let mut found = None;
        for entry in self.media_types(content)? {
            if entry.key == JSON {
                found = Some(&entry.value);
            } else {
                let message = format!(
                    "`{}` is not supported; bodies are application/json",
                    entry.key
                );
                self.report(entry.key_at, Code::Unsupported, message);
            }
        }
        let Some(media_type) = found else {
            let message = "`content` needs `application/json`";
            self.report(content.at, Code::MissingField, message);
            return None;
        };
        let fields = self.fields(media_type, "a media type")?;
        self.media_type(fields, name)
    }

    /// The schemas of an answer's media types: JSON, events, or both in the order of preference.
    pub(super) fn answer(&mut self, content: &'n Node, name: &str) -> Option<Content> {
        let mut read = Content::default();
        let mut sound = true;
        let entries = self.media_types(content)?;
        for (index, entry) in entries.iter().enumerate() {
            match entry.key.as_str() {
                JSON => {
                    let fields = self.fields(&entry.value, "a media type");
                    read.body =
                        fields.and_then(|fields| self.media_type(fields, &format!("{name}Body")));
                    sound &= read.body.is_some();
                }
                EVENT_STREAM => {
                    read.events = self.events(entry, index == 0, &format!("{name}Event"));
                    sound &= read.events.is_some();
                }
                other => {
                    let message = format!(
                        "`{other}` is not supported; answers are application/json or text/event-stream"
                    );
                    self.report(entry.key_at, Code::Unsupported, message);
                }
            }
        }
        if sound && read.body.is_none() && read.events.is_none() {
            let message = "`content` needs `application/json` or `text/event-stream`";
            self.report(content.at, Code::MissingField, message);
            sound = false;
        }
        sound.then_some(read)
    }

    /// A stream: `schema` is what each event's data is, and `x-error-event` names the event with which a
    /// stream ends that fails after its status was sent.
    fn events(&mut self, entry: &'n Entry, first: bool, name: &str) -> Option<Events> {
        let mut fields = self.fields(&entry.value, "a media type")?;
        let failure = match fields.entry("x-error-event") {
            Some(member) => self.event_name(&member.value, member.key_at),
            None => {
                let message = "a stream can fail after its status was sent; name the event that says so with `x-error-event`, such as `x-error-event: error` (its data is the `x-error-schema`)";
                self.report(entry.key_at, Code::MissingField, message);
                None
            }
        };
        let ty = self.media_type(fields, name)?;
        Some(Events {
            ty,
            failure: failure?,
            first,
        })
    }

    fn event_name(&mut self, node: &'n Node, at: Position) -> Option<String> {
        let name = self.text(node, "x-error-event");
        // `message` is the type of an event without one, and so of every other event of the stream.
        let sound = name != "message"
            && !name.is_empty()
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
        if !sound {
            let message = format!(
                "`{name}` cannot name the event of a failure; use letters, digits, `-`, `_` and `.`, and not `message`, which events without a name have"
            );
            self.report(at, Code::InvalidValue, message);
        }
        sound.then_some(name)
    }

    fn media_types(&mut self, content: &'n Node) -> Option<&'n [Entry]> {
        let Value::Map(media_types) = &content.value else {
            let message = "`content` must be a mapping of media types";
            self.report(content.at, Code::WrongType, message);
            return None;
        };
        Some(media_types)
    }

    /// The schema of a media type, whose examples are checked against it.
    fn media_type(&mut self, mut fields: Fields<'n>, name: &str) -> Option<Type> {
        let schema = fields.require("schema", self.sink);
        let example = fields.take("example");
        let examples = fields.map("examples", self.sink);
        fields.refuse(&[("encoding", "JSON needs none")], self.sink);
        fields.finish(self.sink);
        let ty = self.schema(schema?, name)?;
        let values = examples.iter().filter_map(|entry| {
            let node = match entry.value.get("$ref") {
                Some(target) => &self.resolve(target, "examples")?.value,
                None => &entry.value,
            };
            node.get("value")
        });
        let values: Vec<_> = values.collect();
        for value in values.into_iter().chain(example) {
            self.example(Some(value), &ty);
        }
        Some(ty)
    }
}
