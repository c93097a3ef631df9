//! Whether code compiles that was generated of contracts which fuzzing made: a sample of them, as modules of one package.

use std::fs;
use std::path::{Path, PathBuf};

use super::FOLDER;
use super::target::Contracts;
use crate::command::{INSTALL_RUST, cargo_program};

/// Contracts that are compiled at once.
const SIZE: usize = 60;

/// Lines of generated code at which a sample is large enough, so that it takes a minute or two.
const LINES: usize = 120_000;

/// Accepted contracts, with the inputs that they come of.
pub(super) struct Sample(Vec<(PathBuf, String, contract_codegen::Generated)>);

impl Sample {
    /// Some of the inputs that are accepted, others in each run. None of them is an error where some have to be.
    pub(super) fn of(mut inputs: Vec<PathBuf>, contracts: &Contracts) -> Result<Self, String> {
        fastrand::shuffle(&mut inputs);
        let (mut sample, mut lines) = (Vec::new(), 0);
        let known = inputs.len();
        for input in inputs {
            if sample.len() == SIZE || lines > LINES {
                break;
            }
            let bytes =
                fs::read(&input).map_err(|error| format!("{}: {error}", input.display()))?;
            let Some(source) = (contracts.of)(&bytes) else {
                continue;
            };
            if let Ok(generated) = contract_codegen::generate(&source, "openapi.yml") {
                lines += generated.rust.lines().count();
                sample.push((input, source, generated));
            }
        }
        if contracts.sound && sample.is_empty() {
            return Err(format!(
                "none of {known} inputs is a contract that the generator accepts, so there is no code to compile: either it \
                 refuses too much, or codegen/robustness/src/contracts.rs takes inputs for something else than it did"
            ));
        }
        Ok(Self(sample))
    }

    /// Compiles it. How many there were.
    pub(super) fn compile(&self, name: &str) -> Result<usize, String> {
        let root = crate::root();
        let package = root.join(FOLDER).join("accepted").join(name);
        let _ = fs::remove_dir_all(&package);
        write(&package.join("Cargo.toml"), &manifest(&root))?;
        let lock = root.join("Cargo.lock");
        let lock =
            fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
        write(&package.join("Cargo.lock"), &lock)?;
        let mut modules = String::from("#![allow(warnings)]\n#![recursion_limit = \"256\"]\n");
        for (number, (_, source, generated)) in self.0.iter().enumerate() {
            let folder = package.join(format!("src/m{number}"));
            write(&folder.join("openapi.yml"), source)?;
            write(&folder.join("openapi.json"), &generated.json)?;
            write(&folder.join("mod.rs"), &with_error(&generated.rust))?;
            modules += &format!("pub mod m{number};\n");
        }
        write(&package.join("src/lib.rs"), &modules)?;
        let output = cargo_program()
            .args(["check", "--quiet", "--color", "never"])
            .current_dir(&package)
            .env("CARGO_TARGET_DIR", root.join(FOLDER).join("build"))
            .output()
            .map_err(|error| format!("cargo could not be run ({error}); {INSTALL_RUST}"))?;
        if output.status.success() {
            return Ok(self.0.len());
        }
        Err(self.complaint(&package, &String::from_utf8_lossy(&output.stderr)))
    }

    /// What the compiler says, and of which inputs.
    fn complaint(&self, package: &Path, errors: &str) -> String {
        let guilty = self.0.iter().enumerate().filter(|(number, _)| {
            let module = format!("src/m{number}/");
            errors.contains(&module)
        });
        let guilty: Vec<String> = guilty
            .map(|(number, (input, ..))| format!("src/m{number} is made of {}", input.display()))
            .collect();
        format!(
            "code that was generated does not compile:\n{errors}\nin {}: {}",
            package.display(),
            guilty.join(", ")
        )
    }
}

/// Generated code, with what a service says itself unless its contract does: how a fault becomes the contract's error.
fn with_error(rust: &str) -> String {
    let error = rust.split("refuse::<").nth(1);
    let error = error.and_then(|rest| rest.split('>').next());
    match error.map(|path| path.trim_start_matches("super::")) {
        Some(path) if !rust.contains("Fault> for ") => format!(
            "{rust}\nimpl ::std::convert::From<::contract_runtime::Fault> for {path} {{\n    \
             fn from(_: ::contract_runtime::Fault) -> Self {{\n        ::std::unreachable!()\n    }}\n}}\n"
        ),
        _ => rust.to_owned(),
    }
}

fn manifest(root: &Path) -> String {
    let runtime = root.join("runtime");
    format!(
        "[package]\nname = \"accepted\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         contract-runtime = {{ path = {:?}, default-features = false, features = [\"mcp\"] }}\n",
        runtime.display().to_string()
    )
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::super::target::TARGETS;
    use super::*;

    #[test]
    fn a_sample_of_nothing_is_an_error_where_contracts_were_sound() {
        let sample = |name| {
            let target = TARGETS.iter().find(|target| target.name == name);
            Sample::of(Vec::new(), target.unwrap().contracts.as_ref().unwrap())
        };
        assert!(sample("contract").is_ok());
        let message = sample("contract_edits").err().unwrap();
        assert!(message.starts_with("none of 0 inputs"), "{message}");
    }
}
