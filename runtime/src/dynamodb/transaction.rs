//! Writing several items at once, all or none (TransactWriteItems).

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, TransactWriteItem};
use uuid::Uuid;

use super::{Backoff, LostAnswers, Meter, TableError};

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Transaction {
    /// Every write was made.
    Committed,
    /// Nothing was written.
    Refused {
        /// The positions of the writes whose conditions did not hold.
        positions: Vec<usize>,
        /// An attempt was sent of which nobody knows what came. It may arrive after this, and is made if all conditions
        /// hold then: where one can hold again that did not, nobody may be told that nothing is written.
        unsettled: bool,
    },
}

impl Transaction {
    /// What came of it, for callers whose conditions can hold again.
    ///
    /// # Errors
    ///
    /// [`TableError::Unavailable`] if it was refused and is not settled.
    pub fn settled(self) -> Result<Self, TableError> {
        match self {
            Self::Refused {
                unsettled: true, ..
            } => {
                let cause = format!("{ACTION}: refused, and an attempt may still arrive");
                Err(TableError::Unavailable(cause))
            }
            settled => Ok(settled),
        }
    }
}

/// Makes all writes or none, at most 100. One client token covers every attempt, the SDK's and ours, so an attempt that was
/// committed without our hearing of it is not made twice. Conflicts and throttling are retried with jitter.
///
/// # Errors
///
/// If DynamoDB does not answer, stays busy for longer than we retry, or does not accept the writes.
pub async fn transact(
    client: &Client,
    meter: &Meter,
    writes: Vec<TransactWriteItem>,
) -> Result<Transaction, TableError> {
    let request = client
        .transact_write_items()
        .set_transact_items(Some(writes))
        .client_request_token(Uuid::new_v4().to_string())
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    let lost = LostAnswers::default();
    let mut backoff = Backoff::default();
    loop {
        let attempts = request.clone().customize().interceptor(lost.clone());
        let error = match attempts.send().await {
            Ok(output) => {
                meter.add_write(output.consumed_capacity());
                return Ok(Transaction::Committed);
            }
            Err(error) => error,
        };
        match failure(&error) {
            Failure::Refused(positions) => {
                return Ok(Transaction::Refused {
                    positions,
                    unsettled: lost.any(),
                });
            }
            Failure::Passing if backoff.wait().await => {}
            Failure::Passing => {
                return Err(TableError::Unavailable(format!(
                    "{ACTION}: {}",
                    reasons(&error)
                )));
            }
            Failure::Other => return Err(TableError::of(ACTION, error)),
        }
    }
}

const ACTION: &str = "TransactWriteItems";

enum Failure {
    Refused(Vec<usize>),
    /// Worth another attempt: other writers were faster, or DynamoDB was busy.
    Passing,
    Other,
}

fn failure(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> Failure {
    let Some(error) = error.as_service_error() else {
        return Failure::Other;
    };
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        let in_progress = error.is_transaction_in_progress_exception();
        return if in_progress {
            Failure::Passing
        } else {
            Failure::Other
        };
    };
    let reasons = cancelled.cancellation_reasons();
    let positions = |wanted: &[&str]| -> Vec<usize> {
        let codes = reasons
            .iter()
            .map(|reason| reason.code().unwrap_or_default());
        codes
            .enumerate()
            .filter(|(_, code)| wanted.contains(code))
            .map(|(position, _)| position)
            .collect()
    };
    let refused = positions(&["ConditionalCheckFailed"]);
    if !refused.is_empty() {
        return Failure::Refused(refused);
    }
    let passing = positions(&[
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ]);
    if passing.is_empty() {
        Failure::Other
    } else {
        Failure::Passing
    }
}

/// The codes of all cancellation reasons, for the log.
fn reasons(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> String {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            let codes = cancelled
                .cancellation_reasons()
                .iter()
                .filter_map(|reason| reason.code());
            codes.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.code().unwrap_or("no code").to_owned(),
        None => "no answer".to_owned(),
    }
}
