//! A client that costs little: connections kept alive, each with one request under way.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::calls::Call;

/// So many, that the server always has something to do.
const CONNECTIONS: usize = 16;

pub(crate) struct Connections {
    streams: Vec<TcpStream>,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Connections {
    pub(crate) fn open(address: SocketAddr, call: &Call) -> Self {
        let mut request = format!(
            "{} {} HTTP/1.1\r\nhost: {address}\r\n",
            call.method, call.path
        );
        if !call.body.is_empty() {
            request += "content-type: application/json\r\n";
            request += &format!("content-length: {}\r\n", call.body.len());
        }
        request += "\r\n";
        request += &call.body;
        let streams = (0..CONNECTIONS).map(|_| {
            let stream = TcpStream::connect(address).expect("the server listens");
            stream.set_nodelay(true).expect("a socket can be so");
            stream
        });
        Self {
            streams: streams.collect(),
            request: request.into_bytes(),
            buffer: vec![0; 64 * 1024],
        }
    }

    /// One answer, without the line that tells the time.
    pub(crate) fn answer(&mut self) -> String {
        self.streams[0]
            .write_all(&self.request)
            .expect("it is sent");
        let length = read(&mut self.streams[0], &mut self.buffer);
        let text = String::from_utf8_lossy(&self.buffer[..length]);
        text.lines()
            .filter(|line| !line.starts_with("date: "))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Requests a second.
    pub(crate) fn rate(&mut self, time: Duration) -> f64 {
        let start = Instant::now();
        let mut count = 0_u32;
        while start.elapsed() < time {
            for stream in &mut self.streams {
                stream.write_all(&self.request).expect("it is sent");
            }
            for stream in &mut self.streams {
                read(stream, &mut self.buffer);
                count += 1;
            }
        }
        f64::from(count) / start.elapsed().as_secs_f64()
    }
}

/// Reads one response: its head, and as many bytes as that says.
fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let mut length = 0;
    loop {
        let more = stream.read(&mut buffer[length..]).expect("it answers");
        assert!(more > 0, "the server has closed the connection");
        length += more;
        if let Some(whole) = whole(&buffer[..length])
            && length >= whole
        {
            return length;
        }
    }
}

/// How long the response is, once its head is there.
fn whole(response: &[u8]) -> Option<usize> {
    let head = response.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&response[..head]).ok()?;
    let length = text.split("content-length: ").nth(1)?.split('\r').next()?;
    Some(head + 4 + length.parse::<usize>().ok()?)
}
