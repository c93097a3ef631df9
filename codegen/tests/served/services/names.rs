//! Names that collide with Rust's own: that they compile is the test.

// What the tests do not call is still compiled.
#[allow(clippy::all, dead_code, unreachable_pub)]
pub(crate) mod contract {
    include!("../../golden/names/with_schemas.rs");
}

use contract::types;

impl From<contract_runtime::Fault> for types::Error {
    fn from(fault: contract_runtime::Fault) -> Self {
        let mut error: types::Error =
            contract_runtime::serde_json::from_str(r#"{"text": "t"}"#).unwrap();
        error.text = fault.message.into_owned();
        error
    }
}
