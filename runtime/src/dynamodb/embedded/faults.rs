//! Faults between the SDK and the engine, for tests of what a server does when DynamoDB does not answer as
//! hoped.

use std::time::Duration;

use serde_json::{Value, json};

/// A call that is about to reach the engine.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The operation, such as `PutItem`.
    pub operation: &'a str,
    /// Its JSON body.
    pub body: &'a [u8],
}

/// What happens to a call. By default nothing does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// How long the call takes to reach the engine, which it does also if the caller gives up in the meantime.
    pub delay: Duration,
    /// The call never reaches the engine, and nobody says so.
    pub lost: bool,
    /// The answer instead of the engine's: the call never reaches it.
    pub before: Option<Failure>,
    /// The answer instead of the engine's, after it did what it was asked to.
    pub after: Option<Failure>,
    /// The answer breaks off in the middle of its body, after the engine did what it was asked to: the caller has heard its
    /// status, and nothing else.
    pub cut: bool,
    /// How long the answer takes to come back, after the engine did what it was asked to: long enough, and the
    /// caller gives up without ever knowing.
    pub linger: Duration,
    /// An eventually consistent read sees nothing of what was written since the same read was made before, as DynamoDB
    /// allows (developer guide, "Read consistency"). Does nothing to the first of its kind and to any other call. Only of
    /// [`Faults`] that say so beforehand ([`Faults::reads_are_behind`]).
    pub stale: bool,
}

/// A way in which DynamoDB fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No answer: the connection is lost.
    Disconnect,
    /// 500 `InternalServerError`.
    InternalServerError,
    /// 400 `ProvisionedThroughputExceededException`.
    Throttling,
    /// Another transaction is at work on an item: 400 `TransactionCanceledException` with the reason
    /// `TransactionConflict` for the first item of a transaction, `TransactionConflictException` for an
    /// operation on one item.
    TransactionConflict,
    /// 400 `AccessDeniedException`: a policy does not allow the call, and trying again will not help.
    AccessDenied,
}

/// Decides what happens to each call; a closure will do.
pub trait Faults: Send + Sync + 'static {
    /// What happens to `call`. Asked once per try: the SDK's retries are calls of their own.
    fn disturb(&self, call: &Call<'_>) -> Disturbance;

    /// Whether a [`Disturbance`] of these can be [`stale`](Disturbance::stale): what reads were answered is remembered
    /// then. Asked once, before the first call.
    fn reads_are_behind(&self) -> bool {
        false
    }
}

impl<F: Fn(&Call<'_>) -> Disturbance + Send + Sync + 'static> Faults for F {
    fn disturb(&self, call: &Call<'_>) -> Disturbance {
        self(call)
    }
}

/// A replica that stays as it is: each eventually consistent read is answered as it was for the first time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Behind;

impl Faults for Behind {
    fn disturb(&self, _: &Call<'_>) -> Disturbance {
        Disturbance {
            stale: true,
            ..Disturbance::default()
        }
    }

    fn reads_are_behind(&self) -> bool {
        true
    }
}

impl Failure {
    /// The status and body of the failure, `None` if there is no answer.
    pub fn answer(self, call: &Call<'_>) -> Option<(u16, Value)> {
        let error = |status, name: &str, message: &str| {
            let name = format!("com.amazonaws.dynamodb.v20120810#{name}");
            Some((status, json!({"__type": name, "message": message})))
        };
        match self {
            Self::Disconnect => None,
            Self::InternalServerError => error(500, "InternalServerError", "Internal server error"),
            Self::Throttling => error(
                400,
                "ProvisionedThroughputExceededException",
                "The level of configured provisioned throughput for the table was exceeded.",
            ),
            Self::AccessDenied => error(
                400,
                "AccessDeniedException",
                "The identity is not authorized to perform this call.",
            ),
            Self::TransactionConflict => match transaction_items(call) {
                None => error(
                    400,
                    "TransactionConflictException",
                    "Transaction is ongoing for the item",
                ),
                Some(items) => {
                    let none = json!({"Code": "None"});
                    let mut reasons = vec![none; items.max(1)];
                    reasons[0] = json!({
                        "Code": "TransactionConflict",
                        "Message": "Transaction is ongoing for the item",
                    });
                    let body = json!({
                        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                        "Message": "Transaction cancelled, please refer cancellation reasons for \
                                    specific reasons [TransactionConflict]",
                        "CancellationReasons": reasons,
                    });
                    Some((400, body))
                }
            },
        }
    }
}

/// The number of items in a transaction, `None` if the call is not one.
fn transaction_items(call: &Call<'_>) -> Option<usize> {
    if !call.operation.starts_with("Transact") {
        return None;
    }
    let body: Value = serde_json::from_slice(call.body).unwrap_or_default();
    Some(body["TransactItems"].as_array().map_or(0, Vec::len))
}
