//! The operation that README.md, "Add an operation", has a reader add: it is added to a copy of the repository with what that
//! page shows, the builds must fail and succeed as it says, and the server must answer what it says.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use crate::command::{INSTALL_RUST, built, cargo, cargo_program, say, target};
use crate::server::Server;
use crate::{copy, readme};

const TITLE: &str = "Add an operation";
const CONTRACT: &str = "openapi.yml";
/// The path that the page puts the new one behind.
const BESIDE: &str = "/blog/categories";
/// What the last build lacks.
const STATUS: &str = "'503':";
const FOLDER: &str = "target/add-operation";
/// What is appended to the copy's version. Cargo builds it in the folder of the repository itself, so that no dependency is
/// compiled again, and would take the packages of the two for the same.
const MARK: &str = "+copy";

pub(crate) fn run() -> Result<(), String> {
    let page = Page::of(&readme::text()?)?;
    let tried = Copy::new().and_then(|copy| tried(&page, &copy));
    // The program of the repository, where the copy's was put.
    cargo(&["build", "--quiet", "--package", "portfolio-server"])?;
    tried?;
    say("the operation of README.md is missed, built, answered and refused as the page says\n");
    Ok(())
}

fn tried(page: &Page, copy: &Copy) -> Result<(), String> {
    let contract = copy.read(CONTRACT)?;
    copy.write(CONTRACT, &beside(&contract, &page.path)?)?;
    copy.refuses("with the new path and no Rust", &page.missing)?;

    for piece in &page.pieces {
        copy.write(&piece.file, &piece.added_to(&copy.read(&piece.file)?)?)?;
    }
    let printed = copy.build()?.map_err(|printed| {
        format!("README.md, \"{TITLE}\": what it shows does not build\n{printed}")
    })?;
    if readme::warning(&printed).is_some() {
        return Err(format!(
            "README.md, \"{TITLE}\": what it shows builds with warnings\n{printed}"
        ));
    }
    let server = Server::start(
        &built("debug", "portfolio")?,
        &crate::root().join(FOLDER).join("run"),
        &[],
    )?;
    readme::answered(&page.answers, &server)?;
    drop(server);

    let lines = page.path.lines();
    let without: Vec<&str> = lines.filter(|line| !line.contains(STATUS)).collect();
    copy.write(CONTRACT, &beside(&contract, &(without.join("\n") + "\n"))?)?;
    copy.refuses("without the 503", &page.undeclared)
}

/// What the page says.
#[derive(Debug)]
struct Page {
    /// The operation's path in the contract.
    path: String,
    pieces: Vec<Piece>,
    /// What the build says without them.
    missing: String,
    /// Paths that are asked for, and the answers.
    answers: Vec<(String, String)>,
    /// What the build says without the 503.
    undeclared: String,
}

impl Page {
    fn of(readme: &str) -> Result<Self, String> {
        let fences = readme::fences(readme::section(readme, TITLE)?);
        let shown = |info: &str, part: &str| {
            let mut shown = fences.iter();
            let shown = shown.find(|(words, text)| words == info && text.contains(part));
            let text = shown.map(|(_, text)| text.clone());
            text.ok_or_else(|| {
                format!("README.md, \"{TITLE}\", shows no ```{info} with {part:?} in it")
            })
        };
        let rust = fences.iter().filter_map(|(info, text)| {
            let file = info.strip_prefix("rust ")?;
            Some(Piece::of(file, text))
        });
        let page = Self {
            path: shown("yaml", STATUS)?,
            pieces: rust.collect(),
            missing: shown("", "error[E0046]")?,
            answers: readme::answers(&shown("console", "$ curl")?)?,
            undeclared: shown("", " C013 ")?,
        };
        if page.pieces.is_empty() {
            return Err(format!(
                "README.md, \"{TITLE}\", shows no ```rust with the name of a file"
            ));
        }
        Ok(page)
    }
}

/// What is added to a file of Rust.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    file: String,
    /// Imports.
    uses: String,
    /// What is added to something, by that something's first line without its brace: after a comment `in …`.
    parts: Vec<(String, String)>,
}

impl Piece {
    fn of(file: &str, text: &str) -> Self {
        let mut piece = Self {
            file: file.to_owned(),
            uses: String::new(),
            parts: Vec::new(),
        };
        for line in text.lines() {
            if let Some(place) = line.trim_start().strip_prefix("// in ") {
                piece.parts.push((place.to_owned(), String::new()));
                continue;
            }
            let part = piece.parts.last_mut();
            let part = part.map_or(&mut piece.uses, |(_, part)| part);
            part.push_str(line);
            part.push('\n');
        }
        piece
    }

    fn added_to(&self, source: &str) -> Result<String, String> {
        let mut added = source.to_owned();
        if !self.uses.trim().is_empty() {
            let first = added.find("\nuse ").map(|place| place + 1);
            let first = first.ok_or_else(|| format!("{} imports nothing", self.file))?;
            added.insert_str(first, self.uses.trim_start());
        }
        for (place, part) in &self.parts {
            let opening = format!("\n{place} {{\n");
            let found = added.find(&opening).map(|found| found + opening.len());
            let found = found
                .ok_or_else(|| format!("README.md: {} has no `{}`", self.file, opening.trim()))?;
            added.insert_str(found, part);
        }
        Ok(added)
    }
}

/// The contract with one more path.
fn beside(contract: &str, path: &str) -> Result<String, String> {
    let found = contract
        .find(&format!("\n  {BESIDE}:\n"))
        .and_then(|found| {
            let next = contract[found + 1..].find("\n  /")?;
            Some(found + 1 + next + 1)
        });
    let found = found.ok_or_else(|| format!("{CONTRACT} has no path after {BESIDE}"))?;
    let (before, after) = contract.split_at(found);
    Ok(format!("{before}{path}\n{after}"))
}

/// Whether a build said a message. Line and column in the contract are another's after each change of it, so the page need
/// not have them right.
fn says(printed: &str, message: &str) -> bool {
    let said = |line: &str| match line.split_once("openapi.yml:") {
        None => printed.contains(line),
        Some((before, after)) => {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
            let before = format!("{before}openapi.yml:");
            let mut lines = printed.lines().map(str::trim);
            lines.any(|line| line.starts_with(&before) && line.ends_with(after))
        }
    };
    message.lines().map(str::trim).all(said)
}

/// The copy.
struct Copy(PathBuf);

impl Copy {
    fn new() -> Result<Self, String> {
        let copy = Self(crate::root().join(FOLDER).join("tree"));
        copy::into(&copy.0)?;
        let manifest = copy.read("Cargo.toml")?;
        let start = "[workspace.package]\nversion = \"";
        let version = manifest.find(start).and_then(|found| {
            let version = found + start.len();
            Some(version + manifest[version..].find('"')?)
        });
        let end = version.ok_or("Cargo.toml does not begin [workspace.package] with a version")?;
        let (before, after) = manifest.split_at(end);
        copy.write("Cargo.toml", &format!("{before}{MARK}{after}"))?;
        Ok(copy)
    }

    fn read(&self, file: &str) -> Result<String, String> {
        let path = self.0.join(file);
        fs::read_to_string(&path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))
    }

    fn write(&self, file: &str, text: &str) -> Result<(), String> {
        let path = self.0.join(file);
        fs::write(&path, text)
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))
    }

    /// What cargo printed, as a failure if it did not build.
    fn build(&self) -> Result<Result<String, String>, String> {
        say(&format!("$ cargo build ({})\n", self.0.display()));
        let output = cargo_program()
            .args(["build", "--color", "never", "--package", "portfolio-server"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target()?)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("cargo could not be run ({error}); {INSTALL_RUST}"))?;
        let printed = String::from_utf8_lossy(&output.stderr).replace(MARK, "");
        Ok(if output.status.success() {
            Ok(printed)
        } else {
            Err(printed)
        })
    }

    /// Sees that it does not build, with this message.
    fn refuses(&self, how: &str, message: &str) -> Result<(), String> {
        match self.build()? {
            Err(printed) if says(&printed, message) => Ok(()),
            Err(printed) => Err(format!(
                "README.md says that a build {how} fails with\n{message}but it says\n{printed}"
            )),
            Ok(_) => Err(format!(
                "README.md says that it does not build {how}, but it does"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_read() {
        let page = Page::of(&readme::text().unwrap()).unwrap();
        assert_eq!(page.pieces.len(), 2);
        assert_eq!(page.answers.len(), 1);
        assert!(page.path.starts_with("  /blog/tags:\n"));
    }

    #[test]
    fn a_page_that_shows_less_is_refused() {
        let readme = readme::text().unwrap();
        for (from, to) in [
            ("## Add an operation", "## Another section"),
            ("        '503': ", "        '504': "),
            ("```rust server", "```text server"),
            ("error[E0046]", "error"),
            (" C013 ", " "),
        ] {
            assert!(readme.contains(from), "{from}");
            assert!(Page::of(&readme.replace(from, to)).is_err(), "{from}");
        }
    }

    #[test]
    fn a_path_goes_behind_the_one_it_is_shown_beside() {
        let contract = "paths:\n  /blog/categories:\n    get: 1\n\n  /projects:\n    get: 2\n";
        let with = beside(contract, "  /blog/tags:\n    get: 3\n").unwrap();
        let expected = "paths:\n  /blog/categories:\n    get: 1\n\n  /blog/tags:\n    get: 3\n\n  /projects:\n    get: 2\n";
        assert_eq!(with, expected);
        assert!(beside("paths:\n  /projects:\n", "").is_err());
    }

    #[test]
    fn pieces_go_where_they_say() {
        let text = "use a::B;\n\n// in impl X\n    fn b() {}\n// in list!\n    B;\n";
        let piece = Piece::of("x.rs", text);
        let source = "//! X.\n\nuse a::A;\n\nimpl X {\n}\n\nlist! {\n    A;\n}\n";
        let expected = "//! X.\n\nuse a::B;\n\nuse a::A;\n\nimpl X {\n    fn b() {}\n}\n\nlist! {\n    B;\n    A;\n}\n";
        assert_eq!(piece.added_to(source), Ok(expected.to_owned()));
        assert!(piece.added_to("use a::A;\nimpl Y {\n").is_err());
    }

    #[test]
    fn messages_are_found_wherever_the_contract_has_their_cause() {
        let message = "error: x@0.1.0: openapi.yml:376:5: C013 `a` can\n";
        assert!(says(
            "b\nerror: x@0.1.0: openapi.yml:9:12: C013 `a` can\n",
            message
        ));
        assert!(!says(
            "error: x@0.1.0: openapi.yml:376:5: C014 `a` can\n",
            message
        ));
        assert!(!says(
            "error: x@0.1.0: openapi.yml:376:5: C013 `a` cannot\n",
            message
        ));
        assert!(says(
            "error[E1]: a\n  --> b.rs:7:1\n",
            "error[E1]: a\n  --> b.rs\n"
        ));
        assert!(!says("error[E1]: a\n", "error[E1]: a\n  --> b.rs\n"));
    }
}
