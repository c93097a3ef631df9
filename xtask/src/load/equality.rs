//! Before anything is measured: do the sides answer alike? A comparison of servers that do different things is worth nothing.

use serde_json::Value;

use super::operation::{Client, Operation};
use super::side::Side;
use crate::connection::{Answer, Connection};

/// Requests of each operation: with different posts, visitors and filters.
const PROBES: usize = 5;

/// Headers that must be there on all sides or on none. What they say is each side's own.
const HEADERS: [&str; 2] = ["etag", "location"];

/// Sends the same requests to every side and compares the answers with those of the first.
pub(crate) fn check(sides: &mut [Side]) -> Result<usize, String> {
    let mut compared = 0;
    let mut connections = Vec::new();
    for side in &*sides {
        let connection = Connection::open(&side.address);
        connections.push(
            connection.map_err(|error| format!("{} takes no connection: {error}", side.name))?,
        );
    }
    for operation in Operation::ALL {
        for _ in 0..PROBES {
            let mut first: Option<Value> = None;
            for (side, connection) in sides.iter_mut().zip(&mut connections) {
                // Every side's first client sends the same requests.
                let Some(client) = side.clients.first_mut() else {
                    continue;
                };
                let seen = essence(operation, &ask(operation, client, connection, side.name)?)
                    .map_err(|error| format!("{}, {}: {error}", operation.name(), side.name))?;
                match &first {
                    None => first = Some(seen),
                    Some(expected) if *expected == seen => compared += 1,
                    Some(expected) => {
                        return Err(format!(
                            "{} is not answered alike, so that there is nothing to compare:\n{expected}\n{}:\n{seen}",
                            operation.name(),
                            side.name
                        ));
                    }
                }
            }
        }
    }
    Ok(compared)
}

fn ask(
    operation: Operation,
    client: &mut Client,
    connection: &mut Connection,
    name: &str,
) -> Result<Answer, String> {
    let request = operation.request(client);
    let answer = connection.send(&request);
    let answer = answer.map_err(|error| format!("{}, {name}: {error}", operation.name()))?;
    operation.answered(client, &answer);
    Ok(answer)
}

/// What must be alike: the status, the media type, which headers there are, and of the body its values or its shape.
fn essence(operation: Operation, answer: &Answer) -> Result<Value, String> {
    if answer.status != operation.status() {
        let body = String::from_utf8_lossy(&answer.body);
        return Err(format!(
            "{} instead of {}: {body}",
            answer.status,
            operation.status()
        ));
    }
    let body: Value = serde_json::from_slice(&answer.body)
        .map_err(|error| format!("the body is no JSON: {error}"))?;
    let body = if operation.is_exact() {
        body
    } else {
        shape(body)
    };
    let media_type = answer.header("content-type").unwrap_or_default();
    let headers = HEADERS.map(|name| answer.header(name).is_some());
    Ok(serde_json::json!([
        answer.status,
        media_type.split(';').next(),
        headers,
        body
    ]))
}

/// A value with its members and lengths, and the types of its scalars. What a violation is about stays, its wording goes.
fn shape(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let is_kept = [
                    "where",
                    "pointer",
                    "statusCode",
                    "error",
                    "tracked",
                    "status",
                ];
                let value = if is_kept.contains(&name.as_str()) {
                    value
                } else {
                    shape(value)
                };
                (name, value)
            });
            Value::Object(members.collect())
        }
        Value::Array(values) => {
            let mut values: Vec<Value> = values.into_iter().map(shape).collect();
            values.sort_by_cached_key(Value::to_string);
            Value::Array(values)
        }
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "flag".into(),
        Value::Null => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: &Value) -> Answer {
        Answer {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    fn invalid(pointers: &[&str], message: &str) -> Value {
        let violations = pointers
            .iter()
            .map(|pointer| json!({ "where": "body", "pointer": pointer, "message": message }));
        json!({ "message": message, "details": { "violations": violations.collect::<Vec<_>>() } })
    }

    #[test]
    fn violations_are_alike_whatever_their_order_and_wording() {
        let one = answer(400, &invalid(&["/title", "/tags"], "is too short"));
        let other = answer(400, &invalid(&["/tags", "/title"], "should be longer"));
        let missing = answer(400, &invalid(&["/tags"], "is too short"));
        let essence = |answer| essence(Operation::InvalidPost, answer).unwrap();
        assert_eq!(essence(&one), essence(&other));
        assert_ne!(essence(&one), essence(&missing));
    }

    #[test]
    fn what_is_read_must_have_the_same_values() {
        let essence = |body: Value| essence(Operation::VisitorCount, &answer(200, &body)).unwrap();
        assert_eq!(
            essence(json!({ "count": 7 })),
            essence(json!({ "count": 7 }))
        );
        assert_ne!(
            essence(json!({ "count": 7 })),
            essence(json!({ "count": 8 }))
        );
    }

    #[test]
    fn what_is_made_must_have_the_same_members_and_headers() {
        let body = json!({ "id": "a", "tags": ["x", "y"], "publishedAt": null });
        let other = json!({ "id": "b", "tags": ["z", "z"], "publishedAt": null });
        let longer = json!({ "id": "b", "tags": ["x"], "publishedAt": null });
        let essence = |answer: &Answer| essence(Operation::CreatePost, answer).unwrap();
        assert_eq!(essence(&answer(201, &body)), essence(&answer(201, &other)));
        assert_ne!(essence(&answer(201, &body)), essence(&answer(201, &longer)));
        let mut tagged = answer(201, &body);
        tagged.headers.push(("etag".to_owned(), "\"1\"".to_owned()));
        assert_ne!(essence(&tagged), essence(&answer(201, &body)));
    }

    #[test]
    fn another_status_is_an_error() {
        assert!(essence(Operation::CreatePost, &answer(200, &json!({}))).is_err());
    }
}
