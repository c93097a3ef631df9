//! The values of parameters that the contract itself names.

use portfolio_tests::contract::{OPERATIONS, resolved};
use serde_json::{Value, json};

use super::scene::{Scene, call};

/// The example of a parameter, its default and all that it may be if that is a list.
fn named(parameter: &'static Value) -> Vec<String> {
    let schema = resolved(&parameter["schema"]);
    let single = [
        &parameter["example"],
        &schema["example"],
        &schema["default"],
    ];
    let several = schema["enum"].as_array().into_iter().flatten();
    let both = [json!(true), json!(false)];
    let both = both.iter().filter(|_| schema["type"] == "boolean");
    let values = single.into_iter().chain(several).chain(both);
    let values = values.filter(|value| !value.is_null());
    values.map(text).collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[tokio::test]
async fn takes_the_examples_and_defaults_of_its_parameters() {
    let scene = Scene::new().await;
    let mut examples = 0;
    for operation in OPERATIONS.iter() {
        for parameter in operation.parameters() {
            let name = parameter["name"].as_str().unwrap();
            let values = named(parameter);
            // The contract says nothing of what is in the cookie.
            assert_eq!(values.is_empty(), parameter["in"] == "cookie", "{name}");
            for value in values {
                let path = match parameter["in"].as_str() {
                    Some("path") => {
                        let path = operation.path.replace(&format!("{{{name}}}"), &value);
                        path.replace("{contentType}", "blog")
                            .replace("{contentId}", super::NOWHERE)
                    }
                    Some("query") => format!("{}?{name}={value}", scene.path(operation).await),
                    _ => scene.path(operation).await,
                };
                let mut request = call(&scene.owner, operation, &path);
                if parameter["in"] == "header" {
                    request = request.header(name, &value);
                }
                if let Some(body) = scene.body(operation).await {
                    request = request.json(body);
                }
                let answer = request.await;
                // No such item, or not this version of it, is no objection to the value.
                let taken =
                    answer.status.is_success() || [304, 404, 412].contains(&answer.status.as_u16());
                assert!(taken, "{name}={value}\n{answer}");
                // An answer that repeats it has understood it.
                if let Some(repeated) = answer.body.get(name).filter(|_| answer.status == 200) {
                    assert_eq!(text(repeated), value, "{name}\n{answer}");
                }
                examples += 1;
            }
        }
    }
    assert!(examples > OPERATIONS.len(), "{examples} values");
}
