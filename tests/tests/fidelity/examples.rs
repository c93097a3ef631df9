//! The contract's examples follow the contract, and survive a round trip through the server's and the client's types.

use chrono::{DateTime, Utc};
use contract_judge::examples::examples;
use contract_judge::{Judge, Reading};
use portfolio_tests::contract::CONTRACT;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{component, referred};

type RoundTrip = fn(Value) -> Result<Value, String>;

/// Every component's type of the client.
const CLIENT_TYPES: &[(&str, RoundTrip)] = include!(concat!(env!("OUT_DIR"), "/client_types.rs"));

fn again<T: Serialize + DeserializeOwned>(value: Value) -> Result<Value, String> {
    let value: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(value).map_err(|error| error.to_string())
}

fn components() -> &'static Map<String, Value> {
    CONTRACT["components"]["schemas"].as_object().unwrap()
}

#[test]
fn every_component_has_an_example() {
    let without: Vec<_> = components()
        .iter()
        .filter(|(_, schema)| schema.get("example").is_none())
        .map(|(name, _)| name)
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn every_example_follows_its_schema() {
    let judge = Judge::new(&CONTRACT);
    let examples = examples(&CONTRACT);
    let wrong: Vec<_> = examples
        .iter()
        .filter_map(|example| {
            let objection = judge.schema(example.schema).objection(example.value)?;
            Some(format!("{}: {objection}", example.pointer))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples.len() > components().len());
}

/// Values of components that examples stand for: the example of a component or of a media type as it is, the example of
/// a property in its place in the component's example.
fn values() -> Vec<(&'static str, String, Value)> {
    let values = examples(&CONTRACT).into_iter().filter_map(|example| {
        let (pointer, value) = (example.pointer, example.value.clone());
        if let Some(name) = referred(example.schema) {
            return Some((name, pointer, value));
        }
        let path = pointer.strip_prefix("/components/schemas/")?.to_owned();
        let (name, part) = path.split_once('/')?;
        let (name, component) = components().get_key_value(name)?;
        if part == "example" {
            return Some((name, pointer, value));
        }
        // Deeper ones have no place of their own.
        let property = part.strip_prefix("properties/")?.strip_suffix("/example")?;
        let mut whole = component["example"].clone();
        whole[property] = value;
        Some((name.as_str(), pointer, whole))
    });
    values.collect()
}

/// The value itself, and without each of its members, and with null in the place of each: those that the contract
/// allows. Absent and null are two things.
fn variants(reading: &Reading, value: &Value) -> Vec<Value> {
    let mut variants = vec![value.clone()];
    for name in value.as_object().into_iter().flat_map(Map::keys) {
        let mut variant = value.clone();
        variant[name] = Value::Null;
        variants.push(variant.clone());
        variant.as_object_mut().unwrap().remove(name);
        variants.push(variant);
    }
    variants.retain(|variant| reading.objection(variant).is_none());
    variants
}

/// What a reader makes of a value: members that were left out have their defaults.
fn with_defaults(component: &Value, value: &Value) -> Value {
    let mut value = value.clone();
    let properties = component["properties"].as_object();
    for (name, property) in properties.into_iter().flatten() {
        if let (Some(default), Some(members)) = (property.get("default"), value.as_object_mut()) {
            members.entry(name).or_insert_with(|| default.clone());
        }
    }
    value
}

/// With its times written in one way: the same instant can have milliseconds or none.
fn in_utc(value: Value) -> Value {
    match value {
        Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(time) => time.to_rfc3339().into(),
            Err(_) => text.into(),
        },
        Value::Array(items) => items.into_iter().map(in_utc).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, in_utc(member)))
            .collect(),
        other => other,
    }
}

fn survive(side: &str, round_trip: impl Fn(&str, &Value) -> Result<Value, String>) {
    let judge = Judge::new(&CONTRACT);
    let (mut tried, mut lost) = (0, Vec::new());
    for (name, pointer, value) in values() {
        for variant in variants(&judge.component(name), &value) {
            tried += 1;
            let expected = with_defaults(&components()[name], &variant);
            let returned = round_trip(name, &variant);
            if returned.clone().map(in_utc) != Ok(in_utc(expected.clone())) {
                let returned = returned.map_or_else(|error| error, |value| value.to_string());
                lost.push(format!(
                    "{pointer}\n  contract: {expected}\n  {side}: {returned}"
                ));
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
    assert!(tried > components().len(), "{tried} values");
}

#[test]
fn every_example_survives_the_types_of_the_server() {
    survive("server", |name, value| {
        component(name)
            .read(value.to_string().as_bytes())
            .map_err(|violations| format!("{violations:?}"))
    });
}

#[test]
fn every_example_survives_the_types_of_the_client() {
    survive("client", |name, value| {
        let mut types = CLIENT_TYPES.iter();
        let (_, round_trip) = types.find(|(known, _)| *known == name).unwrap();
        round_trip(value.clone())
    });
}
