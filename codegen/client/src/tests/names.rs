use serde_json::json;

use super::{adaptation, derived, generated, progenitor, with};

const LEND: &str = "/paths/~1lend/post/operationId";

#[test]
fn the_table_has_the_names_that_the_methods_tell() {
    for (id, function) in [
        ("move", "move_"),
        ("match", "match_"),
        ("type", "type_"),
        ("gen", "gen_"),
        ("Self", "self_"),
        ("union", "union"),
        ("lendBook", "lend_book"),
        ("reader's-book", "readers_book"),
        ("2books", "_2books"),
    ] {
        let contract = with(LEND, json!(id));
        let (derived, _) = derived(contract.clone());
        let call = derived.operations.iter().find(|call| call.id == id);
        assert_eq!(call.unwrap().function, function);
        let code = generated(contract);
        // What the method is called, and what it calls itself when its request is prepared.
        assert!(code.contains(&format!("pub fn {function}(&self)")), "{id}");
        assert!(
            code.contains(&format!("operation_id: \"{function}\"")),
            "{id}"
        );
    }
}

#[test]
fn names_that_generated_code_needs_for_itself_are_refused() {
    for id in [
        "new",
        "newWithClient",
        "apiVersion",
        "pre",
        "exec",
        "post",
        "clone",
        "error",
        "from",
        "responseValue",
        "operationInfo",
        "byteStream",
        "clientInfo",
        "clientHooks",
        "requestBuilderExt",
        "result",
        "option",
        "string",
    ] {
        let (_, messages) = derived(with(LEND, json!(id)));
        let expected = format!(
            "paths//lend/post/operationId: the client's own code has another use for the name `{id}`; give the operation another `operationId`"
        );
        assert_eq!(messages, [expected]);
    }
    // These compile: what is asked for there are fields.
    for id in [
        "inner",
        "client",
        "baseurl",
        "operations",
        "request",
        "send",
        "types",
    ] {
        let (_, messages) = derived(with(LEND, json!(id)));
        assert!(messages.is_empty(), "{messages:?}");
    }
}

#[test]
fn parameters_that_a_builder_has_methods_for_are_refused() {
    let parameters = "/paths/~1books~1{bookId}/get/parameters";
    for name in ["send", "new", "New", "headerMap", "Header-Map"] {
        let parameter = json!([{ "name": name, "in": "query", "schema": { "type": "integer" } }]);
        let (_, messages) = derived(with(parameters, parameter));
        let expected =
            format!("the client's own code has another use for the name `{name}`; rename it");
        assert!(
            messages.iter().any(|message| message.ends_with(&expected)),
            "{messages:?}"
        );
    }
}

#[test]
fn a_parameter_that_sets_the_body_is_refused() {
    let put = "/paths/~1books~1{bookId}/put/parameters";
    for name in ["body", "bodyMap"] {
        let parameter = json!([{ "name": name, "in": "query", "schema": { "type": "integer" } }]);
        let (_, messages) = derived(with(put, parameter));
        assert!(
            messages
                .iter()
                .any(|message| message.contains("or its body does; rename one")),
            "{messages:?}"
        );
    }
}

#[test]
fn an_operation_without_a_method_of_its_name_is_refused() {
    // progenitor would have another name for it.
    let (mut contract, _) = derived(with(LEND, json!("lend")));
    contract.operations[3].function = "borrow".to_owned();
    let tokens = progenitor(&contract).unwrap();
    let message = adaptation::adapt(tokens, &contract).unwrap_err();
    assert!(message.contains("no method `borrow`"), "{message}");
}
