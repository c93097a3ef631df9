//! YAML with CloudFormation's short forms of its functions.

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Value, json};

/// The document as JSON.
pub(crate) fn parse(text: &str) -> Value {
    let events = Parser::new_from_str(text).map(|event| event.unwrap().0);
    let mut events = events.filter(|event| {
        !matches!(
            event,
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing
        )
    });
    let first = events.next().unwrap();
    value(first, &mut events)
}

fn value<'t>(event: Event<'t>, rest: &mut impl Iterator<Item = Event<'t>>) -> Value {
    match event {
        Event::Scalar(text, style, _, tag) => called(tag.as_deref(), scalar(&text, style)),
        Event::SequenceStart(_, tag) => {
            let mut items = Vec::new();
            loop {
                match rest.next().unwrap() {
                    Event::SequenceEnd => break called(tag.as_deref(), items.into()),
                    event => items.push(value(event, rest)),
                }
            }
        }
        Event::MappingStart(_, tag) => {
            let mut members = Map::new();
            loop {
                match rest.next().unwrap() {
                    Event::MappingEnd => break called(tag.as_deref(), members.into()),
                    Event::Scalar(key, ..) => {
                        let event = rest.next().unwrap();
                        let before = members.insert(key.to_string(), value(event, rest));
                        assert!(before.is_none(), "{key} is there twice");
                    }
                    event => panic!("{event:?} as a key"),
                }
            }
        }
        event => panic!("{event:?} in a template"),
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return text.into();
    }
    match text {
        "true" => true.into(),
        "false" => false.into(),
        "" | "null" | "~" => Value::Null,
        _ => text.parse::<i64>().map_or_else(
            |_| {
                text.parse::<f64>()
                    .map_or_else(|_| text.into(), Value::from)
            },
            Value::from,
        ),
    }
}

/// `!Ref x` as `{"Ref": x}`, `!Sub x` as `{"Fn::Sub": x}`.
fn called(tag: Option<&Tag>, value: Value) -> Value {
    let Some(tag) = tag else {
        return value;
    };
    assert_eq!(tag.handle, "!");
    match (tag.suffix.as_str(), value) {
        (name @ ("Ref" | "Condition"), value) => json!({ name: value }),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap();
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        (name, value) => json!({ format!("Fn::{name}"): value }),
    }
}
