//! Paths and operations, and what is sent to them.

use super::{Comparer, Flow, Severity, entry, flag, security, text};
use crate::source::{Entry, Node, Value};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl<'n> Comparer<'n> {
    pub(super) fn operations(&mut self) {
        self.base_path();
        self.schemes();
        let empty: &[Entry] = &[];
        let before = self.old.get("paths").map_or(empty, Node::entries);
        let now = self.new.get("paths").map_or(empty, Node::entries);
        for old in before.iter().filter(|path| path.key.starts_with('/')) {
            let Some(new) = now.iter().find(|new| new.key == old.key) else {
                self.gone(
                    Severity::Breaking,
                    old.key_at,
                    format!("the path {} is removed", old.key),
                );
                continue;
            };
            self.texts(&new.key, &old.value, &new.value);
            for method in METHODS {
                self.method(method, old, new);
            }
        }
        for new in now.iter().filter(|path| path.key.starts_with('/')) {
            if !before.iter().any(|old| old.key == new.key) {
                let what = format!("the path {} is new", new.key);
                self.now(Severity::Compatible, new.key_at, what);
            }
        }
    }

    fn method(&mut self, method: &str, old_path: &'n Entry, new_path: &'n Entry) {
        let place = format!("{} {}", method.to_uppercase(), new_path.key);
        match (
            entry(&old_path.value, method),
            entry(&new_path.value, method),
        ) {
            (Some(old), Some(new)) => {
                let name = text(&new.value, "operationId").unwrap_or(&place);
                self.operation(name, (old_path, old), (new_path, new));
            }
            (Some(old), None) => {
                self.gone(
                    Severity::Breaking,
                    old.key_at,
                    format!("{place} is removed"),
                );
            }
            (None, Some(new)) => {
                self.now(Severity::Compatible, new.key_at, format!("{place} is new"));
            }
            (None, None) => {}
        }
    }

    fn operation(
        &mut self,
        name: &str,
        (old_path, old): (&'n Entry, &'n Entry),
        (new_path, new): (&'n Entry, &'n Entry),
    ) {
        self.texts(name, &old.value, &new.value);
        let was = text(&old.value, "operationId");
        if was != text(&new.value, "operationId") {
            let what = format!(
                "{name}: was called `{}`; generated code has another name for it",
                was.unwrap_or_default()
            );
            self.now(Severity::Breaking, security::at(new, "operationId"), what);
        }
        let tags = |node: &Node| node.get("tags").map(Node::to_json);
        if tags(&old.value) != tags(&new.value) {
            let at = security::at(new, "tags");
            self.now(Severity::Documentation, at, format!("{name}: other tags"));
        }
        self.deprecation(name, &old.value, &new.value);
        self.access(name, old, new);
        let is_tool = |root: &Node, operation: &Node| {
            let own = operation.get("x-mcp").or_else(|| root.get("x-mcp"));
            own.is_some_and(|own| own.to_json() == true)
        };
        let (was, is) = (is_tool(self.old, &old.value), is_tool(self.new, &new.value));
        if was != is {
            let (severity, what) = if is {
                (Severity::Compatible, "is a tool now")
            } else {
                (Severity::Breaking, "is no tool any more")
            };
            let at = security::at(new, "x-mcp");
            self.now(severity, at, format!("{name}: {what}"));
        }
        self.parameters(
            name,
            (&old_path.value, &old.value),
            (&new_path.value, &new.value),
        );
        self.request_body(name, old, new);
        self.responses(name, old, new);
    }

    /// Semantic Versioning 2.0.0, item 7: deprecation is a minor change.
    pub(super) fn deprecation(&mut self, place: &str, old: &'n Node, new: &'n Node) {
        let name = "deprecated";
        match (flag(old, name), flag(new, name)) {
            (false, true) => {
                let at = entry(new, name).map_or(new.at, |entry| entry.key_at);
                self.now(
                    Severity::Compatible,
                    at,
                    format!("{place}: is deprecated now"),
                );
            }
            (true, false) => {
                let at = entry(old, name).map_or(old.at, |entry| entry.key_at);
                let what = format!("{place}: is not deprecated any more");
                self.gone(Severity::Compatible, at, what);
            }
            _ => {}
        }
    }

    fn request_body(&mut self, name: &str, old: &'n Entry, new: &'n Entry) {
        let place = format!("{name}, request body");
        let (before, now) = (
            entry(&old.value, "requestBody"),
            entry(&new.value, "requestBody"),
        );
        let (before, now) = match (before, now) {
            (Some(before), Some(now)) => (before, now),
            (Some(before), None) => {
                let what = format!("{place}: is removed");
                return self.gone(Severity::Breaking, before.key_at, what);
            }
            (None, Some(now)) => {
                let (severity, kind) = if flag(self.in_new(&now.value), "required") {
                    (Severity::Breaking, "a required one is new")
                } else {
                    (Severity::Compatible, "an optional one is new")
                };
                return self.now(severity, now.key_at, format!("{place}: {kind}"));
            }
            (None, None) => return,
        };
        let (old_body, new_body) = (self.in_old(&before.value), self.in_new(&now.value));
        self.texts(&place, old_body, new_body);
        match (flag(old_body, "required"), flag(new_body, "required")) {
            (false, true) => {
                let what = format!("{place}: is required now");
                self.now(Severity::Breaking, now.key_at, what);
            }
            (true, false) => {
                let what = format!("{place}: is optional now");
                self.now(Severity::Compatible, now.key_at, what);
            }
            _ => {}
        }
        let size = |root: &Node, body: &Node| {
            let limit = body
                .get("x-body-limit")
                .or_else(|| root.get("x-body-limit"));
            limit.and_then(|limit| limit.to_json().as_u64())
        };
        let (was, is) = (size(self.old, old_body), size(self.new, new_body));
        if was != is {
            // Without a limit of the contract's own the layer has one that nobody was promised.
            let lower = is.is_some_and(|is| was.is_some_and(|was| is < was));
            let severity = if lower {
                Severity::Breaking
            } else {
                Severity::Compatible
            };
            let at = entry(new_body, "x-body-limit").map_or(now.key_at, |entry| entry.key_at);
            self.now(severity, at, format!("{place}: another `x-body-limit`"));
        }
        self.content(&place, Flow::Request, old_body, new_body);
    }

    /// Media types and their schemas.
    pub(super) fn content(&mut self, place: &str, flow: Flow, old: &'n Node, new: &'n Node) {
        let empty: &[Entry] = &[];
        let before = old.get("content").map_or(empty, Node::entries);
        let now = new.get("content").map_or(empty, Node::entries);
        for was in before {
            let Some(is) = now.iter().find(|is| is.key == was.key) else {
                let what = format!("{place}: `{}` is removed", was.key);
                self.gone(Severity::Breaking, was.key_at, what);
                continue;
            };
            self.texts(place, &was.value, &is.value);
            self.optional_schema(place, flow, was, is);
            let failure = |media: &'n Node| media.get("x-error-event").and_then(Node::as_str);
            if failure(&was.value) != failure(&is.value) {
                let what = format!("{place}: another `x-error-event`");
                self.now(Severity::Breaking, is.key_at, what);
            }
        }
        // The first is for clients that take any.
        if let (Flow::Response, Some(was), Some(is)) = (flow, before.first(), now.first())
            && was.key != is.key
            && now.iter().any(|other| other.key == was.key)
        {
            let what = format!("{place}: `{}` comes before `{}` now", is.key, was.key);
            self.now(Severity::Breaking, is.key_at, what);
        }
        for is in now {
            if !before.iter().any(|was| was.key == is.key) {
                let what = format!("{place}: `{}` is new", is.key);
                self.now(Severity::Compatible, is.key_at, what);
            }
        }
    }

    /// The `schema` of two things.
    pub(super) fn optional_schema(
        &mut self,
        place: &str,
        flow: Flow,
        old: &'n Entry,
        new: &'n Entry,
    ) {
        match (old.value.get("schema"), new.value.get("schema")) {
            (Some(old), Some(new)) => self.schema(place, flow, old, new),
            (None, Some(_)) => {
                let severity = flow.severity(super::Turn::Narrower);
                self.now(severity, new.key_at, format!("{place}: has a schema now"));
            }
            (Some(_), None) => {
                let severity = flow.severity(super::Turn::Wider);
                self.gone(
                    severity,
                    old.key_at,
                    format!("{place}: has no schema any more"),
                );
            }
            (None, None) => {}
        }
    }

    /// The path of the first server, which begins every operation's path.
    fn base_path(&mut self) {
        let url = |root: &'n Node| {
            let server = root.get("servers")?.item(0)?.get("url")?;
            let text = server.as_str()?;
            let path = match text.split_once("://") {
                Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
                None => text,
            };
            Some((server.at, path.trim_end_matches('/')))
        };
        let before = url(self.old).map_or("", |(_, path)| path);
        if let Some((at, now)) = url(self.new)
            && now != before
        {
            let what = format!("every path begins with `{now}` now, no longer with `{before}`");
            self.now(Severity::Breaking, at, what);
        } else if url(self.new).is_none() && !before.is_empty() {
            let at = match self.new.value {
                Value::Map(_) => self.new.at,
                _ => crate::START,
            };
            let what = format!("no path begins with `{before}` any more");
            self.now(Severity::Breaking, at, what);
        }
    }
}
