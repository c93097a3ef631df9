//! The request units that the budget test measures over HTTP.

use crate::command::{cargo_program, complain, say};

/// Request units of one request.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Units {
    pub(super) read: f64,
    pub(super) write: f64,
}

/// The test's table.
pub(super) struct Budget(Vec<(String, Units)>);

impl Budget {
    /// Runs the test.
    pub(super) fn measure() -> Result<Self, String> {
        let mut test = cargo_program();
        test.args(["test", "--test", "contract"])
            .args(["--", "--exact", "budget::budget", "--nocapture"])
            .current_dir(crate::root());
        say("$ cargo test --test contract -- --exact budget::budget --nocapture\n");
        let output = test
            .output()
            .map_err(|error| format!("the budget test could not be run: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            complain(&String::from_utf8_lossy(&output.stderr));
            return Err("the budget test failed; run it by itself to see why".to_owned());
        }
        let budget = Self::read(&text);
        if budget.0.is_empty() {
            return Err("the budget test printed no table".to_owned());
        }
        Ok(budget)
    }

    /// Reads its lines: `NAME   1.0 RRU of  1.0    2.0 WRU of  3.0`.
    pub(super) fn read(text: &str) -> Self {
        let rows = text.lines().filter_map(|line| {
            let (left, right) = line.split_once(" RRU of ")?;
            let (name, read) = left.trim_end().rsplit_once(' ')?;
            let write = right.split_whitespace().nth(1)?;
            let units = Units {
                read: read.parse().ok()?,
                write: write.parse().ok()?,
            };
            Some((name.trim().to_owned(), units))
        });
        Self(rows.collect())
    }

    pub(super) fn row(&self, name: &str) -> Result<Units, String> {
        let row = self.0.iter().find(|(row, _)| row == name);
        row.map(|(_, units)| *units)
            .ok_or_else(|| format!("the budget test measures no {name:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_lines_are_read() {
        let budget = Budget::read(
            "running 1 test\n\
             create blog                                    1.0 RRU of  1.0     2.0 WRU of  3.0\n\
             list of 20 among 1000: /blog/posts?offset=980  33.5 RRU of 45.0     0.0 WRU of  0.0\n",
        );
        let list = budget.row("list of 20 among 1000: /blog/posts?offset=980");
        assert_eq!(
            list,
            Ok(Units {
                read: 33.5,
                write: 0.0
            })
        );
        assert_eq!(budget.row("create blog").unwrap().write, 2.0);
        assert!(budget.row("running").is_err());
    }
}
