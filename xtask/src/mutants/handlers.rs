//! Mutants of the handlers: each status that one answers becomes another.
//!
//! They are all built at once: every handler is wrapped, and an environment variable says which answer is changed.

use super::contract::snake;

/// The module that knows which answer to change: `MUTANT=operation status`. `HANDLER_ANSWERS` names a file that gets a
/// line of that form for each answer of a handler.
const SWITCH: &str = r#"
mod mutant {
    use axum::response::IntoResponse;
    use contract_runtime::Fault;
    use std::io::Write;

    use crate::contract::responses::{InternalServerError, ServiceUnavailable};

    pub(super) fn changed<R, E>(operation: &str, answer: Result<R, E>) -> Result<R, E>
    where
        R: IntoResponse + Clone,
        E: IntoResponse + Clone + From<InternalServerError> + From<ServiceUnavailable>,
    {
        let response = match answer.clone() {
            Ok(response) => response.into_response(),
            Err(error) => error.into_response(),
        };
        let status = response.status().as_u16();
        let pair = format!("{operation} {status}");
        if let Some(path) = std::env::var_os("HANDLER_ANSWERS") {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            file.and_then(|mut file| file.write_all(format!("{pair}\n").as_bytes())).ok();
        }
        if std::env::var("MUTANT").as_ref() != Ok(&pair) {
            return answer;
        }
        if status == 500 {
            let body = Fault::unavailable(1).into();
            return Err(ServiceUnavailable { body, retry_after: 1 }.into());
        }
        Err(InternalServerError(Fault::internal().into()).into())
    }
}
"#;

/// The files of the handlers; the first declares the others as modules.
pub(crate) const FILES: [&str; 7] = [
    "server/src/api.rs",
    "server/src/api/analytics.rs",
    "server/src/api/authentication.rs",
    "server/src/api/blog_posts.rs",
    "server/src/api/certifications.rs",
    "server/src/api/projects.rs",
    "server/src/api/visitors.rs",
];

/// A file of handlers with the handlers of these operations wrapped; counts them.
pub(crate) fn wrapped(text: &str, operations: &[String]) -> Result<(String, usize), String> {
    let mut text = text.to_owned();
    let mut count = 0;
    for operation in operations {
        let head = format!("    async fn {}(", snake(operation));
        let Some(start) = text.find(&head) else {
            continue;
        };
        let shape = || format!("the handler of {operation} is not laid out as expected");
        let open = text[start..].find(" {\n").ok_or_else(shape)? + start;
        let end = text[open..].find("\n    }\n").ok_or_else(shape)? + open;
        let handler = Handler::read(&text[start..open]).ok_or_else(shape)?;
        let body = text[open..end].to_owned() + "\n    }\n";
        let name = format!("unchanged_{}", snake(operation));
        let call = format!(
            "{}{} {{\n        super::mutant::changed(\"{operation}\", self.{name}({}).await)",
            head,
            handler.parameters("given"),
            handler.arguments.join(", "),
        );
        text.replace_range(start..end, &call);
        text.push_str(&format!(
            "\nimpl Portfolio {{\n    async fn {name}({}{body}}}\n",
            handler.parameters("_"),
        ));
        count += 1;
    }
    Ok((text, count))
}

/// `api.rs` with the switch.
pub(crate) fn with_switch(text: &str) -> String {
    text.to_owned() + SWITCH
}

/// What stands between a handler's name and its body.
struct Handler {
    /// Names and types of its parameters without `self`.
    parameters: Vec<(String, String)>,
    arguments: Vec<String>,
    /// `) -> Result<…>`.
    rest: String,
}

impl Handler {
    fn read(head: &str) -> Option<Self> {
        let (_, parameters) = head.split_once('(')?;
        let (parameters, rest) = parameters.split_once(") -> ")?;
        let mut handler = Self {
            parameters: Vec::new(),
            arguments: Vec::new(),
            rest: rest.to_owned(),
        };
        for parameter in parameters
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
        {
            if parameter == "&self" {
                continue;
            }
            let (name, ty) = parameter.split_once(": ")?;
            let argument = if name == "_" { "given" } else { name };
            handler.parameters.push((name.to_owned(), ty.to_owned()));
            handler.arguments.push(argument.to_owned());
        }
        Some(handler)
    }

    /// The parameters and the type of the result; `unnamed` stands for `_`.
    fn parameters(&self, unnamed: &str) -> String {
        let mut text = String::from("&self");
        for (name, ty) in &self.parameters {
            let name = if name == "_" { unnamed } else { name };
            text.push_str(&format!(", {name}: {ty}"));
        }
        format!("{text}) -> {}", self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_is_wrapped_and_keeps_its_body() {
        let text = "\
impl Api for Portfolio {
    async fn get_post(
        &self,
        _: Principal,
        request: GetPostRequest,
    ) -> Result<GetPostResponse, GetPostError> {
        let post = self.get(request.id).await?;
        Ok(post.into())
    }

    async fn count(&self) -> Result<CountResponse, CountError> {
        Ok(1)
    }
}
";
        let operations = ["getPost", "count", "elsewhere"].map(str::to_owned);
        let (text, count) = wrapped(text, &operations).unwrap();
        assert_eq!(count, 2);
        for part in [
            "    async fn get_post(&self, given: Principal, request: GetPostRequest) -> Result<GetPostResponse, GetPostError> {\n        super::mutant::changed(\"getPost\", self.unchanged_get_post(given, request).await)\n    }\n",
            "    async fn unchanged_get_post(&self, _: Principal, request: GetPostRequest) -> Result<GetPostResponse, GetPostError> {\n        let post",
            "super::mutant::changed(\"count\", self.unchanged_count().await)\n    }\n",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}
