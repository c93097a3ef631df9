//! The generated side: a service behind the golden contract `notes`.

use std::sync::Arc;

use contract_runtime::axum::Router;
use contract_runtime::client::ClientAddress;
use contract_runtime::limit::{Decision, RateLimit, RateLimiter, Unavailable};
use contract_runtime::security::{Principal, Rejection};
use contract_runtime::{Fault, Location};

// What is not called is still compiled.
#[allow(clippy::all, dead_code, unreachable_pub)]
mod contract {
    include!("../../tests/golden/notes/generated.rs");
}

use contract::*;

struct Notes;

pub(crate) fn router() -> Router {
    contract::router(Arc::new(Notes))
}

impl From<Fault> for types::Problem {
    fn from(fault: Fault) -> Self {
        let violations = fault.violations.into_iter().map(|found| types::Violation {
            r#where: word(found.location).to_owned(),
            pointer: found.pointer,
            message: found.message,
        });
        Self {
            status: i32::from(fault.status.as_u16()),
            message: fault.message.into_owned(),
            violations: violations.collect(),
        }
    }
}

fn word(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
        Location::Body => "body",
    }
}

impl NotesApi for Notes {
    async fn preview_note(
        &self,
        request: PreviewNoteRequest,
    ) -> Result<PreviewNoteResponse, PreviewNoteError> {
        let note = request.body;
        Ok(PreviewNoteResponse::Ok(types::Note {
            id: contract_runtime::format::Uuid::from(uuid::Uuid::nil()),
            title: note.title,
            text: note.text,
            tags: note.tags,
            source: note.source.value(),
            created_at: contract_runtime::format::DateTime::from(chrono::DateTime::UNIX_EPOCH),
        }))
    }

    async fn list_related_notes(
        &self,
        request: ListRelatedNotesRequest,
    ) -> Result<ListRelatedNotesResponse, ListRelatedNotesError> {
        Ok(ListRelatedNotesResponse::Ok(types::NoteList {
            notes: vec![types::Note {
                id: request.note_id,
                title: request.search.unwrap_or_default(),
                text: String::new(),
                tags: Vec::new(),
                source: None,
                created_at: contract_runtime::format::DateTime::from(chrono::DateTime::UNIX_EPOCH),
            }],
            total: request.limit + request.offset,
        }))
    }

    async fn list_notes(&self, _: ListNotesRequest) -> Result<ListNotesResponse, ListNotesError> {
        unreachable!("it is not measured")
    }

    async fn create_note(
        &self,
        _: Principal,
        _: CreateNoteRequest,
    ) -> Result<CreateNoteResponse, CreateNoteError> {
        unreachable!("it is not measured")
    }

    async fn get_note(
        &self,
        _: Option<Principal>,
        _: GetNoteRequest,
    ) -> Result<GetNoteResponse, GetNoteError> {
        unreachable!("it is not measured")
    }

    async fn update_note(
        &self,
        _: Principal,
        _: UpdateNoteRequest,
    ) -> Result<UpdateNoteResponse, UpdateNoteError> {
        unreachable!("it is not measured")
    }

    async fn delete_note(
        &self,
        _: Principal,
        _: DeleteNoteRequest,
    ) -> Result<DeleteNoteResponse, DeleteNoteError> {
        unreachable!("it is not measured")
    }
}

impl Security for Notes {
    async fn bearer_auth(&self, _: &str) -> Result<Principal, Rejection> {
        unreachable!("it is not measured")
    }
}

impl RateLimiter for Notes {
    async fn take(
        &self,
        _: &'static RateLimit,
        _: ClientAddress,
    ) -> Result<Option<Decision>, Unavailable> {
        Ok(None)
    }
}
