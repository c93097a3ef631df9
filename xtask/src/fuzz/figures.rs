//! What libFuzzer says of a run.

use std::fmt;

/// Figures of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Figures {
    executions: u64,
    seconds: u64,
    /// Edges of the control flow that were reached.
    edges: u64,
    /// Inputs that this run added.
    new: u64,
    /// Inputs that together reach everything that is reached, committed ones included; some of those added were replaced.
    inputs: u64,
}

impl Figures {
    /// Reads libFuzzer's messages; none if it did not come to its end.
    pub(super) fn read(log: &str) -> Option<Self> {
        let last = log.lines().rfind(|line| line.contains(" cov: "))?;
        let after = |line: &str, name: &str| {
            let (_, rest) = line.split_once(name)?;
            let number = rest.trim_start();
            let end = number
                .find(|letter: char| !letter.is_ascii_digit())
                .unwrap_or(number.len());
            number[..end].parse().ok()
        };
        let stat = |name: &str| after(log, &format!("stat::{name}:"));
        let done = log.lines().rfind(|line| line.starts_with("Done "))?;
        Some(Self {
            executions: stat("number_of_executed_units")?,
            seconds: after(done, " in ")?,
            edges: after(last, " cov: ")?,
            new: stat("new_units_added")?,
            inputs: after(last, " corp: ")?,
        })
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            executions,
            seconds,
            edges,
            new,
            inputs,
        } = self;
        write!(
            f,
            "{executions} executions in {seconds} s, {edges} edges covered, {new} inputs added, {inputs} in the corpus, nothing found"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read() {
        let log = "#2\tINITED cov: 90 ft: 91 corp: 1/1b exec/s: 0 rss: 30Mb\n\
                   #13018\tDONE   cov: 4081 ft: 9120 corp: 372/19Kb lim: 80 exec/s: 650 rss: 80Mb\n\
                   Done 13018 runs in 20 second(s)\n\
                   stat::number_of_executed_units: 13018\n\
                   stat::average_exec_per_sec:     650\n\
                   stat::new_units_added:          401\n";
        let figures = Figures::read(log).unwrap();
        assert_eq!(
            figures,
            Figures {
                executions: 13_018,
                seconds: 20,
                edges: 4_081,
                new: 401,
                inputs: 372,
            }
        );
        assert_eq!(
            figures.to_string(),
            "13018 executions in 20 s, 4081 edges covered, 401 inputs added, 372 in the corpus, nothing found"
        );
        assert_eq!(Figures::read("==1== ERROR: libFuzzer: timeout"), None);
    }
}
