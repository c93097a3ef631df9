//! A server of one's own: started on a free port, ended when dropped.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::connection::{Connection, Request};

/// The running server.
pub(crate) struct Server {
    process: Child,
    /// `host:port`, as the server printed it.
    pub(crate) address: String,
    /// The URL of its operations, as the server printed it, without a slash at its end.
    pub(crate) url: String,
}

impl Server {
    /// Starts a program with an empty database in `folder`, which is emptied before.
    /// `settings` are those of the server, beside host, port and folder.
    pub(crate) fn start(
        binary: &Path,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Self, String> {
        Self::launch(Command::new(binary), folder, settings, drop)
    }

    /// As [`Server::start`], by a program that starts the server. Each line that it prints after its address is passed on.
    pub(crate) fn launch(
        program: Command,
        folder: &Path,
        settings: &[(&str, &str)],
        each_line: impl FnMut(String) + Send + 'static,
    ) -> Result<Self, String> {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        Self::resume(program, folder, settings, each_line)
    }

    /// As [`Server::launch`], with what an earlier one has left in the folder.
    pub(crate) fn resume(
        mut program: Command,
        folder: &Path,
        settings: &[(&str, &str)],
        each_line: impl FnMut(String) + Send + 'static,
    ) -> Result<Self, String> {
        let mut process = program
            .current_dir(folder)
            .env("PORT", "0")
            .env("HOST", "127.0.0.1")
            .env("DATA_DIR", folder.join("data"))
            .env("RATE_LIMITS", "off")
            .env("LOG_LEVEL", "warn")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the server could not be started: {error}"))?;
        let output = process.stdout.take();
        let mut server = Self {
            process,
            address: String::new(),
            url: String::new(),
        };
        let mut lines = BufReader::new(output.ok_or("the server has no output")?).lines();
        let place = lines.find_map(|line| Some(line.ok()?.split_once("http://")?.1.to_owned()));
        // Whatever the server prints later must not fill the pipe.
        thread::spawn(move || lines.map_while(Result::ok).for_each(each_line));
        let place = place.ok_or("the server ended before it said its address")?;
        let place = place.trim_end().trim_end_matches('/');
        server.address = place.split('/').next().unwrap_or(place).to_owned();
        server.url = format!("http://{place}");
        Ok(server)
    }

    /// The body of the answer to a GET.
    pub(crate) fn ask(&self, path: &str) -> Result<String, String> {
        let request = Request {
            method: "GET",
            path: path.to_owned(),
            ..Request::default()
        };
        let answer = Connection::open(&self.address)
            .and_then(|mut connection| connection.send(&request))
            .map_err(|error| format!("{path} was not answered: {error}"))?;
        String::from_utf8(answer.body).map_err(|_| format!("{path} was answered with no text"))
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
