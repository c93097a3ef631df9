//! The program in AWS Lambda, as the function that migrates: an emulated runtime API gives it events (Lambda developer
//! guide, "Using the Lambda runtime API for custom runtimes").

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};

use crate::{postgres, program};

/// A request's first line and its body.
fn read(stream: &mut TcpStream) -> (String, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (
        head.lines().next().unwrap().to_owned(),
        String::from_utf8(body).unwrap(),
    )
}

/// Gives a function events, and takes its answers: the path's last part, and the body.
fn invoke(listener: &TcpListener, times: usize) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    while answers.len() < times {
        let (mut stream, _) = listener.accept().unwrap();
        let (line, body) = read(&mut stream);
        if line.contains("/invocation/next") {
            let event = r#"{"whatever": "is in it"}"#;
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nLambda-Runtime-Deadline-Ms: 9999999999999\r\n\
                Lambda-Runtime-Invoked-Function-Arn: arn\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{event}",
                event.len()
            )
            .unwrap();
        } else {
            let path = line.split(' ').nth(1).unwrap();
            answers.push((path.rsplit('/').next().unwrap().to_owned(), body));
            write!(
                stream,
                "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
        }
    }
    answers
}

struct Function(Child);

impl Function {
    fn start(listener: &TcpListener, settings: &[(&str, &str)]) -> Self {
        let api = listener.local_addr().unwrap().to_string();
        let child = program(&std::env::temp_dir(), settings)
            .envs([
                ("AWS_LAMBDA_RUNTIME_API", api.as_str()),
                ("AWS_LAMBDA_FUNCTION_NAME", "migration"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
                ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
                ("ENVIRONMENT", "staging"),
            ])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_function_migrates_each_time_it_is_invoked() {
    let server = postgres();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = server.url();
    let _function = Function::start(
        &listener,
        &[("DATABASE_URL", &url), ("COMMAND", "migrate up")],
    );
    let answers = invoke(&listener, 2);
    let [(first, applied), (second, nothing)] = answers.as_slice() else {
        panic!("{answers:?}");
    };
    assert_eq!([first, second], ["response", "response"]);
    assert!(applied.contains("users applied"), "{applied}");
    assert_eq!(nothing, "\"The database lacks no migration.\\n\"");
}

#[test]
fn a_migration_that_fails_is_the_invocations_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = [
        ("DATABASE_URL", "postgres://u@127.0.0.1:1/d"),
        ("COMMAND", "migrate up"),
    ];
    let _function = Function::start(&listener, &settings);
    let answers = invoke(&listener, 1);
    assert_eq!(answers[0].0, "error");
    assert!(
        answers[0].1.contains("the database cannot be used"),
        "{answers:?}"
    );
}

#[test]
fn a_function_for_an_unknown_command_does_not_start() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut function = Function::start(&listener, &[("COMMAND", "migrate down")]);
    assert!(!function.0.wait().unwrap().success());
}
