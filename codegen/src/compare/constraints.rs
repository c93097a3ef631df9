//! The keywords that say which values are allowed.

use std::cmp::Ordering;

use super::schemas::View;
use super::{Comparer, Flow, Severity, Turn, shown};
use crate::decimal::is_multiple;
use crate::source::{Entry, Node, Value};

/// Lower bounds, and from which value on they say something.
const LEAST: [(&str, Option<f64>); 4] = [
    ("minLength", Some(0.0)),
    ("minItems", Some(0.0)),
    ("minProperties", Some(0.0)),
    ("minimum", None),
];
const MOST: [&str; 4] = ["maxLength", "maxItems", "maxProperties", "maximum"];
/// Flags that allow fewer values when they are set, and the one that allows more.
const FLAGS: [(&str, Turn); 4] = [
    ("uniqueItems", Turn::Narrower),
    ("exclusiveMinimum", Turn::Narrower),
    ("exclusiveMaximum", Turn::Narrower),
    ("nullable", Turn::Wider),
];

/// What is compared here or with the schema's members.
const KNOWN: [&str; 21] = [
    "additionalProperties",
    "default",
    "deprecated",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "pattern",
    "type",
    "uniqueItems",
];

impl<'n> Comparer<'n> {
    pub(super) fn constraints(
        &mut self,
        place: &str,
        flow: Flow,
        before: &View<'n>,
        now: &View<'n>,
    ) {
        for (name, floor) in LEAST {
            let bound = |view: &View<'_>| {
                let number = number(view.word(name)?)?;
                (floor != Some(number)).then_some(number)
            };
            let turn = match (bound(before), bound(now)) {
                (Some(was), Some(is)) => rising(was, is, Turn::Narrower),
                (None, Some(_)) => Some(Turn::Narrower),
                (Some(_), None) => Some(Turn::Wider),
                (None, None) => None,
            };
            self.keyword(place, flow, name, turn, before, now);
        }
        for name in MOST {
            let bound = |view: &View<'_>| number(view.word(name)?);
            let turn = match (bound(before), bound(now)) {
                (Some(was), Some(is)) => rising(was, is, Turn::Wider),
                (None, Some(_)) => Some(Turn::Narrower),
                (Some(_), None) => Some(Turn::Wider),
                (None, None) => None,
            };
            self.keyword(place, flow, name, turn, before, now);
        }
        for (name, set) in FLAGS {
            let turn = match (flag(before, name), flag(now, name)) {
                (false, true) => Some(set),
                (true, false) => Some(opposite(set)),
                _ => None,
            };
            self.keyword(place, flow, name, turn, before, now);
        }
        let turn = changed(before.word("type"), now.word("type"), kinds);
        self.keyword(place, flow, "type", turn, before, now);
        let turn = changed(format(before), format(now), formats);
        self.keyword(place, flow, "format", turn, before, now);
        let turn = changed(before.word("pattern"), now.word("pattern"), |_, _| {
            Turn::Other
        });
        self.keyword(place, flow, "pattern", turn, before, now);
        let turn = changed(before.word("multipleOf"), now.word("multipleOf"), multiples);
        self.keyword(place, flow, "multipleOf", turn, before, now);
        self.choices(place, flow, before.word("enum"), now.word("enum"));
        self.default(place, flow, before.word("default"), now.word("default"));
        self.others(place, before, now);
    }

    /// Keywords that the generator does not know: whatever happened to them, nobody can tell what it means.
    fn others(&mut self, place: &str, before: &View<'n>, now: &View<'n>) {
        let is_other = |word: &&&'n Entry| {
            !KNOWN.contains(&word.key.as_str()) && !super::texts::is_text(&word.key)
        };
        for is in now.words.iter().filter(is_other) {
            let was = before.word(&is.key).map(|was| was.value.to_json());
            if was != Some(is.value.to_json()) {
                let what = format!("{place}: another `{}`", is.key);
                self.now(Severity::Breaking, is.key_at, what);
            }
        }
        for was in before.words.iter().filter(is_other) {
            if now.word(&was.key).is_none() {
                let what = format!("{place}: `{}` is removed", was.key);
                self.gone(Severity::Breaking, was.key_at, what);
            }
        }
    }

    /// Says what happened to a keyword, if anything did.
    fn keyword(
        &mut self,
        place: &str,
        flow: Flow,
        name: &str,
        turn: Option<Turn>,
        before: &View<'n>,
        now: &View<'n>,
    ) {
        let Some(turn) = turn else {
            return;
        };
        let severity = flow.severity(turn);
        let words = flow.words();
        match (before.word(name), now.word(name)) {
            (Some(was), Some(is)) => {
                let (was, shown) = (shown(&was.value), shown(&is.value));
                let what = format!("{place}: `{name}` is {shown} now, was {was}, {words}");
                self.now(severity, is.key_at, what);
            }
            (None, Some(is)) => {
                let what = format!("{place}: `{name}` {} is new {words}", shown(&is.value));
                self.now(severity, is.key_at, what);
            }
            (Some(was), None) => {
                let what = format!("{place}: `{name}` {} is removed {words}", shown(&was.value));
                self.gone(severity, was.key_at, what);
            }
            (None, None) => {}
        }
    }

    fn choices(
        &mut self,
        place: &str,
        flow: Flow,
        before: Option<&'n Entry>,
        now: Option<&'n Entry>,
    ) {
        let words = flow.words();
        let (was, is) = match (before, now) {
            (Some(was), Some(is)) => (was, is),
            (None, Some(is)) => {
                let what = format!("{place}: only some values are allowed now {words}");
                return self.now(flow.severity(Turn::Narrower), is.key_at, what);
            }
            (Some(was), None) => {
                let what = format!("{place}: any value is allowed now {words}");
                return self.gone(flow.severity(Turn::Wider), was.key_at, what);
            }
            (None, None) => return,
        };
        for value in items(was) {
            if !items(is)
                .iter()
                .any(|other| other.to_json() == value.to_json())
            {
                let what = format!("{place}: the value {} is removed {words}", shown(value));
                self.gone(flow.severity(Turn::Narrower), value.at, what);
            }
        }
        for value in items(is) {
            if !items(was)
                .iter()
                .any(|other| other.to_json() == value.to_json())
            {
                let what = format!("{place}: the value {} is new {words}", shown(value));
                self.now(flow.severity(Turn::Wider), value.at, what);
            }
        }
    }

    /// What a request means that leaves something out. In answers nothing is left out that has a default.
    fn default(
        &mut self,
        place: &str,
        flow: Flow,
        before: Option<&'n Entry>,
        now: Option<&'n Entry>,
    ) {
        if flow == Flow::Response {
            return;
        }
        match (before, now) {
            (Some(was), Some(is)) if was.value.to_json() != is.value.to_json() => {
                let (was, shown) = (shown(&was.value), shown(&is.value));
                let what = format!("{place}: `default` is {shown} now, was {was}");
                self.now(Severity::Breaking, is.key_at, what);
            }
            (Some(was), None) => {
                let what = format!("{place}: `default` {} is removed", shown(&was.value));
                self.gone(Severity::Breaking, was.key_at, what);
            }
            (None, Some(is)) => {
                let what = format!("{place}: `default` {} is new", shown(&is.value));
                self.now(Severity::Compatible, is.key_at, what);
            }
            _ => {}
        }
    }
}

fn number(entry: &Entry) -> Option<f64> {
    entry.value.to_json().as_f64()
}

fn flag(view: &View<'_>, name: &str) -> bool {
    let word = view.word(name);
    word.is_some_and(|word| matches!(word.value.value, Value::Bool(true)))
}

fn items(entry: &Entry) -> &[Node] {
    match &entry.value.value {
        Value::List(items) => items,
        _ => &[],
    }
}

const fn opposite(turn: Turn) -> Turn {
    match turn {
        Turn::Narrower => Turn::Wider,
        Turn::Wider => Turn::Narrower,
        Turn::Other => Turn::Other,
    }
}

/// What a higher number means, and its opposite for a lower one.
fn rising(was: f64, is: f64, higher: Turn) -> Option<Turn> {
    match is.partial_cmp(&was)? {
        Ordering::Greater => Some(higher),
        Ordering::Less => Some(opposite(higher)),
        Ordering::Equal => None,
    }
}

/// A keyword that allows fewer values than its absence.
fn changed(
    before: Option<&Entry>,
    now: Option<&Entry>,
    both: impl Fn(&Node, &Node) -> Turn,
) -> Option<Turn> {
    match (before, now) {
        (Some(was), Some(is)) if was.value.to_json() == is.value.to_json() => None,
        (Some(was), Some(is)) => Some(both(&was.value, &is.value)),
        (None, Some(_)) => Some(Turn::Narrower),
        (Some(_), None) => Some(Turn::Wider),
        (None, None) => None,
    }
}

/// Every integer is a number.
fn kinds(was: &Node, is: &Node) -> Turn {
    match (was.as_str(), is.as_str()) {
        (Some("integer"), Some("number")) => Turn::Wider,
        (Some("number"), Some("integer")) => Turn::Narrower,
        _ => Turn::Other,
    }
}

/// A format that constrains anything: `password` is a hint for forms.
fn format<'n>(view: &View<'n>) -> Option<&'n Entry> {
    view.word("format")
        .filter(|format| format.value.as_str() != Some("password"))
}

fn formats(was: &Node, is: &Node) -> Turn {
    match (was.as_str(), is.as_str()) {
        (Some("int32"), Some("int64")) | (Some("float"), Some("double")) => Turn::Wider,
        (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => Turn::Narrower,
        _ => Turn::Other,
    }
}

fn multiples(was: &Node, is: &Node) -> Turn {
    match (was.to_json().as_f64(), is.to_json().as_f64()) {
        (Some(was), Some(is)) if is_multiple(is, was) => Turn::Narrower,
        (Some(was), Some(is)) if is_multiple(was, is) => Turn::Wider,
        _ => Turn::Other,
    }
}
