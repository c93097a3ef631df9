//! The generator's golden contracts and what it makes of them.

use std::path::{Path, PathBuf};

use contract_robustness::golden::{GATEWAY, LAYERS, gateway};

use crate::regen::File;

/// Everything that was generated from golden contracts, as it should be.
pub(crate) fn files() -> Result<Vec<File>, String> {
    let folder = crate::root().join("codegen/tests/golden");
    let mut files = vec![definition(&folder.join(GATEWAY.0))?];
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut contracts: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path().join("openapi.yml")))
        .filter(|path| path.exists())
        .collect();
    contracts.sort();
    for contract in contracts {
        let source = read(&contract)?;
        let json = contract_codegen::generate(&source, "openapi.yml")
            .map_err(|diagnostics| format!("{}:\n{diagnostics}", contract.display()))?
            .json;
        files.push(File {
            path: contract.with_file_name("openapi.json"),
            text: json,
        });
        for (name, options) in LAYERS {
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

/// The one for an API gateway.
fn definition(folder: &Path) -> Result<File, String> {
    let source = read(&folder.join("openapi.yml"))?;
    Ok(File {
        path: folder.join(GATEWAY.1),
        text: gateway(&source)?.definition.to_string(),
    })
}

fn read(contract: &Path) -> Result<String, String> {
    std::fs::read_to_string(contract)
        .map_err(|error| format!("{} cannot be read: {error}", contract.display()))
}
