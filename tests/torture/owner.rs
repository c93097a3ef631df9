//! The owner, with tokens that all worlds share.

use std::collections::HashMap;
use std::sync::LazyLock;

use aws_sdk_dynamodb::types::AttributeValue;
use contract_runtime::dynamodb::embedded::Engine;
use portfolio_server::table::schema::Layout;
use portfolio_server::table::{Table, connection};
use portfolio_tests::{EMAIL, PASSWORD};
use serde_json::{Value, json};

use crate::request::Request;
use crate::world::{TABLES, send, start};

/// The owner as stored, and a session of hers: making one takes as long as ten requests, so all worlds have the same.
static OWNER: LazyLock<Owner> = LazyLock::new(|| {
    let made = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        runtime.block_on(Owner::make())
    });
    made.join().unwrap()
});

/// What a world begins with.
pub(crate) struct Owner {
    /// The identity provider's items.
    items: Vec<HashMap<String, AttributeValue>>,
    /// Tokens that no call of a workload ends.
    pub(crate) token: String,
    /// A session that a workload may end: its ID token and its refresh token.
    pub(crate) session: [String; 2],
}

impl Owner {
    async fn make() -> Self {
        let engine = Engine::memory().unwrap();
        let router = start(engine.clone(), Some(PASSWORD)).await;
        let mut sessions = Vec::new();
        for _ in 0..2 {
            let body = json!({ "email": EMAIL, "password": PASSWORD });
            let request = Request::post("/auth/login").json(&body);
            let (status, _, body) = send(&router, &request).await;
            assert_eq!(status, 200);
            let session: Value = serde_json::from_slice(&body).unwrap();
            let text = |name: &str| session[name].as_str().unwrap().to_owned();
            sessions.push([text("token"), text("refreshToken")]);
        }
        let scan = connection::local(engine.http_client()).scan();
        let items = scan.table_name(TABLES[1]).send().await.unwrap();
        let [other, session] = <[_; 2]>::try_from(sessions).unwrap();
        Self {
            items: items.items.unwrap(),
            token: { other }[0].clone(),
            session,
        }
    }

    pub(crate) fn get() -> &'static Self {
        &OWNER
    }

    /// Puts the owner where a new server looks for her.
    pub(crate) async fn move_in(&self, engine: &Engine) {
        let client = connection::local(engine.http_client());
        let table = Table::new(client.clone(), TABLES[1]);
        table.create(Layout::Plain).await.unwrap();
        for item in &self.items {
            let put = client.put_item().table_name(TABLES[1]);
            put.set_item(Some(item.clone())).send().await.unwrap();
        }
    }
}
