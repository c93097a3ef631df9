//! How long a document of S3 is kept, and what becomes of it then. The clock is the test's, so this is the library itself.

use assistant::catalogue::Catalogue;
use assistant::contract::DocumentsOperation;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use chrono::{DateTime, TimeDelta};
use contract_runtime::clock::Clock;

use crate::aws::Aws;

fn config() -> SdkConfig {
    let credentials = Credentials::new("id", "key", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
            aws_smithy_async::rt::sleep::TokioSleep::new(),
        ))
        .build()
}

#[tokio::test]
async fn a_document_is_kept_a_minute_asked_for_by_its_tag_and_served_while_s3_fails() {
    let aws = Aws::start().await;
    let clock = Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let catalogue =
        Catalogue::bucket(&config(), "changing", "", Some(&aws.url), clock.clone()).await;
    let catalogue = catalogue.unwrap();
    let operation = DocumentsOperation::ALL[0];
    let total = || async { catalogue.document(operation).await.unwrap().total };
    // What was asked for at the start, once for each document, is not of interest.
    aws.tags.lock().unwrap().clear();
    let asked = || std::mem::take(&mut *aws.tags.lock().unwrap());
    let one = Some("\"1\"".to_owned());
    let two = Some("\"2\"".to_owned());

    *aws.object.lock().unwrap() = Some(("[{}]", "\"2\""));
    clock.advance(TimeDelta::seconds(59));
    assert_eq!((total().await, asked()), (0, vec![]), "still fresh");
    clock.advance(TimeDelta::seconds(1));
    assert_eq!((total().await, asked()), (1, vec![one]), "a newer one");
    assert_eq!((total().await, asked()), (1, vec![]), "fresh again");
    clock.advance(TimeDelta::seconds(60));
    assert_eq!((total().await, asked()), (1, vec![two.clone()]), "the same");
    assert_eq!((total().await, asked()), (1, vec![]), "fresh again");

    *aws.object.lock().unwrap() = None;
    clock.advance(TimeDelta::seconds(60));
    assert_eq!(total().await, 1, "the last one that is known");
    let tries = asked();
    assert!(!tries.is_empty() && tries.iter().all(|tag| *tag == two));
    assert_eq!((total().await, asked()), (1, vec![]), "not at once again");

    // Neither does one that is no document replace it.
    *aws.object.lock().unwrap() = Some(("{}", "\"3\""));
    clock.advance(TimeDelta::seconds(60));
    assert_eq!((total().await, asked()), (1, vec![two.clone()]));
    *aws.object.lock().unwrap() = Some(("[{}, {}]", "\"4\""));
    clock.advance(TimeDelta::seconds(60));
    assert_eq!((total().await, asked()), (2, vec![two]));
    // A clock that is set back keeps nothing.
    clock.advance(TimeDelta::seconds(-3600));
    assert_eq!((total().await, asked().len()), (2, 1));
}
