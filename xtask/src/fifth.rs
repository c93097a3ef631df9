//! The service that README.md, "A fifth service", has a reader make: its files are taken from that page, built in a folder
//! outside the repository as a reader would, and asked what the page asks, so that the page stays true.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::command::{self, cargo_program, say};
use crate::readme;
use crate::server::Server;

const TITLE: &str = "A fifth service";
/// The fences that name a file after the language.
const FILES: [&str; 4] = ["Cargo.toml", "build.rs", "openapi.yml", "src/main.rs"];
/// The clone's path in the page.
const CLONE: &str = "../portfolio/";
/// Fewer lines than this make a service, empty ones aside.
const LINES: usize = 40;
/// Kept between runs, so that only the first builds everything.
const BUILD: &str = "target/fifth";

pub(crate) fn run() -> Result<(), String> {
    let page = Page::of(&readme::text()?)?;
    let folder = Folder::new()?;
    for (name, text) in &page.files {
        folder.write(name, text)?;
    }
    // The versions that everything here is tried with.
    folder.write("Cargo.lock", &read(&crate::root().join("Cargo.lock"))?)?;
    say(&format!(
        "$ cargo build ({}, {} lines)\n",
        folder.0.display(),
        page.lines()
    ));
    let printed = folder.build()?.map_err(|printed| {
        format!("README.md, {TITLE:?}: its service does not build\n{printed}")
    })?;
    if readme::warning(&printed).is_some() {
        return Err(format!(
            "README.md: its service builds with warnings\n{printed}"
        ));
    }
    let binary = crate::root().join(BUILD).join("debug/hello");
    let server = Server::start(&binary, &folder.0.join("run"), &[])?;
    readme::answered(&page.answers, &server)?;
    drop(server);
    let (wrong, message) = &page.typo;
    let right = page.files.iter().find(|(name, _)| name == "openapi.yml");
    let right = right.map(|(_, text)| text.as_str()).unwrap_or_default();
    let spoilt = right.replace("maxLength", wrong);
    if spoilt == right {
        return Err(format!(
            "README.md: `{wrong}` replaces nothing in openapi.yml"
        ));
    }
    folder.write("openapi.yml", &spoilt)?;
    match folder.build()? {
        Err(printed) if printed.contains(message.as_str()) => {}
        Err(printed) => {
            return Err(format!(
                "README.md says that `{wrong}` is answered with\n{message}\nbut it is\n{printed}"
            ));
        }
        Ok(_) => {
            return Err(format!(
                "README.md says that `{wrong}` does not build, but it does"
            ));
        }
    }
    say(&format!(
        "the service of README.md is built of {} lines and answers as the page says\n",
        page.lines()
    ));
    Ok(())
}

/// What the page says.
#[derive(Debug, PartialEq)]
struct Page {
    /// Names and contents.
    files: Vec<(String, String)>,
    /// Paths that are asked for, and the answers.
    answers: Vec<(String, String)>,
    /// A mistake in openapi.yml in place of `maxLength`, and what the build says.
    typo: (String, String),
}

impl Page {
    fn of(readme: &str) -> Result<Self, String> {
        let fences = readme::fences(readme::section(readme, TITLE)?);
        let mut files = Vec::new();
        for name in FILES {
            let found = fences
                .iter()
                .find(|(info, _)| info.split(' ').nth(1) == Some(name));
            let (_, text) = found.ok_or_else(|| format!("README.md does not show {name}"))?;
            files.push((name.to_owned(), text.clone()));
        }
        let shown = |language: &str| {
            let found = fences.iter().find(|(info, _)| info == language);
            found.map(|(_, text)| text.as_str()).unwrap_or_default()
        };
        let answers = readme::answers(shown("console"))?;
        let message = shown("").trim().to_owned();
        let wrong = message.split('`').nth(1).unwrap_or_default().to_owned();
        if answers.is_empty() || wrong.is_empty() {
            return Err("README.md, \"A fifth service\", shows no answer or no mistake".to_owned());
        }
        let page = Self {
            files,
            answers,
            typo: (wrong, message),
        };
        if page.lines() >= LINES {
            return Err(format!(
                "README.md: {} lines are too many for the smallest service",
                page.lines()
            ));
        }
        Ok(page)
    }

    /// How much there is to write, empty lines aside.
    fn lines(&self) -> usize {
        let lines = self.files.iter().flat_map(|(_, text)| text.lines());
        lines.filter(|line| !line.trim().is_empty()).count()
    }
}

/// An empty folder outside the repository, whose workspace it must not join; it ends with this value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("fifth-service-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("src"))
            .map_err(|error| format!("{} cannot be made: {error}", path.display()))?;
        Ok(Self(path))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.0.join(name);
        let here = format!("{}/", crate::root().display());
        std::fs::write(&path, text.replace(CLONE, &here))
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))
    }

    /// What cargo printed, as a failure if it did not build.
    fn build(&self) -> Result<Result<String, String>, String> {
        let output = cargo_program()
            .args(["build", "--color", "never"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", crate::root().join(BUILD))
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                format!(
                    "cargo could not be run ({error}); {}",
                    command::INSTALL_RUST
                )
            })?;
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(if output.status.success() {
            Ok(printed)
        } else {
            Err(printed)
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_read() {
        let readme = readme::text().unwrap();
        let page = Page::of(&readme).unwrap();
        assert_eq!(page.files.len(), 4);
        assert!(page.lines() < LINES, "{}", page.lines());
        assert!(page.files[0].1.contains(CLONE));
        assert_eq!(page.answers.len(), 2, "{:?}", page.answers);
        assert_eq!(page.typo.0, "maxLenght");
    }

    #[test]
    fn a_page_without_a_file_is_refused() {
        let readme = readme::text().unwrap();
        for (from, to) in [
            ("```rust build.rs", "```rust"),
            ("## A fifth service", "## Another service"),
            ("```console", "```sh"),
        ] {
            assert!(readme.contains(from), "{from}");
            assert!(Page::of(&readme.replace(from, to)).is_err(), "{from}");
        }
        let long = readme.replace("\nstruct Hello;", &"\nstruct Hello;".repeat(20));
        assert!(Page::of(&long).unwrap_err().contains("lines are too many"));
    }
}
