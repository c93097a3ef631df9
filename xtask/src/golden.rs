//! The generator's golden contracts and what it makes of them.

use std::path::PathBuf;

use contract_codegen::Options;

use crate::regen::File;

/// What lies beside a golden contract: `generated.rs` as services have it, or `with_schemas.rs`.
const OUTPUTS: [(&str, Options); 2] = [
    ("generated.rs", Options { schemas: false }),
    ("with_schemas.rs", Options { schemas: true }),
];

/// Everything that was generated from golden contracts, as it should be.
pub(crate) fn files() -> Result<Vec<File>, String> {
    let folder = crate::root().join("codegen/tests/golden");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut contracts: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path().join("openapi.yml")))
        .filter(|path| path.exists())
        .collect();
    contracts.sort();
    let mut files = Vec::new();
    for contract in contracts {
        let source = std::fs::read_to_string(&contract)
            .map_err(|error| format!("{} cannot be read: {error}", contract.display()))?;
        let json = contract_codegen::generate(&source, "openapi.yml")
            .map_err(|diagnostics| format!("{}:\n{diagnostics}", contract.display()))?
            .json;
        files.push(File {
            path: contract.with_file_name("openapi.json"),
            text: json,
        });
        for (name, options) in OUTPUTS {
            let path = contract.with_file_name(name);
            if path.exists() {
                let generated = contract_codegen::generate_with(&source, "openapi.yml", options)
                    .map_err(|diagnostics| format!("{}:\n{diagnostics}", contract.display()))?;
                files.push(File {
                    path,
                    text: generated.rust,
                });
            }
        }
    }
    Ok(files)
}
