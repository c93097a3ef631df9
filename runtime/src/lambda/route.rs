//! Which part of an event's path is the service's, and which part leads to it from outside.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::event::Event;

/// A path in two parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// What the service routes by, encoded, with a leading slash.
    pub(super) path: String,
    /// What stands before it in the client's URL: `/prod`, a mapping's key, or nothing.
    pub(super) prefix: String,
}

/// What no path has as it is (RFC 3986, section 3.3). A percent sign is left alone: it begins an encoding.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The same for a path that was decoded: its percent signs are meant.
const NOT_IN_DECODED: &AsciiSet = &NOT_IN_PATH.add(b'%');

/// The route of an event in format 1.0.
///
/// A REST API leaves the stage out of `path` and has it in `requestContext.path`; with a custom domain both begin with
/// the mapping's key instead, which only comparing with `resource` can tell from the service's own path. An HTTP API
/// decodes the path and puts its stage before it.
pub(super) fn version_1(event: &Event, base_path: &str) -> Route {
    let path = event.path.as_deref().unwrap_or_default();
    let resource = event.resource.as_deref().unwrap_or_default();
    let is_http_api = event.is_of_http_api();
    let encode = |text: &str| encoded(text, is_http_api).into_owned();
    let greedy = greedy_name(resource);
    let value = greedy.and_then(|name| event.path_parameters.as_ref()?.get(name));
    let mut base = mapping(path, resource, value.map(String::as_str));
    if base.is_empty() && is_http_api && !resource.starts_with('/') {
        base = stage(path, event.request_context.stage.as_deref());
    }
    let own = &path[base.len()..];
    let whole = event.request_context.path.as_deref().unwrap_or_default();
    let prefix = whole.strip_suffix(own).unwrap_or(base);
    Route {
        path: encode(own),
        prefix: encode(prefix),
    }
    .with_base(base_path, greedy.is_some())
}

/// The route of an event in format 2.0.
///
/// An HTTP API decodes the path and puts a named stage before it, also where a custom domain has another key in its
/// place; that key is nowhere in the event. A function URL does neither.
pub(super) fn version_2(event: &Event, base_path: &str) -> Route {
    let path = event.raw_path.as_deref().unwrap_or_default();
    let domain = event.request_context.domain_name.as_deref();
    let is_own = domain.is_some_and(|domain| domain.contains(".execute-api."));
    let stage = stage(path, event.request_context.stage.as_deref());
    let decoded = event.is_of_http_api();
    let key = event.route_key.as_deref().unwrap_or("$default");
    Route {
        path: encoded(&path[stage.len()..], decoded).into_owned(),
        prefix: if is_own {
            encoded(stage, decoded).into_owned()
        } else {
            String::new()
        },
    }
    .with_base(base_path, key == "$default" || key.contains("+}"))
}

impl Route {
    /// A gateway whose routes are the contract's paths without the base path, and whose stage or mapping is the base
    /// path, has taken it away. One that passes every path on (`catches_all`) has not.
    fn with_base(mut self, base_path: &str, catches_all: bool) -> Self {
        if self.path.is_empty() {
            self.path.push('/');
        }
        let has_it = |path: &str| {
            path.strip_prefix(base_path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if !catches_all
            && !base_path.is_empty()
            && !has_it(&self.path)
            && let Some(before) = self.prefix.strip_suffix(base_path)
        {
            self.prefix = before.to_owned();
            self.path.insert_str(0, base_path);
        }
        self
    }
}

/// `/stage` at the start of a path; HTTP APIs put every stage there but `$default`.
fn stage<'p>(path: &'p str, stage: Option<&str>) -> &'p str {
    let named = stage.filter(|stage| !stage.is_empty() && *stage != "$default");
    let rest = named.and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage));
    match rest {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => &path[..path.len() - rest.len()],
        _ => "",
    }
}

/// What stands in `path` before the part that the gateway matched with `resource`, a template of its definition. In one
/// go, since the path is the client's.
pub(super) fn mapping<'p>(path: &'p str, resource: &str, greedy: Option<&str>) -> &'p str {
    let rests = rests(path, greedy.unwrap_or_default());
    let mut starts = path.match_indices('/').map(|(at, _)| at);
    let start = starts.find(|start| matches(path, *start, resource, &rests));
    &path[..start.unwrap_or(0)]
}

/// The name in a template's last segment `{name+}`, which stands for one or more segments.
fn greedy_name(resource: &str) -> Option<&str> {
    let last = resource.rsplit('/').next()?;
    last.strip_prefix('{')?.strip_suffix("+}")
}

/// Where in `path` a rest may begin that the gateway says is `value`; slashes at the end of either are nothing.
fn rests(path: &str, value: &str) -> Range<usize> {
    let (path, whole) = (path.trim_end_matches('/'), path.len());
    let value = trimmed(value);
    if value.is_empty() {
        return path.len()..whole + 1;
    }
    // Every rest has another length, so there is one at most. No encoding and no character goes across a slash.
    let (mut known, mut length) = (path.len(), 0);
    let slashes = path.rmatch_indices('/');
    for at in slashes.flat_map(|(slash, _)| [slash + 1, slash]) {
        length += decoded(&path[at..known]).len();
        known = at;
        if length >= value.len() {
            break;
        }
    }
    if length == value.len() && decoded(&path[known..]) == value {
        known..known + 1
    } else {
        0..0
    }
}

/// Whether the path from `start` on is what `resource` stands for, where its greedy parameter begins in `rests`.
fn matches(path: &str, start: usize, resource: &str, rests: &Range<usize>) -> bool {
    let (mut segments, mut templates) = (path[start..].split('/'), resource.split('/'));
    let mut at = start;
    loop {
        match (segments.next(), templates.next()) {
            (None, None) => return true,
            // A trailing slash is none of the template's.
            (Some(rest), None) => return rest.is_empty() && segments.next().is_none(),
            (Some(_), Some(template)) if template.ends_with("+}") => return rests.contains(&at),
            (Some(segment), Some(template)) => {
                let any = template.starts_with('{') && !segment.is_empty();
                if !any && decoded(segment) != template {
                    return false;
                }
                at += segment.len() + 1;
            }
            (None, Some(_)) => return false,
        }
    }
}

/// Whether a parameter comes decoded is not documented, so both sides are.
fn trimmed(text: &str) -> String {
    decoded(text.trim_end_matches('/')).into_owned()
}

pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

fn encoded(path: &str, was_decoded: bool) -> Cow<'_, str> {
    let set = if was_decoded {
        NOT_IN_DECODED
    } else {
        NOT_IN_PATH
    };
    utf8_percent_encode(path, set).into()
}
