//! The engine: DynamoDB's stand-in in a process of its own, and what is written into it without a server in between.

use std::path::Path;

use serde_json::{Value, json};

use super::cores::Cores;
use crate::connection::{Connection, Request};
use crate::dynamodb;
use crate::emulator::Emulator;

/// BatchWriteItem takes at most this many items.
const BATCH: usize = 25;

/// The engine does not check signatures, only that there is one.
const SIGNED: &str = "authorization: AWS4-HMAC-SHA256 Credential=emulated/20260101/eu-west-1/dynamodb/aws4_request, \
                      SignedHeaders=host;x-amz-date, Signature=0000\r\n\
                      x-amz-date: 20260101T000000Z\r\n\
                      content-type: application/x-amz-json-1.0\r\n";

/// A running engine.
pub(crate) struct Engine {
    process: Emulator,
    connection: Connection,
}

impl Engine {
    /// An engine in memory, or on a file.
    pub(crate) fn start(cores: &Cores, file: Option<&Path>) -> Result<Self, String> {
        let mut program = cores.others_run(&dynamodb::installed(dynamodb::Build::Optimised)?);
        if let Some(file) = file {
            program.arg("--db-path").arg(file);
        }
        let process = Emulator::start(&mut program)?;
        let connection = Connection::open(process.address())
            .map_err(|error| format!("the engine does not answer: {error}"))?;
        Ok(Self {
            process,
            connection,
        })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.process.url
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Makes a table as server/src/table/schema.rs does.
    pub(crate) fn create(&mut self, table: &str) -> Result<(), String> {
        let keys = |partition: &str, sort: &str| {
            json!([
                { "AttributeName": partition, "KeyType": "HASH" },
                { "AttributeName": sort, "KeyType": "RANGE" },
            ])
        };
        let attributes = ["PK", "SK", "GSI1PK", "GSI1SK"]
            .map(|name| json!({ "AttributeName": name, "AttributeType": "S" }));
        let definition = json!({
            "TableName": table,
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": keys("PK", "SK"),
            "AttributeDefinitions": attributes,
            "GlobalSecondaryIndexes": [{
                "IndexName": "GSI1",
                "KeySchema": keys("GSI1PK", "GSI1SK"),
                "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": ["Facts"] },
            }],
        });
        self.call("CreateTable", definition.to_string()).map(drop)
    }

    /// Writes items, whatever was there; `batches` as [`batches`] makes them.
    pub(crate) fn load(&mut self, table: &str, batches: &[String]) -> Result<(), String> {
        for batch in batches {
            let body = format!("{{\"RequestItems\":{{\"{table}\":{batch}}}}}");
            let answer = self.call("BatchWriteItem", body)?;
            let left = answer["UnprocessedItems"].as_object();
            if left.is_some_and(|left| !left.is_empty()) {
                return Err(format!("the engine left items unprocessed: {answer}"));
            }
        }
        Ok(())
    }

    fn call(&mut self, operation: &str, body: String) -> Result<Value, String> {
        let request = Request {
            method: "POST",
            path: "/".to_owned(),
            headers: format!("x-amz-target: DynamoDB_20120810.{operation}\r\n{SIGNED}"),
            body,
        };
        let answer = self.connection.send(&request);
        let answer = answer.map_err(|error| format!("{operation} was not answered: {error}"))?;
        let text = String::from_utf8_lossy(&answer.body);
        if answer.status != 200 {
            return Err(format!("{operation} was refused: {text}"));
        }
        serde_json::from_str(&text).map_err(|error| format!("{operation}: {error}: {text}"))
    }
}

/// Items as BatchWriteItem takes them, written once for all tables that they go into.
pub(crate) fn batches(items: impl Iterator<Item = Value>) -> Vec<String> {
    let mut items = items.map(|item| json!({ "PutRequest": { "Item": item } }));
    let batches = std::iter::from_fn(|| {
        let batch: Vec<Value> = items.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then(|| Value::from(batch).to_string())
    });
    batches.collect()
}
