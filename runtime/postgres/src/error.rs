//! Why there is no server.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why no PostgreSQL could be started: one sentence for whoever wants it.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// `initdb` and `postgres` are nowhere where they are looked for.
    NotInstalled,
    /// They are not in the folder that was named.
    NotThere(PathBuf),
    /// The process is root's, and there is no other user that PostgreSQL could run as.
    NoAccount,
    /// A folder or process could not be made.
    Io(&'static str, io::Error),
    /// `initdb` or `postgres` failed, with its own words.
    Failed(&'static str, String),
    /// `postgres` was not ready in time; with the end of its log.
    TooSlow(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str(
                "PostgreSQL's programs initdb and postgres are neither on PATH nor where packages put them; \
                 install PostgreSQL (apt-get install postgresql, brew install postgresql)",
            ),
            Self::NotThere(folder) => write!(
                f,
                "{} does not hold PostgreSQL's programs initdb and postgres",
                folder.display()
            ),
            Self::NoAccount => f.write_str(
                "PostgreSQL refuses to run as root, and this machine has no user `postgres` or `nobody`; \
                 start this as another user",
            ),
            Self::Io(what, cause) => write!(f, "{what}: {cause}"),
            Self::Failed(program, words) => write!(f, "{program} failed: {words}"),
            Self::TooSlow(words) => write!(f, "postgres was not ready in time: {words}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(_, cause) => Some(cause),
            _ => None,
        }
    }
}
