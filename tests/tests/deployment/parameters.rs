//! What may be deployed together, and what then exists.

use serde_json::Value;

use crate::TEMPLATE;

const DOMAIN: (&str, &str) = ("DomainName", "api.example.com");
const CERTIFICATE: (&str, &str) = ("CertificateArn", "arn:aws:acm:eu-north-1:1:certificate/a");
const ZONE: (&str, &str) = ("HostedZoneId", "Z0123456789");
const EMAIL: (&str, &str) = ("AlarmEmail", "owner@example.com");

/// The value of a condition's part with these parameters. CloudFormation compares text.
fn value(part: &Value, parameters: &[(&str, &str)]) -> Value {
    let Some((function, argument)) = part.as_object().and_then(|part| part.iter().next()) else {
        return match part {
            Value::String(text) => text.clone().into(),
            other => other.to_string().into(),
        };
    };
    let arguments = || argument.as_array().unwrap().iter();
    let holds = |part: &Value| value(part, parameters) == Value::Bool(true);
    match function.as_str() {
        "Ref" => {
            let name = argument.as_str().unwrap();
            let given = parameters.iter().find(|(parameter, _)| *parameter == name);
            match given {
                Some((_, text)) => (*text).into(),
                None => value(&TEMPLATE["Parameters"][name]["Default"], parameters),
            }
        }
        "Condition" => {
            let name = argument.as_str().unwrap();
            value(&TEMPLATE["Conditions"][name], parameters)
        }
        "Fn::Equals" => {
            let [one, other] = [0, 1].map(|at| value(&argument[at], parameters));
            (one == other).into()
        }
        "Fn::Not" => (!holds(&argument[0])).into(),
        "Fn::And" => arguments().all(holds).into(),
        "Fn::Contains" => {
            let sought = value(&argument[1], parameters);
            let mut list = argument[0].as_array().unwrap().iter();
            list.any(|item| value(item, parameters) == sought).into()
        }
        other => panic!("{other} in a condition"),
    }
}

/// What the template says against these parameters.
pub(crate) fn objections(parameters: &[(&str, &str)]) -> Vec<&'static str> {
    let rules = TEMPLATE["Rules"].as_object().unwrap().values();
    let rules = rules.filter(|rule| value(&rule["RuleCondition"], parameters) == true);
    let assertions = rules.flat_map(|rule| rule["Assertions"].as_array().unwrap());
    assertions
        .filter(|one| value(&one["Assert"], parameters) != true)
        .map(|one| one["AssertDescription"].as_str().unwrap())
        .collect()
}

/// The resources that exist under a condition only, and do with these parameters.
fn optional(parameters: &[(&str, &str)]) -> Vec<&'static str> {
    let resources = TEMPLATE["Resources"].as_object().unwrap().iter();
    let mut found: Vec<&str> = resources
        .filter(|(_, resource)| {
            let condition = resource["Condition"].as_str();
            condition.is_some_and(|name| value(&TEMPLATE["Conditions"][name], parameters) == true)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn a_domain_is_an_option_and_needs_a_certificate() {
    assert!(objections(&[]).is_empty());
    assert!(objections(&[DOMAIN, CERTIFICATE]).is_empty());
    assert!(objections(&[DOMAIN, CERTIFICATE, ZONE]).is_empty());
    for (parameters, missing) in [
        ([DOMAIN, EMAIL], "DomainName needs CertificateArn"),
        ([DOMAIN, ZONE], "DomainName needs CertificateArn"),
        ([CERTIFICATE, EMAIL], "CertificateArn needs DomainName"),
        ([ZONE, EMAIL], "HostedZoneId needs DomainName"),
    ] {
        let found = objections(&parameters);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(missing), "{found:?}");
    }
}

#[test]
fn what_was_not_asked_for_is_not_made() {
    let logs = ["ApiGatewayAccount", "ApiGatewayRole"];
    assert_eq!(optional(&[]), logs);
    assert!(optional(&[("ApiGatewayLogsRole", "keep")]).is_empty());
    let domain = [logs.as_slice(), &["Domain", "DomainMapping"]].concat();
    assert_eq!(optional(&[DOMAIN, CERTIFICATE]), domain);
    let all = optional(&[DOMAIN, CERTIFICATE, ZONE, EMAIL]);
    let mut expected = [domain.as_slice(), &["AlarmSubscription", "DomainRecords"]].concat();
    expected.sort_unstable();
    assert_eq!(all, expected);
}
