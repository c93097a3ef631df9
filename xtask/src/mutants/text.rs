//! Changes of a contract's text that leave its lines where they are.

use contract_codegen::locate;

/// One place to change; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    /// These lines become empty.
    Blank { first: usize, last: usize },
    /// A word becomes another.
    Replace {
        line: usize,
        column: usize,
        old: String,
        new: String,
    },
}

/// A text after all edits. They must not overlap.
pub(crate) fn edited<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    // From right to left, so that a replacement moves no other.
    edits.sort_by_key(|edit| match edit {
        Edit::Blank { .. } => 0,
        Edit::Replace { column, .. } => usize::MAX - column,
    });
    for edit in edits {
        match edit {
            Edit::Blank { first, last } => {
                lines[first - 1..*last].iter_mut().for_each(String::clear);
            }
            Edit::Replace {
                line,
                column,
                old,
                new,
            } => {
                let line = &mut lines[line - 1];
                let at = byte(line, *column);
                line.replace_range(at..at + old.len(), new);
            }
        }
    }
    lines.join("\n") + "\n"
}

/// The removal of a block: its key and everything that is indented deeper.
pub(crate) fn removal(text: &str, keys: &[&str]) -> Edit {
    let at = locate(text, keys);
    Edit::Blank {
        first: at.line,
        last: last_line(text, at.line),
    }
}

/// Another name for a key, if the text has it where the keys lead.
pub(crate) fn renaming(text: &str, keys: &[&str], new: &str) -> Option<Edit> {
    let (old, at) = (*keys.last()?, locate(text, keys));
    let line = text.lines().nth(at.line - 1)?;
    let quotes = usize::from(line[byte(line, at.column)..].starts_with(['\'', '"']));
    let found = line.get(byte(line, at.column) + quotes..)?;
    found.starts_with(old).then(|| Edit::Replace {
        line: at.line,
        column: at.column + quotes,
        old: old.to_owned(),
        new: new.to_owned(),
    })
}

/// Another word for one in the list that a key has.
pub(crate) fn renaming_in_list(text: &str, keys: &[&str], old: &str, new: &str) -> Option<Edit> {
    let at = locate(text, keys);
    let key = *keys.last()?;
    let line = text.lines().nth(at.line - 1)?;
    if !line[byte(line, at.column)..].starts_with(key) {
        return None;
    }
    for number in at.line..=last_line(text, at.line) {
        let line = text.lines().nth(number - 1)?;
        let start = if number == at.line {
            byte(line, at.column) + key.len()
        } else {
            0
        };
        let word = line[start..].match_indices(old).find(|(index, _)| {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let before = line[..start + index].chars().next_back();
            let after = line[start + index + old.len()..].chars().next();
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        });
        if let Some((index, _)) = word {
            return Some(Edit::Replace {
                line: number,
                column: line[..start + index].chars().count() + 1,
                old: old.to_owned(),
                new: new.to_owned(),
            });
        }
    }
    None
}

/// The text without the examples that have lines of their own.
pub(crate) fn without_examples(text: &str) -> String {
    let examples = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with("example:"));
    let blanks: Vec<Edit> = examples
        .map(|(index, _)| Edit::Blank {
            first: index + 1,
            last: last_line(text, index + 1),
        })
        .collect();
    edited(text, &blanks)
}

/// The last line of the block that begins in a line.
fn last_line(text: &str, first: usize) -> usize {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip(first - 1);
    let depth = lines.next().map_or(0, indentation);
    let deeper = |line: &&str| line.trim().is_empty() || indentation(line) > depth;
    first + lines.take_while(deeper).count()
}

fn byte(line: &str, column: usize) -> usize {
    let mut starts = line.char_indices().map(|(index, _)| index);
    starts.nth(column - 1).unwrap_or(line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
paths:
  /a:
    responses:
      '200':
        description: ü

        more: yes
      '404': { x: 1 }
schemas:
  A:
    required: [idea, id]
    properties:
      id: { type: string }
    example: { idea: 1, id: 2 }
  B:
    required:
      - id
";

    #[test]
    fn a_block_goes_and_its_neighbours_stay() {
        let keys = ["paths", "/a", "responses", "200"];
        let text = edited(TEXT, [&removal(TEXT, &keys)]);
        assert!(
            !text.contains("more") && text.contains("    responses:\n\n\n\n\n      '404'"),
            "{text}"
        );
        assert_eq!(text.lines().count(), TEXT.lines().count());
    }

    #[test]
    fn keys_and_words_get_other_names() {
        let edits = [
            renaming(TEXT, &["schemas", "A", "properties", "id"], "renamed"),
            renaming(TEXT, &["schemas", "A", "example", "id"], "renamed"),
            renaming_in_list(TEXT, &["schemas", "A", "required"], "id", "renamed"),
            renaming_in_list(TEXT, &["schemas", "B", "required"], "id", "renamed"),
        ];
        let edits: Vec<Edit> = edits.into_iter().map(Option::unwrap).collect();
        let text = edited(TEXT, &edits);
        for line in [
            "required: [idea, renamed]",
            "      renamed: { type: string }",
            "example: { idea: 1, renamed: 2 }",
            "      - renamed",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(
            renaming(TEXT, &["schemas", "A", "properties", "name"], "renamed"),
            None
        );
    }

    #[test]
    fn a_word_elsewhere_is_not_in_the_list() {
        let keys = ["schemas", "A", "enum"];
        assert_eq!(renaming_in_list(TEXT, &keys, "id", "renamed"), None);
    }

    #[test]
    fn examples_go() {
        let text = without_examples(TEXT);
        assert!(!text.contains("example") && text.contains("  B:"), "{text}");
    }
}
