//! Documents: data of the service, a file for each path of the contract that shares the handler `documents`.

mod bucket;
mod folder;

use std::fmt;
use std::path::Path;

use aws_config::SdkConfig;
use contract_runtime::clock::Clock;
use serde_json::{Map, Value};

use crate::contract::DocumentsOperation;
use crate::contract::types::Document;
use bucket::Bucket;
use folder::Folder;

/// Bytes of the largest file that is read.
const LARGEST: usize = 4 << 20;
/// Items of the longest, as the contract has it.
const MOST: usize = 10_000;

/// Where the documents are.
#[derive(Debug)]
pub enum Catalogue {
    /// In files, read once.
    Folder(Folder),
    /// In S3.
    Bucket(Box<Bucket>),
}

/// Why a catalogue cannot be served: a sentence for whoever starts the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueError(pub String);

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CatalogueError {}

impl Catalogue {
    /// The files of a folder.
    ///
    /// # Errors
    ///
    /// If one of those that the contract's paths need is missing or is no document.
    pub fn folder(folder: &Path) -> Result<Self, CatalogueError> {
        Ok(Self::Folder(Folder::read(folder)?))
    }

    /// The objects of a bucket.
    ///
    /// # Errors
    ///
    /// As [`Catalogue::folder`], or if the bucket cannot be read.
    pub async fn bucket(
        aws: &SdkConfig,
        name: &str,
        prefix: &str,
        endpoint: Option<&str>,
        clock: Clock,
    ) -> Result<Self, CatalogueError> {
        let bucket = Bucket::open(aws, name, prefix, endpoint, clock).await?;
        Ok(Self::Bucket(Box::new(bucket)))
    }

    /// The document of a path.
    ///
    /// # Errors
    ///
    /// A cause for the log.
    pub async fn document(&self, operation: DocumentsOperation) -> Result<Document, String> {
        match self {
            Self::Folder(folder) => folder.document(operation),
            Self::Bucket(bucket) => bucket.document(operation).await,
        }
    }
}

/// The file of a path: its last part with `.json`.
fn file_of(operation: DocumentsOperation) -> String {
    let path = operation.path();
    let last = path.rsplit('/').next().unwrap_or(path);
    format!("{last}.json")
}

/// A file's content. The error completes a sentence that begins with the file.
fn parse(bytes: &[u8]) -> Result<Document, String> {
    if bytes.len() > LARGEST {
        return Err(format!("is larger than {LARGEST} bytes"));
    }
    let items: Vec<Value> = serde_json::from_slice(bytes)
        .map_err(|error| format!("is no JSON array of objects: {error}"))?;
    if items.len() > MOST {
        return Err(format!("has more than {MOST} items"));
    }
    let items: Option<Vec<Map<String, Value>>> = items
        .into_iter()
        .map(|item| match item {
            Value::Object(members) => Some(members),
            _ => None,
        })
        .collect();
    let items = items.ok_or("is no JSON array of objects: an item is none")?;
    // It fits: there are ten thousand at most.
    let total = i32::try_from(items.len()).unwrap_or(i32::MAX);
    Ok(Document { items, total })
}
