//! Documents in Amazon S3, kept for a minute and then asked for again by their entity tag.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_smithy_types::error::display::DisplayErrorContext;
use chrono::{DateTime, TimeDelta, Utc};
use contract_runtime::clock::Clock;
use tokio::sync::Mutex;

use super::{CatalogueError, LARGEST, file_of, parse};
use crate::contract::DocumentsOperation;
use crate::contract::types::Document;

/// How long a document is served without asking whether there is a newer one.
const FRESH: TimeDelta = TimeDelta::seconds(60);

/// The documents of a bucket.
#[derive(Debug)]
pub struct Bucket {
    client: Client,
    name: String,
    prefix: String,
    clock: Clock,
    /// One request at a time asks for each, and the others take what it brings.
    kept: HashMap<DocumentsOperation, Mutex<Kept>>,
}

#[derive(Debug)]
struct Kept {
    document: Document,
    tag: Option<String>,
    asked: DateTime<Utc>,
}

/// What S3 said.
enum Told {
    Same,
    New(Kept),
}

impl Bucket {
    pub(super) async fn open(
        aws: &SdkConfig,
        name: &str,
        prefix: &str,
        endpoint: Option<&str>,
        clock: Clock,
    ) -> Result<Self, CatalogueError> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_timeout(Duration::from_secs(5));
        let mut builder = Builder::from(aws)
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .timeout_config(timeouts.build())
            // Another S3 has no names of buckets in front of its own.
            .force_path_style(endpoint.is_some());
        builder.set_endpoint_url(endpoint.map(str::to_owned));
        let mut bucket = Self {
            client: Client::from_conf(builder.build()),
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            clock,
            kept: HashMap::new(),
        };
        for operation in DocumentsOperation::ALL {
            let needed = |cause: String| {
                CatalogueError(format!(
                    "s3://{name}/{prefix}{} {cause}; GET {} needs it",
                    file_of(*operation),
                    operation.path()
                ))
            };
            match bucket.ask(*operation, None).await.map_err(needed)? {
                Told::New(kept) => bucket.kept.insert(*operation, Mutex::new(kept)),
                Told::Same => return Err(needed("was not sent".to_owned())),
            };
        }
        Ok(bucket)
    }

    pub(super) async fn document(&self, operation: DocumentsOperation) -> Result<Document, String> {
        let kept = self.kept.get(&operation).ok_or("was not read")?;
        let mut kept = kept.lock().await;
        let now = self.clock.now();
        // A clock that was set back is no reason to keep a document for longer.
        if (now - kept.asked).abs() >= FRESH {
            match self.ask(operation, kept.tag.clone()).await {
                Ok(Told::New(new)) => *kept = new,
                Ok(Told::Same) => kept.asked = now,
                // What is known is better than nothing, and the next request does not wait again at once.
                Err(cause) => {
                    tracing::warn!(
                        cause,
                        operation = operation.id(),
                        "a document could not be renewed"
                    );
                    kept.asked = now;
                }
            }
        }
        Ok(kept.document.clone())
    }

    /// Asks for a document, unless it is still the one with this tag.
    async fn ask(
        &self,
        operation: DocumentsOperation,
        tag: Option<String>,
    ) -> Result<Told, String> {
        let key = format!("{}{}", self.prefix, file_of(operation));
        let asked = self.client.get_object().bucket(&self.name).key(key);
        let mut object = match asked.set_if_none_match(tag).send().await {
            Ok(object) => object,
            Err(error) => {
                let status = error
                    .raw_response()
                    .map(|response| response.status().as_u16());
                return match (status, error.code()) {
                    (Some(304), _) => Ok(Told::Same),
                    (_, Some("NoSuchKey")) => Err("is not there".to_owned()),
                    _ => Err(format!("cannot be read: {}", DisplayErrorContext(&error))),
                };
            }
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = object.body.next().await {
            let chunk = chunk.map_err(|error| format!("broke off: {error}"))?;
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LARGEST {
                return Err(format!("is larger than {LARGEST} bytes"));
            }
        }
        Ok(Told::New(Kept {
            document: parse(&bytes)?,
            tag: object.e_tag,
            asked: self.clock.now(),
        }))
    }
}
