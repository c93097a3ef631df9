//! The contract of the portfolio as a judge: whether an answer is one that openapi.yml declares.

use std::sync::LazyLock;

use contract_judge::witness::{Answer, Contract};
use reqwest::Method;
use serde_json::Value;

pub use contract_judge::witness::Operation;
pub use portfolio_server::contract::BASE_PATH;

/// What holds every answer against openapi.yml.
pub static JUDGE: LazyLock<Contract> = LazyLock::new(|| {
    Contract::read(portfolio_server::contract::DESCRIPTION.json).with_rule(of_error)
});

/// openapi.yml.
pub static CONTRACT: LazyLock<&Value> = LazyLock::new(|| JUDGE.document());

/// All operations.
pub static OPERATIONS: LazyLock<&[Operation]> = LazyLock::new(|| JUDGE.operations());

/// What a `$ref` refers to, or the value itself.
pub fn resolved(value: &'static Value) -> &'static Value {
    JUDGE.resolved(value)
}

/// What every error's body says, beside what its schema can say.
fn of_error(answer: &Answer) -> Vec<String> {
    let status = answer.status;
    if status.as_u16() < 400 || answer.request.method == Method::HEAD {
        return Vec::new();
    }
    let mut found = Vec::new();
    if answer["statusCode"] != status.as_u16() {
        found.push("statusCode is not the status".to_owned());
    }
    if answer["error"].as_str() != status.canonical_reason() {
        found.push("error is not the reason phrase".to_owned());
    }
    let violations = answer["details"]["violations"].as_array();
    if (status == 400) != violations.is_some_and(|violations| !violations.is_empty()) {
        found.push("a 400, and nothing else, lists violations".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn objections(name: &str, value: Value) -> bool {
        let schema = &CONTRACT["components"]["schemas"][name];
        JUDGE.objection(schema, &value).is_some()
    }

    #[test]
    fn what_differs_is_not_good() {
        let user = &CONTRACT["components"]["schemas"]["User"]["example"];
        assert!(!objections("User", user.clone()));
        for (name, value) in [
            ("id", json!("019B8D2B-8C00-7F42-A3D6-58B90C17E2F4")),
            ("id", json!("019b8d2b")),
            ("email", json!("ada")),
            ("email", json!(null)),
            ("role", json!("admin")),
            ("other", json!(1)),
        ] {
            let mut other = user.clone();
            other[name] = value;
            assert!(objections("User", other.clone()), "{other}");
        }
        let mut post = CONTRACT["components"]["schemas"]["BlogPost"]["example"].clone();
        post["publishedAt"] = json!(null);
        post["createdAt"] = json!("2026-03-02T09:14:07.000Z");
        post["updatedAt"] = json!("2026-03-02T09:14:07.000Z");
        assert!(!objections("BlogPost", post.clone()));
        for time in [
            "2026-03-02T09:14:07Z",
            "2026-03-02T10:14:07.000+01:00",
            "2026-02-30T09:14:07.000Z",
        ] {
            post["createdAt"] = json!(time);
            assert!(objections("BlogPost", post.clone()), "{time}");
        }
    }
}
