//! The service behind the contract: what every operation works with.

use crate::database::Database;

/// FitSpace. Its operations are in [`crate::api`], one file per tag of the contract.
#[derive(Debug)]
pub struct FitSpace {
    pub(crate) database: Database,
}

impl FitSpace {
    /// The service over a database.
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}
