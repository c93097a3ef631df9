//! `x-handler`: operations that share one method, which is told which of them was asked for.
//!
//! They must be of one shape, so that one more of them needs no Rust.

use super::Reader;
use super::operations::Surroundings;
use crate::diagnostic::Code;
use crate::model::{Header, Operation, Parameter, Response};
use crate::source::Entry;

impl<'n> Reader<'n, '_> {
    /// The name of a shared method, which no operation may have for itself.
    pub(super) fn handler(
        &mut self,
        member: &'n Entry,
        negotiates: bool,
        surroundings: &mut Surroundings<'n>,
    ) -> String {
        let name = self.text(&member.value, "x-handler");
        if surroundings.handlers.insert(name.clone()) {
            self.operation_id(&name, member.key_at, surroundings);
        }
        let events = format!("{name}Events");
        if negotiates && surroundings.handlers.insert(events.clone()) {
            self.operation_id(&events, member.key_at, surroundings);
        }
        name
    }

    /// Reports what differs between operations that share a method.
    pub(super) fn shared_handlers(&mut self) {
        let operations = std::mem::take(&mut self.contract.operations);
        for (index, operation) in operations.iter().enumerate() {
            let Some(handler) = &operation.handler else {
                continue;
            };
            let mut earlier = operations[..index].iter();
            let first = earlier.find(|other| other.handler.as_ref() == Some(handler));
            let Some((first, what)) =
                first.and_then(|first| Some((first, difference(first, operation)?)))
            else {
                continue;
            };
            let message = format!(
                "`{}` and `{}` share the handler `{handler}` and so must be of one shape, but have {what}; make them the same (an inline schema with a type of its own is never the same: name it under components), or give one of them another `x-handler`",
                operation.id, first.id
            );
            self.report(operation.at, Code::Handler, message);
        }
        self.contract.operations = operations;
    }
}

/// What a method that serves both could not express.
fn difference(one: &Operation, other: &Operation) -> Option<String> {
    let public = |operation: &Operation| operation.security.alternatives.is_empty();
    if one.tag != other.tag {
        return Some("other first tags".to_owned());
    }
    if public(one) != public(other) || one.security.optional != other.security.optional {
        return Some(
            "other callers (one is public, or lets anybody call, and one does not)".to_owned(),
        );
    }
    if !alike(&one.parameters, &other.parameters, same_parameter) {
        return Some("other parameters".to_owned());
    }
    let body = |operation: &Operation| {
        let body = operation.body.as_ref();
        body.map(|body| (body.required, body.ty.clone()))
    };
    if body(one) != body(other) {
        return Some("other bodies".to_owned());
    }
    let mut statuses = one.responses.iter().chain(&other.responses);
    let differs = statuses.find(|response| {
        let of = |operation: &Operation| {
            let mut responses = operation.responses.iter();
            responses.find(|one| one.status == response.status).cloned()
        };
        match (of(one), of(other)) {
            (Some(one), Some(other)) => !same_response(&one, &other),
            _ => true,
        }
    });
    differs.map(|response| format!("another {}", response.status))
}

fn alike<T>(ones: &[T], others: &[T], same: fn(&T, &T) -> bool) -> bool {
    ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| same(one, other))
}

fn same_parameter(one: &Parameter, other: &Parameter) -> bool {
    (&one.name, one.location, one.required, one.explode, &one.ty)
        == (
            &other.name,
            other.location,
            other.required,
            other.explode,
            &other.ty,
        )
}

fn same_response(one: &Response, other: &Response) -> bool {
    let events = |response: &Response| {
        let events = response.events.as_ref();
        events.map(|events| (events.ty.clone(), events.failure.clone(), events.first))
    };
    one.shared == other.shared
        && one.body == other.body
        && events(one) == events(other)
        && alike(&one.headers, &other.headers, same_header)
}

fn same_header(one: &Header, other: &Header) -> bool {
    (&one.name, one.required, &one.ty) == (&other.name, other.required, &other.ty)
}
