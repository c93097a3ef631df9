//! The operations, one file per tag of the contract.

mod avatars;
mod failure;
mod status;
mod users;
mod workouts;

use contract_runtime::Always;

use crate::contract::types::Done;

/// What every answer says of success. It cannot be anything else.
const SUCCESS: Always<true> = Always;

/// The answer to a deletion.
fn gone(what: &str) -> Done {
    Done {
        success: SUCCESS,
        message: format!("The {what} is gone."),
    }
}

/// What a list says of itself.
fn found(shown: usize, total: i64, what: &str) -> String {
    format!("{shown} of {total} {what}.")
}
