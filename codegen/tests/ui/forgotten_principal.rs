//! A handler that forgets who is calling.

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
    async fn greet(&self) -> Result<GreetResponse, GreetError> {
        Ok(GreetResponse::Ok("Hello".to_owned()))
    }
}

fn main() {}
