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
fn an_operation_without_a_method_of_its_name_is_refused() {
    // The constructor that is taken out has this name.
    let (contract, _) = derived(with(LEND, json!("new")));
    let tokens = progenitor(&contract).unwrap();
    let message = adaptation::adapt(tokens, &contract).unwrap_err();
    assert!(
        message.contains("no method `new` of its own for the operation `new`"),
        "{message}"
    );

    // progenitor would have another name for it.
    let (mut contract, _) = derived(with(LEND, json!("lend")));
    contract.operations[3].function = "borrow".to_owned();
    let tokens = progenitor(&contract).unwrap();
    let message = adaptation::adapt(tokens, &contract).unwrap_err();
    assert!(message.contains("no method `borrow`"), "{message}");
}
