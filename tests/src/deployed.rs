//! The server as it is deployed: the function's own binary, behind a gateway.
//!
//! ```text
//! test ──HTTP──► Gateway ──event──► RuntimeApi ◄──polls── the binary ──HTTP──► DynamoDB, user pool
//! ```
//!
//! The binary is not told that it is tested. It lives by a test's clock because `libfaketime` answers what it asks its
//! machine: the time that a file says, written before each event.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::{env, fs};

use chrono::{DateTime, Utc};
use contract_runtime::client::TrustedProxies;
use contract_runtime::clock::Clock;
use http::HeaderMap;
use http::header::{SET_COOKIE, STRICT_TRANSPORT_SECURITY, VARY};
use tempfile::TempDir;

use crate::lambda::{Gateway, Kind, RuntimeApi};

/// Debian's place for it; `FAKETIME` names another.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// Settings of the embedded parts, which a function has not.
const EMBEDDED: [&str; 4] = [
    "OWNER_EMAIL",
    "OWNER_NAME",
    "OWNER_PASSWORD",
    "SAMPLE_CONTENT",
];

/// Those that a server on one's own machine allows.
const ORIGINS: &str = "http://localhost:3000,http://localhost:5173";

/// What gateways add to answers.
const GATEWAYS: [&str; 4] = [
    "x-amzn-requestid",
    "x-amz-apigw-id",
    "x-amzn-trace-id",
    "apigw-requestid",
];

/// Instances of one function; they end with this value.
pub(crate) struct Deployed {
    /// Where its gateway listens.
    pub(crate) address: SocketAddr,
    instances: Vec<Child>,
    _folder: TempDir,
}

impl Drop for Deployed {
    fn drop(&mut self) {
        for instance in &mut self.instances {
            let _ = instance.kill();
            let _ = instance.wait();
        }
    }
}

/// The function's binary, if tests are to run through it: `CONTRACT_FUNCTION`.
pub(crate) fn binary() -> Option<PathBuf> {
    env::var_os("CONTRACT_FUNCTION").map(PathBuf::from)
}

/// An answer's headers as a server on one's own machine has them. Where the function answered, what it must have beside
/// them is asserted and removed, and what the gateway adds is removed.
pub(crate) fn as_local(mut headers: HeaderMap) -> HeaderMap {
    if !GATEWAYS.iter().any(|name| headers.contains_key(*name)) {
        return headers;
    }
    // The gateway's own answers have neither.
    if headers.contains_key("x-request-id") {
        let transport = headers.remove(STRICT_TRANSPORT_SECURITY);
        assert_eq!(transport.unwrap(), "max-age=31536000");
    }
    for name in GATEWAYS {
        headers.remove(name);
    }
    // HTTP APIs write one line of several (RFC 9110, section 5.3).
    let vary: Vec<_> = headers.get_all(VARY).into_iter().cloned().collect();
    headers.remove(VARY);
    for line in vary.iter().map(|line| line.to_str().unwrap()) {
        // Compression has a line of its own, before that of CORS.
        let (first, rest) = match line.strip_prefix("accept-encoding, ") {
            Some(rest) => ("accept-encoding", Some(rest)),
            None => (line, None),
        };
        for line in [first].into_iter().chain(rest) {
            headers.append(VARY, line.parse().unwrap());
        }
    }
    let cookies: Vec<_> = headers.get_all(SET_COOKIE).into_iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let local = cookie.to_str().unwrap().strip_suffix("; Secure");
        let local = local.unwrap_or_else(|| panic!("{cookie:?} is sent without TLS too"));
        headers.append(SET_COOKIE, local.parse().unwrap());
    }
    headers
}

/// What stands in front of it: `CONTRACT_GATEWAY`, a REST API if nothing is said, as template.yaml has it.
fn kind() -> Kind {
    match env::var("CONTRACT_GATEWAY").as_deref() {
        Err(_) | Ok("rest") => Kind::Rest {
            stage: "live".to_owned(),
        },
        Ok("rest-custom-domain") => Kind::RestCustomDomain {
            base_path: "shop".to_owned(),
        },
        Ok("http") => Kind::HttpApi { stage: None },
        Ok("http-stage") => Kind::HttpApi {
            stage: Some("live".to_owned()),
        },
        Ok("url") => Kind::FunctionUrl,
        Ok(other) => panic!("CONTRACT_GATEWAY is {other:?}"),
    }
}

impl Deployed {
    /// Starts `instances` of `binary` with `settings`.
    pub(crate) async fn start(
        binary: &PathBuf,
        settings: &HashMap<&'static str, String>,
        clock: &Clock,
        instances: usize,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let file = Arc::new(Time::new(folder.path().join("now"), clock.clone()));
        file.write();
        let api = RuntimeApi::start().await;
        let library = env::var("FAKETIME").unwrap_or_else(|_| FAKETIME.to_owned());
        assert!(fs::exists(&library).unwrap(), "there is no {library}");
        let mut command = Command::new(binary);
        command
            .current_dir(folder.path())
            .env_clear()
            .env("LD_PRELOAD", library)
            .env("FAKETIME_TIMESTAMP_FILE", &file.path)
            .env("FAKETIME_NO_CACHE", "1")
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("TZ", "UTC")
            .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "portfolio")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("ENVIRONMENT", "staging")
            .env("CORS_ALLOW_ORIGINS", ORIGINS)
            .envs(settings.iter().filter(|(name, _)| !EMBEDDED.contains(name)))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let instances = (0..instances).map(|_| command.spawn().unwrap()).collect();
        let proxies = settings.get("TRUSTED_PROXIES");
        let proxies = proxies
            .iter()
            .flat_map(|networks| networks.split(','))
            .map(|network| network.trim().parse().unwrap());
        let gateway = Gateway::new(kind(), &api)
            .without_remapping()
            .with_hidden_prefix()
            .with_clients_of(TrustedProxies::new(proxies))
            .before(move || file.write());
        Self {
            address: gateway.serve().await,
            instances,
            _folder: folder,
        }
    }
}

/// The file that has the time.
struct Time {
    path: PathBuf,
    clock: Clock,
    written: Mutex<Option<DateTime<Utc>>>,
}

impl Time {
    fn new(path: PathBuf, clock: Clock) -> Self {
        Self {
            path,
            clock,
            written: Mutex::default(),
        }
    }

    /// Replaced as a whole, since it is read at any time.
    fn write(&self) {
        let mut written = self.written.lock().unwrap();
        let now = self.clock.now();
        if *written == Some(now) {
            return;
        }
        let new = self.path.with_extension("new");
        fs::write(&new, now.format("%Y-%m-%d %H:%M:%S%.6f").to_string()).unwrap();
        fs::rename(new, &self.path).unwrap();
        *written = Some(now);
    }
}
