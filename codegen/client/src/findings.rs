//! What the client cannot express, found in a document that does not know its lines.

use contract_codegen::{Code, Diagnostic, Diagnostics};

/// Findings so far, each with the keys that lead to its place.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<(Vec<String>, String)>,
}

impl Findings {
    /// Adds one. `place` are the keys from the contract's root on; a place that does not exist counts as its nearest parent.
    pub(super) fn add(&mut self, place: &[&str], message: impl Into<String>) {
        let place = place.iter().map(|key| (*key).to_owned()).collect();
        self.list.push((place, message.into()));
    }

    /// The findings as diagnostics, each where it is in the contract's text, in the order of the file.
    pub(super) fn finish(self, source: &str, file: &str) -> Result<(), Diagnostics> {
        if self.list.is_empty() {
            return Ok(());
        }
        let mut list: Vec<Diagnostic> = Vec::new();
        for (place, message) in self.list {
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            list.push(Diagnostic::new(
                contract_codegen::locate(source, &place),
                Code::Client,
                &message,
            ));
        }
        list.sort_by(|a, b| (a.at, &a.message).cmp(&(b.at, &b.message)));
        list.dedup();
        Err(Diagnostics {
            file: file.to_owned(),
            list,
        })
    }

    #[cfg(test)]
    pub(super) fn messages(&self) -> Vec<String> {
        self.list
            .iter()
            .map(|(place, message)| format!("{}: {message}", place.join("/")))
            .collect()
    }
}
