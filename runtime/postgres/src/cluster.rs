//! A cluster's folder: made by initdb, configured, and short enough for a socket.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::account::Account;
use crate::{Binaries, StartError};

/// A socket's path has 104 bytes on some systems and 108 on others (unix(7)); this much is left for the folder it lies in.
const LONGEST: usize = 80;

/// Who may connect how. The superuser comes through the socket only, which nobody else can reach; every other role needs
/// its password there as well, as it does where it matters.
const ACCESS: &str = "local all {superuser} trust\nlocal all all scram-sha-256\n";

/// Everything that costs time to be safe against a crash of the machine is off: nothing here outlives the process.
const SETTINGS: &str = "\
listen_addresses = ''
unix_socket_directories = '.'
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 32MB
max_connections = 100
statement_timeout = 30s
";

/// A fresh cluster that nobody serves yet.
pub(crate) struct Cluster {
    /// Holds `data`, `log` and nothing else.
    pub(crate) folder: TempDir,
    pub(crate) account: Account,
}

impl Cluster {
    /// Makes a cluster whose superuser has this name. Takes some tenths of a second.
    pub(crate) fn create(binaries: &Binaries, superuser: &str) -> Result<Self, StartError> {
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(parent())
            .map_err(|cause| StartError::Io("a temporary folder cannot be made", cause))?;
        let account = Account::of_owner(folder.path())?;
        account
            .give(folder.path())
            .map_err(|cause| StartError::Io("a temporary folder cannot be given away", cause))?;
        let cluster = Self { folder, account };
        // Letters beyond ASCII have no cases in the locale C, but every system has it.
        cluster
            .initialize(binaries, superuser, "C.UTF-8")
            .or_else(|error| match &error {
                StartError::Failed(_, words) if words.contains("locale") => {
                    cluster.initialize(binaries, superuser, "C")
                }
                _ => Err(error),
            })?;
        cluster.configure(superuser)?;
        Ok(cluster)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn initialize(
        &self,
        binaries: &Binaries,
        superuser: &str,
        locale: &str,
    ) -> Result<(), StartError> {
        let mut command = Command::new(binaries.program("initdb"));
        command
            .args(["--auth=trust", "--encoding=UTF8", "--no-sync"])
            .args([&format!("--locale={locale}"), "--username", superuser])
            .arg("--pgdata")
            .arg(self.data());
        let output = plain(self.account.run(&mut command), self.folder.path())
            .stdin(Stdio::null())
            .output()
            .map_err(|cause| StartError::Io("initdb cannot be run", cause))?;
        if output.status.success() {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&output.stderr);
        Err(StartError::Failed("initdb", words.trim().to_owned()))
    }

    fn configure(&self, superuser: &str) -> Result<(), StartError> {
        let write = |name: &str, text: &str| {
            fs::write(self.data().join(name), text)
                .map_err(|cause| StartError::Io("the cluster cannot be configured", cause))
        };
        write("pg_hba.conf", &ACCESS.replace("{superuser}", superuser))?;
        write("postgresql.auto.conf", SETTINGS)
    }
}

/// What the names of clusters' folders begin with.
pub(crate) const PREFIX: &str = "throwaway-postgres-";

/// The folder for temporary files, unless a socket below it would have too long a path.
pub(crate) fn parent() -> PathBuf {
    let usual = env::temp_dir();
    if usual.is_absolute() && usual.as_os_str().len() + PREFIX.len() <= LONGEST - 20 {
        usual
    } else {
        PathBuf::from("/tmp")
    }
}

/// A program that knows nothing of this process's folder, settings and locale.
pub(crate) fn plain<'c>(command: &'c mut Command, folder: &Path) -> &'c mut Command {
    command
        .current_dir(folder)
        .env_clear()
        .envs(env::var_os("PATH").map(|path| ("PATH", path)))
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
}
