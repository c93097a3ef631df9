//! The table is the one that the code knows, and the user pool gives nobody a role of their own choice.

use portfolio_server::table::connection;
use portfolio_tests::site;
use serde_json::{Value, json};

use crate::{TEMPLATE, properties};

#[tokio::test]
async fn the_table_is_the_one_that_the_code_makes_for_itself() {
    let site = site().await;
    let client = connection::local(site.engine.http_client());
    let name = site.table.name();
    let described = client.describe_table().table_name(name).send();
    let described = described.await.unwrap().table.unwrap();

    let table = properties("Table");
    let keys = |schema: &[aws_sdk_dynamodb::types::KeySchemaElement]| -> Value {
        schema
            .iter()
            .map(|key| {
                json!({ "AttributeName": key.attribute_name(), "KeyType": key.key_type().as_str() })
            })
            .collect()
    };
    assert_eq!(table["KeySchema"], keys(described.key_schema()));
    let mut attributes: Vec<Value> = described
        .attribute_definitions()
        .iter()
        .map(|attribute| {
            json!({
                "AttributeName": attribute.attribute_name(),
                "AttributeType": attribute.attribute_type().as_str(),
            })
        })
        .collect();
    let mut written = table["AttributeDefinitions"].as_array().unwrap().clone();
    for list in [&mut attributes, &mut written] {
        list.sort_by_key(Value::to_string);
    }
    assert_eq!(written, attributes);

    let indexes = described.global_secondary_indexes().iter().map(|index| {
        let projection = index.projection().unwrap();
        json!({
            "IndexName": index.index_name(),
            "KeySchema": keys(index.key_schema()),
            "Projection": {
                "ProjectionType": projection.projection_type().unwrap().as_str(),
                "NonKeyAttributes": projection.non_key_attributes(),
            },
        })
    });
    assert_eq!(table["GlobalSecondaryIndexes"], indexes.collect::<Value>());
    assert_eq!(table["LocalSecondaryIndexes"], Value::Null);

    let ttl = client.describe_time_to_live().table_name(name).send();
    let ttl = ttl.await.unwrap().time_to_live_description.unwrap();
    assert_eq!(
        table["TimeToLiveSpecification"],
        json!({ "AttributeName": ttl.attribute_name(), "Enabled": true })
    );
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
}

#[test]
fn what_holds_data_outlives_the_stack() {
    for name in ["Table", "UserPool"] {
        let resource = &TEMPLATE["Resources"][name];
        assert_eq!(resource["DeletionPolicy"], "Retain", "{name}");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{name}");
    }
    let table = properties("Table");
    assert_eq!(
        table["DeletionProtectionEnabled"],
        json!({ "Fn::If": ["IsProduction", true, false] })
    );
    assert_eq!(
        table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"],
        true
    );
    assert_eq!(
        properties("UserPool")["DeletionProtection"],
        json!({ "Fn::If": ["IsProduction", "ACTIVE", "INACTIVE"] })
    );
}

#[test]
fn nobody_gives_themselves_an_account_or_a_role() {
    let pool = properties("UserPool");
    assert_eq!(
        pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        true
    );
    let client = properties("UserPoolClient");
    let names = |list: &str| -> Vec<&str> {
        let names = client[list].as_array().unwrap().iter();
        names.map(|name| name.as_str().unwrap()).collect()
    };
    // No list at all would mean every attribute.
    let writable = names("WriteAttributes");
    assert!(!writable.is_empty());
    assert!(!writable.iter().any(|name| name.starts_with("custom:")));
    assert!(names("ReadAttributes").contains(&"custom:role"));
    assert_eq!(
        names("ExplicitAuthFlows"),
        ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    );
    // Wrong email and wrong password look the same.
    assert_eq!(client["PreventUserExistenceErrors"], "ENABLED");
    assert_eq!(client["EnableTokenRevocation"], true);
}
