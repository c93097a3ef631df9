//! Other people's servers in place of AWS's, for as long as a command runs.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Credentials that no AWS would accept, and a region: an emulator wants to be asked as AWS is.
pub(crate) const DUMMY: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "emulated"),
    ("AWS_SECRET_ACCESS_KEY", "emulated"),
    ("AWS_REGION", "eu-west-1"),
];

/// A running emulator; ended when dropped.
pub(crate) struct Emulator {
    process: Child,
    /// Where it listens.
    pub(crate) url: String,
}

impl Emulator {
    /// Starts `program` with `--port` and a free port, and waits until it listens.
    pub(crate) fn start(program: &mut Command) -> Result<Self, String> {
        let name = program.get_program().to_string_lossy().into_owned();
        // Emulators cannot be asked for any free port, so one is found for them.
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| format!("no port is free: {error}"))?
            .port();
        let process = program
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{name} could not be started: {error}"))?;
        let mut emulator = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Ok(Some(status)) = emulator.process.try_wait() {
                return Err(format!("{name} ended before it listened ({status})"));
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("{name} does not listen on port {port}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(emulator)
    }
}

impl Emulator {
    /// Where it listens, as `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
