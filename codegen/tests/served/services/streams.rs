//! Streams that succeed, fail, and are answered as JSON instead.

use std::sync::Arc;

use contract_runtime::axum::Router;
use contract_runtime::events::Events;
use contract_runtime::security::{Principal, Rejection};
use contract_runtime::{Fault, Field};
use futures_util::stream;

// What the tests do not call is still compiled.
#[allow(clippy::all, dead_code, unreachable_pub)]
pub(crate) mod contract {
    include!("../../golden/streams/generated.rs");
}

use contract::*;

struct Streams;

pub(crate) fn router() -> Router {
    contract::router(Arc::new(Streams))
}

impl From<Fault> for types::Problem {
    fn from(fault: Fault) -> Self {
        Self {
            text: fault.message.into_owned(),
        }
    }
}

impl LinesApi for Streams {
    async fn read_lines(
        &self,
        _: Principal,
        request: ReadLinesRequest,
    ) -> Result<ReadLinesResponse, ReadLinesError> {
        Ok(match request.body.text {
            text if text.is_empty() => ReadLinesResponse::NoContent,
            text => ReadLinesResponse::Ok(types::Text { text }),
        })
    }

    /// A line `?` fails.
    async fn read_lines_events(
        &self,
        principal: Principal,
        request: ReadLinesRequest,
    ) -> Result<ReadLinesEventsResponse, ReadLinesError> {
        if principal.has_role("admin") {
            let text = "nothing for those who may do everything".to_owned();
            let problem = responses::Problem(types::Problem { text });
            return Err(ReadLinesError::ServiceUnavailable(problem));
        }
        if request.body.text.is_empty() {
            return Ok(ReadLinesEventsResponse::NoContent);
        }
        let lines: Vec<_> = request.body.text.lines().map(str::to_owned).collect();
        let lines = lines.into_iter().map(|line| match line.as_str() {
            "?" => Err(types::Problem {
                text: "a question".to_owned(),
            }),
            _ => Ok(types::Line { line }),
        });
        Ok(ReadLinesEventsResponse::Ok(Events::new(stream::iter(
            lines,
        ))))
    }

    async fn count(&self, request: CountRequest) -> Result<CountResponse, CountError> {
        let body: Vec<i64> = (1..=request.accepted).collect();
        Ok(CountResponse::Ok {
            body,
            x_length: request.accepted,
        })
    }

    async fn count_events(&self, request: CountRequest) -> Result<CountEventsResponse, CountError> {
        Ok(CountEventsResponse::Ok {
            body: Events::new(stream::iter((1..=request.accepted).map(Ok))),
            x_length: request.accepted,
        })
    }

    async fn tick(&self) -> Result<TickResponse, TickError> {
        let tick = |number| {
            Ok(types::Tick200Event {
                number,
                note: Field::Absent,
            })
        };
        Ok(TickResponse::Ok(Events::new(stream::iter([
            tick(1),
            tick(2),
        ]))))
    }
}

impl Security for Streams {
    async fn bearer(&self, credential: &str) -> Result<Principal, Rejection> {
        super::check("bearer", credential)
    }
}
