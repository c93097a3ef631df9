//! The generated client: another reading of the same contract.

use assistant_client::{Client, Error, Inner, types};

use crate::aws::Aws;
use crate::site::Site;

fn client(site: &Site, token: &str) -> Client {
    let inner = Inner::with_token(token).unwrap();
    Client::new_with_client(&site.origin, reqwest::Client::new(), inner)
}

#[tokio::test]
async fn the_typed_client_asks_whatever_there_is_to_ask() {
    let aws = Aws::start().await;
    let site = Site::start(&aws.settings("model")).await;
    let user = client(&site, &site.token);

    let status = user.get_status().send().await.unwrap();
    assert_eq!(status.status, types::StatusStatus::Ok);
    assert_eq!(status.user.name.as_deref(), Some("You"));

    let request = types::ChatRequest::builder()
        .message("And without metal?")
        .max_tokens(20);
    let reply = user.chat().body(request).send().await.unwrap();
    assert_eq!(reply.reply, "Hello, you.");
    assert_eq!(reply.stop_reason, types::StopReason::End);
    assert_eq!(
        (reply.usage.input_tokens, reply.usage.output_tokens),
        (7, 3)
    );
    assert_eq!(aws.last.borrow()["inferenceConfig"]["maxTokens"], 20);

    let totals = [
        user.list_users().send().await.unwrap().total,
        user.list_products().send().await.unwrap().total,
        user.list_orders().send().await.unwrap().total,
    ];
    assert_eq!(totals, [3, 3, 2]);
    let contract = user.get_contract().send().await.unwrap();
    assert_eq!(contract["openapi"], "3.0.3");
}

#[tokio::test]
async fn errors_reach_the_typed_client_with_their_words() {
    let site = Site::start(&[]).await;
    let request = types::ChatRequest::builder().message("Hello");
    let refused = client(&site, &site.token).chat().body(request).send().await;
    let Err(Error::ErrorResponse(answer)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(answer.status(), 503);
    assert!(answer.message.contains("BEDROCK_MODEL_ID"), "{answer:?}");
    let refused = client(&site, "e30.e30.e30").get_status().send().await;
    assert_eq!(refused.unwrap_err().status().unwrap(), 401);
}
