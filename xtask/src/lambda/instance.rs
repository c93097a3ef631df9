//! An instance of a function and the runtime API that it polls (Lambda developer guide, "Using the Lambda runtime API
//! for custom runtimes").

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// No answer takes as long.
const PATIENCE: Duration = Duration::from_secs(20);

/// What Lambda and the template set.
const ENVIRONMENT: [(&str, &str); 13] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "portfolio"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    // So that the bare functions find their route behind a stage.
    ("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true"),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_ACCESS_KEY_ID", "emulated"),
    ("AWS_SECRET_ACCESS_KEY", "emulated"),
    ("ENVIRONMENT", "production"),
    ("DYNAMODB_TABLE_NAME", "portfolio"),
    ("COGNITO_USER_POOL_ID", "eu-west-1_aBcDeFgHi"),
    ("COGNITO_CLIENT_ID", "7example23"),
    ("COGNITO_REGION", "eu-west-1"),
    ("LOG_LEVEL", "info"),
];

/// A running function; ended when dropped.
pub(crate) struct Instance {
    process: Child,
    calls: Receiver<Call>,
    event: String,
    address: SocketAddr,
    ended: Arc<AtomicBool>,
}

/// A call of the runtime API, to be answered on its connection.
struct Call {
    path: String,
    body: Vec<u8>,
    connection: TcpStream,
}

impl Instance {
    /// Starts a function and waits for its first answer; tells how long that took.
    pub(crate) fn start(binary: &Path) -> Result<(Self, Duration), String> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .map_err(|error| format!("no port is free: {error}"))?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("no address: {error}"))?;
        let (sender, calls) = channel();
        let ended = Arc::new(AtomicBool::new(false));
        let end = ended.clone();
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                if end.load(Ordering::Relaxed) {
                    break;
                }
                let sender = sender.clone();
                thread::spawn(move || serve(connection, &sender));
            }
        });
        let start = Instant::now();
        let process = Command::new(binary)
            .env_clear()
            .envs(ENVIRONMENT)
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} could not be started: {error}", binary.display()))?;
        let mut instance = Self {
            process,
            calls,
            event: event().to_string(),
            address,
            ended,
        };
        instance.request()?;
        Ok((instance, start.elapsed()))
    }

    /// Sends a request; tells how long the answer took.
    pub(crate) fn request(&mut self) -> Result<Duration, String> {
        let next = self.call("/invocation/next")?;
        let start = Instant::now();
        let headers = "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
                       Lambda-Runtime-Deadline-Ms: 4102444800000\r\n\
                       Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:portfolio\r\n\
                       Lambda-Runtime-Trace-Id: Root=1-67891233-abcdef012345678912345678;Sampled=0\r\n";
        next.answer("200 OK", headers, &self.event)?;
        let answer = self.call("/response")?;
        let duration = start.elapsed();
        answer.answer("202 Accepted", "", "")?;
        let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer["statusCode"] != 200 {
            return Err(format!("a function answered {answer}"));
        }
        Ok(duration)
    }

    /// Its resident memory in KiB.
    pub(crate) fn memory(&self) -> Result<u64, String> {
        crate::memory::resident(self.process.id())
    }

    fn call(&self, end: &str) -> Result<Call, String> {
        let call = self
            .calls
            .recv_timeout(PATIENCE)
            .map_err(|_| format!("a function did not call {end}"))?;
        if call.path.ends_with(end) {
            Ok(call)
        } else {
            let body = String::from_utf8_lossy(&call.body).into_owned();
            Err(format!("a function called {} with {body}", call.path))
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        // Wakes who listens, to end too.
        self.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

impl Call {
    fn answer(&self, status: &str, headers: &str, body: &str) -> Result<(), String> {
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        (&self.connection)
            .write_all(text.as_bytes())
            .map_err(|error| format!("a function went away: {error}"))
    }
}

/// Reads calls until the connection ends.
fn serve(connection: TcpStream, calls: &Sender<Call>) {
    let _ = connection.set_nodelay(true);
    let Ok(reading) = connection.try_clone() else {
        return;
    };
    let mut reader = BufReader::new(reading);
    while let Some((path, body)) = read(&mut reader) {
        let Ok(connection) = connection.try_clone() else {
            return;
        };
        let call = Call {
            path,
            body,
            connection,
        };
        if calls.send(call).is_err() {
            return;
        }
    }
}

/// A request's path and body.
fn read(reader: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        chunked |= line.starts_with("transfer-encoding: chunked");
    }
    let mut body = Vec::new();
    if !chunked {
        reader.take(length).read_to_end(&mut body).ok()?;
        return Some((path, body));
    }
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).ok()?;
        let size = u64::from_str_radix(size.trim_end(), 16).ok()?;
        reader.take(size).read_to_end(&mut body).ok()?;
        reader.read_line(&mut String::new()).ok()?;
        if size == 0 {
            return Some((path, body));
        }
    }
}

/// A REST API's event (API Gateway developer guide, "Input format of a Lambda function for proxy integration").
fn event() -> Value {
    let headers = json!({
        "Accept": "*/*",
        "Host": "wt6mne2s9k.execute-api.eu-west-1.amazonaws.com",
        "User-Agent": "curl/8.5.0",
        "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
        "X-Forwarded-For": "52.255.255.12",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    });
    let several: serde_json::Map<String, Value> = headers
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), json!([value])))
        .collect();
    json!({
        "resource": "/{proxy+}",
        "path": "/health",
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": several,
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": { "proxy": "health" },
        "stageVariables": null,
        "requestContext": {
            "resourceId": "2gxmpl",
            "resourcePath": "/{proxy+}",
            "httpMethod": "GET",
            "extendedRequestId": "JJbxmplHYosFVYQ=",
            "requestTime": "10/Mar/2020:00:03:59 +0000",
            "path": "/live/health",
            "accountId": "123456789012",
            "protocol": "HTTP/1.1",
            "stage": "live",
            "domainPrefix": "wt6mne2s9k",
            "requestTimeEpoch": 1_583_798_639_428_u64,
            "requestId": "77375676-xmpl-4b79-853a-f982474efe18",
            "identity": { "sourceIp": "52.255.255.12", "userAgent": "curl/8.5.0" },
            "domainName": "wt6mne2s9k.execute-api.eu-west-1.amazonaws.com",
            "apiId": "wt6mne2s9k",
        },
        "body": null,
        "isBase64Encoded": false,
    })
}
