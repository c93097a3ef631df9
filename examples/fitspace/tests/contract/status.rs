//! Status.

use fitspace::database::{Address, Database};

use crate::site::Site;
use crate::told;

#[tokio::test]
async fn the_status_says_which_service_runs() {
    let site = Site::start().await;
    let answer = site.witness.get("/status").await.is(200);
    told!("status", answer);
}

#[tokio::test]
async fn the_databases_status_is_a_measured_round_trip() {
    let site = Site::start().await;
    let answer = site.witness.get("/status/db").await.is(200);
    let took = answer["data"]["round_trip_ms"].as_f64().unwrap();
    assert!(took > 0.0 && took < 3000.0, "{took}");
    told!("database_status", answer);
}

#[tokio::test]
async fn the_status_needs_no_database_and_the_databases_status_says_so() {
    let nowhere: Address = "postgres://u@127.0.0.1:1/d".parse().unwrap();
    let site = Site::on("none", Database::fixed(&nowhere, 1)).await;
    site.witness.get("/status").await.has(200);
    let answer = site.witness.get("/status/db").await.is(503);
    assert_eq!(answer.header("retry-after"), "1");
    told!("database_status_without_database", answer);
}
