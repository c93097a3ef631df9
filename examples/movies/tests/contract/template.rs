//! What template.yaml says of the tables, held against what the service makes of the embedded engine and calls of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use contract_runtime::dynamodb::connection;
use contract_runtime::dynamodb::embedded::{Call, Disturbance, Engine};
use serde_json::{Value, json};

use crate::site::{PASSWORD, Site, movie, rate};

const TEMPLATE: &str = include_str!("../../template.yaml");

/// The lines of a resource: from its name to the next one's.
fn resource(name: &str) -> Vec<&'static str> {
    let lines = TEMPLATE
        .lines()
        .skip_while(|line| *line != format!("  {name}:"));
    let more = |line: &&str| line.starts_with("    ") || line.trim().is_empty();
    lines.skip(1).take_while(more).collect()
}

/// Names of attributes or indexes after `key: ` in lines of a resource.
fn named(lines: &[&str], key: &str) -> Vec<String> {
    let found = lines
        .iter()
        .filter_map(|line| line.split_once(&format!("{key}: ")));
    found
        .map(|(_, rest)| {
            let end = rest.find([',', ' ', '}']).unwrap_or(rest.len());
            rest[..end].to_owned()
        })
        .collect()
}

#[tokio::test]
async fn the_deployed_tables_are_the_embedded_ones() {
    let site = Site::new().await;
    let client: Client = connection::local(site.engine.http_client());
    for (table, name) in [("users", "Users"), ("movies", "Movies")] {
        let described = client
            .describe_table()
            .table_name(table)
            .send()
            .await
            .unwrap();
        let described = described.table.unwrap();
        let lines = resource(name);
        let attributes = described.attribute_definitions().iter();
        let mut attributes: Vec<_> = attributes
            .map(|one| one.attribute_name().to_owned())
            .collect();
        attributes.sort();
        // Definitions have a type behind the name, keys a kind.
        let defined: Vec<_> = lines
            .iter()
            .copied()
            .filter(|line| line.contains("AttributeType"))
            .collect();
        let mut defined = named(&defined, "AttributeName");
        defined.sort();
        assert_eq!(defined, attributes, "{name}");

        let schema = |keys: &[aws_sdk_dynamodb::types::KeySchemaElement]| -> Vec<String> {
            keys.iter()
                .map(|key| key.attribute_name().to_owned())
                .collect()
        };
        let mut keys = schema(described.key_schema());
        let mut indexes = BTreeMap::new();
        for index in described.global_secondary_indexes() {
            let projection = index.projection().unwrap();
            let kind = projection.projection_type().unwrap().as_str().to_owned();
            let mut more = projection.non_key_attributes().to_vec();
            more.sort();
            indexes.insert(
                index.index_name().unwrap().to_owned(),
                (schema(index.key_schema()), kind, more),
            );
        }
        let mut told = BTreeMap::new();
        let text = lines.join("\n");
        let (table_part, _) = text.split_once("GlobalSecondaryIndexes").unwrap();
        let of_table: Vec<&str> = table_part
            .lines()
            .filter(|line| line.contains("KeyType"))
            .collect();
        assert_eq!(named(&of_table, "AttributeName"), std::mem::take(&mut keys));
        for part in text.split("- IndexName: ").skip(1) {
            let lines: Vec<&str> = part.lines().collect();
            let keys: Vec<&str> = lines
                .iter()
                .copied()
                .filter(|line| line.contains("KeyType"))
                .collect();
            let kind = named(&lines, "ProjectionType").remove(0);
            let more = part.split_once("NonKeyAttributes: [").map(|(_, rest)| {
                let list = rest.split_once(']').unwrap().0;
                let mut list: Vec<String> = list.split(", ").map(str::to_owned).collect();
                list.sort();
                list
            });
            told.insert(
                lines[0].to_owned(),
                (
                    named(&keys, "AttributeName"),
                    kind,
                    more.unwrap_or_default(),
                ),
            );
        }
        assert_eq!(told, indexes, "{name}");
        assert!(text.contains("PointInTimeRecoveryEnabled: true"));
    }
    assert!(
        resource("Users")
            .join("\n")
            .contains("AttributeName: expiresAt, Enabled: true")
    );
}

/// The permissions that a call takes, each with the table or index that it concerns.
fn permissions(operation: &str, body: &Value) -> Vec<(String, String)> {
    let table = |body: &Value| match body["TableName"].as_str().unwrap() {
        "users" => "Users".to_owned(),
        "movies" => "Movies".to_owned(),
        other => panic!("{other}"),
    };
    match operation {
        "TransactWriteItems" => {
            let writes = body["TransactItems"].as_array().unwrap().iter();
            let writes = writes.flat_map(|write| write.as_object().unwrap());
            writes
                .map(|(kind, write)| {
                    let action = match kind.as_str() {
                        "ConditionCheck" => "ConditionCheckItem".to_owned(),
                        kind => format!("{kind}Item"),
                    };
                    (action, table(write))
                })
                .collect()
        }
        "BatchGetItem" => {
            let tables = body["RequestItems"].as_object().unwrap().keys();
            tables
                .map(|name| (operation.to_owned(), table(&json!({ "TableName": name }))))
                .collect()
        }
        "Query" => {
            let index = body["IndexName"].as_str().unwrap();
            vec![(operation.to_owned(), format!("{}/{index}", table(body)))]
        }
        _ => vec![(operation.to_owned(), table(body))],
    }
}

/// The permissions that the function's role has, in the same form.
fn granted() -> BTreeSet<(String, String)> {
    let role = resource("FunctionRole").join("\n");
    let statements = role.split("- Effect: Allow").skip(1);
    let mut granted = BTreeSet::new();
    for statement in statements.filter(|statement| statement.contains("dynamodb:")) {
        let (actions, resources) = statement.split_once("Resource:").unwrap();
        let actions = actions.split("dynamodb:").skip(1).map(|rest| {
            let end = rest.find(|letter: char| !letter.is_ascii_alphabetic());
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        let (resources, _) = resources
            .split_once("- PolicyName")
            .unwrap_or((resources, ""));
        let resources: Vec<String> = resources
            .lines()
            .filter_map(|line| {
                let name = ["Users", "Movies"]
                    .into_iter()
                    .find(|name| line.contains(name))?;
                let index = line
                    .split_once("/index/")
                    .map(|(_, index)| index.trim_end_matches('\''));
                Some(index.map_or(name.to_owned(), |index| format!("{name}/{index}")))
            })
            .collect();
        for action in actions {
            for resource in &resources {
                granted.insert((action.clone(), resource.clone()));
            }
        }
    }
    granted
}

#[tokio::test]
async fn the_function_may_make_the_calls_that_it_makes_and_no_others() {
    let made = Arc::new(Mutex::new(BTreeSet::new()));
    let noted = made.clone();
    let engine = Engine::memory()
        .unwrap()
        .with_faults(move |call: &Call<'_>| {
            const MADE_AT_START: [&str; 4] = [
                "CreateTable",
                "DescribeTable",
                "DescribeTimeToLive",
                "UpdateTimeToLive",
            ];
            if !MADE_AT_START.contains(&call.operation) {
                let body: Value = serde_json::from_slice(call.body).unwrap();
                noted
                    .lock()
                    .unwrap()
                    .extend(permissions(call.operation, &body));
            }
            Disturbance::default()
        });
    let site = Site::with(engine, &[("RATE_LIMITS", "on")]).await;
    let limited = |witness: contract_judge::witness::Witness| witness.limits(true);
    let anybody = limited(site.anybody());
    let account = |name: &str| json!({"username": name, "password": PASSWORD, "name": name});
    let token = async |name: &str| {
        let credentials = json!({"username": name, "password": PASSWORD});
        let session = anybody
            .post("/auth/sign-in")
            .json(credentials)
            .await
            .is(200);
        anybody.with_token(session.body["token"].as_str().unwrap())
    };
    for name in ["ada", "bob"] {
        anybody
            .post("/auth/sign-up")
            .json(account(name))
            .await
            .has(201);
    }
    let (root, ada, bob) = (token("root").await, token("ada").await, token("bob").await);
    let created = root
        .post("/movies")
        .json(movie(1990, &["drama"]))
        .await
        .is(201);
    let id = created.id();
    let mut change = movie(1991, &["war"]);
    change["version"] = json!(1);
    let path = format!("/movies/{id}");
    root.put(&path).json(change).await.has(200);
    rate(&ada, id, 3).await.has(201);
    rate(&ada, id, 4).await.has(200);
    rate(&bob, id, 4).await.has(201);
    for path in [
        "/movies",
        &path,
        &format!("{path}/reviews"),
        &format!("{path}/reviews/ada"),
    ] {
        anybody.get(path).await.has(200);
    }
    ada.get("/users/me/reviews").await.has(200);
    ada.put("/users/me")
        .json(json!({"name": "Ada"}))
        .await
        .has(200);
    root.get("/users").await.has(200);
    root.put("/users/bob/role")
        .json(json!({"role": "admin"}))
        .await
        .has(200);
    root.put("/users/bob/role")
        .json(json!({"role": "user"}))
        .await
        .has(200);
    bob.delete(&format!("{path}/reviews/me")).await.has(204);
    root.delete(&format!("{path}/reviews/ada")).await.has(204);
    rate(&ada, id, 3).await.has(201);
    root.delete("/users/ada").await.has(204);
    let change = json!({"currentPassword": PASSWORD, "newPassword": "another long password"});
    bob.put("/users/me/password").json(change).await.has(200);
    root.delete(&path).await.has(204);
    assert_eq!(*made.lock().unwrap(), granted());
}
