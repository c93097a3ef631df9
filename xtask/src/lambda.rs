//! The function as it is deployed, beside functions that do nothing: how large it is, how soon it answers and what it
//! adds to a request. All of them are built by one profile and measured in turns.

mod instance;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use self::instance::Instance;
use crate::command::{built, cargo, run as run_program, say};
use crate::deployed;

/// Starts of each function.
const STARTS: usize = 60;
/// Requests to each function once it runs.
const REQUESTS: usize = 3_000;

/// What the function should need at most, over the bare function with a DynamoDB client.
const COLD_START: f64 = 1.3;
const ZIP: f64 = 2.0;
/// What it should add to a request at most.
const ADDED: Duration = Duration::from_micros(200);

const FOLDER: &str = "target/functions";
const INSTALL_PYTHON: &str = "install Python 3, whose zipfile makes the archive";

/// What is measured, and how it is built. The first is what is deployed ([`deployed`]), the
/// second what it is measured against.
const FUNCTIONS: [(&str, &str, &[&str]); 4] = [
    (
        "portfolio",
        "portfolio",
        &[
            deployed::PACKAGE,
            deployed::FEATURES[0],
            deployed::FEATURES[1],
            deployed::FEATURES[2],
        ],
    ),
    (
        "lambda_http, axum, DynamoDB client",
        "bare-dynamodb",
        &["bare-functions"],
    ),
    ("lambda_http, axum", "bare-axum", &["bare-functions"]),
    (
        "portfolio without the docs page",
        "portfolio",
        &[deployed::PACKAGE, "--no-default-features"],
    ),
];

struct Measured {
    name: &'static str,
    binary: PathBuf,
    size: u64,
    zip: u64,
    starts: Vec<Duration>,
    requests: Vec<Duration>,
    /// KiB, after the first answer.
    memory: u64,
}

pub(crate) fn run() -> Result<(), String> {
    let mut functions = Vec::new();
    for (number, (name, binary, package)) in FUNCTIONS.into_iter().enumerate() {
        functions.push(build(number, name, binary, package)?);
    }
    for _ in 0..STARTS {
        for function in &mut functions {
            let (instance, start) = Instance::start(&function.binary)?;
            function.starts.push(start);
            function.memory = instance.memory()?;
        }
    }
    let mut instances = Vec::new();
    for function in &functions {
        instances.push(Instance::start(&function.binary)?.0);
    }
    for _ in 0..REQUESTS {
        for (instance, function) in instances.iter_mut().zip(&mut functions) {
            function.requests.push(instance.request()?);
        }
    }
    report(&mut functions)
}

/// Builds a function and makes the archive that Lambda takes.
fn build(
    number: usize,
    name: &'static str,
    binary: &str,
    package: &[&str],
) -> Result<Measured, String> {
    let arguments = [
        &["build", "--release", "--bin", binary, "--package"],
        package,
    ]
    .concat();
    cargo(&arguments)?;
    let folder = crate::root().join(FOLDER).join(number.to_string());
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    let bootstrap = folder.join("bootstrap");
    fs::copy(built("release", binary)?, &bootstrap).map_err(failed)?;
    let zip = folder.join("bootstrap.zip");
    run_program(
        Command::new("python3")
            .args(["-m", "zipfile", "-c"])
            .args([&zip, &bootstrap]),
        INSTALL_PYTHON,
    )?;
    let size = |path: &Path| fs::metadata(path).map(|it| it.len()).map_err(failed);
    Ok(Measured {
        name,
        size: size(&bootstrap)?,
        zip: size(&zip)?,
        binary: bootstrap,
        starts: Vec::new(),
        requests: Vec::new(),
        memory: 0,
    })
}

fn report(functions: &mut [Measured]) -> Result<(), String> {
    let mut text = format!(
        "\n{:36} {:>9} {:>8} {:>12} {:>17} {:>9}\n",
        "function", "binary", "zip", "cold p50", "warm p50 / p99", "memory"
    );
    for function in &mut *functions {
        function.starts.sort_unstable();
        function.requests.sort_unstable();
        text += &format!(
            "{:36} {:>6.1} MB {:>5.1} MB {:>9.2} ms {:>5.2} / {:>6.2} ms {:>5.1} MB\n",
            function.name,
            function.size as f64 / 1e6,
            function.zip as f64 / 1e6,
            millis(function.cold_start()),
            millis(at(&function.requests, 50)),
            millis(at(&function.requests, 99)),
            function.memory as f64 * 1024.0 / 1e6,
        );
    }
    let [ours, bare, ..] = functions else {
        return Err("there is nothing to compare".to_owned());
    };
    let ratio = |ours: f64, bare: f64| ours / bare;
    let cold_start = ratio(millis(ours.cold_start()), millis(bare.cold_start()));
    let zip = ratio(ours.zip as f64, bare.zip as f64);
    let added = millis(at(&ours.requests, 50)) - millis(at(&bare.requests, 50));
    text += &format!(
        "\n{} over {}:\n\
         cold start {cold_start:.2} (aim: at most {COLD_START}), zip {zip:.2} (aim: at most {ZIP}), memory {:.2},\n\
         added to a request {added:+.2} ms (aim: at most {})\n",
        ours.name,
        bare.name,
        ratio(ours.memory as f64, bare.memory as f64),
        millis(ADDED),
    );
    say(&text);
    Ok(())
}

impl Measured {
    fn cold_start(&self) -> Duration {
        at(&self.starts, 50)
    }
}

/// The value below which `percent` of the sorted values are.
fn at(sorted: &[Duration], percent: usize) -> Duration {
    let index = sorted.len() * percent / 100;
    sorted.get(index).copied().unwrap_or_default()
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    /// What cargo-lambda sets where the manifest does not, `panic = "abort"` among it.
    const CHOSEN: [&str; 4] = ["codegen-units", "lto", "panic", "strip"];

    #[test]
    fn cargo_lambda_is_left_nothing_to_choose() {
        let manifest = std::fs::read_to_string(crate::root().join("Cargo.toml")).unwrap();
        let (_, profile) = manifest.split_once("\n[profile.release]\n").unwrap();
        let profile = profile.split("\n[").next().unwrap();
        for name in CHOSEN {
            let set = profile
                .lines()
                .any(|line| line.starts_with(&format!("{name} = ")));
            assert!(set, "{name}: {profile}");
        }
        assert!(profile.contains("panic = \"unwind\""), "{profile}");
    }
}
