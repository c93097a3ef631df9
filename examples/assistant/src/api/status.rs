//! How the service is, and its contract.

use std::sync::LazyLock;

use contract_runtime::security::Principal;
use serde_json::{Map, Value};

use super::Api;
use crate::contract::types::{Status, StatusStatus, User};
use crate::contract::{
    DESCRIPTION, GetContractError, GetContractResponse, GetStatusError, GetStatusResponse,
    StatusApi, TITLE, VERSION,
};

/// The contract as the generator wrote it, which is an object.
static CONTRACT: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(DESCRIPTION.json).unwrap_or_default());

impl StatusApi for Api {
    async fn get_status(&self, principal: Principal) -> Result<GetStatusResponse, GetStatusError> {
        let claim = |name: &str| {
            let claim = principal.claims.get(name)?;
            Some(claim.as_str()?.to_owned())
        };
        Ok(GetStatusResponse::Ok(Status {
            status: StatusStatus::Ok,
            timestamp: self.clock.now().into(),
            version: VERSION.to_owned(),
            service: TITLE.to_owned(),
            environment: self.environment.as_str().to_owned(),
            user: User {
                email: claim("email"),
                name: claim("name"),
                id: principal.subject.clone(),
            },
        }))
    }

    async fn get_contract(&self, _: Principal) -> Result<GetContractResponse, GetContractError> {
        Ok(GetContractResponse::Ok(CONTRACT.clone()))
    }
}
