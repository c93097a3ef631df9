//! The function's environment: settings that the server knows, and all that it needs.

use contract_runtime::settings::{Environment, SettingsError};
use portfolio_server::settings::{self, Database, IdentitySource, Settings};
use serde_json::Value;

use crate::parameters::objections;
use crate::{TEMPLATE, properties};

/// The settings of a function that is deployed with these parameters.
fn deployed(parameters: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let variables = properties("Function")["Environment"]["Variables"].as_object();
    let values = variables
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value_of(value, parameters)));
    Settings::of_function(&values.collect())
}

/// What CloudFormation makes of a reference.
fn value_of(value: &Value, parameters: &[(&str, &str)]) -> String {
    if let Some([condition, restored, own]) = value["Fn::If"].as_array().map(Vec::as_slice) {
        assert_eq!(condition, "IsRestored");
        let is_restored = parameters.iter().any(|(name, _)| *name == "RestoredTable");
        return value_of(if is_restored { restored } else { own }, parameters);
    }
    let Some(name) = value["Ref"].as_str() else {
        return value.as_str().unwrap().to_owned();
    };
    match name {
        "AWS::Region" => "eu-north-1".to_owned(),
        "Table" => "portfolio-Table-1ABCDEFGHIJKL".to_owned(),
        "UserPool" => "eu-north-1_aBcDeFgHi".to_owned(),
        "UserPoolClient" => "1example23456789".to_owned(),
        _ => {
            let given = parameters.iter().find(|(parameter, _)| *parameter == name);
            let default = &TEMPLATE["Parameters"][name]["Default"];
            match (given, default) {
                (Some((_, value)), _) => (*value).to_owned(),
                (None, Value::String(text)) => text.clone(),
                (None, Value::Number(number)) => number.to_string(),
                (None, _) => panic!("{name} is no parameter with a default"),
            }
        }
    }
}

#[test]
fn every_variable_is_a_setting_that_the_server_knows() {
    let variables = properties("Function")["Environment"]["Variables"].as_object();
    for name in variables.unwrap().keys() {
        let known = settings::rows().iter().any(|row| row.name == *name);
        assert!(known, "{name} is no setting");
    }
}

#[test]
fn the_server_has_all_that_it_needs_in_each_environment() {
    for (name, environment) in [
        ("staging", Environment::Staging),
        ("production", Environment::Production),
    ] {
        let settings = deployed(&[("Environment", name)]).unwrap();
        assert_eq!(settings.common.environment, environment);
        assert!(matches!(settings.database, Database::DynamoDb { .. }));
        assert!(matches!(settings.identity, IdentitySource::Cognito { .. }));
        assert!(settings.common.rate_limits);
    }
    assert_eq!(
        deployed(&[]).unwrap().common.environment,
        Environment::Production,
        "nobody is unprotected by default"
    );
}

/// What a parameter lets through, the server must take.
#[test]
fn parameters_allow_what_the_server_takes() {
    let allowed = TEMPLATE["Parameters"]["CorsAllowOrigins"]["AllowedPattern"].as_str();
    let allowed = regress::Regex::new(allowed.unwrap()).unwrap();
    for (origins, good) in [
        ("", true),
        ("*", true),
        ("https://example.com", true),
        ("https://example.com,http://localhost:3000", true),
        ("https://example.com/", false),
        ("example.com", false),
        ("https://example.com,*", false),
        ("https://example.com;https://example.org", false),
    ] {
        assert_eq!(allowed.find(origins).is_some(), good, "{origins}");
        let taken = deployed(&[("CorsAllowOrigins", origins)]).is_ok();
        assert!(taken || !good, "{origins}");
    }
    let levels = TEMPLATE["Parameters"]["LogLevel"]["AllowedValues"].as_array();
    for level in levels.unwrap() {
        deployed(&[("LogLevel", level.as_str().unwrap())]).unwrap();
    }
    let shards = &TEMPLATE["Parameters"]["CounterShards"];
    for bound in ["MinValue", "MaxValue"] {
        let count = shards[bound].to_string();
        deployed(&[("CounterShards", &count)]).unwrap();
    }
    let beyond = (shards["MaxValue"].as_u64().unwrap() + 1).to_string();
    deployed(&[("CounterShards", &beyond)]).unwrap_err();
}

/// An instance that does not start is known by nothing but its alarms; a deployment that is refused says why.
#[test]
fn the_template_refuses_what_the_server_would_not_start_with() {
    let allowed = |name: &str| TEMPLATE["Parameters"][name]["AllowedValues"].as_array();
    let mut refused = Vec::new();
    for metrics in allowed("Metrics").unwrap() {
        for level in allowed("LogLevel").unwrap() {
            let (metrics, level) = (metrics.as_str().unwrap(), level.as_str().unwrap());
            let parameters = [("Metrics", metrics), ("LogLevel", level)];
            let found = objections(&parameters);
            assert_eq!(
                deployed(&parameters).is_ok(),
                found.is_empty(),
                "{parameters:?}: {found:?}"
            );
            if !found.is_empty() {
                refused.push((metrics, level));
            }
        }
    }
    let expected = [
        ("operations", "error"),
        ("operations", "warn"),
        ("service", "error"),
        ("service", "warn"),
    ];
    assert_eq!(refused, expected);
}

#[test]
fn a_restored_table_is_the_one_in_use() {
    let settings = deployed(&[("RestoredTable", "portfolio-restored")]).unwrap();
    let Database::DynamoDb { table, .. } = settings.database else {
        panic!("not DynamoDB");
    };
    assert_eq!(table, "portfolio-restored");
}
