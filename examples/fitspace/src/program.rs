//! The service as a program: its settings, its database, its commands.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use contract_postgres::{Binaries, Server};
use contract_runtime::Description;
use contract_runtime::clock::Clock;
use contract_runtime::program::{self, Command, Failure, Started, is_function};
use contract_runtime::secrets::Secret;
use contract_runtime::settings::{Common, Reader, Row};

use crate::contract;
use crate::database::{Address, Database};
use crate::migrations::{self, State};
use crate::secret;
use crate::service::FitSpace;
use crate::settings::{Place, Settings};

/// The role that owns the throw-away database.
const OWNER: &str = "fitspace";

/// How long a value of the secret is used without looking whether there is another. A rotation is noticed before that, when
/// the database refuses the old one.
const SECRET_LASTS: Duration = Duration::from_secs(60 * 60);

const UP: &str = "migrate up";
const STATUS: &str = "migrate status";
const NEW: &str = "migrate new";

/// What [`program::run`] runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Program;

impl program::Service for Program {
    type Settings = Settings;

    fn description(&self) -> Description {
        contract::DESCRIPTION
    }

    fn rows(&self) -> Vec<Row> {
        Settings::rows()
    }

    fn settings(&self, reader: &mut Reader<'_>, common: &Common) -> Settings {
        Settings::read(reader, common)
    }

    fn commands(&self) -> Vec<Command> {
        vec![
            Command::new(UP, "applies the migrations that the database lacks"),
            Command::new(
                STATUS,
                "lists the migrations, and which of them the database lacks",
            ),
            Command::new(NEW, "makes an empty migration in ./migrations").taking(&["NAME"]),
        ]
    }

    async fn command(
        self,
        name: &'static str,
        arguments: &[String],
        settings: Settings,
        _: &Common,
    ) -> Result<String, Failure> {
        if name == NEW {
            let name = arguments.first().map_or("", String::as_str);
            let path = migrations::create(Path::new("migrations"), name, Clock::system().now())?;
            return Ok(format!("{}\n", path.display()));
        }
        let database = database(&settings).await?.ok_or(
            "set DATABASE_URL or DB_SECRET_ARN: a throw-away database is migrated when it is made",
        )?;
        let migrations = match name {
            UP => migrations::up(&database).await?,
            _ => migrations::status(&database).await?,
        };
        let lines: String = migrations
            .iter()
            .map(|one| match name {
                // What was pending is applied now.
                UP => format!("{} {} applied\n", one.version, one.description),
                _ => format!("{one}\n"),
            })
            .collect();
        Ok(if lines.is_empty() {
            "The database lacks no migration.\n".to_owned()
        } else {
            lines
        })
    }

    async fn start(self, settings: Settings, _: &Common) -> Result<Started, Failure> {
        let Some(database) = database(&settings).await? else {
            return throwaway(settings).await;
        };
        // A function connects when a request needs it.
        if !is_function() {
            complete(&database).await?;
        }
        let router = contract::router(Arc::new(FitSpace::new(database)));
        Ok(Started::from(router).with_line("Database", "as the settings say"))
    }
}

/// The database of the settings; none where the program has to start one itself. Nothing is connected or called yet.
async fn database(settings: &Settings) -> Result<Option<Database>, Failure> {
    Ok(match &settings.place {
        Place::Secret(arn, address) => {
            let client = secret::client(&arn.region).await?;
            let text = arn.text.as_str();
            let secret = Secret::managed(client, text, SECRET_LASTS, Clock::system());
            let address = address.as_deref().cloned();
            Some(Database::with_secret(secret, address, settings.connections))
        }
        Place::Address(address) => Some(Database::fixed(address, settings.connections)),
        Place::Throwaway(_) => None,
    })
}

/// Whether the database can be reached and has every migration.
async fn complete(database: &Database) -> Result<(), Failure> {
    let migrations = migrations::status(database).await?;
    let pending = migrations
        .iter()
        .filter(|one| one.state == State::Pending)
        .count();
    match pending {
        0 => Ok(()),
        _ => Err(
            format!("the database lacks {pending} migrations; `fitspace {UP}` applies them").into(),
        ),
    }
}

/// A fresh PostgreSQL, which ends with the service.
async fn throwaway(settings: Settings) -> Result<Started, Failure> {
    let Settings { place, connections } = settings;
    let start = move || {
        let binaries = match place {
            Place::Throwaway(Some(folder)) => Binaries::within(&folder),
            _ => Binaries::find(),
        }?;
        Server::start(&binaries, OWNER)
    };
    let server = tokio::task::spawn_blocking(start).await?.map_err(|error| {
        format!("{error}; or set DATABASE_URL to a PostgreSQL that runs already")
    })?;
    let database = Database::fixed(
        &Address::of_socket(&server.socket_folder(), OWNER),
        connections,
    );
    migrations::up(&database).await?;
    let psql = format!("psql \"{}\"", server.url());
    let router = contract::router(Arc::new(FitSpace::with_server(database, server)));
    Ok(Started::from(router)
        .with_line(
            "Database",
            "a throw-away PostgreSQL: what it holds goes when this ends (DATABASE_URL keeps it)",
        )
        .with_line("Look", psql))
}
