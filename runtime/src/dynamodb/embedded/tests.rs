//! The engine through the real SDK.

mod faults;
mod folder;

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{Credentials, Region};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, Put, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure, ScalarAttributeType, TimeToLiveSpecification,
    TransactWriteItem, Update,
};

use super::*;

fn client(engine: &Engine, tries: u32) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(tries)
        .with_initial_backoff(Duration::from_millis(1));
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version_latest()
        .region(Region::from_static("local"))
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
        .retry_config(retries)
        .http_client(engine.http_client())
        .build();
    Client::from_conf(config)
}

async fn create_table(client: &Client) {
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .unwrap()
    };
    let key = |name: &str, kind| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .unwrap()
    };
    client
        .create_table()
        .table_name("things")
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute("PK"))
        .attribute_definitions(attribute("SK"))
        .key_schema(key("PK", KeyType::Hash))
        .key_schema(key("SK", KeyType::Range))
        .send()
        .await
        .unwrap();
}

async fn put(client: &Client, id: &str, count: i64) {
    client
        .put_item()
        .table_name("things")
        .item("PK", S(id.to_owned()))
        .item("SK", S("-".to_owned()))
        .item("Count", N(count.to_string()))
        .send()
        .await
        .unwrap();
}

async fn count(client: &Client, id: &str) -> Option<i64> {
    let got = client
        .get_item()
        .table_name("things")
        .key("PK", S(id.to_owned()))
        .key("SK", S("-".to_owned()))
        .send()
        .await
        .unwrap();
    let count = got.item?.get("Count")?.as_n().unwrap().parse().unwrap();
    Some(count)
}

/// A transaction that makes `id` and counts it in the item `total`.
fn counted(
    client: &Client,
    id: &str,
) -> aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder {
    let put = Put::builder()
        .table_name("things")
        .item("PK", S(id.to_owned()))
        .item("SK", S("-".to_owned()))
        .condition_expression("attribute_not_exists(PK)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .unwrap();
    let add = Update::builder()
        .table_name("things")
        .key("PK", S("total".to_owned()))
        .key("SK", S("-".to_owned()))
        .update_expression("ADD #c :one")
        .expression_attribute_names("#c", "Count")
        .expression_attribute_values(":one", N("1".to_owned()))
        .build()
        .unwrap();
    client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().put(put).build())
        .transact_items(TransactWriteItem::builder().update(add).build())
}

async fn memory() -> (Engine, Client) {
    let engine = Engine::memory().unwrap();
    let client = client(&engine, 1);
    create_table(&client).await;
    (engine, client)
}

#[tokio::test]
async fn what_is_put_is_got() {
    let (_, client) = memory().await;
    assert_eq!(count(&client, "a").await, None);
    put(&client, "a", 7).await;
    assert_eq!(count(&client, "a").await, Some(7));
}

#[tokio::test]
async fn request_units_are_reported() {
    let (_, client) = memory().await;
    let got = client
        .get_item()
        .table_name("things")
        .key("PK", S("a".to_owned()))
        .key("SK", S("-".to_owned()))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    let units = got.consumed_capacity.unwrap().capacity_units;
    assert_eq!(units, Some(0.5));
}

#[tokio::test]
async fn a_failed_condition_says_what_is_there() {
    let (_, client) = memory().await;
    put(&client, "a", 7).await;
    let error = client
        .put_item()
        .table_name("things")
        .item("PK", S("a".to_owned()))
        .item("SK", S("-".to_owned()))
        .condition_expression("attribute_not_exists(PK)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(
        failed,
    ) = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(failed.item.unwrap()["Count"], N("7".to_owned()));
}

#[tokio::test]
async fn a_transaction_happens_whole_or_not_at_all_and_once_per_token() {
    let (_, client) = memory().await;
    for _ in 0..2 {
        counted(&client, "a")
            .client_request_token("token-1")
            .send()
            .await
            .unwrap();
    }
    assert_eq!(count(&client, "total").await, Some(1));

    let error = counted(&client, "a")
        .client_request_token("token-2")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        panic!("{error:?}");
    };
    let codes: Vec<_> = cancelled
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap())
        .collect();
    assert_eq!(codes, ["ConditionalCheckFailed", "None"]);
    assert_eq!(count(&client, "total").await, Some(1));
}

#[tokio::test]
async fn expired_items_are_swept() {
    let (engine, client) = memory().await;
    client
        .update_time_to_live()
        .table_name("things")
        .time_to_live_specification(
            TimeToLiveSpecification::builder()
                .enabled(true)
                .attribute_name("Count")
                .build()
                .unwrap(),
        )
        .send()
        .await
        .unwrap();
    put(&client, "old", 1_600_000_000).await;
    put(&client, "new", 4_000_000_000).await;
    assert_eq!(engine.sweep().await, Ok(1));
    assert_eq!(count(&client, "old").await, None);
    assert_eq!(count(&client, "new").await, Some(4_000_000_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_writes_are_all_kept() {
    let dir = tempfile::tempdir().unwrap();
    let client = client(&Engine::open(dir.path()).unwrap(), 1);
    create_table(&client).await;
    let ids: Vec<String> = (0..50).map(|id| id.to_string()).collect();
    let writes = ids.iter().map(|id| counted(&client, id).send());
    for written in futures_util::future::join_all(writes).await {
        written.unwrap();
    }
    assert_eq!(count(&client, "total").await, Some(50));
}
