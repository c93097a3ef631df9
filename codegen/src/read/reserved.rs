//! Paths that the runtime answers beside the contract: a router cannot have two routes of one path.

use super::Reader;
use crate::diagnostic::Code;
use crate::source::Node;

/// What every service has.
const HEALTH: &str = "/health";

/// Where tools are served, if there are any.
const MCP: &str = "/mcp";

impl Reader<'_, '_> {
    /// Reports the contract's paths that are the runtime's. `paths` is the section of the contract.
    ///
    /// The contract's own publication (`/openapi.yml`, `/docs` and so on) is not among them: a program can leave it to an
    /// operation, and one that does not says so when it starts.
    pub(super) fn reserved(&mut self, paths: &Node) {
        let tools = self.contract.operations.iter().any(|known| known.tool);
        for entry in paths.entries().iter().filter(|e| e.key.starts_with('/')) {
            let path = format!("{}{}", self.contract.base_path, entry.key);
            let what = match path.as_str() {
                HEALTH => "every service answers with its health there",
                MCP if tools => "a service with tools answers to models there",
                _ => continue,
            };
            let message = format!(
                "`{path}` belongs to the runtime: {what}; rename the path, or give `servers` a base path such as /v1"
            );
            self.report(entry.key_at, Code::Path, message);
        }
    }
}
