//! Settings with mistakes: a sentence for each, and nothing written.

use std::net::TcpListener;

use crate::site::Site;

/// The sentences of a start with these settings, which leaves the folder as it was.
fn mistakes(settings: &[(&str, &str)]) -> Vec<String> {
    let mut site = Site::new();
    for (name, value) in settings {
        site = site.with(name, value);
    }
    let end = site.fail();
    assert!(!site.data().exists(), "{settings:?}");
    end.mistakes().into_iter().map(str::to_owned).collect()
}

fn mistake(settings: &[(&str, &str)]) -> String {
    let mut mistakes = mistakes(settings);
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    mistakes.remove(0)
}

#[test]
fn each_mistake_is_one_sentence() {
    let long = "x".repeat(257);
    for (name, value, allowed) in [
        ("HOST", "http://localhost", "a host name or an IP address"),
        ("HOST", "127.0.0.1:80", "a host name or an IP address"),
        ("PORT", "http", "a number from 0 to 65535"),
        ("PORT", "-1", "a number from 0 to 65535"),
        ("DATA_DIR", "a\nb", "text without control characters"),
        ("OWNER_EMAIL", "owner", "an email address"),
        ("OWNER_NAME", "a\tb", "text without control characters"),
        ("SAMPLE_CONTENT", "maybe", "true or false"),
        ("ENVIRONMENT", "prod", "local, staging or production"),
        ("LOG_LEVEL", "loud", "error, warn, info, debug or trace"),
        ("LOG_FORMAT", "xml", "json or pretty"),
        (
            "CORS_ALLOW_ORIGINS",
            "example.com",
            "origins such as https://example.com",
        ),
        ("DYNAMODB_TABLE_NAME", "a", "a table name"),
        ("COGNITO_USER_POOL_ID", "pool", "a user pool id"),
        ("COGNITO_CLIENT_ID", "a b", "an app client id"),
        ("COGNITO_REGION", "ireland", "a region such as eu-west-1"),
        ("COUNTER_SHARDS", "101", "a number from 1 to 100"),
        ("RATE_LIMITS", "maybe", "on or off"),
        ("TRUSTED_PROXIES", "10.0.0.0/33", "IP addresses or networks"),
    ] {
        let sentence = mistake(&[(name, value)]);
        assert!(
            sentence.starts_with(&format!("{name} must be {allowed}")),
            "{sentence}"
        );
        assert!(sentence.ends_with(&format!("not {value:?}.")), "{sentence}");
    }
    let sentence = mistake(&[("OWNER_PASSWORD", &long)]);
    assert_eq!(sentence, "OWNER_PASSWORD must have 1 to 256 characters.");
}

#[test]
fn several_mistakes_are_told_at_once() {
    let wrong = [
        ("PORT", "x"),
        ("LOG_LEVEL", "y"),
        ("COUNTER_SHARDS", "z"),
        ("ENVIRONMENT", "w"),
    ];
    let mut named = mistakes(&wrong);
    named.sort_unstable();
    let named: Vec<_> = named
        .iter()
        .map(|text| text.split(' ').next().unwrap())
        .collect();
    assert_eq!(
        named,
        ["COUNTER_SHARDS", "ENVIRONMENT", "LOG_LEVEL", "PORT"]
    );
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_text_is_a_mistake() {
    use std::os::unix::ffi::OsStrExt;
    let site = Site::new().with("OWNER_NAME", std::ffi::OsStr::from_bytes(b"\xff"));
    assert_eq!(site.fail().mistake(), "OWNER_NAME must be UTF-8 text.");
}

const AWS: [(&str, &str); 5] = [
    ("ENVIRONMENT", "production"),
    ("DYNAMODB_TABLE_NAME", "portfolio-prod"),
    ("COGNITO_USER_POOL_ID", "eu-west-1_aBcDeFgHi"),
    ("COGNITO_CLIENT_ID", "7example23"),
    ("COGNITO_REGION", "eu-west-1"),
];

#[test]
fn nothing_embedded_starts_outside_local_use() {
    for environment in ["production", "staging"] {
        assert_eq!(
            mistake(&[("ENVIRONMENT", environment)]),
            format!(
                "ENVIRONMENT={environment} needs DYNAMODB_TABLE_NAME, COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID and \
                 COGNITO_REGION: the embedded database and identity provider run only with ENVIRONMENT=local."
            )
        );
    }
    for missing in 1..AWS.len() {
        let mut rest = AWS.to_vec();
        let (name, _) = rest.remove(missing);
        let sentence = mistake(&rest);
        assert!(
            sentence.starts_with(&format!("ENVIRONMENT=production needs {name}: ")),
            "{sentence}"
        );
    }
}

#[test]
fn a_user_pool_needs_no_other_region_and_is_not_asked_at_the_start() {
    let mut site = Site::new();
    for (name, value) in &AWS[2..] {
        site = site.with(name, value);
    }
    let server = site.start();
    assert_eq!(server.client.get("/health").status, 200);
    // Nobody has made an account here.
    assert!(!server.banner.contains("Owner"), "{}", server.banner);
}

#[test]
fn a_table_on_aws_needs_a_region() {
    assert_eq!(
        mistake(&AWS[1..2]),
        "AWS_REGION must be set: no region is configured for the AWS services"
    );
}

#[test]
fn a_malformed_env_file_is_located_and_not_quoted() {
    let site = Site::new();
    let file = site.path(".env");
    std::fs::write(&file, "PORT=0\n\nOWNER_PASSWORD=hunter2 and more\n").unwrap();
    assert_eq!(
        site.fail().mistake(),
        ".env, line 3 is not NAME=value; put a value with spaces, \", #, $ or \\ between '...', and one with ' between \"...\"."
    );
    std::fs::write(&file, b"OWNER_NAME=\xff\n").unwrap();
    assert!(site.fail().mistake().starts_with(".env cannot be read: "));
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert!(site.fail().mistake().starts_with(".env cannot be read: "));
    assert!(!site.data().exists());
}

#[test]
fn a_value_of_the_env_file_is_checked_too() {
    let site = Site::new();
    std::fs::write(site.path(".env"), "COUNTER_SHARDS=0\n").unwrap();
    assert_eq!(
        site.fail().mistake(),
        "COUNTER_SHARDS must be a number from 1 to 100, not \"0\"."
    );
}

#[test]
fn a_port_in_use_is_told() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    assert_eq!(
        mistake(&[("PORT", &address.port().to_string())]),
        format!("{address} is in use by another process; set PORT to a free one, or to 0 for any")
    );
}

#[test]
fn a_host_that_is_not_this_machine_is_told() {
    // An address for documentation, which no machine has (RFC 5737), and a name that never resolves (RFC 6761).
    for host in ["192.0.2.1", "no-such-host.invalid"] {
        let sentence = mistake(&[("HOST", host)]);
        assert!(
            sentence.starts_with(&format!("{host}:0 is not an address of this machine: ")),
            "{sentence}"
        );
        assert!(
            sentence.ends_with("; set HOST to a name or address of this machine"),
            "{sentence}"
        );
    }
}

#[test]
fn all_addresses_are_shown_as_one_that_can_be_opened() {
    let server = Site::new().with("HOST", "0.0.0.0").start();
    assert!(server.client.address.ip().is_loopback());
    assert_eq!(server.client.get("/health").status, 200);
}
