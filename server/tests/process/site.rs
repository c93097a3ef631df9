//! A place to start servers in: a folder of its own, an environment with nothing in it, and an end to every
//! process, whatever becomes of the test.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::http::Client;

/// No start and no end takes as long, on a busy machine either; a test that waits longer fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder, which is the servers' current one, and the settings that they have in their environment.
pub(crate) struct Site {
    folder: tempfile::TempDir,
    settings: Vec<(OsString, OsString)>,
}

impl Site {
    /// Servers take a free port and do not limit rates.
    pub(crate) fn new() -> Self {
        let site = Self {
            folder: tempfile::tempdir().unwrap(),
            settings: Vec::new(),
        };
        site.with("PORT", "0").with("RATE_LIMITS", "off")
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the database lies if no setting says otherwise.
    pub(crate) fn data(&self) -> PathBuf {
        self.path(".data")
    }

    /// The server's command, with what it prints piped.
    pub(crate) fn command(&self) -> Command {
        self.prepare(Command::new(BINARY))
    }

    /// The server's command behind `script` for the shell, which shapes the process that the server becomes.
    #[cfg(target_os = "linux")]
    pub(crate) fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("{script}; exec \"$0\""), BINARY]);
        self.prepare(command)
    }

    /// The server's command behind one that becomes it, and gets its path as the last argument.
    #[cfg(target_os = "linux")]
    pub(crate) fn behind(&self, mut command: Command) -> Command {
        command.arg(BINARY);
        self.prepare(command)
    }

    fn prepare(&self, mut command: Command) -> Command {
        command
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a server and waits until it says where it is.
    pub(crate) fn start(&self) -> Server {
        Server::start(self.command())
    }

    /// Starts a server that is expected not to, and waits for its end.
    pub(crate) fn fail(&self) -> End {
        End::of(self.command())
    }
}

const BINARY: &str = env!("CARGO_BIN_EXE_portfolio");

/// A process that does not outlive the test.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        Self(command.spawn().unwrap())
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// What it prints until its end.
    pub(crate) fn output(&mut self) -> std::thread::JoinHandle<String> {
        let stdout = self.0.stdout.take().unwrap();
        std::thread::spawn(|| text(stdout))
    }

    /// Waits for the end.
    pub(crate) fn end(&mut self) -> ExitStatus {
        wait_until("the process ends", || self.0.try_wait().unwrap().is_some());
        self.0.wait().unwrap()
    }

    /// Ends it as a power cut would (SIGKILL).
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let ended = soon(|| !matches!(self.0.try_wait(), Ok(None)));
        assert!(
            ended || std::thread::panicking(),
            "in vain until the process ends that was killed"
        );
    }

    /// Sends the signal of this name.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.id());
        let sent = Command::new("/bin/sh")
            .args(["-c", &kill])
            .status()
            .unwrap();
        assert!(sent.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A server that has said where it is.
pub(crate) struct Server {
    pub(crate) process: Process,
    /// What it printed on its start.
    pub(crate) banner: String,
    pub(crate) client: Client,
}

impl Server {
    pub(crate) fn start(command: Command) -> Self {
        Self::of(Process::start(command))
    }

    /// Waits until a process says where it is.
    pub(crate) fn of(mut process: Process) -> Self {
        let stdout = BufReader::new(process.0.stdout.take().unwrap());
        let stderr = process.0.stderr.take().unwrap();
        let (say, said) = mpsc::channel();
        // Pipes are read to their ends, so that the server never waits for a reader.
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = say.send(line);
            }
        });
        let (complain, complaints) = mpsc::channel();
        std::thread::spawn(move || {
            let _ = complain.send(text(stderr));
        });
        let mut banner = String::new();
        loop {
            match said.recv_timeout(PATIENCE) {
                Ok(line) if line.is_empty() => break,
                Ok(line) => banner = banner + &line + "\n",
                Err(_) => {
                    process.kill();
                    let complaint = complaints.recv_timeout(PATIENCE).unwrap_or_default();
                    panic!("the server did not start: {banner}{complaint}");
                }
            }
        }
        let address = banner
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .and_then(|(address, _)| address.parse::<SocketAddr>().ok());
        let address = address.unwrap_or_else(|| panic!("no address in {banner}"));
        Self {
            process,
            banner,
            client: Client::new(address),
        }
    }

    /// What the banner says on the line that begins with `word`.
    pub(crate) fn told(&self, word: &str) -> &str {
        let mut lines = self.banner.lines().map(str::trim_start);
        let told = lines.find_map(|line| line.strip_prefix(word));
        told.unwrap_or_else(|| panic!("no {word} in {}", self.banner))
            .trim()
    }

    /// The generated password.
    pub(crate) fn password(&self) -> &str {
        let told = self.told("Password");
        assert!(told.contains("(generated; shown only now"), "{told}");
        told.split_whitespace().next().unwrap()
    }
}

/// How a process ended that was not to serve.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl End {
    pub(crate) fn of(command: Command) -> Self {
        Self::after(Process::start(command))
    }

    /// Waits for it.
    pub(crate) fn after(mut process: Process) -> Self {
        let (stdout, stderr) = (process.0.stdout.take(), process.0.stderr.take());
        let stdout = std::thread::spawn(|| text(stdout.unwrap()));
        let stderr = std::thread::spawn(|| text(stderr.unwrap()));
        let status = process.end().code();
        Self {
            status,
            stdout: stdout.join().unwrap(),
            stderr: stderr.join().unwrap(),
        }
    }

    /// The sentences of a start that failed, without the mark before each.
    pub(crate) fn mistakes(&self) -> Vec<&str> {
        assert_eq!(
            (self.status, self.stdout.as_str()),
            (Some(1), ""),
            "{}",
            self.stderr
        );
        let sentences = self.stderr.lines().map(|line| line.strip_prefix("error: "));
        sentences
            .collect::<Option<_>>()
            .unwrap_or_else(|| panic!("{}", self.stderr))
    }

    /// The one sentence of a start that failed.
    pub(crate) fn mistake(&self) -> &str {
        let mistakes = self.mistakes();
        let [mistake] = mistakes[..] else {
            panic!("{mistakes:?}");
        };
        mistake
    }
}

fn text(mut pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = pipe.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Waits until `holds`, looking often; fails the test if it never does.
pub(crate) fn wait_until(what: &str, holds: impl FnMut() -> bool) {
    assert!(soon(holds), "in vain until {what}");
}

/// Whether it holds, before patience ends.
pub(crate) fn soon(mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}
