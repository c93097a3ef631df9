//! Documents in files, read at the start.

use std::collections::HashMap;
use std::path::Path;

use super::{CatalogueError, file_of, parse};
use crate::contract::DocumentsOperation;
use crate::contract::types::Document;

/// The documents of a folder.
#[derive(Debug)]
pub struct Folder(HashMap<DocumentsOperation, Document>);

impl Folder {
    pub(super) fn read(folder: &Path) -> Result<Self, CatalogueError> {
        let mut documents = HashMap::new();
        for operation in DocumentsOperation::ALL {
            let path = folder.join(file_of(*operation));
            let needed = |cause: String| {
                CatalogueError(format!(
                    "{} {cause}; GET {} needs it (CATALOGUE_DIR names another folder)",
                    path.display(),
                    operation.path()
                ))
            };
            let bytes =
                std::fs::read(&path).map_err(|error| needed(format!("cannot be read: {error}")))?;
            documents.insert(*operation, parse(&bytes).map_err(needed)?);
        }
        Ok(Self(documents))
    }

    pub(super) fn document(&self, operation: DocumentsOperation) -> Result<Document, String> {
        let document = self.0.get(&operation);
        document.cloned().ok_or_else(|| "was not read".to_owned())
    }
}
