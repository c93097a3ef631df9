use std::fs;

use super::*;
use crate::log::{Format, Level};
use crate::middleware::Origins;

fn at(place: Place, values: &[(&str, &str)]) -> Result<Common, SettingsError> {
    let source = values.iter().copied().collect();
    let mut reader = Reader::new(&source);
    let common = Common::read(&mut reader, place);
    reader.finish(common)
}

fn settings(values: &[(&str, &str)]) -> Result<Common, SettingsError> {
    at(Place::Socket, values)
}

fn mistakes(values: &[(&str, &str)]) -> Vec<String> {
    settings(values).unwrap_err().mistakes
}

#[test]
fn nothing_needs_to_be_set() {
    let common = settings(&[("HOST", " "), ("PORT", "")]).unwrap();
    assert_eq!(
        common,
        Common {
            environment: Environment::Local,
            host: "127.0.0.1".to_owned(),
            port: 8000,
            log_level: Level::INFO,
            log_format: Format::Pretty,
            metrics: MetricsDetail::Off,
            cors_allow_origins: "http://localhost:3000,http://localhost:5173"
                .parse()
                .unwrap(),
            rate_limits: true,
            trusted_proxies: Vec::new(),
        }
    );
    let stack = common.stack("Notes", "notes");
    assert!(!stack.hsts && stack.metrics.is_none());
}

#[test]
fn in_production_browsers_stay_on_https_and_logs_are_for_machines() {
    let common = settings(&[("ENVIRONMENT", "Production"), ("METRICS", "service")]).unwrap();
    assert_eq!(common.log_format, Format::Json);
    assert_eq!(common.cors_allow_origins, Origins::default());
    let stack = common.stack("Notes", "notes-api");
    assert!(stack.hsts);
    let metrics = stack.metrics.unwrap();
    assert_eq!(
        (metrics.namespace.as_str(), metrics.service.as_str()),
        ("Notes", "notes-api")
    );
    assert_eq!(
        (metrics.environment.as_str(), metrics.operations),
        ("production", false)
    );
}

#[test]
fn every_wrong_value_is_told_with_what_is_allowed() {
    let wrong = [
        ("ENVIRONMENT", "prod"),
        ("HOST", "http://localhost:80"),
        ("PORT", "65536"),
        ("LOG_LEVEL", "verbose"),
        ("LOG_FORMAT", "xml"),
        ("METRICS", "on"),
        (
            "CORS_ALLOW_ORIGINS",
            "https://a.example, https://b.example/c",
        ),
        ("RATE_LIMITS", "true"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
    ];
    assert_eq!(
        mistakes(&wrong),
        [
            "ENVIRONMENT must be local, staging or production, not \"prod\".",
            "HOST must be a host name or an IP address, without scheme, port and path, not \"http://localhost:80\".",
            "PORT must be a number from 0 to 65535, not \"65536\".",
            "LOG_LEVEL must be error, warn, info, debug or trace, not \"verbose\".",
            "LOG_FORMAT must be json or pretty, not \"xml\".",
            "METRICS must be off, service or operations, not \"on\".",
            "CORS_ALLOW_ORIGINS must be origins such as https://example.com, without a path and separated by commas, \
             or * alone, not \"https://a.example, https://b.example/c\".",
            "RATE_LIMITS must be on or off, not \"true\".",
            "TRUSTED_PROXIES must be IP addresses or networks such as 10.0.0.0/8, separated by commas, not \"proxy\".",
        ]
    );
}

#[test]
fn origins_are_origins_and_nothing_else() {
    for good in [
        "https://example.com",
        "http://localhost:3000",
        "http://[::1]:80",
        "*",
        "https://a.b,http://c",
    ] {
        assert!(settings(&[("CORS_ALLOW_ORIGINS", good)]).is_ok(), "{good}");
    }
    for bad in [
        "example.com",
        "https://a.b/c",
        "https://u@a.b",
        "ftp://a.b",
        "https://*.a.b",
        "null",
        "*,https://a.b",
    ] {
        assert!(settings(&[("CORS_ALLOW_ORIGINS", bad)]).is_err(), "{bad}");
    }
}

#[test]
fn a_function_is_never_local_and_logs_for_machines() {
    let function = |values: &[(&str, &str)]| at(Place::Lambda, values);
    for local in [&[][..], &[("ENVIRONMENT", "local")]] {
        let mistakes = function(local).unwrap_err().mistakes;
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].starts_with("ENVIRONMENT must be staging or production"));
    }
    let production = [("ENVIRONMENT", "production")];
    let pretty = [&production[..], &[("LOG_FORMAT", "pretty")]].concat();
    assert_eq!(function(&pretty).unwrap().log_format, Format::Json);
    for (values, metrics) in [
        (&[][..], MetricsDetail::Operations),
        (&[("METRICS", " ")], MetricsDetail::Operations),
        (&[("METRICS", "service")], MetricsDetail::Service),
        (&[("METRICS", "off")], MetricsDetail::Off),
        (&[("LOG_LEVEL", "warn")], MetricsDetail::Off),
    ] {
        let common = function(&[&production[..], values].concat()).unwrap();
        assert_eq!(common.metrics, metrics, "{values:?}");
    }
}

#[test]
fn metrics_need_lines_that_carry_them() {
    let json = [("METRICS", "operations"), ("LOG_FORMAT", "json")];
    assert_eq!(settings(&json).unwrap().metrics, MetricsDetail::Operations);
    assert_eq!(
        mistakes(&[("METRICS", "service"), ("LOG_LEVEL", "warn")]),
        [
            "METRICS needs LOG_LEVEL info, debug or trace: they are part of requests' lines in the log.",
            "METRICS needs LOG_FORMAT=json: CloudWatch reads no other lines.",
        ]
    );
}

#[test]
fn a_service_reads_its_own_beside() {
    let source: Source = [
        ("TABLE", "a b"),
        ("QUEUE_URL", "queue.example"),
        ("SECRET", " s3cret "),
        ("RATIO", "1.5"),
        ("SEATS", "-3"),
        ("COLOURS", "red, blue,,green"),
    ]
    .into_iter()
    .collect();
    let mut reader = Reader::new(&source);
    assert_eq!(reader.optional("SECRET").as_deref(), Some(" s3cret "));
    assert_eq!(reader.parsed::<f64>("RATIO", "a number"), Some(1.5));
    assert_eq!(reader.number("SEATS", 0_i64, -5..=5), -3);
    assert_eq!(
        reader.list("COLOURS", "colours", |_| true).unwrap(),
        ["red", "blue", "green"]
    );
    assert_eq!(
        (reader.is_set("TABLE"), reader.is_set("TABLES")),
        (true, false)
    );
    assert_eq!(reader.mistakes(), 0);
    assert_eq!(reader.table("TABLE"), None);
    assert_eq!(reader.endpoint("QUEUE_URL"), None);
    reader.mistake("A and B exclude one another.");
    assert_eq!(reader.mistakes(), 3);
    assert!(!format!("{reader:?}").contains("s3cret"));
    assert_eq!(
        reader.finish(()).unwrap_err().mistakes,
        [
            "TABLE must be a table name: 3 to 255 letters, digits, hyphens, underscores and dots, not \"a b\".",
            "QUEUE_URL must be a URL such as http://127.0.0.1:8001, not \"queue.example\".",
            "A and B exclude one another.",
        ]
    );
}

#[test]
fn every_setting_that_is_read_is_listed() {
    let source = include_str!("common.rs");
    let rows = Row::all([]);
    let mut read = 0;
    for row in &rows {
        read += usize::from(source.contains(&format!("\"{}\"", row.name)));
    }
    assert_eq!(read, rows.len());
    let all = Row::all([
        Row::new("PORT", "9000", "another port"),
        Row::new("SEATS", "3", "how many"),
    ]);
    assert_eq!(all.len(), rows.len() + 1);
    assert_eq!(all.iter().filter(|row| row.default == "9000").count(), 1);
}

#[test]
fn an_env_file_is_read_and_its_mistakes_are_located() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    assert_eq!(
        Source::environment_and(&path).unwrap(),
        Source::environment()
    );
    fs::write(
        &path,
        "# comment\nOF_FILE_1=9000\nOF_FILE_2='Ada Lovelace' # why\nexport OF_FILE_3=::1\nCARGO_PKG_NAME=other\n",
    )
    .unwrap();
    let source = Source::environment_and(&path).unwrap();
    for (name, value) in [
        ("OF_FILE_1", "9000"),
        ("OF_FILE_2", "Ada Lovelace"),
        ("OF_FILE_3", "::1"),
        // The environment is stronger.
        ("CARGO_PKG_NAME", env!("CARGO_PKG_NAME")),
    ] {
        assert_eq!(source.value(name).unwrap().as_deref(), Some(value));
    }
    assert_eq!(Source::default().value("CARGO_PKG_NAME"), Ok(None));
    fs::write(&path, "PORT=9000\n\nPASSWORD=hunter2 and more\n").unwrap();
    let error = Source::environment_and(&path).unwrap_err().to_string();
    assert!(error.contains(".env, line 3 is not NAME=value"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
    let folder = folder.path().join("dir");
    fs::create_dir(&folder).unwrap();
    let error = Source::environment_and(&folder).unwrap_err().to_string();
    assert!(error.contains("cannot be read"), "{error}");
}
