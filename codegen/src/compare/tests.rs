mod cases;
mod contract;

use cases::CASES;
use contract::BASE;

use super::{Severity, Side, Text, compare};

fn said(old: &str, new: &str) -> Vec<String> {
    let text = |source| Text {
        file: "openapi.yml",
        source,
    };
    let comparison = compare(text(old), text(new)).expect("both are YAML");
    comparison
        .changes
        .iter()
        .map(|change| {
            let side = match change.side {
                Side::Old => "old",
                Side::New => "new",
            };
            format!(
                "{} {side}:{} {}",
                change.severity.as_str(),
                change.at.line,
                change.what
            )
        })
        .collect()
}

fn edited(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "`{from}` is not in the contract");
    BASE.replacen(from, to, 1)
}

#[test]
fn every_change_is_found_where_it_is() {
    for (from, to, expected) in CASES {
        assert_eq!(said(BASE, &edited(from, to)), *expected, "{from} -> {to}");
    }
}

/// What one direction breaks, the other allows, unless both break somebody.
#[test]
fn the_mirror_image_of_a_compatible_change_is_none() {
    for (from, to, expected) in CASES {
        let back = said(&edited(from, to), BASE);
        assert_eq!(back.is_empty(), expected.is_empty(), "{to} -> {from}");
        let compatible = |changes: &[String]| {
            !changes.iter().any(|change| change.starts_with("breaking"))
                && changes
                    .iter()
                    .any(|change| change.starts_with("compatible"))
        };
        let expected: Vec<_> = expected.iter().map(|one| (*one).to_owned()).collect();
        let told_anyway = ["rate limit", "deprecated"];
        if !told_anyway
            .iter()
            .any(|word| expected.concat().contains(word))
        {
            assert!(
                !compatible(&expected) || !compatible(&back),
                "{from} -> {to}"
            );
        }
    }
}

#[test]
fn clients_of_a_stream_know_its_failure_and_what_comes_unasked() {
    const ARRAY: &str = "            application/json:
              schema:
                type: array
                items: { $ref: '#/components/schemas/Thing' }
";
    const STREAM: &str = "            text/event-stream:
              x-error-event: error
              schema: { $ref: '#/components/schemas/Thing' }
";
    let both = edited(ARRAY, &format!("{ARRAY}{STREAM}"));
    assert_eq!(
        said(BASE, &both),
        ["compatible new:30 listThings, status 200: `text/event-stream` is new"]
    );
    assert_eq!(
        said(&both, BASE),
        ["breaking old:30 listThings, status 200: `text/event-stream` is removed"]
    );
    let other = both.replace("x-error-event: error", "x-error-event: failure");
    assert_eq!(
        said(&both, &other),
        ["breaking new:30 listThings, status 200: another `x-error-event`"]
    );
    let turned = edited(ARRAY, &format!("{STREAM}{ARRAY}"));
    assert_eq!(
        said(&both, &turned),
        [
            "breaking new:26 listThings, status 200: `text/event-stream` comes before `application/json` now"
        ]
    );
}

#[test]
fn multiples_are_those_of_decimals() {
    let of = |multiple: &str| {
        let size =
            format!("        size: {{ type: number, multipleOf: {multiple} }}\n        tags");
        edited(
            "        size: { type: integer, minimum: 0, maximum: 10 }\n        tags",
            &size,
        )
    };
    for (from, to, severity) in [
        ("0.3", "0.1", "compatible"),
        ("0.1", "0.3", "breaking"),
        ("0.3", "0.2", "breaking"),
    ] {
        let changes = said(&of(from), &of(to));
        let expected = format!(
            "{severity} new:73 ThingCreate.size: `multipleOf` is `{to}` now, was `{from}`, in requests"
        );
        assert_eq!(changes, [expected]);
    }
}

#[test]
fn the_same_contract_has_not_changed() {
    assert_eq!(said(BASE, BASE), Vec::<String>::new());
    let commented = format!("# A comment.\n{BASE}");
    assert_eq!(said(BASE, &commented), Vec::<String>::new());
}

#[test]
fn versions_and_the_gravest_change_are_told() {
    let new = edited("1.2.3", "2.0.0").replace("big, small", "big");
    let text = |source| Text {
        file: "openapi.yml",
        source,
    };
    let comparison = compare(text(BASE), text(&new)).expect("both are YAML");
    assert_eq!(comparison.old_version, "1.2.3");
    assert_eq!(comparison.new_version, "2.0.0");
    assert_eq!(comparison.severity(), Some(Severity::Breaking));
}

#[test]
fn what_cannot_be_read_is_refused_with_its_name() {
    let text = |file, source| Text { file, source };
    let broken = compare(text("old.yml", BASE), text("new.yml", "paths: [}"));
    let message = broken.expect_err("is no YAML").to_string();
    assert!(message.starts_with("new.yml:1:"), "{message}");
    let other = compare(text("old.yml", "name: x"), text("new.yml", BASE));
    let message = other.expect_err("has no paths").to_string();
    assert_eq!(message, "old.yml:1:1: C001 is not an OpenAPI contract\n");
}
