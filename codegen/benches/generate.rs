//! How long a contract takes to generate, and that the time grows with the contract and not faster.
//!
//! `cargo bench -p contract-codegen --bench generate`
#![allow(clippy::print_stdout)]

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROOT: &str = include_str!("../../openapi.yml");

fn main() {
    println!(
        "{:>10} {:>12} {:>14} {:>14}",
        "operations", "time", "per operation", "lines of Rust"
    );
    for operations in [10, 100, 1_000, 10_000] {
        let contract = synthetic(operations);
        let (time, lines) = measured(&contract);
        let each = time / u32::try_from(operations).unwrap_or(u32::MAX);
        println!("{operations:>10} {time:>12.1?} {each:>14.1?} {lines:>14}");
    }
    let (time, lines) = measured(ROOT);
    println!("openapi.yml: {time:.1?}, {lines} lines of Rust");
}

/// The best of several runs, and the lines that were generated.
fn measured(contract: &str) -> (Duration, usize) {
    let mut best = Duration::MAX;
    let mut lines = 0;
    let begin = Instant::now();
    for _ in 0..10 {
        let start = Instant::now();
        match contract_codegen::generate(black_box(contract), "openapi.yml") {
            Ok(generated) => lines = generated.rust.lines().count(),
            Err(diagnostics) => println!("{diagnostics}"),
        }
        best = best.min(start.elapsed());
        if begin.elapsed() > Duration::from_secs(5) {
            break;
        }
    }
    (best, lines)
}

/// A contract of so many operations: half of them read and half write, ten to a tag, each with
/// schemas of its own and some that all share.
fn synthetic(operations: usize) -> String {
    let mut text = String::from(
        "openapi: 3.0.3
info: { title: Synthetic, version: '1' }
servers: [{ url: https://example.com/v1 }]
x-error-schema: Error
tags:
",
    );
    // Writing to a String cannot fail.
    for tag in 0..operations.div_ceil(10) {
        let _ = writeln!(text, "  - {{ name: Tag {tag} }}");
    }
    text += "paths:\n";
    for number in 0..operations {
        let _ = write!(text, "{}", operation(number));
    }
    text += "components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
  responses:
    Error: { description: What is wrong., content: { application/json: { schema: { $ref: '#/components/schemas/Error' } } } }
  schemas:
    Error: { type: object, required: [message], properties: { message: { type: string } } }
    Color: { type: string, enum: [red, green, blue] }
";
    for number in 0..operations {
        let _ = write!(text, "{}", schema(number));
    }
    text
}

fn operation(number: usize) -> String {
    let error = "{ $ref: '#/components/responses/Error' }";
    let tag = number / 10;
    let (method, more) = if number.is_multiple_of(2) {
        (
            "get",
            "        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100, default: 20 } }
        - { name: color, in: query, schema: { $ref: '#/components/schemas/Color' } }
"
            .to_owned(),
        )
    } else {
        (
            "post",
            format!(
                "      security: [{{ bearer: [] }}]
      requestBody:
        required: true
        content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Thing{number}' }} }} }}
"
            ),
        )
    };
    let more_responses = if method == "post" {
        format!("        '401': {error}\n        '413': {error}\n        '415': {error}\n")
    } else {
        String::new()
    };
    format!(
        "  /things{number}/{{id}}:
    {method}:
      operationId: {method}Thing{number}
      tags: [Tag {tag}]
      summary: The operation of number {number}
      parameters:
        - {{ name: id, in: path, required: true, schema: {{ type: string, format: uuid }} }}
{more}      responses:
        '200': {{ description: The thing., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Thing{number}' }} }} }} }}
        '400': {error}
{more_responses}        '500': {error}
        '503': {error}
"
    )
}

fn schema(number: usize) -> String {
    let next = number / 2;
    format!(
        "    Thing{number}:
      type: object
      required: [name, color]
      properties:
        name: {{ type: string, minLength: 1, maxLength: 100, pattern: '\\S' }}
        color: {{ $ref: '#/components/schemas/Color' }}
        size: {{ type: integer, minimum: 0, nullable: true }}
        tags: {{ type: array, maxItems: 10, uniqueItems: true, items: {{ type: string, maxLength: 20 }} }}
        other: {{ $ref: '#/components/schemas/Thing{next}' }}
      example: {{ name: a, color: red, tags: [a, b] }}
"
    )
}
