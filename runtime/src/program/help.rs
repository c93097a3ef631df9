//! The text of `--help`.

use std::fmt::Write;

use super::Service;
use crate::settings::Row;

/// What `name`, the program's file, does, and which settings it has.
pub(super) fn help<S: Service>(service: &S, name: &str) -> String {
    let commands = service.commands();
    let more = if commands.is_empty() {
        ""
    } else {
        " | COMMAND"
    };
    let mut text = format!(
        "Serves {}.\n\nUsage: {name} [--help | --version{more}]\n",
        service.description().title
    );
    if !commands.is_empty() {
        text.push_str("\nCommands:\n");
    }
    for command in commands {
        let arguments: String = command
            .arguments
            .iter()
            .map(|name| format!(" {name}"))
            .collect();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n  {}{arguments}\n      {}\n",
            command.name, command.meaning
        );
    }
    text.push_str(
        "\nSettings come from the environment or, if it does not have them, from a file .env in the current folder.\n\
         An empty value counts as none. In .env a value with spaces, \", #, $ or \\ stands between '...', and one with '\n\
         between \"...\".\n",
    );
    for row in Row::all(service.rows()) {
        let _ = write!(
            text,
            "\n  {}\n      {}\n      default: {}\n",
            row.name, row.meaning, row.default
        );
    }
    text
}
