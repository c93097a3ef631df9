use serde_json::{Map, Value, json};

use super::{changes, differences};

/// Every keyword, as a contract writes it.
fn contract() -> Value {
    json!({"components": {"schemas": {
        "Error": {"type": "object", "properties": {"message": {"type": "string"}}},
        "Slug": {"type": "string", "pattern": "^[a-z]+$", "description": "No type of its own."},
        "Base": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string", "format": "uuid"}},
        },
        "Derived": {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"required": ["day"], "properties": {"day": {"type": "string", "format": "date"}}},
            ],
            "title": "All of a base and more",
        },
        "Maybe": {"type": "object", "nullable": true, "properties": {"a": {"type": "boolean"}}},
        "Thing": {
            "type": "object",
            "description": "Has everything.",
            "additionalProperties": false,
            "minProperties": 1,
            "required": ["text", "base"],
            "properties": {
                "text": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "a", "example": "a"},
                "slug": {"$ref": "#/components/schemas/Slug"},
                "base": {"$ref": "#/components/schemas/Base"},
                "described": {
                    "description": "A base or null.",
                    "nullable": true,
                    "allOf": [{"$ref": "#/components/schemas/Base"}],
                },
                "maybe": {"$ref": "#/components/schemas/Maybe"},
                "count": {"type": "integer", "minimum": 0, "maximum": 5, "default": 3},
                "ratio": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "multipleOf": 0.5},
                "time": {"type": "string", "format": "date-time", "default": "2026-01-31T12:00:00+02:00"},
                "secret": {"type": "string", "format": "password"},
                "mood": {"type": "string", "enum": ["good", "bad"], "nullable": true},
                "tags": {"type": "array", "maxItems": 3, "uniqueItems": true, "items": {"type": "string", "maxLength": 2}},
                "map": {"type": "object", "additionalProperties": {"type": "integer", "format": "int32", "maximum": 3}},
                "free": {"type": "object", "additionalProperties": true},
                "any": {},
            },
        },
    }}})
}

/// The same as schemars writes it.
fn derived() -> Map<String, Value> {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let none = json!({"nullable": true, "enum": [null]});
    let derived = json!({
        "Error": {"type": "object", "properties": {"message": {"type": "string", "description": "`message`"}}},
        "Base": {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}, "required": ["id"]},
        "Derived": {
            "type": "object",
            "properties": {"id": {"type": "string", "format": "uuid"}, "day": {"type": "string", "format": "date"}},
            "required": ["id", "day"],
        },
        "Maybe": {"type": "object", "nullable": true, "properties": {"a": {"type": "boolean"}}},
        "Thing": {
            "type": "object",
            "additionalProperties": false,
            "minProperties": 1,
            "required": ["base", "text"],
            "properties": {
                "text": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "a"},
                "slug": {"type": "string", "pattern": "^[a-z]+$"},
                "base": {"allOf": [reference("Base")], "description": "`base`"},
                "described": {"anyOf": [reference("Base"), none], "description": "A base or null."},
                "maybe": {"anyOf": [reference("Maybe"), none]},
                "count": {"type": "integer", "format": "int64", "minimum": 0, "maximum": 5, "default": 3},
                "ratio": {"type": "number", "format": "double", "minimum": 0.0, "exclusiveMinimum": true, "multipleOf": 0.5},
                "time": {"type": "string", "format": "date-time", "default": "2026-01-31T10:00:00.000Z"},
                "secret": {"type": "string"},
                "mood": {"type": "string", "enum": ["good", "bad", null], "nullable": true},
                "tags": {"type": "array", "maxItems": 3, "uniqueItems": true, "items": {"type": "string", "maxLength": 2}},
                "map": {"type": "object", "additionalProperties": {"type": "integer", "format": "int32", "maximum": 3}},
                "free": {"type": "object", "additionalProperties": true},
                "any": {},
            },
        },
    });
    derived.as_object().unwrap().clone()
}

#[test]
fn two_ways_to_write_a_schema_are_equal() {
    assert_eq!(differences(&contract(), &derived()), Vec::<String>::new());
}

#[test]
fn a_difference_says_where_and_what() {
    let mut derived = derived();
    derived["Thing"]["properties"]["text"]["maxLength"] = json!(10);
    derived.remove("Error");
    assert_eq!(
        differences(&contract(), &derived),
        [
            "Error: no type derives it",
            "Thing#/properties/text/maxLength\n  contract: 9\n  derived:  10",
        ]
    );
}

/// What the types cannot know, or say in another way.
const UNNOTICED_IN_DERIVED: [&str; 2] = [
    "Thing: /properties/free/additionalProperties: true removed",
    // One that may be null has `nullable` and, as OpenAPI wants it, null in its list.
    "Thing: /properties/mood/enum: [\"good\",\"bad\"] for [\"good\",\"bad\",null]",
];

#[test]
fn every_change_of_a_derived_schema_is_noticed() {
    let (contract, derived) = (contract(), derived());
    let mut unnoticed = Vec::new();
    for (name, schema) in &derived {
        for change in changes(schema) {
            let mut derived = derived.clone();
            derived[name] = change.schema;
            if differences(&contract, &derived).is_empty() {
                unnoticed.push(format!("{name}: {}", change.what));
            }
        }
    }
    assert_eq!(unnoticed, UNNOTICED_IN_DERIVED);
}

const UNNOTICED_IN_CONTRACT: [&str; 3] = [
    "Thing: /properties/free/additionalProperties: true removed",
    // The component says so itself.
    "Thing: /properties/maybe: nullable",
    "Thing: /properties/secret/format: \"password\" removed",
];

#[test]
fn every_change_of_a_contract_is_noticed() {
    let (contract, derived) = (contract(), derived());
    let mut unnoticed = Vec::new();
    for (name, schema) in contract["components"]["schemas"].as_object().unwrap() {
        for change in changes(schema) {
            let mut contract = contract.clone();
            contract["components"]["schemas"][name] = change.schema;
            if differences(&contract, &derived).is_empty() {
                unnoticed.push(format!("{name}: {}", change.what));
            }
        }
    }
    assert_eq!(unnoticed, UNNOTICED_IN_CONTRACT);
}
