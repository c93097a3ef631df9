//! One DynamoDB call: from the operation's name and JSON body to the answer's.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An answer as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// Executes `operation` (such as `PutItem`) with a JSON `body` (DynamoDB API Reference, JSON 1.0 protocol).
pub(super) fn answer(database: &Database, operation: &str, body: &[u8]) -> Answer {
    match execute(database, operation, body) {
        Ok(Some(body)) => Answer { status: 200, body },
        Ok(None) => Answer {
            status: 400,
            body: br#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#.to_vec(),
        },
        Err(error) => {
            if error.status_code() >= 500 {
                tracing::error!(operation, cause = %error, "the embedded database failed");
            }
            Answer {
                status: error.status_code(),
                body: error.to_json().into_bytes(),
            }
        }
    }
}

/// `None` if the engine has no such operation.
fn execute(
    database: &Database,
    operation: &str,
    body: &[u8],
) -> Result<Option<Vec<u8>>, DynoxideError> {
    macro_rules! dispatch {
        ($($name:literal => $method:ident,)*) => {
            match operation {
                $($name => write(&database.$method(read(body)?)?).map(Some),)*
                _ => Ok(None),
            }
        };
    }
    dispatch! {
        "GetItem" => get_item,
        "PutItem" => put_item,
        "UpdateItem" => update_item,
        "DeleteItem" => delete_item,
        "Query" => query,
        "Scan" => scan,
        "BatchGetItem" => batch_get_item,
        "BatchWriteItem" => batch_write_item,
        "TransactGetItems" => transact_get_items,
        "TransactWriteItems" => transact_write_items,
        "CreateTable" => create_table,
        "DescribeTable" => describe_table,
        "UpdateTable" => update_table,
        "DeleteTable" => delete_table,
        "ListTables" => list_tables,
        "UpdateTimeToLive" => update_time_to_live,
        "DescribeTimeToLive" => describe_time_to_live,
        "TagResource" => tag_resource,
        "UntagResource" => untag_resource,
        "ListTagsOfResource" => list_tags_of_resource,
        "ExecuteStatement" => execute_statement,
        "ExecuteTransaction" => execute_transaction,
        "BatchExecuteStatement" => batch_execute_statement,
        "ListStreams" => list_streams,
        "DescribeStream" => describe_stream,
        "GetShardIterator" => get_shard_iterator,
        "GetRecords" => get_records,
        "SearchVectors" => search_vectors,
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| unreadable(&error.to_string()))
}

/// DynamoDB's error for a body that cannot be read.
///
/// The engine's own types begin a message with the class of error that they mean. For the rest: what is
/// missing or null is invalid, and only a wrong JSON type is a serialisation error.
fn unreadable(message: &str) -> DynoxideError {
    let text = message
        .rfind(" at line ")
        .map_or(message, |end| &message[..end]);
    for (mark, error) in [
        (
            "VALIDATION_REQUEST:",
            DynoxideError::EnvelopedValidation as fn(String) -> DynoxideError,
        ),
        ("VALIDATION_AS_READ:", DynoxideError::ValidationException),
        ("VALIDATION:", DynoxideError::ValidationException),
        (
            "SERIALIZATION_AS_READ:",
            DynoxideError::SerializationException,
        ),
        ("SERIALIZATION:", DynoxideError::SerializationException),
    ] {
        if let Some(text) = text.strip_prefix(mark) {
            return error(text.to_owned());
        }
    }
    let invalid = [
        "missing field",
        "unknown variant",
        "invalid type: null",
        "AttributeValue",
    ];
    if invalid.iter().any(|part| text.contains(part)) {
        DynoxideError::ValidationException(text.to_owned())
    } else {
        DynoxideError::SerializationException(text.to_owned())
    }
}

fn write(response: &impl Serialize) -> Result<Vec<u8>, DynoxideError> {
    serde_json::to_vec(response)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn error(operation: &str, body: &str) -> (u16, String) {
        let database = Database::memory().unwrap();
        let answer = answer(&database, operation, body.as_bytes());
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        let kind = body["__type"].as_str().unwrap().rsplit('#').next().unwrap();
        (answer.status, kind.to_owned())
    }

    #[test]
    fn errors_are_dynamodbs() {
        for (operation, body, kind) in [
            ("GetItem", "{", "SerializationException"),
            ("GetItem", r#"{"TableName": 7}"#, "SerializationException"),
            ("GetItem", "{}", "ValidationException"),
            (
                "GetItem",
                r#"{"TableName": "none", "Key": {"PK": {"S": "a"}}}"#,
                "ResourceNotFoundException",
            ),
            (
                "PutItem",
                r#"{"TableName": "none", "Item": {"PK": {}}}"#,
                "ValidationException",
            ),
            ("DescribeLimits", "{}", "UnknownOperationException"),
        ] {
            assert_eq!(error(operation, body), (400, kind.to_owned()), "{body}");
        }
    }

    #[test]
    fn no_mark_of_the_engines_reaches_the_wire() {
        for (message, kind, text) in [
            (
                "VALIDATION:Bad at line 1 column 2",
                "ValidationException",
                "Bad",
            ),
            (
                "VALIDATION_REQUEST:Bad at line 1 column 2",
                "ValidationException",
                "Bad",
            ),
            ("SERIALIZATION:Bad", "SerializationException", "Bad"),
            (
                "missing field `Key` at line 1 column 2",
                "ValidationException",
                "missing field `Key`",
            ),
        ] {
            let error = unreadable(message);
            assert!(error.error_type().ends_with(kind), "{message}");
            assert_eq!(error.to_string(), text);
        }
    }
}
