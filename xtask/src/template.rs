//! What can be known of the templates, the portfolio's and those of examples/, without an account on AWS: `sam validate --lint`, that
//! the folders to build have the binaries, and cfn-lint on what the template becomes when CloudFormation has translated it.
//!
//! The linter alone misses faults in what SAM makes and in what is included, so both are looked at after the translation.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::gateway::TEMPLATE;
use crate::{command, python, service};

const REQUIREMENTS: &str = "xtask/template/requirements.txt";
const TRANSLATE: &str = "xtask/template/translate.py";
/// Where the translations are written, one for each variation, and the included definition.
const FOLDER: &str = "target/template";
const DEFINITION: &str = "included.json";

/// Regions that the linter holds resources against: the one that has everything, and a small one.
const REGIONS: [&str; 2] = ["us-east-1", "eu-north-1"];

const INSTALL: &str =
    "remove target/tools/sam and run the command again; it installs what it needs";

/// Deployments that must work, by name: the parameters that are not left as they are.
fn variations() -> Value {
    let certificate =
        "arn:aws:acm:eu-north-1:123456789012:certificate/0f0f0f0f-0000-4000-8000-000000000000";
    json!({
        "defaults": {},
        "staging": { "Environment": "staging", "Architecture": "x86_64", "ApiGatewayLogsRole": "keep" },
        "domain": { "DomainName": "api.example.com", "CertificateArn": certificate },
        "everything": {
            "DomainName": "api.example.com", "CertificateArn": certificate, "HostedZoneId": "Z0123456789ABCDEFGHIJ",
            "CorsAllowOrigins": "https://example.com,https://www.example.com", "AlarmEmail": "owner@example.com",
            "ReservedConcurrency": "50", "CounterShards": "4", "Deployment": "AllAtOnce", "LogLevel": "debug",
            "Metrics": "service", "RestoredTable": "portfolio-restored",
        },
    })
}

pub(crate) fn run() -> Result<(), String> {
    for service in service::all()? {
        let variations = if service.is_example() {
            json!({ "defaults": {} })
        } else {
            variations()
        };
        let template = crate::root().join(service.file(TEMPLATE));
        if !template.exists() {
            return Err(format!(
                "{} is missing: what is {} deployed with?",
                service.file(TEMPLATE),
                service.name
            ));
        }
        let folder = crate::root().join(FOLDER).join(&service.name);
        judge(&template, &folder, &variations)?;
    }
    Ok(())
}

/// Judges one template, with the parameters of each variation; what is made of it goes into a folder.
fn judge(template: &Path, folder: &Path, variations: &Value) -> Result<(), String> {
    let programs = python::environment("sam", REQUIREMENTS)?;
    // What an earlier template included is not this one's.
    let _ = std::fs::remove_dir_all(folder);
    let offline = |program: &str| {
        let mut command = Command::new(programs.join(program));
        // Nothing here may depend on whose machine this is, or call AWS.
        command
            .env("SAM_CLI_TELEMETRY", "0")
            .env("AWS_DEFAULT_REGION", REGIONS[0])
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command
    };

    let mut validate = offline("sam");
    validate
        .args(["validate", "--lint", "--template"])
        .arg(template);
    command::run(&mut validate, INSTALL)?;

    let asked = folder.join("variations.json");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&asked, variations.to_string()))
        .map_err(|error| format!("{} cannot be written: {error}", asked.display()))?;
    let mut translate = offline("python");
    translate
        .arg(crate::root().join(TRANSLATE))
        .arg(template)
        .arg(&asked)
        .arg(folder);
    command::run(&mut translate, INSTALL)?;

    let definition = folder.join(DEFINITION);
    if definition.exists() {
        let mut openapi = offline("openapi-spec-validator");
        openapi.arg(definition);
        command::run(&mut openapi, INSTALL)?;
    }

    let names = variations.as_object().into_iter().flatten();
    let translated = names.map(|(name, _)| folder.join(format!("{name}.json")));
    let mut lint = offline("cfn-lint");
    lint.args(["--non-zero-exit-code", "informational", "--regions"])
        .args(REGIONS)
        // A parameter that SAM alone reads is gone after the translation; before it, every one is looked at.
        .args(["--ignore-checks", "W2001", "--template"])
        .args(translated);
    command::run(&mut lint, INSTALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A template with one thing wrong in it, judged.
    fn spoilt(name: &str, from: &str, to: &str) -> Result<(), String> {
        let folder = crate::root().join("target/template-tests").join(name);
        std::fs::create_dir_all(folder.join("aws")).unwrap();
        let read = |path: &str| std::fs::read_to_string(crate::root().join(path)).unwrap();
        let mut changed = 0;
        for path in [TEMPLATE, crate::gateway::DEFINITION] {
            let text = read(path);
            changed += text.matches(from).count();
            std::fs::write(folder.join(path), text.replace(from, to)).unwrap();
        }
        assert!(changed > 0, "`{from}` is nowhere");
        // What is built for it, and what would be the folder of the workspace.
        for (link, to) in [("server", "server"), ("workspace", "")] {
            let link = folder.join(link);
            let _ = std::fs::remove_file(&link);
            std::os::unix::fs::symlink(crate::root().join(to), link).unwrap();
        }
        judge(&folder.join(TEMPLATE), &folder.join("out"), &variations())
    }

    /// CodeDeploy stops a deployment while an alarm of its group is on: what has to be deployed then has none.
    #[test]
    fn a_deployment_at_once_waits_for_no_alarm() {
        let folder = crate::root().join("target/template-tests/alarms");
        judge(&crate::root().join(TEMPLATE), &folder, &variations()).unwrap();
        assert!(folder.join(DEFINITION).exists());
        let text = std::fs::read_to_string(folder.join("everything.json")).unwrap();
        let made: Value = serde_json::from_str(&text).unwrap();
        let group = &made["Resources"]["FunctionDeploymentGroup"]["Properties"];
        let alarms = [
            "FunctionErrorsAlarm",
            "FunctionDurationAlarm",
            "ApiServerErrorsAlarm",
        ]
        .map(|name| json!({ "Name": { "Ref": name } }));
        assert_eq!(
            group["AlarmConfiguration"],
            json!({ "Fn::If": ["IsAtOnce", {}, { "Enabled": true, "Alarms": alarms }] })
        );
        assert_eq!(
            made["Conditions"]["IsAtOnce"],
            json!({ "Fn::Equals": [{ "Ref": "Deployment" }, "AllAtOnce"] })
        );
    }

    #[test]
    fn faults_are_found() {
        let faults = [
            ("property", "BillingMode: PAY", "BilingMode: PAY", "sam"),
            (
                "reference",
                "!GetAtt Table.Arn",
                "!GetAtt Tables.Arn",
                "sam",
            ),
            (
                "binary",
                "Binary: portfolio",
                "Binary: portfolios",
                "python",
            ),
            (
                "workspace",
                "CodeUri: server",
                "CodeUri: workspace",
                "python",
            ),
            // The linter says nothing of these before the translation.
            ("authorizer", "${UserPool.Arn}", "${Pool.Arn}", "cfn-lint"),
            (
                "function",
                "${FunctionAliaslive}",
                "${FunctionAlias}",
                "cfn-lint",
            ),
            (
                "alias",
                "AutoPublishAlias: live",
                "AutoPublishAlias: li-ve!",
                "python",
            ),
            (
                "openapi",
                "operationId: \"login\"",
                "operationId: [1]",
                "openapi-spec-validator",
            ),
        ];
        for (name, from, to, finder) in faults {
            let found = spoilt(name, from, to).unwrap_err();
            assert!(found.starts_with(&format!("`{finder} ")), "{name}: {found}");
            // As translate.py ends with a sentence of its own; Python's own status is 1.
            assert!(
                finder != "python" || found.ends_with("(exit status: 2)"),
                "{name}: {found}"
            );
        }
    }
}
