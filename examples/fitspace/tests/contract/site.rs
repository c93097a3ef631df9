//! A server of the service's own on a database of the test's own.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use contract_judge::witness::{Answer, Contract, Witness};
use contract_postgres::{Binaries, Server as Postgres};
use contract_runtime::middleware::{Origins, Stack};
use contract_runtime::program::routes;
use contract_runtime::serve::Server;
use fitspace::contract;
use fitspace::database::{Address, Database};
use fitspace::migrations;
use fitspace::service::FitSpace;
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use tokio::sync::OnceCell;

/// openapi.yml, as the judge of every answer.
pub(crate) static CONTRACT: LazyLock<Contract> =
    LazyLock::new(|| Contract::read(contract::DESCRIPTION.json));

/// The tests' PostgreSQL; it ends with their process.
static POSTGRES: LazyLock<Postgres> = LazyLock::new(|| {
    let binaries = Binaries::find().unwrap_or_else(|error| panic!("{error}"));
    Postgres::start(&binaries, SUPERUSER).unwrap_or_else(|error| panic!("{error}"))
});

pub(crate) const SUPERUSER: &str = "fitspace";

/// The database that the tests' own are copies of.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// Where tests' databases are.
pub(crate) fn postgres() -> &'static Postgres {
    &POSTGRES
}

/// A superuser's connection to a database.
pub(crate) async fn connection(database: &str) -> PgConnection {
    PgConnectOptions::new_without_pgpass()
        .socket(POSTGRES.socket_folder())
        .username(SUPERUSER)
        .database(database)
        .connect()
        .await
        .unwrap()
}

async fn administer(statement: String) {
    let mut connection = connection("postgres").await;
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}

/// A new, empty database.
pub(crate) async fn empty_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    administer(format!("CREATE DATABASE {name}")).await;
    name
}

/// A new database with the tables.
pub(crate) async fn database() -> String {
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = empty_database().await;
            let database = Database::fixed(&address(&name), 1);
            migrations::up(&database).await.unwrap();
            database.close().await;
            name
        })
        .await;
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let name = format!("copy_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    administer(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    name
}

/// A superuser's way to a database.
pub(crate) fn address(database: &str) -> Address {
    address_through(&POSTGRES.socket_folder(), database)
}

/// The same through another folder with a socket.
pub(crate) fn address_through(folder: &Path, database: &str) -> Address {
    format!(
        "postgres://{SUPERUSER}@localhost/{database}?host={}",
        folder.display()
    )
    .parse()
    .unwrap()
}

/// A running service.
pub(crate) struct Site {
    /// A client of it.
    pub(crate) witness: Witness,
    /// The name of its database.
    pub(crate) database: String,
}

impl Site {
    /// The service on a database of its own.
    pub(crate) async fn start() -> Self {
        let database = database().await;
        Self::on(&database, Database::fixed(&address(&database), 8)).await
    }

    /// The service on a database, reached in a way of the test's.
    pub(crate) async fn on(name: &str, database: Database) -> Self {
        let router = contract::router(Arc::new(FitSpace::new(database)));
        let stack = Stack {
            origins: "http://localhost:3000".parse::<Origins>().unwrap(),
            ..Stack::default()
        };
        let router = routes(&contract::DESCRIPTION, router, &stack);
        let server = Server::bind("127.0.0.1", 0).await.unwrap();
        let witness = Witness::new(&CONTRACT, server.address());
        tokio::spawn(server.serve(router, std::future::pending()));
        Self {
            witness,
            database: name.to_owned(),
        }
    }

    /// A superuser's connection to its database.
    pub(crate) async fn connection(&self) -> PgConnection {
        connection(&self.database).await
    }

    /// A user that is made now.
    pub(crate) async fn user(&self, email: &str) -> i64 {
        let body = json!({"name": "Ada Lovelace", "email": email});
        let answer = self.witness.post("/api/v1/users").json(body).await.is(201);
        id(&answer)
    }
}

/// The id of what an answer shows.
#[track_caller]
pub(crate) fn id(answer: &Answer) -> i64 {
    answer["data"]["id"]
        .as_i64()
        .unwrap_or_else(|| panic!("no id: {answer}"))
}

/// What a 400 says is wrong: the part, the place and the message of each violation.
#[track_caller]
pub(crate) fn violations(answer: &Answer) -> Vec<String> {
    answer.has(400);
    let text = |violation: &Value, name: &str| violation[name].as_str().unwrap().to_owned();
    answer["details"]["violations"]
        .as_array()
        .unwrap_or_else(|| panic!("no violations: {answer}"))
        .iter()
        .map(|violation| {
            let [part, at, message] = ["in", "at", "message"].map(|name| text(violation, name));
            format!("{part} {at} {message}")
        })
        .collect()
}

/// A snapshot without the times at which the database wrote something.
#[macro_export]
macro_rules! told {
    ($($arguments:tt)+) => {
        ::insta::with_settings!({ filters => vec![
            (r#""(created_at|updated_at)": "\d{4}-\d\d-\d\dT[\d:.]+Z""#, r#""$1": "[time]""#),
            (r#""round_trip_ms": [\d.e-]+"#, r#""round_trip_ms": "[time]""#),
        ] }, { ::contract_judge::snapshot!($($arguments)+) })
    };
}
