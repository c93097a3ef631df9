//! Small texts that stand for much, or nest deeply.

use std::fmt::Write;

use super::survives;

/// A contract with these schemas, used by an operation's body.
fn with_schemas(schemas: &str) -> String {
    format!(
        "openapi: 3.0.3
info: {{ title: T, version: '1' }}
servers: [{{ url: / }}]
tags: [{{ name: T }}]
x-error-schema: E
paths:
  /:
    post:
      operationId: op
      tags: [T]
      requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/S0' }} }} }} }}
      responses:
        '200': {{ description: d }}
        '400': &r {{ description: d, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/E' }} }} }} }}
        '413': *r
        '415': *r
        '500': *r
        '503': *r
components:
  schemas:
    E: {{ type: object, properties: {{ m: {{ type: string }} }} }}
{schemas}"
    )
}

/// One line for each number.
fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "    {}", line(number));
        text
    })
}

#[test]
fn deep_nesting() {
    for (open, close) in [
        ("[", "]"),
        ("{a: ", "}"),
        ("{\"a\":[", "]}"),
        ("- ", ""),
        ("? ", ""),
        ("!!x ", ""),
        ("&a ", ""),
        ("((", ""),
    ] {
        for depth in [30, 60, 65, 1_000, 100_000] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(!survives(&text));
            assert!(!survives(&format!("openapi: {text}")));
        }
    }
    let block = (0..2_000).fold(String::new(), |mut text, depth| {
        let _ = writeln!(text, "{}a:", " ".repeat(depth));
        text
    });
    assert!(!survives(&block));
}

#[test]
fn deep_schemas() {
    for depth in [1, 8, 15, 20, 25, 30, 60, 500] {
        let lists = format!(
            "    S0: {{ type: object, properties: {{ p: {}{{ type: string, maxLength: 1 }}{} }} }}",
            "{ type: array, maxItems: 3, items: ".repeat(depth),
            " }".repeat(depth)
        );
        assert_eq!(
            survives(&with_schemas(&lists)),
            depth <= 15,
            "{depth} lists"
        );
        let maps = lists.replace(
            "array, maxItems: 3, items",
            "object, maxProperties: 3, additionalProperties",
        );
        assert_eq!(survives(&with_schemas(&maps)), depth <= 15, "{depth} maps");
        let objects = format!(
            "    S0: {}{{ type: string, maxLength: 1 }}{}",
            "{ type: object, properties: { p: ".repeat(depth),
            " } }".repeat(depth)
        );
        assert_eq!(
            survives(&with_schemas(&objects)),
            depth <= 30,
            "{depth} objects"
        );
        let parts = format!(
            "    S0: {}{{ type: object, properties: {{ p: {{ type: string }} }} }}{}",
            "{ allOf: [{ type: object, properties: {} }, ".repeat(depth),
            "] }".repeat(depth)
        );
        assert_eq!(
            survives(&with_schemas(&parts)),
            depth <= 15,
            "{depth} allOf"
        );
    }
}

#[test]
fn long_chains_of_references() {
    let target = |number: usize| format!("$ref: '#/components/schemas/S{}'", number + 1);
    let last = "    S3000: { type: object, properties: { a: { type: string, minLength: 1 } } }\n";
    let objects = numbered(3_000, |n| {
        format!(
            "S{n}: {{ type: object, properties: {{ p: {{ {} }} }} }}",
            target(n)
        )
    });
    assert!(survives(&with_schemas(&(objects.clone() + last))));
    // A circle is sound too, since no property is required.
    assert!(survives(&with_schemas(
        &(objects
            + "    S3000: { type: object, properties: { p: { $ref: '#/components/schemas/S0' } } }")
    )));
    for line in [
        "S{n}: { type: array, items: { {target} } }",
        "S{n}: { type: object, additionalProperties: { {target} } }",
        "S{n}: { nullable: true, allOf: [{ {target} }] }",
        "S{n}: { {target} }",
        "S{n}: { allOf: [{ {target} }, { type: object, properties: { p{n}: { type: string } } }] }",
    ] {
        let chain = numbered(3_000, |n| {
            line.replace("{n}", &n.to_string())
                .replace("{target}", &target(n))
        });
        assert!(!survives(&with_schemas(&(chain.clone() + last))), "{line}");
        let circle = chain + "    S3000: { $ref: '#/components/schemas/S0' }";
        assert!(!survives(&with_schemas(&circle)), "{line}");
    }
}

#[test]
fn all_of_everything_twice() {
    let twice = numbered(60, |n| {
        let next = n + 1;
        format!(
            "S{n}: {{ allOf: [{{ $ref: '#/components/schemas/S{next}' }}, {{ $ref: '#/components/schemas/S{next}' }}] }}"
        )
    });
    let last = "    S60: { type: object, properties: { a: { type: string } } }";
    assert!(!survives(&with_schemas(&(twice + last))));
    let itself = "    S0: { allOf: [{ $ref: '#/components/schemas/S0' }, { type: object, properties: { a: { type: string } } }] }";
    assert!(!survives(&with_schemas(itself)));
}

#[test]
fn aliases_that_stand_for_billions() {
    let laughs = (1..40).fold("a0: &a0 [x, x]\n".to_owned(), |mut text, n| {
        let before = format!("*a{}", n - 1);
        let _ = writeln!(text, "a{n}: &a{n} [{}]", vec![before; 9].join(", "));
        text
    });
    assert!(!survives(&laughs));
    assert!(!survives(&format!("openapi: 3.0.3\n{laughs}")));
    let nested = format!("{}x{}", "[&a ".repeat(60), "]".repeat(60));
    assert!(!survives(&nested));
    let wide = vec!["x"; 50_000].join(", ");
    let mut anchored = format!("[{wide}]");
    for number in 0..50 {
        anchored = format!("[&a{number} {anchored}]");
    }
    assert!(!survives(&anchored));
    assert!(!survives("a: &a [*a]"));
    assert!(!survives("&a a: *a"));
    assert!(!survives("*nothing"));
}

#[test]
fn many_schemes_and_tags() {
    let schemes = numbered(300, |n| {
        format!("  k{n}: {{ type: apiKey, in: header, name: X-{n} }}")
    });
    let names = (0..300)
        .map(|n| format!("k{n}: []"))
        .collect::<Vec<_>>()
        .join(", ");
    let contract = with_schemas("    S0: { type: object, properties: {} }\n").replace(
        "      responses:\n",
        &format!("      security: [{{ {names} }}]\n      responses:\n        '401': *r\n"),
    );
    assert!(!survives(&format!(
        "{contract}  securitySchemes:\n{schemes}"
    )));
}

/// What would be an instruction to cargo, were it printed as it is.
#[test]
fn names_that_hold_lines() {
    assert!(!survives("\"a\\ncargo::warning=x\": 1"));
    assert!(!survives("openapi: \"\\r\\ncargo::rustc-env=A=B\\u2028\""));
}
