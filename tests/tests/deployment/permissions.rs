//! What the function may do is what its code does, and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::properties;

/// Calls of AWS by the methods of its SDK, with the permissions that they take. A call that is not here fails the test: look
/// it up in the service authorization reference, and add it here and to the template.
const CALLS: [(&str, &[&str]); 14] = [
    ("get_item", &["dynamodb:GetItem"]),
    ("batch_get_item", &["dynamodb:BatchGetItem"]),
    ("query", &["dynamodb:Query"]),
    ("put_item", &["dynamodb:PutItem"]),
    ("update_item", &["dynamodb:UpdateItem"]),
    // Those of the writes in it.
    ("transact_write_items", &[]),
    ("Put::builder", &["dynamodb:PutItem"]),
    ("Update::builder", &["dynamodb:UpdateItem"]),
    ("Delete::builder", &["dynamodb:DeleteItem"]),
    ("ConditionCheck::builder", &["dynamodb:ConditionCheckItem"]),
    // Everybody may sign in.
    ("initiate_auth", &[]),
    ("global_sign_out", &[]),
    ("revoke_token", &[]),
    (
        "admin_user_global_sign_out",
        &["cognito-idp:AdminUserGlobalSignOut"],
    ),
];

/// Files whose calls the function does not make: the deployment makes the table, or a person does.
const ELSEWHERE: [&str; 2] = ["table/provision.rs", "table/schema.rs"];

/// Where calls of AWS are made: the server, and what of the runtime it uses for them.
const ROOTS: [&str; 2] = ["../server/src", "../runtime/src/dynamodb"];

/// The permissions that the server's code takes.
fn needed() -> BTreeSet<&'static str> {
    let calls =
        r"\.client\s*\.(?!clone\b)(\w+)\(\)|\b((?:Put|Update|Delete|ConditionCheck)::builder)\(\)";
    let calls = regress::Regex::new(calls).unwrap();
    let roots = ROOTS.map(|root| Path::new(env!("CARGO_MANIFEST_DIR")).join(root));
    let files = roots.iter().flat_map(|root| {
        let named = move |path: PathBuf| (path.strip_prefix(root).unwrap().to_owned(), path);
        sources(root).into_iter().map(named)
    });
    let mut needed = BTreeSet::new();
    let mut found = 0;
    for (name, path) in files {
        let name = name.to_str().unwrap();
        let tests = ["tests.rs", "trial.rs"]
            .iter()
            .any(|end| name.ends_with(end));
        // The embedded engine is called by nobody on AWS.
        let embedded = name.starts_with("embedded");
        if ELSEWHERE.contains(&name) || name.contains("tests/") || tests || embedded {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for call in calls.find_iter(&text) {
            let range = call.group(1).or(call.group(2)).unwrap();
            let call = &text[range];
            let known = CALLS.iter().find(|(known, _)| *known == call);
            let (_, permissions) = known.unwrap_or_else(|| panic!("{name} calls {call}"));
            needed.extend(permissions.iter());
            found += 1;
        }
    }
    assert!(
        found >= 10,
        "{found} calls: does the search still find them?"
    );
    needed
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let sources = paths.flat_map(|path| match path.is_dir() {
        true => sources(&path),
        false => vec![path],
    });
    sources
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// The statements of the function's role.
fn statements() -> Vec<&'static Value> {
    let role = properties("FunctionRole");
    assert_eq!(role["ManagedPolicyArns"], Value::Null);
    assert_eq!(properties("Function")["Policies"], Value::Null);
    assert_eq!(
        properties("Function")["Role"],
        json!({ "Fn::GetAtt": ["FunctionRole", "Arn"] })
    );
    let policies = role["Policies"].as_array().unwrap().iter();
    policies
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap())
        .collect()
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

fn actions(statement: &Value) -> impl Iterator<Item = &str> {
    let actions = list(&statement["Action"]).into_iter();
    actions.map(|action| action.as_str().unwrap())
}

/// A table that was restored.
const RESTORED: &str =
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${RestoredTable}";

/// The table in use, and no other.
fn table() -> Value {
    json!({ "Fn::If": ["IsRestored", { "Fn::Sub": RESTORED }, { "Fn::GetAtt": ["Table", "Arn"] }] })
}

/// Its index.
fn index() -> Value {
    json!({ "Fn::If": [
        "IsRestored",
        { "Fn::Sub": format!("{RESTORED}/index/GSI1") },
        { "Fn::Sub": "${Table.Arn}/index/GSI1" },
    ] })
}

#[test]
fn the_function_may_do_what_its_code_does_and_nothing_else() {
    let index = index();
    let own = ["dynamodb:", "cognito-idp:"];
    let (of_index, rest): (Vec<&Value>, Vec<&Value>) = statements()
        .into_iter()
        .partition(|statement| statement["Resource"] == index);
    let granted = rest.into_iter().flat_map(actions);
    let granted: BTreeSet<&str> = granted
        .filter(|action| own.iter().any(|service| action.starts_with(service)))
        .collect();
    assert_eq!(granted, needed());
    let of_index: Vec<&str> = of_index.into_iter().flat_map(actions).collect();
    assert_eq!(of_index, ["dynamodb:Query"]);
}

#[test]
fn permissions_name_actions_and_resources() {
    for statement in statements() {
        assert_eq!(statement["Effect"], "Allow");
        let mut services = BTreeSet::new();
        for action in actions(statement) {
            assert!(!action.contains('*'), "{action}");
            services.insert(action.split(':').next().unwrap());
        }
        assert_eq!(services.len(), 1, "{services:?}");
        let service = services.pop_first().unwrap();
        for resource in list(&statement["Resource"]) {
            let text = resource.to_string();
            let expected = match service {
                // It knows no resources.
                "xray" => resource == "*",
                // Streams have no names before they are made.
                "logs" => text.contains("log-group:${FunctionLogs}:log-stream:*\""),
                "cognito-idp" => *resource == json!({ "Fn::GetAtt": ["UserPool", "Arn"] }),
                "dynamodb" => {
                    *resource == table()
                        || (*resource == index() && actions(statement).eq(["dynamodb:Query"]))
                }
                _ => false,
            };
            assert!(expected, "{service}: {text}");
        }
    }
}
