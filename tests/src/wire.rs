//! What the generated client says and hears, as answers that are held against the contract.

use std::cell::RefCell;
use std::mem;
use std::sync::{Arc, Mutex};

use chrono::DateTime;
use contract_judge::witness::{Answer, Sent, Witness};
use futures_util::future::BoxFuture;
use portfolio_client::{ClientBuilder, Error, Exchange, ResponseValue};
use serde::Serialize;
use serde_json::Value;

tokio::task_local! {
    /// What the call that is being made was answered.
    static HEARD: RefCell<Vec<Answer>>;
}

/// What a client was answered outside of [`Answered::answer`], in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Vec<Answer>>>);

impl Wire {
    /// Listens to a client. An answer that breaks the contract fails the test where it is heard.
    pub(crate) fn on(&self, builder: ClientBuilder, witness: Witness) -> ClientBuilder {
        let Self(unasked) = self.clone();
        builder.observer(move |exchange| {
            let mut answer = Some(heard(exchange, &witness));
            // Signing in and renewing happen in tasks of their own.
            let _ = HEARD.try_with(|heard| heard.borrow_mut().extend(answer.take()));
            unasked.lock().unwrap().extend(answer);
        })
    }

    pub(crate) fn take(&self) -> Vec<Answer> {
        mem::take(&mut *self.0.lock().unwrap())
    }
}

fn heard(exchange: &Exchange<'_>, witness: &Witness) -> Answer {
    let request = exchange.request;
    let url = request.url();
    let mut headers = request.headers().clone();
    // The same with every request.
    headers.remove("accept");
    let body = request.body().and_then(|body| body.as_bytes());
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let sent = Sent {
        method: request.method().clone(),
        path,
        headers,
        json: body.and_then(|bytes| serde_json::from_slice(bytes).ok()),
    };
    witness.heard(
        sent,
        exchange.status,
        exchange.headers.clone(),
        exchange.body,
    )
}

/// A call of the generated client, of which the answer is wanted as it came over the wire.
pub trait Answered {
    /// Makes the call. What the client made of the answer must be what it says.
    ///
    /// Boxed, since a test that makes many calls would be too large for a stack otherwise.
    fn answer<'a>(self) -> BoxFuture<'a, Answer>
    where
        Self: 'a;
}

impl<T, F> Answered for F
where
    T: Serialize + Send,
    F: Future<Output = Result<ResponseValue<T>, Error>> + Send,
{
    fn answer<'a>(self) -> BoxFuture<'a, Answer>
    where
        Self: 'a,
    {
        let call = HEARD.scope(RefCell::default(), async {
            let result = self.await;
            // The last one, if a token was renewed in between.
            (result, HEARD.with(RefCell::take).pop())
        });
        Box::pin(async {
            match call.await {
                (result, Some(answer)) => understood(&result, answer),
                (result, None) => panic!("nothing was heard: {:?}", result.err()),
            }
        })
    }
}

/// An answer that the client has understood.
fn understood<T: Serialize>(result: &Result<ResponseValue<T>, Error>, answer: Answer) -> Answer {
    let (status, body) = match result {
        Ok(response) => (response.status(), serde_json::to_value(&**response)),
        Err(Error::ErrorResponse(response)) => {
            (response.status(), serde_json::to_value(&**response))
        }
        Err(error) => panic!("{error}"),
    };
    let success = answer.status.as_u16() < 400;
    assert_eq!(
        (result.is_ok(), status),
        (success, answer.status),
        "{answer}"
    );
    let body = body.unwrap();
    assert!(
        alike(&body, &answer.body),
        "the client made {body:#} of\n{answer}"
    );
    answer
}

/// Whether two values say the same. A time can be written in more than one way.
fn alike(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Object(one), Value::Object(two)) => {
            one.len() == two.len()
                && one
                    .iter()
                    .all(|(name, value)| two.get(name).is_some_and(|other| alike(value, other)))
        }
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| alike(one, two))
        }
        (Value::String(one), Value::String(two)) if one != two => {
            let time = DateTime::parse_from_rfc3339;
            time(one).is_ok_and(|one| time(two) == Ok(one))
        }
        _ => one == two,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_alike_when_they_say_the_same() {
        let time = json!({ "at": ["2026-11-20T10:00:00Z", null] });
        assert!(alike(
            &time,
            &json!({ "at": ["2026-11-20T10:00:00.000Z", null] })
        ));
        for other in [
            json!({ "at": ["2026-11-20T10:00:00.001Z", null] }),
            json!({ "at": ["2026-11-20T10:00:00Z"] }),
            json!({ "at": ["2026-11-20T10:00:00Z", null], "to": null }),
            json!({ "at": ["2026-11-20", null] }),
            json!({}),
        ] {
            assert!(!alike(&time, &other) && !alike(&other, &time), "{other}");
        }
    }
}
