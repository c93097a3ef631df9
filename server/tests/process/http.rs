//! As much of an HTTP client as these tests need: one that can also send half a request.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

/// No answer takes as long; a test that waits longer fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status line and the headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// Whether it is the contract's Error, with the status of the answer.
    pub(crate) fn is_error(&self, status: u16) -> bool {
        self.status == status && self.json()["statusCode"] == status
    }
}

/// A connection on which requests follow one another.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.0.get_mut().write_all(bytes.as_ref())
    }

    /// Reads the next answer.
    pub(crate) fn answer(&mut self) -> io::Result<Answer> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(head.clone()))?;
        let length = head.lines().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body)?;
        Ok(Answer { status, head, body })
    }

    /// Whether the server has closed the connection, or does so now.
    pub(crate) fn is_closed(&mut self) -> bool {
        matches!(self.0.fill_buf(), Ok([]) | Err(_))
    }
}

/// Sends whole requests, each on a connection of its own.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    token: Option<String>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            token: None,
        }
    }

    /// The same client, with the same token, of a server that was started again.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(self.address).unwrap()
    }

    /// A request's head, up to the empty line; `headers` each end with a line break.
    pub(crate) fn head(&self, method: &str, path: &str, headers: &str) -> String {
        let token = self.token.as_ref();
        let token = token.map_or_else(String::new, |token| {
            format!("Authorization: Bearer {token}\r\n")
        });
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{token}{headers}\r\n",
            self.address
        )
    }

    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: Option<&Value>,
    ) -> io::Result<Answer> {
        let mut connection = Connection::open(self.address)?;
        let body = body.map_or_else(String::new, Value::to_string);
        let typed = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/json\r\n"
        };
        let headers = format!(
            "{headers}{typed}Content-Length: {}\r\nConnection: close\r\n",
            body.len()
        );
        connection.send(self.head(method, path, &headers) + &body)?;
        connection.answer()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "", None).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path, "", Some(body)).unwrap()
    }

    pub(crate) fn log_in(&self, password: &str) -> Answer {
        let credentials = json!({"email": "owner@example.com", "password": password});
        self.post("/v1/auth/login", &credentials)
    }

    /// The client of the owner.
    pub(crate) fn owner(&self, password: &str) -> Self {
        let session = self.log_in(password);
        assert_eq!(session.status, 200, "{}", session.json());
        Self {
            token: session.json()["token"].as_str().map(str::to_owned),
            ..self.clone()
        }
    }
}

/// A blog post's create body.
pub(crate) fn post(title: &str, content: &str) -> Value {
    json!({"title": title, "excerpt": "e", "content": content, "category": "c", "tags": ["t"]})
}
