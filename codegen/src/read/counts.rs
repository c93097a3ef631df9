//! The headers of rate limits, which are the layer's where an operation has a limit, and the handler's where it has none.

use super::Reader;
use crate::diagnostic::Code;
use crate::model::{Header, Kind, Operation, Response, Scalar};

/// What the layer answers without having counted: a handler that panics, and a limit that cannot be looked up or a call
/// that takes too long.
const UNCOUNTED: [u16; 2] = [500, 503];

impl Reader<'_, '_> {
    /// Looks at the headers of rate limits in an operation's responses. Without a limit they become headers as any other.
    pub(super) fn counts(&mut self, operation: &mut Operation) {
        let Operation {
            id,
            limit,
            responses,
            ..
        } = operation;
        for response in responses {
            if limit.is_some() {
                self.counted(response, id);
            } else if response.shared.is_none() {
                response.headers.append(&mut response.limits);
            } else if let Some(header) = response.limits.iter().find(|header| header.required) {
                // The type of a shared response has no field for what the layer sets elsewhere.
                let message = format!(
                    "the {} of `{id}` requires the header `{}`, which nothing sets, since the operation has no rate limit; add `x-rate-limit`, or write this response here in place of the reference",
                    response.status, header.name
                );
                self.report(response.at, Code::RateLimit, message);
            }
        }
    }

    /// One response of an operation with a limit.
    fn counted(&mut self, response: &Response, id: &str) {
        let Response { status, at, .. } = *response;
        if !response.counted {
            let message = format!(
                "the {status} of `{id}` must declare the headers X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset, since the operation has a rate limit"
            );
            self.report(at, Code::RateLimit, message);
        }
        for Header {
            name, required, ty, ..
        } in &response.limits
        {
            if !matches!(ty.kind, Kind::Scalar(Scalar::Integer { .. })) {
                let message = format!(
                    "the header `{name}` in the {status} of `{id}` must be `type: integer`: the layer sends numbers"
                );
                self.report(at, Code::RateLimit, message);
            }
            if *required && UNCOUNTED.contains(&status) {
                let message = format!(
                    "the {status} of `{id}` cannot require the header `{name}`: the layer also answers it without having counted; remove `required`"
                );
                self.report(at, Code::RateLimit, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    /// An operation whose responses all declare the headers of rate limits; `own` is a member of it.
    fn contract(own: &str) -> String {
        let headers = ["Limit", "Remaining", "Reset"]
            .map(|name| format!("X-RateLimit-{name}: {{ schema: {{ type: integer }} }}"))
            .join(", ");
        let bad = format!(
            "{{ description: Bad., headers: {{ {headers} }}, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Error' }} }} }} }}"
        );
        format!(
            "openapi: 3.0.3
info: {{ title: Things, version: '1' }}
servers: [{{ url: / }}]
tags: [{{ name: Things }}]
x-error-schema: Error
x-rate-limits: {{ slow: {{ requests: 1, seconds: 1 }} }}
paths:
  /things:
    get:
      operationId: listThings
      tags: [Things]
      {own}
      responses:
        '200': {{ description: Good., headers: {{ {headers} }} }}
        '429': {bad}
        '500': {bad}
        '503': {bad}
components:
  schemas:
    Error: {{ type: object, properties: {{ message: {{ type: string }} }} }}
"
        )
    }

    #[test]
    fn the_headers_of_limits_are_the_handlers_where_there_is_no_limit() {
        let sets = |own| {
            let generated = crate::generate(&contract(own), "openapi.yml").unwrap();
            generated
                .rust
                .contains("from_static(\"x-ratelimit-limit\")")
        };
        assert!(sets("x-mcp: false"));
        assert!(!sets("x-rate-limit: slow"));
    }
}
