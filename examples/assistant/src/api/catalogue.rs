//! Documents. Which there are, the contract says.

use contract_runtime::security::Principal;

use super::Api;
use crate::contract::{
    CatalogueApi, DocumentsError, DocumentsOperation, DocumentsResponse, responses,
};
use crate::error::error;

/// Seconds after which a document may be there again.
const RETRY_AFTER: i64 = 5;

impl CatalogueApi for Api {
    async fn documents(
        &self,
        operation: DocumentsOperation,
        _: Principal,
    ) -> Result<DocumentsResponse, DocumentsError> {
        let document = self.catalogue.document(operation).await;
        document.map(DocumentsResponse::Ok).map_err(|cause| {
            tracing::error!(
                cause,
                operation = operation.id(),
                "a document cannot be had"
            );
            let message = "The document cannot be had for the moment; try again soon.";
            let body = error(http::StatusCode::SERVICE_UNAVAILABLE, message);
            DocumentsError::ServiceUnavailable(responses::ServiceUnavailable {
                body,
                retry_after: Some(RETRY_AFTER),
            })
        })
    }
}
