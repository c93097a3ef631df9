//! The portfolio as a program.

use contract_runtime::clock::Clock;
use contract_runtime::description::Description;
use contract_runtime::middleware::Stack;
use contract_runtime::program::{Failure, Service, Started};
use contract_runtime::settings::{Common, Reader, Row};

use crate::app::{self, App, Storage};
use crate::contract;
#[cfg(feature = "embedded")]
use crate::identity::embedded::PasswordOrigin;
#[cfg(feature = "embedded")]
use crate::settings::Database;
use crate::settings::{self, Settings};

/// What `main` runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Program;

impl Service for Program {
    type Settings = Settings;

    fn description(&self) -> Description {
        contract::DESCRIPTION
    }

    fn rows(&self) -> Vec<Row> {
        settings::own_rows()
    }

    fn settings(&self, reader: &mut Reader<'_>, common: &Common) -> Settings {
        Settings::read(reader, common)
    }

    fn stack(&self, common: &Common) -> Stack {
        app::stack(common)
    }

    async fn start(self, settings: Settings, _: &Common) -> Result<Started, Failure> {
        let storage = Storage::open(&settings).await?;
        #[cfg(feature = "embedded")]
        if let Some(engine) = &storage.engine {
            tokio::spawn(sweep(engine.clone()));
        }
        let app = App::start(&settings, storage, Clock::system()).await?;
        #[cfg(feature = "embedded")]
        return Ok(introduced(app, &settings));
        #[cfg(not(feature = "embedded"))]
        Ok(app.operations.into())
    }
}

/// With what a banner says of the data and of the owner.
#[cfg(feature = "embedded")]
fn introduced(app: App, settings: &Settings) -> Started {
    let mut started = Started::from(app.operations);
    if settings.database == Database::Embedded {
        let data = std::path::absolute(&settings.data_dir).unwrap_or(settings.data_dir.clone());
        started = started.with_line("Data", data.display().to_string());
    }
    let Some(origin) = app.password else {
        return started;
    };
    let password = match origin {
        PasswordOrigin::Generated(password) => format!(
            "{}   (generated; shown only now. OWNER_PASSWORD sets another)",
            password.reveal()
        ),
        PasswordOrigin::Settings => "as OWNER_PASSWORD says".to_owned(),
        PasswordOrigin::Kept => "as before (OWNER_PASSWORD sets another)".to_owned(),
    };
    started
        .with_line("Owner", settings.owner.email.as_str())
        .with_line("Password", password)
}

/// Deletes expired items of the embedded database from time to time. DynamoDB does it by itself, within days.
#[cfg(feature = "embedded")]
async fn sweep(engine: contract_runtime::dynamodb::embedded::Engine) {
    const PAUSE: std::time::Duration = std::time::Duration::from_secs(60);
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = engine.sweep().await {
            tracing::warn!(%error, "expired items could not be deleted");
        }
    }
}
