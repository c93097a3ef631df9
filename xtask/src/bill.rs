//! The bill of materials of what is deployed.

use std::collections::HashSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::cargo_tool::CargoTool;
use crate::command::{INSTALL_RUST, cargo_program, output, run as run_command, say};
use crate::deployed::{FEATURES, PACKAGE};
use crate::git::{self, git};

const CYCLONEDX: CargoTool = CargoTool {
    name: "cargo-cyclonedx",
    version: "0.5.9",
};

const FOLDER: &str = "target/sbom";
/// Where it runs.
const TARGET: [&str; 2] = ["--target", "aarch64-unknown-linux-gnu"];

/// Writes a bill of materials (CycloneDX 1.5, JSON) of the last commit: each crate of the function with version, licence and
/// checksum. It is the same for the same commit.
pub(crate) fn run() -> Result<(), String> {
    let folder = crate::root().join(FOLDER);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    // It writes beside each manifest, so it is given a copy of the commit's.
    let source = folder.join("source");
    let commit = git::last_commit(&crate::root())?;
    git::checkout(&crate::root(), &source, &commit)?;
    let mut log = git(&source);
    log.args(["log", "-1", "--format=%ct"]);
    let committed = output(&mut log, git::INSTALL)?;
    let mut bill = Command::new(CYCLONEDX.program()?);
    bill.args(["cyclonedx", "--format", "json", "--spec-version", "1.5"])
        .args(FEATURES)
        .args(TARGET)
        .arg("--no-build-deps")
        .arg("--manifest-path")
        .arg(source.join("server/Cargo.toml"))
        // The time of the bill, and no random number in it (reproducible-builds.org).
        .env("SOURCE_DATE_EPOCH", committed.trim());
    run_command(&mut bill, "run this command again")?;
    let written = fs::read_to_string(source.join("server/portfolio-server.cdx.json"));
    // Where it was made is nobody's business.
    let text = written
        .map_err(failed)?
        .replace(&source.display().to_string(), "");
    let bill = serde_json::from_str(&text).map_err(|error| format!("the bill: {error}"))?;
    let mut tree = cargo_program();
    tree.args([
        "tree",
        "--locked",
        "--package",
        PACKAGE,
        "--edges",
        "normal",
    ])
    .args(["--prefix", "none", "--format", "{p}"])
    .args(FEATURES)
    .args(TARGET)
    .arg("--manifest-path")
    .arg(source.join("Cargo.toml"));
    let bill = only_built(bill, &crates(&output(&mut tree, INSTALL_RUST)?))?;
    fs::remove_dir_all(&source).map_err(failed)?;
    let kept = folder.join("portfolio-server.cdx.json");
    fs::write(&kept, format!("{bill:#}\n")).map_err(failed)?;
    let parts = bill["components"].as_array().map_or(0, Vec::len);
    say(&format!("{}: {parts} crates\n", kept.display()));
    Ok(())
}

/// Names and versions of cargo's tree (`name v1.2.3 (/path)`), without the package itself.
fn crates(tree: &str) -> HashSet<(&str, &str)> {
    let crates = tree.lines().filter_map(|line| {
        let (name, rest) = line.split_once(" v")?;
        Some((name, rest.split(' ').next()?))
    });
    crates.filter(|(name, _)| *name != PACKAGE).collect()
}

/// The bill without what cargo-cyclonedx lists though it is not built: it resolves the features of all packages of the
/// workspace together, tests' and examples' too.
fn only_built(mut bill: Value, built: &HashSet<(&str, &str)>) -> Result<Value, String> {
    let Some(components) = bill["components"].as_array_mut() else {
        return Err("the bill has no components".to_owned());
    };
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let is_built = |component: &Value| {
        let (name, version) = (text(component, "name"), text(component, "version"));
        built.contains(&(&*name, &*version))
    };
    let mut left_out = HashSet::new();
    components.retain(|component| {
        let is_built = is_built(component);
        if !is_built {
            left_out.insert(text(component, "bom-ref"));
        }
        is_built
    });
    if components.len() != built.len() {
        return Err(format!(
            "{} crates are built, and the bill lists {} of them",
            built.len(),
            components.len()
        ));
    }
    let is_kept = |reference: &str| !left_out.contains(reference);
    let dependencies = bill["dependencies"].as_array_mut();
    let dependencies = dependencies.ok_or("the bill has no dependencies")?;
    dependencies.retain(|dependency| is_kept(&text(dependency, "ref")));
    for dependency in dependencies {
        if let Some(on) = dependency["dependsOn"].as_array_mut() {
            on.retain(|reference| is_kept(reference.as_str().unwrap_or_default()));
        }
    }
    Ok(bill)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TREE: &str = "portfolio-server v0.1.0 (/source/server)\nring v0.17.14\nring v0.17.14 (*)\n\nruntime v0.1.0 (/source/runtime)\n";

    fn bill() -> Value {
        let component = |name: &str, version: &str| json!({ "bom-ref": format!("{name}@{version}"), "name": name, "version": version });
        json!({
            "components": [component("ring", "0.17.14"), component("rusqlite", "0.36.0"), component("runtime", "0.1.0")],
            "dependencies": [
                { "ref": "runtime@0.1.0", "dependsOn": ["ring@0.17.14", "rusqlite@0.36.0"] },
                { "ref": "rusqlite@0.36.0" },
            ],
        })
    }

    #[test]
    fn what_only_tests_are_built_with_is_left_out() {
        let bill = only_built(bill(), &crates(TREE)).unwrap();
        assert_eq!(bill["components"].as_array().unwrap().len(), 2);
        assert!(!bill.to_string().contains("rusqlite"));
        assert!(bill.to_string().contains("ring@0.17.14"));
    }

    #[test]
    fn a_crate_that_the_bill_forgot_is_an_error() {
        let tree = format!("{TREE}zlib v1.3.0\n");
        let error = only_built(bill(), &crates(&tree)).unwrap_err();
        assert_eq!(error, "3 crates are built, and the bill lists 2 of them");
    }
}
