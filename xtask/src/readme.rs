//! What README.md shows: its sections, and what is between fences in them.

use crate::server::Server;

/// README.md.
pub(crate) fn text() -> Result<String, String> {
    let path = crate::root().join("README.md");
    std::fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// A section by its title, up to the next one.
pub(crate) fn section<'a>(readme: &'a str, title: &str) -> Result<&'a str, String> {
    let (_, rest) = readme
        .split_once(&format!("\n## {title}\n"))
        .ok_or_else(|| format!("README.md has no section \"{title}\""))?;
    Ok(rest.split("\n## ").next().unwrap_or_default())
}

/// What is between fences, each with the words after the opening one.
pub(crate) fn fences(text: &str) -> Vec<(String, String)> {
    let mut fences = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some(_)) => fences.extend(open.take()),
            (None, Some((_, content))) => {
                content.push_str(line);
                content.push('\n');
            }
            (None, None) => {}
        }
    }
    fences
}

/// The paths that a console asks for, and the answer to each: a line with `curl`, and the next one.
pub(crate) fn answers(console: &str) -> Result<Vec<(String, String)>, String> {
    let mut lines = console.lines();
    let mut answers = Vec::new();
    while let (Some(asked), Some(answer)) = (lines.next(), lines.next()) {
        let path = asked
            .split_once(":8000")
            .map(|(_, rest)| rest.trim_end_matches('\''));
        let path = path.ok_or_else(|| format!("README.md: `{asked}` asks for nothing"))?;
        answers.push((path.to_owned(), answer.to_owned()));
    }
    Ok(answers)
}

/// Asks a server for each path, and compares.
pub(crate) fn answered(answers: &[(String, String)], server: &Server) -> Result<(), String> {
    for (path, expected) in answers {
        let answer = server.ask(path)?;
        if answer != *expected {
            return Err(format!(
                "README.md says that {path} answers\n{expected}\nbut it answers\n{answer}"
            ));
        }
    }
    Ok(())
}

/// The first warning that a build printed, beside what its build script tells of what it made.
pub(crate) fn warning(printed: &str) -> Option<&str> {
    let mut lines = printed.lines();
    lines.find(|line| {
        line.starts_with("warning:") && !line.contains(": generated from openapi.yml: ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_where_the_next_one_begins() {
        let readme = "# A\n\n## B\nb\n### C\nc\n\n## D\nd\n";
        assert_eq!(section(readme, "B"), Ok("b\n### C\nc\n"));
        assert_eq!(section(readme, "D"), Ok("d\n"));
        assert!(section(readme, "C").is_err());
    }

    #[test]
    fn fences_have_their_words() {
        let text = "a\n```toml Cargo.toml\n[x]\n\ny\n```\nb\n```\nz\n```\n";
        let expected = [("toml Cargo.toml", "[x]\n\ny\n"), ("", "z\n")];
        assert_eq!(
            fences(text),
            expected.map(|(info, text)| (info.to_owned(), text.to_owned()))
        );
    }

    #[test]
    fn consoles_ask_and_are_answered() {
        let pair = |path: &str, answer: &str| (path.to_owned(), answer.to_owned());
        let console =
            "$ curl 'http://127.0.0.1:8000/a?b=c'\n{}\n$ curl http://127.0.0.1:8000/d\n1\n";
        assert_eq!(
            answers(console),
            Ok(vec![pair("/a?b=c", "{}"), pair("/d", "1")])
        );
        assert!(answers("$ ls\nfiles\n").is_err());
    }

    #[test]
    fn every_warning_is_found_but_what_build_scripts_tell() {
        let told = "   Compiling x v0.1.0\nwarning: x@0.1.0: generated from openapi.yml: /target/contract.rs\n";
        assert_eq!(warning(told), None);
        for warned in [
            "warning: unreachable statement",
            "warning: `x` (bin \"x\") generated 1 warning",
        ] {
            assert_eq!(
                warning(&format!("{told}{warned}\n --> src/main.rs\n")),
                Some(warned)
            );
        }
    }
}
