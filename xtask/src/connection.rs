//! A connection of HTTP/1.1 that is kept alive: one request at a time, nothing but what the commands here need. A client
//! that does little measures little of itself.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// No answer takes as long.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// Lines, each ended with CRLF.
    pub(crate) headers: String,
    pub(crate) body: String,
}

/// What was answered.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// An open connection.
pub(crate) struct Connection {
    reader: BufReader<TcpStream>,
    request: Vec<u8>,
}

impl Connection {
    /// Connects to `host:port`.
    pub(crate) fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            reader: BufReader::with_capacity(64 * 1024, stream),
            request: Vec::new(),
        })
    }

    /// Sends a request and reads the answer to its end.
    pub(crate) fn send(&mut self, request: &Request) -> io::Result<Answer> {
        self.request.clear();
        let Request {
            method,
            path,
            headers,
            body,
        } = request;
        let length = body.len();
        write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\n\r\n{body}"
        )?;
        self.reader.get_mut().write_all(&self.request)?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let mut answer = Answer::default();
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let status = line.split(' ').nth(1).and_then(|text| text.parse().ok());
        answer.status = status.ok_or(io::ErrorKind::InvalidData)?;
        loop {
            line.clear();
            if self.reader.read_line(&mut line)? == 0 || line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                let name = name.to_ascii_lowercase();
                answer.headers.push((name, value.trim().to_owned()));
            }
        }
        // Neither side sends chunks: every body here has a known length.
        if answer.header("transfer-encoding").is_some() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let length = answer.header("content-length");
        let length = length.map_or(Ok(0), str::parse);
        answer
            .body
            .resize(length.map_err(|_| io::ErrorKind::InvalidData)?, 0);
        self.reader.read_exact(&mut answer.body)?;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn two_answers_follow_each_other_on_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let answers = "HTTP/1.1 201 Created\r\nETag: \"1\"\r\nContent-Length: 2\r\n\r\n{}\
                           HTTP/1.1 304 Not Modified\r\n\r\n";
            stream.write_all(answers.as_bytes()).unwrap();
            // Closed when the second request has come.
            let mut seen = Vec::new();
            while !seen.ends_with(b"second") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                seen.extend(byte);
            }
            String::from_utf8(seen).unwrap()
        });
        let mut connection = Connection::open(&address).unwrap();
        let mut request = Request {
            method: "POST",
            path: "/x".to_owned(),
            headers: "x-a: b\r\n".to_owned(),
            body: "first".to_owned(),
        };
        let answer = connection.send(&request).unwrap();
        assert_eq!((answer.status, answer.header("etag")), (201, Some("\"1\"")));
        assert_eq!(answer.body, b"{}");
        request.body = "second".to_owned();
        let answer = connection.send(&request).unwrap();
        assert_eq!((answer.status, answer.body.len()), (304, 0));
        let sent = server.join().unwrap();
        let first =
            "POST /x HTTP/1.1\r\nhost: localhost\r\nx-a: b\r\ncontent-length: 5\r\n\r\nfirst";
        assert!(sent.starts_with(first), "{sent}");
    }
}
