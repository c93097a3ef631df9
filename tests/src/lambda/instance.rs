//! An instance of a function in this process. Lambda's own runtime reads the variables of a process, which all tests share.

use contract_runtime::axum::body::Bytes;
use contract_runtime::lambda::Invocation;
use serde_json::json;

use super::RuntimeApi;

/// What polls a [`RuntimeApi`].
#[derive(Debug, Clone)]
pub struct Instance {
    http: reqwest::Client,
    url: String,
}

impl Instance {
    /// One that has not polled yet.
    pub fn of(api: &RuntimeApi) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: format!("http://{}/2018-06-01/runtime", api.address()),
        }
    }

    /// The next event; none once the API is away.
    pub async fn next(&self) -> Option<Invocation> {
        let next = self.http.get(format!("{}/invocation/next", self.url));
        let response = next.send().await.ok()?.error_for_status().ok()?;
        let header = |name: &str| response.headers().get(name).cloned();
        let request_id = header("lambda-runtime-aws-request-id")?;
        Some(Invocation {
            request_id: request_id.to_str().unwrap().to_owned(),
            trace: header("lambda-runtime-trace-id"),
            event: response.bytes().await.ok()?,
        })
    }

    /// Answers an event.
    pub async fn respond(&self, invocation: &Invocation, answer: impl Into<Bytes>) {
        let id = &invocation.request_id;
        let response = self
            .http
            .post(format!("{}/invocation/{id}/response", self.url));
        let _ = response.body(answer.into()).send().await;
    }

    /// Says why it cannot start.
    pub async fn fail(&self, sentence: &str) {
        let error = json!({ "errorType": "Runtime.InitError", "errorMessage": sentence });
        let failure = self.http.post(format!("{}/init/error", self.url));
        let _ = failure.body(error.to_string()).send().await;
    }
}
