//! The service behind the contract: what every operation works with.

use contract_postgres::Server;

use crate::database::Database;

/// FitSpace. Its operations are in [`crate::api`], one file per tag of the contract.
#[derive(Debug)]
pub struct FitSpace {
    pub(crate) database: Database,
    /// The database's server, if it is to end with the service.
    _server: Option<Server>,
}

impl FitSpace {
    /// The service over a database.
    pub const fn new(database: Database) -> Self {
        Self {
            database,
            _server: None,
        }
    }

    /// The service over a database of a server that is its own.
    pub const fn with_server(database: Database, server: Server) -> Self {
        Self {
            database,
            _server: Some(server),
        }
    }
}
