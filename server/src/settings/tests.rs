use contract_runtime::settings::Environment;

use super::*;

fn settings(values: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from(&values.iter().copied().collect())
}

fn mistakes(values: &[(&str, &str)]) -> Vec<String> {
    settings(values).unwrap_err().mistakes
}

const AWS: [(&str, &str); 5] = [
    ("ENVIRONMENT", "production"),
    ("DYNAMODB_TABLE_NAME", "portfolio-prod"),
    ("COGNITO_USER_POOL_ID", "eu-west-1_aBcDeFgHi"),
    ("COGNITO_CLIENT_ID", "7example23"),
    ("COGNITO_REGION", "eu-west-1"),
];

#[test]
fn nothing_needs_to_be_set() {
    let settings = settings(&[("HOST", " "), ("OWNER_PASSWORD", "")]).unwrap();
    assert_eq!(
        settings,
        Settings {
            common: settings.common.clone(),
            data_dir: ".data".into(),
            owner: OwnerAccount {
                email: "owner@example.com".to_owned(),
                name: "Portfolio Owner".to_owned(),
                password: None,
            },
            sample_content: true,
            database: Database::Embedded,
            identity: IdentitySource::Embedded,
            counter_shards: 1,
        }
    );
}

#[test]
fn production_uses_aws() {
    let settings = settings(&AWS).unwrap();
    assert_eq!(settings.common.environment, Environment::Production);
    assert_eq!(
        settings.database,
        Database::DynamoDb {
            table: "portfolio-prod".to_owned(),
            endpoint: None,
        }
    );
    assert!(
        matches!(settings.identity, IdentitySource::Cognito { region, .. } if region == "eu-west-1")
    );
}

#[test]
fn services_may_be_elsewhere() {
    let settings = settings(&[
        ("DYNAMODB_TABLE_NAME", "portfolio"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8001/"),
    ])
    .unwrap();
    assert_eq!(
        settings.database,
        Database::DynamoDb {
            table: "portfolio".to_owned(),
            endpoint: Some("http://127.0.0.1:8001".to_owned()),
        }
    );
    for (endpoint, mistake) in [
        (
            "http://127.0.0.1:8001",
            "DYNAMODB_TABLE_NAME must be set with AWS_ENDPOINT_URL_DYNAMODB: which table of http://127.0.0.1:8001?",
        ),
        (
            "127.0.0.1:8001",
            "AWS_ENDPOINT_URL_DYNAMODB must be a URL such as http://127.0.0.1:8001, not \"127.0.0.1:8001\".",
        ),
    ] {
        assert_eq!(
            mistakes(&[("AWS_ENDPOINT_URL_DYNAMODB", endpoint)]),
            [mistake]
        );
    }
}

#[test]
fn outside_local_use_everything_missing_is_named_at_once() {
    let end = ": the embedded database and identity provider run only with ENVIRONMENT=local.";
    assert_eq!(
        mistakes(&[("ENVIRONMENT", "production")]),
        [format!(
            "ENVIRONMENT=production needs DYNAMODB_TABLE_NAME, COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID and \
             COGNITO_REGION{end}"
        )]
    );
    let staging = [&[("ENVIRONMENT", "Staging")], &AWS[1..2], &AWS[3..]].concat();
    assert_eq!(
        mistakes(&staging),
        [format!(
            "ENVIRONMENT=staging needs COGNITO_USER_POOL_ID{end}"
        )]
    );
}

#[test]
fn cognito_needs_all_of_its_settings() {
    assert_eq!(
        mistakes(&AWS[2..4]),
        [
            "COGNITO_REGION must be set too, not only COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID: Cognito needs all three."
        ]
    );
    let other = [&AWS[2..4], &[("COGNITO_REGION", "us-east-1")]].concat();
    assert_eq!(
        mistakes(&other),
        [
            "COGNITO_REGION must be the region that COGNITO_USER_POOL_ID starts with, not \"us-east-1\"."
        ]
    );
}

#[test]
fn every_wrong_value_is_told_with_what_is_allowed() {
    let long = "x".repeat(257);
    let wrong = [
        ("ENVIRONMENT", "prod"),
        ("HOST", "http://localhost:80"),
        ("PORT", "65536"),
        ("DATA_DIR", "a\u{7}b"),
        ("OWNER_EMAIL", "owner"),
        ("OWNER_PASSWORD", long.as_str()),
        ("SAMPLE_CONTENT", "yes"),
        ("LOG_LEVEL", "verbose"),
        ("LOG_FORMAT", "xml"),
        (
            "CORS_ALLOW_ORIGINS",
            "https://a.example, https://b.example/c",
        ),
        ("DYNAMODB_TABLE_NAME", "a b"),
        ("COGNITO_CLIENT_ID", "a-b"),
        ("COUNTER_SHARDS", "0"),
        ("RATE_LIMITS", "true"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
    ];
    let mistakes = mistakes(&wrong);
    assert_eq!(
        mistakes,
        [
            "ENVIRONMENT must be local, staging or production, not \"prod\".",
            "HOST must be a host name or an IP address, without scheme, port and path, not \"http://localhost:80\".",
            "PORT must be a number from 0 to 65535, not \"65536\".",
            "LOG_LEVEL must be error, warn, info, debug or trace, not \"verbose\".",
            "LOG_FORMAT must be json or pretty, not \"xml\".",
            "CORS_ALLOW_ORIGINS must be origins such as https://example.com, without a path and separated by commas, \
             or * alone, not \"https://a.example, https://b.example/c\".",
            "RATE_LIMITS must be on or off, not \"true\".",
            "TRUSTED_PROXIES must be IP addresses or networks such as 10.0.0.0/8, separated by commas, not \"proxy\".",
            "DATA_DIR must be text without control characters, not \"a\\u{7}b\".",
            "OWNER_EMAIL must be an email address of at most 254 characters, not \"owner\".",
            "OWNER_PASSWORD must have 1 to 256 characters.",
            "SAMPLE_CONTENT must be true or false, not \"yes\".",
            "DYNAMODB_TABLE_NAME must be a table name: 3 to 255 letters, digits, hyphens, underscores and dots, not \
             \"a b\".",
            "COGNITO_CLIENT_ID must be an app client id: letters and digits, not \"a-b\".",
            "COUNTER_SHARDS must be a number from 1 to 100, not \"0\".",
        ]
    );
}

#[test]
fn the_owner_can_log_in_with_the_address_that_is_set() {
    for bad in ["ada@", "a b@example.com"] {
        assert!(settings(&[("OWNER_EMAIL", bad)]).is_err(), "{bad}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let settings = settings(&[("OWNER_PASSWORD", " hunter2 ")]).unwrap();
    assert_eq!(
        settings.owner.password.as_ref().map(Secret::reveal),
        Some(" hunter2 ")
    );
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn a_function_has_nothing_embedded() {
    let function =
        |values: &[(&str, &str)]| Settings::of_function(&values.iter().copied().collect());
    for local in [&[][..], &[("ENVIRONMENT", "local")]] {
        let mistakes = function(local).unwrap_err().mistakes;
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].starts_with("ENVIRONMENT must be staging or production"));
    }
    assert!(function(&AWS).is_ok());
}

#[test]
fn help_names_every_setting_that_is_read() {
    let source = include_str!("reader.rs").to_owned() + include_str!("../settings.rs");
    let names = source.split('"').filter(|text| {
        text.contains('_') && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    });
    let rows = rows();
    let mut count = 0;
    for name in names {
        count += 1;
        assert!(rows.iter().any(|row| row.name == name), "{name}");
    }
    assert!(count > 10, "{count}");
}
