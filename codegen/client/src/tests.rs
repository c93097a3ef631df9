mod names;
mod refusals;

use openapiv3::OpenAPI;
use serde_json::{Value, json};

use super::*;

/// A contract with one of everything that is rewritten.
fn contract() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Shelf", "version": "1.0.0" },
        "x-error-schema": "Failure",
        "paths": {
            "/books/{bookId}": {
                "parameters": [{ "$ref": "#/components/parameters/BookId" }],
                "get": {
                    "operationId": "getBook",
                    "security": [{}, { "key": [] }],
                    "parameters": [
                        { "name": "If-None-Match", "in": "header", "schema": { "type": "string", "maxLength": 9 } },
                        { "name": "reader", "in": "cookie", "schema": { "type": "string" } }
                    ],
                    "responses": {
                        "200": { "$ref": "#/components/responses/Book" },
                        "304": { "description": "Current." },
                        "404": { "$ref": "#/components/responses/Failure" }
                    }
                },
                "put": {
                    "operationId": "changeBook",
                    "security": [{ "key": [] }],
                    "requestBody": {
                        "required": true,
                        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Change" } } }
                    },
                    "responses": {
                        "200": { "$ref": "#/components/responses/Book" },
                        "404": { "$ref": "#/components/responses/Failure" }
                    }
                }
            },
            "/books": {
                "post": {
                    "operationId": "addBook",
                    "requestBody": {
                        "required": true,
                        "content": { "application/json": { "schema": {
                            "type": "object",
                            "required": ["title"],
                            "properties": { "title": { "type": "string", "minLength": 1 } }
                        } } }
                    },
                    "responses": {
                        "201": { "description": "Added.", "content": { "application/json": { "schema": {
                            "type": "object", "properties": { "id": { "type": "string", "format": "uuid" } }
                        } } } },
                        "400": { "$ref": "#/components/responses/Failure" }
                    }
                }
            },
            "/lend": {
                "post": {
                    "operationId": "lend",
                    "x-idempotent": true,
                    "responses": {
                        "204": { "description": "Lent." },
                        "400": { "$ref": "#/components/responses/Failure" }
                    }
                }
            }
        },
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "parameters": {
                "BookId": {
                    "name": "bookId", "in": "path", "required": true,
                    "schema": { "type": "string", "format": "uuid" }
                }
            },
            "responses": {
                "Book": {
                    "description": "A book.",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Book" } } }
                },
                "Failure": {
                    "description": "No.",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Failure" } } }
                }
            },
            "schemas": {
                "Failure": { "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } } },
                "Shape": { "type": "string", "enum": ["thin", "thick"], "nullable": true },
                "Book": {
                    "title": "Tome",
                    "type": "object",
                    "required": ["title", "lentTo", "pages", "shape"],
                    "properties": {
                        "title": { "type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a" },
                        "lentTo": { "type": "string", "nullable": true },
                        "pages": { "type": "integer", "minimum": 1, "maximum": 9000 },
                        "shape": { "$ref": "#/components/schemas/Shape" }
                    }
                },
                "Change": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "title": { "type": "string" },
                        "cover": { "type": "string", "format": "uri", "nullable": true },
                        "printed": { "type": "string", "format": "date", "nullable": true },
                        "shape": { "$ref": "#/components/schemas/Shape" },
                        "authors": { "type": "array", "items": { "type": "string" } },
                        "notes": { "type": "object", "additionalProperties": { "type": "string" } },
                        "lent": { "type": "boolean", "default": false }
                    }
                }
            }
        }
    })
}

/// The contract with the value at a JSON pointer replaced; a new member is added.
fn with(pointer: &str, value: Value) -> Value {
    let mut contract = contract();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = contract
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{pointer}"));
    parent[member.replace("~1", "/")] = value;
    contract
}

fn derived(contract: Value) -> (Derived, Vec<String>) {
    let document: OpenAPI = serde_json::from_value(contract).unwrap();
    let mut findings = Findings::default();
    let derived = derivation::derive(&document, &mut findings);
    let messages = findings.messages();
    (derived, messages)
}

fn generated(contract: Value) -> String {
    let (derived, messages) = derived(contract);
    assert!(messages.is_empty(), "{messages:?}");
    let tokens = progenitor(&derived).unwrap();
    let tokens = adaptation::adapt(tokens, &derived).unwrap();
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

/// A generated type, on one line.
fn type_of<'a>(code: &'a str, name: &str) -> String {
    let start = code
        .find(&format!("pub struct {name}"))
        .unwrap_or_else(|| panic!("{name}"));
    let code: &'a str = &code[start..];
    let end = code.find("\n    }").or_else(|| code.find(';')).unwrap();
    code[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn absence_null_and_emptiness_stay_apart() {
    let code = generated(contract());
    let change = type_of(&code, "Change {");
    let option = "::std::option::Option<";
    for member in [
        format!("pub title: {option}::std::string::String>"),
        format!("pub cover: {option} crate::support::Nullable<::std::string::String>, >"),
        format!("pub printed: {option} crate::support::Nullable<::chrono::naive::NaiveDate>, >"),
        format!("pub shape: {option} crate::support::Nullable<crate::contract::types::Shape>, >"),
        format!("pub authors: {option}ChangeAuthors>"),
        format!("pub notes: {option}ChangeNotes>"),
        "pub lent: bool".to_owned(),
    ] {
        assert!(change.contains(&member), "{member}\n{change}");
    }
    // All but the one with a default.
    assert_eq!(
        change
            .matches(r#"deserialize_with = "crate::support::present""#)
            .count(),
        6,
        "{change}"
    );
    let book = type_of(&code, "Book {");
    assert!(
        book.contains(&format!("pub lent_to: {option}::std::string::String>")),
        "{book}"
    );
    assert!(
        book.contains(&format!("pub shape: {option}Shape>")),
        "{book}"
    );
    assert_eq!(
        book.matches(r#"deserialize_with = "::std::option::Option::deserialize""#)
            .count(),
        2,
        "{book}"
    );
}

#[test]
fn bounds_and_titles_are_left_to_the_server() {
    let code = generated(contract());
    let book = type_of(&code, "Book {");
    assert!(book.contains("pub title: ::std::string::String"), "{book}");
    assert!(book.contains("pub pages: u64"), "{book}");
    assert!(!code.contains("Tome"));
}

#[test]
fn inline_schemas_of_bodies_are_components() {
    let (derived, _) = derived(contract());
    let schemas = derived.document.components.unwrap().schemas;
    assert!(schemas.contains_key("AddBookBody") && schemas.contains_key("AddBookResponse"));
}

#[test]
fn of_json_and_events_the_client_asks_for_json() {
    let both = with(
        "/components/responses/Book/content/text~1event-stream",
        json!({ "schema": { "type": "string" }, "x-error-event": "error" }),
    );
    let code = generated(both.clone());
    assert!(code.contains("this client asks for the whole answer, as JSON."));
    let document = derived(both).0.document;
    let text = serde_json::to_value(document).unwrap();
    let content = &text["paths"]["/books/{bookId}"]["get"]["responses"]["200"]["content"];
    let kinds: Vec<&String> = content.as_object().unwrap().keys().collect();
    assert_eq!(kinds, ["application/json"]);
}

#[test]
fn a_declared_304_is_a_form_of_the_success() {
    let code = generated(contract());
    assert!(
        code.contains("ResponseValue<crate::support::Conditional<crate::contract::types::Book>>")
    );
    assert_eq!(
        code.matches("Conditional<crate::contract::types::Book>")
            .count(),
        1,
        "PUT has no 304"
    );
}

#[test]
fn what_the_client_knows_of_operations() {
    let (derived, _) = derived(contract());
    let rows: Vec<_> = derived
        .operations
        .iter()
        .map(|call| {
            (
                call.function.as_str(),
                call.method.as_str(),
                call.token,
                call.idempotent,
                call.not_modified,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("add_book", "POST", false, false, false),
            ("get_book", "GET", true, true, true),
            ("change_book", "PUT", true, true, false),
            ("lend", "POST", false, true, false),
        ]
    );
}

#[test]
fn support_is_ours_and_nothing_panics() {
    let code = generated(contract());
    assert!(!code.contains("progenitor_client"));
    assert!(
        !code.contains("unwrap()"),
        "the constructor that panics is gone"
    );
    assert!(!code.contains("reader"), "cookies are the HTTP client's");
}

#[test]
fn a_panic_of_progenitor_is_a_sentence() {
    let (mut derived, _) = derived(contract());
    // Put back what the derivation took out: two types of success.
    let item = derived.document.paths.paths.get_mut("/books").unwrap();
    let openapiv3::ReferenceOr::Item(item) = item else {
        unreachable!()
    };
    let responses = &mut item.post.as_mut().unwrap().responses.responses;
    responses.insert(
        openapiv3::StatusCode::Code(204),
        openapiv3::ReferenceOr::Item(Default::default()),
    );
    let message = progenitor(&derived).unwrap_err();
    assert!(message.starts_with("progenitor panicked"), "{message}");
}

#[test]
fn two_names_that_become_one_are_refused() {
    let (derived, _) = derived(contract());
    for (code, expected) in [
        (
            "pub mod types { pub struct A {} pub enum A {} }",
            "two schemas become the client's type `A`",
        ),
        (
            "pub mod types { pub struct A { a_b: u8, a_b: u8 } }",
            "two members of `A` become `a_b`",
        ),
        (
            "pub mod types { pub enum A { B, B } }",
            "two members of `A` become `B`",
        ),
        (
            "pub mod types { }",
            "progenitor has another name for the type",
        ),
    ] {
        let message = adaptation::adapt(code.parse().unwrap(), &derived).unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn findings_know_their_line() {
    let source = serde_json::to_string_pretty(&contract()).unwrap();
    let line = source
        .lines()
        .position(|line| line.contains("\"304\""))
        .unwrap()
        + 1;
    let mut findings = Findings::default();
    findings.add(
        &["paths", "/books/{bookId}", "get", "responses", "304"],
        "no",
    );
    findings.add(
        &[
            "paths",
            "/books/{bookId}",
            "get",
            "responses",
            "304",
            "nowhere",
        ],
        "no",
    );
    let found = findings.finish(&source, "shelf.json").unwrap_err();
    assert_eq!(
        found.to_string(),
        format!("shelf.json:{line}:11: C017 no\n")
    );
}

#[test]
fn mistakes_of_the_contract_come_first() {
    let found = generate("openapi: 3.1.0", "shelf.yml").unwrap_err();
    assert!(
        found
            .list
            .iter()
            .all(|diagnostic| diagnostic.code != contract_codegen::Code::Client),
        "{found}"
    );
}

/// A default in a schema that the client writes otherwise leaves a function behind, which is no mistake of anybody's.
#[test]
fn functions_for_defaults_may_stay_unused() {
    let pages = json!({ "type": "integer", "format": "int32", "minimum": 1, "default": 512 });
    let text = generated(with("/components/schemas/Change/properties/pages", pages));
    let (before, _) = text.split_once("pub mod defaults").unwrap();
    assert!(before.trim_end().ends_with("#[allow(dead_code)]"));
}
