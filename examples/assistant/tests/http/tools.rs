//! The operations as tools of models.

use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::site::Site;

async fn ask(site: &Site, token: Option<&str>, method: &str, parameters: Value) -> (u16, Value) {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
    let mut request = site.visitor.http().post(format!("{}/mcp", site.origin));
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request
        .header("accept", "application/json, text/event-stream")
        .json(&message);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn tools_answer_as_the_operations_do() {
    let aws = Aws::start().await;
    let site = Site::start(&aws.settings("kind")).await;
    let token = site.user.token();
    let (status, body) = ask(&site, None, "tools/list", json!({})).await;
    assert_eq!((status, &body["error"]), (401, &json!("Unauthorized")));
    let (_, body) = ask(&site, token, "tools/list", json!({})).await;
    let tools = body["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "getStatus",
            "chat",
            "listUsers",
            "listProducts",
            "listOrders"
        ]
    );
    let call = |name: &'static str, arguments: Value| {
        let site = &site;
        async move {
            let parameters = json!({ "name": name, "arguments": arguments });
            ask(site, token, "tools/call", parameters).await.1["result"].clone()
        }
    };
    let result = call("chat", json!({ "body": { "message": "Hello" } })).await;
    assert_eq!(result["structuredContent"]["reply"], "Hello, you.");
    let result = call(
        "chat",
        json!({ "body": { "message": "Hello", "temperature": 7 } }),
    )
    .await;
    assert_eq!(
        (&result["isError"], &result["_meta"]["status"]),
        (&json!(true), &json!(400))
    );
    let result = call("getStatus", json!({})).await;
    assert_eq!(
        result["structuredContent"]["user"]["email"],
        "you@example.com"
    );
}
