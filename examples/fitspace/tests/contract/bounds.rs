//! The contract's bounds and the tables' are the same: what the one lets through the other takes, and what the one refuses
//! the other would have refused as well.

use contract_runtime::http::StatusCode;
use serde_json::{Map, Value, json};
use sqlx::postgres::PgConnection;

use crate::site::{CONTRACT, Site};

/// Where the bodies of a table's rows are written, and what a good one is.
struct Table {
    name: &'static str,
    schema: &'static str,
    path: &'static str,
    body: Value,
}

fn tables() -> [Table; 3] {
    [
        Table {
            name: "users",
            schema: "UserInput",
            path: "/api/v1/users",
            body: json!({"name": "Ada", "email": "ada@example.com", "phone": "12345", "bio": ""}),
        },
        Table {
            name: "workouts",
            schema: "WorkoutInput",
            path: "/api/v1/users/1/workouts",
            body: json!({
                "title": "Run", "activity": "running", "started_at": "2026-11-20T06:30:00Z", "duration_minutes": 30,
                "distance_km": 1, "calories": 1, "notes": "",
            }),
        },
        Table {
            name: "avatars",
            schema: "AvatarCreate",
            path: "/api/v1/users/1/avatars",
            body: json!({
                "display_name": "A", "age": 1, "gender": "other", "height_cm": 100, "weight_kg": 100, "body_fat_percent": 10,
                "neck_cm": 100, "chest_cm": 100, "waist_cm": 100, "hips_cm": 100, "upper_arm_cm": 100, "thigh_cm": 100,
                "notes": "",
            }),
        },
    ]
}

/// The edges of a property, and what lies one step beyond them.
fn edges(name: &str, schema: &Value) -> Vec<Value> {
    let mut values = Vec::new();
    let step = schema["multipleOf"].as_f64().unwrap_or(1.0);
    for (bound, away) in [("minimum", -1.0), ("maximum", 1.0)] {
        if let Some(bound) = schema[bound].as_f64() {
            for value in [bound, bound + away * step] {
                // As the contract has it: 300.1, not 300.1000000000000227.
                let value = (value / step).round() * step;
                let value = (value * 1000.0).round() / 1000.0;
                values.push(match schema["type"].as_str() {
                    Some("integer") => json!(value as i64),
                    _ => json!(value),
                });
            }
        }
    }
    let text = |length: usize| match name {
        "phone" => "1".repeat(length),
        "email" => {
            let domain = format!(
                "@{}.example",
                ["a".repeat(60), "b".repeat(60), "c".repeat(60)].join(".")
            );
            "e".repeat(length - domain.len()) + &domain
        }
        _ => "ü".repeat(length),
    };
    if schema["type"] == "string" && schema["format"] != "date-time" && schema["enum"].is_null() {
        let least = schema["minLength"].as_u64().unwrap_or(0) as usize;
        let most = schema["maxLength"].as_u64().expect("every text ends") as usize;
        let lengths = [least, least.saturating_sub(1), most, most + 1];
        values.extend(
            lengths
                .into_iter()
                .filter(|length| name != "email" || *length > 200)
                .map(text)
                .map(Value::from),
        );
        if schema["pattern"]
            .as_str()
            .is_some_and(|pattern| pattern.contains(r"[^\u0000-\u0020]"))
        {
            values.extend([" \t\n\u{1}", "\u{1f}", "!", "\u{a0}", " x "].map(Value::from));
        }
        if name == "phone" {
            values.extend(
                [
                    "+1 (2) 3-4.5/6",
                    "(12345)",
                    "+",
                    "++12345",
                    "1234a",
                    "12345\n",
                    "١٢٣٤٥",
                ]
                .map(Value::from),
            );
        }
    }
    for choice in schema["enum"].as_array().into_iter().flatten() {
        values.push(choice.clone());
        values.push(json!(choice.as_str().unwrap().to_uppercase()));
    }
    values
}

/// Whether the table takes a row, whoever sends it.
async fn takes(connection: &mut PgConnection, table: &str, row: &Map<String, Value>) -> bool {
    let columns: Vec<&str> = row.keys().map(String::as_str).collect();
    let columns = columns.join(", ");
    let statement = format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, $1)"
    );
    let mut transaction = sqlx::Connection::begin(connection).await.unwrap();
    let outcome = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(Value::Object(row.clone()))
        .execute(&mut *transaction)
        .await;
    transaction.rollback().await.unwrap();
    match outcome {
        Ok(_) => true,
        Err(error) => {
            let code = error
                .as_database_error()
                .unwrap()
                .code()
                .unwrap()
                .into_owned();
            // check_violation, or a number that its column has no room for.
            assert!(["23514", "22003"].contains(&code.as_str()), "{error}");
            false
        }
    }
}

#[tokio::test]
async fn the_tables_and_the_contract_have_the_same_bounds() {
    let site = Site::start().await;
    site.user("somebody@example.com").await;
    let mut connection = site.connection().await;
    let (mut tried, mut refused) = (0, 0);
    for table in tables() {
        let schemas = &CONTRACT.document()["components"]["schemas"];
        for (name, property) in schemas[table.schema]["properties"].as_object().unwrap() {
            let property = match property.get("allOf") {
                Some(parts) => CONTRACT.resolved(&parts[0]),
                None => CONTRACT.resolved(property),
            };
            let values = edges(name, property);
            let bounded = property["format"] == "date-time" || !values.is_empty();
            assert!(bounded, "{name} of {} has no bounds", table.name);
            for value in values {
                let mut body = table.body.as_object().unwrap().clone();
                body.insert(name.clone(), value.clone());
                let answer = site
                    .witness
                    .post(table.path)
                    .json(Value::Object(body.clone()))
                    .await;
                let is_good = answer.status == StatusCode::CREATED.as_u16();
                assert!(
                    is_good || answer.status == StatusCode::BAD_REQUEST.as_u16(),
                    "{answer}"
                );
                if is_good {
                    let path = answer.header("location").to_owned();
                    assert_eq!(answer["data"][name], value, "{name} of {}", table.name);
                    site.witness.delete(&path).await.has(200);
                }
                if table.name != "users" {
                    body.insert("user_id".to_owned(), json!(1));
                }
                let taken = takes(&mut connection, table.name, &body).await;
                assert_eq!(taken, is_good, "{name} of {}: {value}", table.name);
                tried += 1;
                refused += usize::from(!is_good);
            }
        }
    }
    assert!(
        tried > 120 && refused > 50,
        "{tried} tried, {refused} refused"
    );
}
