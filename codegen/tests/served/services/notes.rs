//! Notes, none of which are kept.

use std::sync::Arc;

use contract_runtime::Fault;
use contract_runtime::axum::Router;
use contract_runtime::client::ClientAddress;
use contract_runtime::clock::Clock;
use contract_runtime::limit::{Decision, InstanceLimits, RateLimit, RateLimiter, Unavailable};
use contract_runtime::security::{Principal, Rejection};

// What the tests do not call is still compiled.
#[allow(clippy::all, dead_code, unreachable_pub)]
pub(crate) mod contract {
    include!("../../golden/notes/generated.rs");
}

pub(crate) use contract::types;
use contract::*;

pub(crate) struct Notes {
    limits: InstanceLimits,
}

pub(crate) fn router() -> Router {
    contract::router(Arc::new(Notes {
        limits: InstanceLimits::new(Clock::system()),
    }))
}

impl From<Fault> for types::Problem {
    fn from(fault: Fault) -> Self {
        let violations = fault.violations.into_iter().map(|found| types::Violation {
            r#where: format!("{:?}", found.location).to_lowercase(),
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

pub(crate) fn note(id: &str, title: String) -> types::Note {
    types::Note {
        id: id.parse().unwrap(),
        title,
        text: String::new(),
        tags: vec![],
        source: None,
        created_at: "2026-01-31T12:00:00Z".parse().unwrap(),
    }
}

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

impl NotesApi for Notes {
    async fn list_notes(
        &self,
        request: ListNotesRequest,
    ) -> Result<ListNotesResponse, ListNotesError> {
        Ok(ListNotesResponse::Ok(types::NoteList {
            notes: vec![note(ID, format!("{request:?}"))],
            total: request.limit,
        }))
    }

    async fn preview_note(
        &self,
        request: PreviewNoteRequest,
    ) -> Result<PreviewNoteResponse, PreviewNoteError> {
        Ok(PreviewNoteResponse::Ok(note(ID, request.body.title)))
    }

    async fn list_related_notes(
        &self,
        request: ListRelatedNotesRequest,
    ) -> Result<ListRelatedNotesResponse, ListRelatedNotesError> {
        let id = request.note_id.to_string();
        Ok(ListRelatedNotesResponse::Ok(types::NoteList {
            notes: vec![note(&id, request.search.unwrap_or_default())],
            total: request.limit,
        }))
    }

    async fn create_note(
        &self,
        _principal: Principal,
        request: CreateNoteRequest,
    ) -> Result<CreateNoteResponse, CreateNoteError> {
        Ok(CreateNoteResponse::Created {
            location: format!("/v1/notes/{ID}"),
            body: note(ID, format!("{:?}", request.body)),
        })
    }

    async fn get_note(
        &self,
        principal: Option<Principal>,
        request: GetNoteRequest,
    ) -> Result<GetNoteResponse, GetNoteError> {
        if request.if_none_match.as_deref() == Some("\"1\"") {
            return Ok(GetNoteResponse::NotModified {
                etag: "\"1\"".to_owned(),
            });
        }
        if principal.is_none() {
            let problem = types::Problem {
                status: 404,
                message: "No such note.".to_owned(),
                violations: vec![],
            };
            return Err(responses::NotFound(problem).into());
        }
        Ok(responses::NoteFound {
            body: note(&request.note_id.to_string(), String::new()),
            etag: "\"1\"".to_owned(),
        }
        .into())
    }

    async fn update_note(
        &self,
        _principal: Principal,
        request: UpdateNoteRequest,
    ) -> Result<UpdateNoteResponse, UpdateNoteError> {
        Ok(responses::NoteFound {
            body: note(&request.note_id.to_string(), format!("{:?}", request.body)),
            etag: "\"2\"".to_owned(),
        }
        .into())
    }

    async fn delete_note(
        &self,
        _principal: Principal,
        _request: DeleteNoteRequest,
    ) -> Result<DeleteNoteResponse, DeleteNoteError> {
        Ok(DeleteNoteResponse::NoContent)
    }
}

impl Security for Notes {
    async fn bearer_auth(&self, credential: &str) -> Result<Principal, Rejection> {
        super::check("bearer", credential)
    }
}

impl RateLimiter for Notes {
    async fn take(
        &self,
        limit: &'static RateLimit,
        client: ClientAddress,
    ) -> Result<Option<Decision>, Unavailable> {
        self.limits.take(limit, client).await
    }
}
