//! What generated code says of operations that are tools.

use contract_runtime::serde_json::{self, Value, json};
use contract_runtime::tool::Tool;
use contract_runtime::violation::Location;

use crate::services::notes::contract::TOOLS;

fn tool(name: &str) -> &'static Tool {
    TOOLS.iter().find(|tool| tool.name == name).unwrap()
}

fn input(name: &str) -> Value {
    serde_json::from_str(tool(name).input).unwrap()
}

#[test]
fn every_operation_is_a_tool_but_those_that_the_contract_excepts() {
    let names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
    assert_eq!(
        names,
        [
            "listNotes",
            "createNote",
            "previewNote",
            "listRelatedNotes",
            "getNote",
            "updateNote"
        ]
    );
    let update = tool("updateNote");
    assert_eq!(
        (update.method, update.path),
        ("PATCH", "/v1/notes/{noteId}")
    );
    assert!(update.body && !update.idempotent && tool("getNote").idempotent);
    let id = update.arguments.iter().find(|one| one.name == "noteId");
    assert_eq!(id.unwrap().location, Location::Path);
}

#[test]
fn parameters_keep_their_bounds_and_defaults() {
    assert_eq!(
        input("listNotes"),
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": [],
            "properties": {
                "limit": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 },
                "offset": { "type": "integer", "minimum": 0, "default": 0 },
                "tag": { "type": "array", "maxItems": 3, "items": { "type": "string", "minLength": 1 } },
                "sort": { "$ref": "#/$defs/ListNotesSort", "default": "newest" },
            },
            "$defs": { "ListNotesSort": { "type": "string", "enum": ["newest", "oldest"] } },
        })
    );
}

/// Draft 2020-12 has no `nullable`, and every reference must lead somewhere.
#[test]
fn schemas_are_whole() {
    for tool in TOOLS {
        let input = input(tool.name);
        let text = input.to_string();
        assert!(!text.contains("nullable"), "{text}");
        for reference in text.split("\"#/$defs/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(input["$defs"][name].is_object(), "{}: {name}", tool.name);
        }
    }
    let create = input("createNote");
    assert_eq!(create["required"], json!(["body"]));
    assert_eq!(create["properties"]["body"]["$ref"], "#/$defs/NoteCreate");
}
