//! The table of operations in README.md.

use std::fmt::Write;

use serde_json::Value;

use crate::regen::{File, replaced};

const BEGIN: &str = "<!-- operations:begin -->\n";
const END: &str = "<!-- operations:end -->";

/// README.md with the table as it should be.
pub(crate) fn file() -> Result<File, String> {
    let path = crate::root().join("README.md");
    let readme = std::fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let text = replaced(&readme, BEGIN, END, &table(&crate::contract()?)).ok_or_else(|| {
        format!(
            "README.md needs the lines `{}` and `{END}`",
            BEGIN.trim_end()
        )
    })?;
    Ok(File { path, text })
}

fn table(generated: &contract_codegen::Generated) -> String {
    let mut table = String::from("| operation | | who | |\n|---|---|---|---|\n");
    for (path, method, operation) in generated.document.operations() {
        let id = operation.operation_id.as_deref().unwrap_or_default();
        let summary = operation.summary.as_deref().unwrap_or_default();
        let required = operation.security.as_deref().unwrap_or_default();
        let role = operation.extensions.get("x-required-role");
        let role = role.map(|role| match role {
            Value::Array(roles) => {
                let roles: Vec<_> = roles.iter().filter_map(Value::as_str).collect();
                roles.join(", ")
            }
            role => role.as_str().unwrap_or_default().to_owned(),
        });
        let who = match (
            role.as_deref(),
            required.is_empty(),
            required.iter().any(|one| one.is_empty()),
        ) {
            (Some(role), _, _) => role,
            (None, true, _) => "everybody",
            (None, false, true) => "everybody, a token shows more",
            (None, false, false) => "any valid token",
        };
        let method = method.to_uppercase();
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| `{id}` | `{method} {path}` | {who} | {summary} |");
    }
    table
}
