//! The running server, and what ends it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, plain};
use crate::{Binaries, StartError, leftovers};

/// The port is part of the socket's name, no more.
const PORT: u16 = 5432;

/// How long a start may take, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the server may take to stop, and its folder to be removed.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves until the standard input ends, which the caller holds open; then stops the server and takes the folder with it.
/// Nobody is asked to stop twice, but one who has not yet written down which process he is may be asked too early.
const WATCH: &str = r#"
( "$1" -D "$2/data" </dev/null >"$2/log" 2>&1; : >"$2/ended" ) &
read -r _
until [ -e "$2/ended" ]; do
    server=$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null) && kill -INT "$server" 2>/dev/null
    sleep 0.05
done
rm -rf "$2"
"#;

/// A PostgreSQL server that ends with this value, or with this process.
#[derive(Debug)]
pub struct Server {
    watcher: Child,
    folder: PathBuf,
    superuser: String,
}

impl Server {
    /// Makes a cluster and serves it. Its superuser has the name `superuser` and no password, its database is `postgres`.
    /// Blocks for about a second.
    ///
    /// # Errors
    ///
    /// One sentence; nothing is left behind.
    pub fn start(binaries: &Binaries, superuser: &str) -> Result<Self, StartError> {
        leftovers::remove();
        let cluster = Cluster::create(binaries, superuser)?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", WATCH, "watch-postgres"])
            .arg(binaries.program("postgres"))
            .arg(cluster.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in a terminal is for the process that uses the server: it may still want to end requests.
            .process_group(0);
        let watcher = plain(cluster.account.run(&mut command), cluster.folder.path())
            .spawn()
            .map_err(|cause| StartError::Io("/bin/sh cannot be run", cause))?;
        // From here on the folder is the watcher's to remove.
        let folder = cluster.folder.keep();
        let server = Self {
            watcher,
            folder,
            superuser: superuser.to_owned(),
        };
        server.wait()?;
        Ok(server)
    }

    /// The folder of the socket, which is what `PGHOST` and connection strings take as host.
    pub fn socket_folder(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The port, which names the socket.
    pub const fn port(&self) -> u16 {
        PORT
    }

    /// The superuser's name.
    pub fn superuser(&self) -> &str {
        &self.superuser
    }

    /// The address for a superuser's connection to the database `postgres`, as libpq takes it.
    pub fn url(&self) -> String {
        format!(
            "postgres://{}@localhost:{PORT}/postgres?host={}",
            self.superuser,
            self.socket_folder().display()
        )
    }

    /// What the server has written to its log so far.
    ///
    /// # Errors
    ///
    /// Those of reading a file.
    pub fn log(&self) -> std::io::Result<String> {
        let bytes = fs::read(self.folder.join("log"))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The last line of postmaster.pid says how far the server is (src/include/utils/pidfile.h).
    fn wait(&self) -> Result<(), StartError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if is_ready(&self.folder) {
                return Ok(());
            }
            let words = || self.log().map(|log| last_lines(&log)).unwrap_or_default();
            if self.folder.join("ended").exists() {
                return Err(StartError::Failed("postgres", words()));
            }
            if Instant::now() > deadline {
                return Err(StartError::TooSlow(words()));
            }
            sleep(Duration::from_millis(20));
        }
    }
}

fn is_ready(folder: &Path) -> bool {
    fs::read_to_string(folder.join("data/postmaster.pid")).is_ok_and(|text| {
        text.lines()
            .nth(7)
            .is_some_and(|line| line.trim() == "ready")
    })
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("; ")
}

impl Drop for Server {
    /// Waits until the server has stopped and its folder is gone, ten seconds at the most.
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let deadline = Instant::now() + FAREWELL;
        while Instant::now() < deadline {
            match self.watcher.try_wait() {
                Ok(None) => sleep(Duration::from_millis(5)),
                Ok(Some(_)) | Err(_) => return,
            }
        }
    }
}
