//! Fuzz targets, how they are built, and how they are run.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use contract_robustness::contracts;
use serde_json::Value;

use super::figures::Figures;
use super::{FOLDER, corpus, dictionary};
use crate::command::{INSTALL_RUST, output, run, running_cargo, say};

/// How fuzz targets are built, where that is not as the release is.
const PROFILE: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "false"),
    ("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true"),
    ("CARGO_PROFILE_RELEASE_STRIP", "none"),
];

/// A package of fuzz targets. Without cargo-fuzz its programs know nothing of libFuzzer, so clippy checks them with the rest,
/// all but what `cfg(fuzzing)` adds: only a run shows whether libFuzzer's half and [`PROFILE`] still build.
struct Package {
    name: &'static str,
    folder: &'static str,
    /// The level of optimisation.
    level: &'static str,
}

const GENERATOR: Package = Package {
    name: "contract-codegen-fuzz",
    folder: "codegen/fuzz",
    // As quick to build as it is to run: what takes long here is the contract's own size.
    level: "2",
};

const SERVER: Package = Package {
    name: "portfolio-fuzz",
    folder: "tests/fuzz",
    // Half the time to build, and most of the speed.
    level: "1",
};

/// Inputs that stand for contracts.
pub(super) struct Contracts {
    /// The contract that an input stands for, if it does for one.
    pub(super) of: fn(&[u8]) -> Option<String>,
    /// Whether inputs are changes of contracts that are accepted, so that some of them are accepted too.
    pub(super) sound: bool,
}

/// One that is committed.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    package: Package,
    /// Folders with inputs to begin with, beside the corpus.
    seeds: &'static [&'static str],
    /// JSON whose names and texts are words of its inputs.
    words: &'static [&'static str],
    /// Bytes of the longest input.
    longest: u32,
    /// What inputs stand for, if that is contracts.
    pub(super) contracts: Option<Contracts>,
}

pub(crate) const TARGETS: [Target; 4] = [
    Target {
        name: "contract",
        package: GENERATOR,
        seeds: &["codegen/tests/diagnostics"],
        words: &["codegen/robustness/src/vocabulary.json"],
        longest: 4_096,
        contracts: Some(Contracts {
            of: contracts::contract,
            sound: false,
        }),
    },
    Target {
        name: "contract_edits",
        package: GENERATOR,
        seeds: &[],
        words: &[],
        longest: 113,
        contracts: Some(Contracts {
            of: contracts::contract_edits,
            sound: true,
        }),
    },
    Target {
        name: "operations",
        package: SERVER,
        seeds: &[],
        words: &["tests/src/hostile/vocabulary.json", "openapi.json"],
        longest: 1_024,
        contracts: None,
    },
    Target {
        name: "token",
        package: SERVER,
        seeds: &[],
        words: &["tests/src/hostile/claims.json"],
        longest: 2_048,
        contracts: None,
    },
];

/// A target's program.
pub(super) struct Fuzzer {
    target: &'static Target,
    program: PathBuf,
}

impl Target {
    /// Builds it with cargo-fuzz.
    pub(super) fn build(&'static self, cargo_fuzz: &Path) -> Result<Fuzzer, String> {
        let triple = triple()?;
        let target_folder = crate::root().join(FOLDER).join("build");
        let mut build = running_cargo(Command::new(cargo_fuzz));
        build
            .args(["fuzz", "build", "--sanitizer", "none", "--target", &triple])
            // Its own choice, one, takes a third longer to build.
            .args(["--codegen-units", "16"])
            .args(["--fuzz-dir", self.package.folder, "--target-dir"])
            .arg(&target_folder)
            .arg(self.name)
            .envs(PROFILE)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.package.level);
        run(&mut build, INSTALL_RUST)?;
        let program = target_folder.join(triple).join("release").join(self.name);
        Ok(Fuzzer {
            target: self,
            program,
        })
    }

    /// The committed inputs.
    pub(super) fn corpus(&self) -> PathBuf {
        let corpus = crate::root().join(self.package.folder).join("corpus");
        corpus.join(self.name)
    }

    /// All inputs that are known, in the order of their names.
    pub(super) fn inputs(&self) -> Result<Vec<PathBuf>, String> {
        let mut inputs = Vec::new();
        for folder in [self.corpus(), folder("corpus")?.join(self.name)] {
            for entry in fs::read_dir(&folder).map_err(failed(&folder))? {
                inputs.push(entry.map_err(failed(&folder))?.path());
            }
        }
        inputs.sort();
        Ok(inputs)
    }

    /// Writes its dictionary; none if it has no words.
    fn dictionary(&self) -> Result<Option<PathBuf>, String> {
        let mut documents = Vec::new();
        for name in self.words {
            let text = match *name {
                "openapi.json" => crate::contract()?.json,
                name => {
                    let path = crate::root().join(name);
                    fs::read_to_string(&path).map_err(failed(&path))?
                }
            };
            let document: Value =
                serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
            documents.push(document);
        }
        if documents.is_empty() {
            return Ok(None);
        }
        let path = folder("words")?.join(self.name);
        fs::write(&path, dictionary::of(&documents)).map_err(failed(&path))?;
        Ok(Some(path))
    }
}

impl Fuzzer {
    /// Looks for inputs that break the property, so many seconds long.
    pub(super) fn run(&self, seconds: u64) -> Result<Figures, String> {
        let name = self.target.name;
        let (found, log) = (folder("found")?, folder("log")?.join(name));
        let mut fuzz = self.command();
        fuzz.arg(folder("corpus")?.join(name))
            .arg(self.target.corpus())
            .args(self.target.seeds)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={}", self.target.longest))
            .arg(format!("-artifact_prefix={}/{name}-", found.display()))
            .arg("-print_final_stats=1")
            .current_dir(crate::root());
        if let Some(words) = self.target.dictionary()? {
            fuzz.arg(format!("-dict={}", words.display()));
        }
        let own = folder("corpus")?.join(name);
        fs::create_dir_all(&own).map_err(failed(&own))?;
        say(&format!(
            "$ {name} for {seconds} s (libFuzzer's messages: {})\n",
            log.display()
        ));
        let messages = File::create(&log).map_err(failed(&log))?;
        let status = fuzz
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(messages)
            .status()
            .map_err(failed(&self.program))?;
        let messages = fs::read(&log).map_err(failed(&log))?;
        let messages = String::from_utf8_lossy(&messages);
        match Figures::read(&messages) {
            Some(figures) if status.success() => Ok(figures),
            _ => Err(self.complaint(&messages)),
        }
    }

    /// What was found, and how to see it again.
    fn complaint(&self, messages: &str) -> String {
        let name = self.target.name;
        let written = messages
            .lines()
            .find_map(|line| line.split_once("Test unit written to "));
        let Some((_, input)) = written else {
            let end: Vec<&str> = messages.lines().rev().take(20).collect();
            let end: Vec<&str> = end.into_iter().rev().collect();
            return format!("{name} ended without a result:\n{}", end.join("\n"));
        };
        let mut said = messages
            .lines()
            .skip_while(|line| !line.contains("panicked at") && !line.contains("ERROR:"));
        let said: Vec<&str> = said.by_ref().take(8).collect();
        format!(
            "{name} is broken by {input}:\n{}\n`cargo xtask fuzz {name} --repeat {input}` shows it again; a panic without \
             libFuzzer as well: `cargo run --package {} --bin {name} -- {input}`",
            said.join("\n"),
            self.target.package.name,
        )
    }

    /// Tries one input.
    pub(super) fn repeat(&self, input: &Path) -> Result<(), String> {
        let mut repeat = self.command();
        repeat.arg(input).env("RUST_BACKTRACE", "1");
        run(&mut repeat, INSTALL_RUST)
    }

    /// Puts what was found into the committed corpus: of all inputs that are known, the fewest that reach every edge that
    /// is reached, as far as there is room ([`corpus::replace`]).
    pub(super) fn keep(&self) -> Result<(), String> {
        let merged = folder("merged")?.join(self.target.name);
        let _ = fs::remove_dir_all(&merged);
        fs::create_dir_all(&merged).map_err(failed(&merged))?;
        let mut merge = self.command();
        merge
            .args(["-set_cover_merge=1", "-use_counters=0"])
            .arg(format!("-max_len={}", self.target.longest))
            .arg(&merged)
            .arg(self.target.corpus())
            .arg(folder("corpus")?.join(self.target.name))
            .stderr(Stdio::null());
        run(&mut merge, INSTALL_RUST)?;
        let kept = corpus::replace(&self.target.corpus(), &merged)?;
        say(&format!("{}: {kept} inputs committed\n", self.target.name));
        Ok(())
    }

    /// The program, with the limits of each input: the same whenever one is tried.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["-timeout=20", "-rss_limit_mb=4096"]);
        command
    }
}

/// A folder for what a run leaves behind; it is made.
fn folder(name: &str) -> Result<PathBuf, String> {
    let folder = crate::root().join(FOLDER).join(name);
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    Ok(folder)
}

/// For which machine this compiler builds.
fn triple() -> Result<String, String> {
    let version = output(Command::new("rustc").arg("-vV"), INSTALL_RUST)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "`rustc -vV` does not say its host".to_owned())
}

/// As the error of a file's operation.
pub(super) fn failed(path: &Path) -> impl Fn(std::io::Error) -> String {
    let shown = path.display().to_string();
    move |error| format!("{shown}: {error}")
}
