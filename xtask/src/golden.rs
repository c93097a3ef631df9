//! The generator's golden contracts and what it makes of them.

use std::path::PathBuf;

use crate::regen::File;

/// Every `generated.rs` beside a golden contract, as it should be.
pub(crate) fn files() -> Result<Vec<File>, String> {
    let folder = crate::root().join("codegen/tests/golden");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut contracts: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path().join("openapi.yml")))
        .filter(|path| path.exists())
        .collect();
    contracts.sort();
    contracts
        .into_iter()
        .map(|contract| {
            let source = std::fs::read_to_string(&contract)
                .map_err(|error| format!("{} cannot be read: {error}", contract.display()))?;
            let generated = contract_codegen::generate(&source, "openapi.yml")
                .map_err(|diagnostics| format!("{}:\n{diagnostics}", contract.display()))?;
            Ok(File {
                path: contract.with_file_name("generated.rs"),
                text: generated.rust,
            })
        })
        .collect()
}
