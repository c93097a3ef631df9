//! The user that PostgreSQL runs as.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::StartError;

const ROOT: u32 = 0;

/// Users that own nothing of interest, the best first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// Another user than that of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Other {
    user: u32,
    group: u32,
}

/// The user that PostgreSQL runs as: that of this process, unless it is root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    other: Option<Other>,
}

impl Account {
    /// The account for a process that owns this file, as it owns what it makes.
    pub(crate) fn of_owner(own: &Path) -> Result<Self, StartError> {
        let owner = fs::metadata(own)
            .map_err(|cause| StartError::Io("a temporary folder cannot be read", cause))?
            .uid();
        if owner != ROOT {
            return Ok(Self { other: None });
        }
        let accounts = fs::read_to_string("/etc/passwd")
            .map_err(|cause| StartError::Io("/etc/passwd cannot be read", cause))?;
        let other = unprivileged(&accounts).ok_or(StartError::NoAccount)?;
        Ok(Self { other: Some(other) })
    }

    /// Lets a program run as this user.
    pub(crate) fn run<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        match self.other {
            Some(Other { user, group }) => command.uid(user).gid(group),
            None => command,
        }
    }

    /// Gives it a file or folder.
    pub(crate) fn give(&self, path: &Path) -> io::Result<()> {
        match self.other {
            Some(Other { user, group }) => chown(path, Some(user), Some(group)),
            None => Ok(()),
        }
    }
}

/// passwd(5): name:password:user:group:comment:home:shell.
fn unprivileged(accounts: &str) -> Option<Other> {
    UNPRIVILEGED.iter().find_map(|wanted| {
        accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next() != Some(wanted) {
                return None;
            }
            let user = fields.nth(1)?.parse().ok()?;
            let group = fields.next()?.parse().ok()?;
            (user != ROOT).then_some(Other { user, group })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_databases_own_user_comes_first_and_root_never() {
        let both = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n";
        let postgres = Other {
            user: 101,
            group: 104,
        };
        assert_eq!(unprivileged(both), Some(postgres));
        let nobody = Other {
            user: 65534,
            group: 65534,
        };
        assert_eq!(
            unprivileged(&both.replace("postgres", "other")),
            Some(nobody)
        );
        assert_eq!(
            unprivileged("root:x:0:0::/root:/bin/sh\npostgres:x:0:0::/:/bin/sh\n"),
            None
        );
    }
}
