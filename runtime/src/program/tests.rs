use axum::response::Response;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::fault::{Fault, refuse};

#[derive(serde::Serialize)]
struct Error(u16);

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self(fault.status.as_u16())
    }
}

const DESCRIPTION: Description = Description {
    title: "Notes",
    version: "1.2.3",
    base_path: "/v1",
    yaml: "openapi: 3.0.3\n",
    json: r#"{"openapi":"3.0.3"}"#,
    refuse: refuse::<Error>,
};

/// A service with a setting, a command and a line in the banner.
#[derive(Clone, Default)]
struct Notes;

impl Service for Notes {
    type Settings = u8;

    fn description(&self) -> Description {
        DESCRIPTION
    }

    fn rows(&self) -> Vec<Row> {
        vec![
            Row::new("PAGES", "3", "1 to 9: how many"),
            Row::new("PORT", "8000", "where it is"),
        ]
    }

    fn settings(&self, reader: &mut Reader<'_>, _: &Common) -> u8 {
        reader.number("PAGES", 3, 1..=9)
    }

    fn commands(&self) -> Vec<Command> {
        vec![
            Command::new("migrate up", "brings the database up to date"),
            Command::new("migrate down", "takes steps back").taking(&["STEPS"]),
        ]
    }

    async fn start(self, pages: u8, common: &Common) -> Result<Started, Failure> {
        if pages == 9 {
            return Err("there is no paper".into());
        }
        let answer = async move || -> Response { Response::new(pages.to_string().into()) };
        let router = Router::new()
            .route("/v1/pages", get(answer))
            .fallback(async || refuse::<Error>(Fault::unknown_path()));
        Ok(Started::from(router)
            .with_line("Pages", pages.to_string())
            .with_line("Port", common.port.to_string()))
    }
}

async fn fetch(running: &Running, path: &str) -> String {
    let mut stream = TcpStream::connect(running.address()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_test_starts_a_service_with_settings_of_its_own() {
    let running = Running::start(Notes, [("PAGES", "5")]).await.unwrap();
    assert_eq!(running.url(), format!("{}/v1", running.origin()));
    let port = running.address().port().to_string();
    assert_eq!(running.line("Port"), Some(&*port));
    assert_eq!(running.line("Pages"), Some("5"));
    assert!(fetch(&running, "/v1/pages").await.ends_with("\r\n\r\n5"));
    let other = Running::start(Notes, [("PORT", "1")]).await.unwrap();
    assert_ne!(other.address(), running.address());
    assert!(fetch(&other, "/v1/pages").await.ends_with("\r\n\r\n3"));
    let address = running.address();
    running.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn beside_the_contract_are_health_and_the_contract_itself() {
    let running = Running::start(Notes, [("", ""); 0]).await.unwrap();
    for (path, body) in [
        ("/health", r#"{"status":"ok"}"#),
        ("/openapi.yml", DESCRIPTION.yaml),
        ("/openapi.json", DESCRIPTION.json),
        ("/nothing", "404"),
    ] {
        let answer = fetch(&running, path).await;
        assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{answer}");
        assert!(
            answer.to_lowercase().contains("\r\nx-request-id: "),
            "{answer}"
        );
    }
    let docs = fetch(&running, "/docs").await;
    let expected = if cfg!(feature = "docs") { "200" } else { "404" };
    assert!(docs.starts_with(&format!("HTTP/1.1 {expected} ")), "{docs}");
}

#[tokio::test]
async fn what_keeps_a_service_from_starting_is_told() {
    let told = async |settings: &[(&str, &str)]| {
        let running = Running::start(Notes, settings.iter().copied()).await;
        running.unwrap_err().to_string()
    };
    assert_eq!(
        told(&[("PAGES", "0"), ("LOG_LEVEL", "loud")]).await,
        "LOG_LEVEL must be error, warn, info, debug or trace, not \"loud\".\n\
         PAGES must be a number from 1 to 9, not \"0\"."
    );
    assert_eq!(told(&[("PAGES", "9")]).await, "there is no paper");
}

#[tokio::test]
async fn a_service_without_settings_is_a_router() {
    let plain = Plain {
        description: DESCRIPTION,
        router: Router::new().route("/v1/", get(async || "hello")),
    };
    let running = Running::start(plain, [("", ""); 0]).await.unwrap();
    assert!(fetch(&running, "/v1/").await.ends_with("\r\n\r\nhello"));
}

/// A service with one path, in its contract and in its router, that may leave its publication out.
#[derive(Clone)]
struct Claiming {
    base_path: &'static str,
    path: &'static str,
    published: bool,
}

impl Service for Claiming {
    type Settings = ();

    fn description(&self) -> Description {
        let contract = serde_json::json!({ "openapi": "3.0.3", "paths": { self.path: {} } });
        Description {
            base_path: self.base_path,
            json: contract.to_string().leak(),
            ..DESCRIPTION
        }
    }

    fn settings(&self, _: &mut Reader<'_>, _: &Common) {}

    async fn start(self, (): (), _: &Common) -> Result<Started, Failure> {
        let path = format!("{}{}", self.base_path, self.path);
        let started = Started::from(Router::new().route(&path, get(async || "own")));
        Ok(if self.published {
            started
        } else {
            started.unpublished()
        })
    }
}

#[tokio::test]
async fn a_contract_that_has_a_path_of_its_publication_does_not_start_with_it() {
    let started = async |base_path, path, published| {
        let service = Claiming {
            base_path,
            path,
            published,
        };
        Running::start(service, [("", ""); 0]).await
    };
    let mut claims = vec![("", "/openapi.yml"), ("", "/openapi.json")];
    if cfg!(feature = "docs") {
        claims.extend([
            ("", "/docs"),
            ("", "/docs/"),
            ("", "/docs/{id}"),
            ("/docs", "/{id}"),
        ]);
    }
    for (base_path, path) in claims {
        let told = started(base_path, path, true).await.unwrap_err();
        assert_eq!(
            told.to_string(),
            format!(
                "`{base_path}{path}` of the contract is where the service publishes the contract itself; rename the path, give \
                 `servers` another base path such as /v1, or publish nothing: `Started::unpublished`"
            )
        );
        let running = started(base_path, path, false).await.unwrap();
        let answer = fetch(&running, &format!("{base_path}{path}")).await;
        assert!(answer.ends_with("\r\n\r\nown"), "{answer}");
    }
    for (base_path, path) in [
        ("/v1", "/openapi.json"),
        ("/v1", "/docs"),
        ("", "/docs/{id}/pages"),
        ("", "/{id}"),
    ] {
        let running = started(base_path, path, true).await.unwrap();
        let answer = fetch(&running, &format!("{base_path}{path}")).await;
        assert!(answer.ends_with("\r\n\r\nown"), "{answer}");
    }
}

#[test]
fn help_says_what_can_be_typed_and_set() {
    let text = help::help(&Notes, "notes");
    let expected = "Serves Notes.\n\n\
         Usage: notes [--help | --version | COMMAND]\n\n\
         Commands:\n\n  \
           migrate up\n      brings the database up to date\n\n  \
           migrate down STEPS\n      takes steps back\n\n\
         Settings come from the environment";
    assert!(text.starts_with(expected), "{text}");
    for row in Row::all(Notes.rows()) {
        let row = format!(
            "\n  {}\n      {}\n      default: {}\n",
            row.name, row.meaning, row.default
        );
        assert_eq!(text.matches(&row).count(), 1, "{row}");
    }
    let plain = Plain {
        description: DESCRIPTION,
        router: Router::new(),
    };
    let text = help::help(&plain, "plain");
    assert!(
        text.contains("Usage: plain [--help | --version]\n\nSettings"),
        "{text}"
    );
}

#[test]
fn a_command_is_its_words_and_its_arguments() {
    let [up, down] = <[Command; 2]>::try_from(Notes.commands()).unwrap();
    let line = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(up.arguments_in(&line("migrate up")), Some(&[][..]));
    assert_eq!(
        down.arguments_in(&line("migrate down 2")),
        Some(&["2".to_owned()][..])
    );
    for other in ["migrate", "migrate up 2", "up", "Migrate up", "migrate  up"] {
        assert_eq!(up.arguments_in(&line(other)), None, "{other}");
    }
    assert_eq!(down.arguments_in(&line("migrate down")), None);
}

#[test]
fn the_banner_says_where_everything_is() {
    let banner = |address: &str| {
        let banner = banner::Banner {
            docs: cfg!(feature = "docs"),
            description: DESCRIPTION,
            address: address.parse().unwrap(),
            lines: &[("Data", "/tmp".to_owned()), ("Password", "x".to_owned())],
        };
        banner.to_string()
    };
    let docs = if cfg!(feature = "docs") {
        "  Docs      http://127.0.0.1:80/docs\n"
    } else {
        ""
    };
    assert_eq!(
        banner("127.0.0.1:80"),
        format!(
            "Notes 1.2.3\n  API       http://127.0.0.1:80/v1\n{docs}  Data      /tmp\n  Password  x\n"
        )
    );
    // A browser cannot open "all addresses".
    assert!(banner("0.0.0.0:80").contains("http://127.0.0.1:80/v1\n"));
    assert!(banner("[::]:80").contains("http://[::1]:80/v1\n"));
}
