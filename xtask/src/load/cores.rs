//! Who computes where: the server that is measured has a core of its own, as one uvicorn worker has, which Python's lock
//! holds to one. The engine and the driver share the rest.

use std::fmt;
use std::path::Path;
use std::process::Command;

use crate::command;

const INSTALL: &str = "install util-linux, whose taskset binds processes to cores";

/// The cores of this machine that may be used.
pub(crate) struct Cores {
    server: usize,
    others: Vec<usize>,
}

impl Cores {
    /// Shares out the cores that this process may run on.
    pub(crate) fn share() -> Result<Self, String> {
        let status = std::fs::read_to_string("/proc/self/status")
            .map_err(|error| format!("/proc cannot be read (this needs Linux): {error}"))?;
        let allowed = status
            .lines()
            .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))
            .map(list)
            .unwrap_or_default();
        match &allowed[..] {
            [server, others @ ..] if !others.is_empty() => Ok(Self {
                server: *server,
                others: others.to_vec(),
            }),
            _ => Err(format!(
                "two cores are needed, one for the server and one for the engine and the driver; this process may use {}",
                allowed.len()
            )),
        }
    }

    /// Binds this process, and what it starts from now on, to the cores beside the server's.
    pub(crate) fn bind_driver(&self) -> Result<(), String> {
        let mut taskset = Command::new("taskset");
        taskset.args(["--cpu-list", "--pid"]);
        taskset.args([self.others(), std::process::id().to_string()]);
        command::output(&mut taskset, INSTALL).map(drop)
    }

    /// A program on the server's core.
    pub(crate) fn server(&self, program: &Path) -> Command {
        bound(self.server.to_string(), program)
    }

    /// A program on the others.
    pub(crate) fn others_run(&self, program: &Path) -> Command {
        bound(self.others(), program)
    }

    fn others(&self) -> String {
        let names: Vec<String> = self.others.iter().map(usize::to_string).collect();
        names.join(",")
    }
}

fn bound(cores: String, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &cores]).arg(program);
    command
}

impl fmt::Display for Cores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (server, others) = (self.server, self.others());
        write!(f, "server on core {server}, engine and driver on {others}")
    }
}

/// The numbers of a list such as `0-2,5`.
fn list(text: &str) -> Vec<usize> {
    let ranges = text.trim().split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse().ok()?..=last.parse().ok()?)
    });
    ranges.flatten().collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_list_of_cores_has_numbers_and_ranges() {
        assert_eq!(super::list("\t0-2,5,7-8\n"), [0, 1, 2, 5, 7, 8]);
        assert_eq!(super::list("3"), [3]);
    }
}
