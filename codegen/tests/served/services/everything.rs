//! A service that answers what it was given.

use std::sync::Arc;

use contract_runtime::axum::Router;
use contract_runtime::client::ClientAddress;
use contract_runtime::limit::{Decision, RateLimit, RateLimiter, Unavailable};
use contract_runtime::security::{Principal, Rejection};
use contract_runtime::serde_json::{Value, json};
use contract_runtime::{Fault, serde_json};

// What the tests do not call is still compiled.
#[allow(clippy::all, dead_code, unreachable_pub)]
pub(crate) mod contract {
    include!("../../golden/everything/with_schemas.rs");
}

pub(crate) use contract::types;
use contract::*;

pub(crate) struct Everything;

pub(crate) fn router() -> Router {
    contract::router(Arc::new(Everything))
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
            violations: Some(violations.collect()),
        }
    }
}

fn echo(value: Value) -> responses::Echo {
    responses::Echo(value)
}

impl ValuesApi for Everything {
    async fn post_value(
        &self,
        request: PostValueRequest,
    ) -> Result<PostValueResponse, PostValueError> {
        Ok(echo(serde_json::to_value(&request.body).unwrap()).into())
    }

    async fn post_optional_value(
        &self,
        request: PostOptionalValueRequest,
    ) -> Result<PostOptionalValueResponse, PostOptionalValueError> {
        Ok(PostOptionalValueResponse::NoContent {
            x_body: format!("{:?}", request.body.map(|body| body.kind)),
        })
    }

    async fn get_status(
        &self,
        request: GetStatusRequest,
    ) -> Result<GetStatusResponse, GetStatusError> {
        use GetStatusError as E;
        use GetStatusResponse as R;
        Err(match request.status {
            200 => return Ok(R::Ok),
            226 => return Ok(R::ImUsed),
            299 => return Ok(R::Status299),
            304 => return Ok(R::NotModified),
            418 => E::IMATeapot,
            505 => E::HttpVersionNotSupported,
            _ => E::Status599,
        })
    }

    async fn get_headers(&self) -> Result<GetHeadersResponse, GetHeadersError> {
        Ok(GetHeadersResponse::Ok {
            body: vec!["a".to_owned()],
            x_text: "text".to_owned(),
            x_number: -7,
            x_id: "01890A5D-AC96-774B-BCCE-B302099A8057".parse().unwrap(),
            last_modified_on: "2026-01-31".parse().unwrap(),
            x_time: Some("2026-01-31T12:00:00+02:00".parse().unwrap()),
            x_absent: None,
            response: Some("a response".to_owned()),
            status: "a status".to_owned(),
            r#type: Some("a type".to_owned()),
        })
    }
}

impl ParametersApi for Everything {
    async fn get_parameters(
        &self,
        request: GetParametersRequest,
    ) -> Result<GetParametersResponse, GetParametersError> {
        let r = request;
        Ok(echo(json!({
            "first": r.first, "second-one": r.second_one, "third.one": r.third_one,
            "query-shared": r.query_shared, "text": r.text, "number": r.number, "small": r.small,
            "flag": r.flag, "sure": r.sure, "id": r.id, "day": r.day, "time": r.time, "email": r.email,
            "color": r.color, "ids": r.ids, "csv": r.csv, "must": r.must, "list": r.list,
            "order": r.order, "X-Count": r.x_count, "X-Names": r.x_names, "session": r.session,
        }))
        .into())
    }

    async fn get_order(&self, request: GetOrderRequest) -> Result<GetOrderResponse, GetOrderError> {
        Ok(echo(json!({"order": request.order, "color": request.color})).into())
    }
}

fn who(principal: Principal) -> responses::Who {
    let mut names: Vec<String> = principal.claims.keys().cloned().collect();
    names.extend(principal.roles);
    responses::Who(types::WhoBody {
        subject: principal.subject,
        roles: Some(names),
    })
}

impl SecretsKeysApi for Everything {
    async fn get_inherited(
        &self,
        principal: Principal,
    ) -> Result<GetInheritedResponse, GetInheritedError> {
        Ok(who(principal).into())
    }

    async fn get_either(&self, principal: Principal) -> Result<GetEitherResponse, GetEitherError> {
        Ok(who(principal).into())
    }

    async fn get_both(&self, principal: Principal) -> Result<GetBothResponse, GetBothError> {
        Ok(who(principal).into())
    }

    async fn get_optional(
        &self,
        principal: Option<Principal>,
    ) -> Result<GetOptionalResponse, GetOptionalError> {
        Ok(GetOptionalResponse::Ok(principal.map(|who| who.subject)))
    }
}

impl Security for Everything {
    async fn token(&self, credential: &str) -> Result<Principal, Rejection> {
        super::check("token", credential)
    }

    async fn password(&self, credential: &str) -> Result<Principal, Rejection> {
        super::check("password", credential)
    }

    async fn header_key(&self, credential: &str) -> Result<Principal, Rejection> {
        super::check("header", credential)
    }

    async fn cookie_key(&self, credential: &str) -> Result<Principal, Rejection> {
        super::check("cookie", credential)
    }
}

impl RateLimiter for Everything {
    async fn take(
        &self,
        _limit: &'static RateLimit,
        _client: ClientAddress,
    ) -> Result<Option<Decision>, Unavailable> {
        Ok(None)
    }
}
