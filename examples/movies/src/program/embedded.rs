//! What a machine of one's own has instead of AWS: a database inside the process, and a key in a file beside it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::Duration;

use contract_runtime::dynamodb::connection;
use contract_runtime::dynamodb::embedded::{Engine, OpenError};
use contract_runtime::password;
use contract_runtime::program::Failure;
use contract_runtime::secrets::Secret;

use super::Storage;
use crate::table::Tables;

/// How often counters of past windows are deleted. DynamoDB does it by itself, within days.
const SWEEP: Duration = Duration::from_secs(60);

/// The names of the tables in the engine.
const TABLES: (&str, &str) = ("users", "movies");

/// The key's file in the data folder.
const KEY: &str = "jwt.key";

pub(super) async fn storage(engine: Option<Engine>, folder: &Path) -> Result<Storage, Failure> {
    let (engine, line) = match engine {
        Some(engine) => (engine, None),
        None => {
            let engine =
                Engine::open(folder).map_err(|error| format!("{error}; {}", remedy(&error)))?;
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            (engine, Some(("Data", folder.display().to_string())))
        }
    };
    let client = connection::local(engine.http_client());
    let tables = Tables::new(client, TABLES.0, TABLES.1);
    tables.create().await?;
    tokio::spawn(sweep(engine));
    Ok(Storage {
        tables,
        line,
        is_own: true,
    })
}

async fn sweep(engine: Engine) {
    loop {
        tokio::time::sleep(SWEEP).await;
        if let Err(error) = engine.sweep().await {
            tracing::warn!(%error, "expired items could not be deleted");
        }
    }
}

/// What the person who started the server can do about a data folder that cannot be used.
fn remedy(error: &OpenError) -> &'static str {
    match error {
        OpenError::Locked(_) => "stop that process or set DATA_DIR to another folder",
        OpenError::DiskFull(_) => "free some space or set DATA_DIR to a folder on another disk",
        OpenError::Corrupt(..) => {
            "put a sound copy in its place or set DATA_DIR to an empty folder"
        }
        _ => "set DATA_DIR to a folder that can be written to",
    }
}

/// The key in the data folder, made on the first start. The engine has locked the folder, so nobody else makes one.
pub(super) fn key(folder: &Path) -> Result<Secret, Failure> {
    let path = folder.join(KEY);
    let failed = |error: std::io::Error| -> Failure {
        format!("the signing key {} cannot be used: {error}", path.display()).into()
    };
    let found = match fs::read(&path) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    let key = match found {
        Some(key) => key,
        None => {
            // 300 bits.
            let key = [
                password::generate(),
                password::generate(),
                password::generate(),
            ]
            .join("-");
            // Whole or not at all: a key that was cut off would be too short ever after.
            let half = path.with_extension("new");
            write(&half, key.as_bytes()).map_err(failed)?;
            fs::rename(&half, &path).map_err(failed)?;
            key.into_bytes()
        }
    };
    Ok(Secret::fixed(path.display().to_string(), key))
}

/// Writes a file that its owner alone may read.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
