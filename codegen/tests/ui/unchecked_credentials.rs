//! A service that does not check the credentials of its contract.

#[allow(dead_code)]
mod contract {
    include!("../golden/guarded/generated.rs");
}

use contract::*;

impl From<contract_runtime::Fault> for types::Problem {
    fn from(fault: contract_runtime::Fault) -> Self {
        Self { text: fault.message.into_owned() }
    }
}

struct Service;

impl GreetingsApi for Service {
    async fn greet(&self, _: contract_runtime::security::Principal) -> Result<GreetResponse, GreetError> {
        Ok(GreetResponse::Ok("Hello".to_owned()))
    }
}

fn main() {
    router(std::sync::Arc::new(Service));
}
