//! Makes the portfolio's table: `table NAME [ENDPOINT]`. `cargo xtask table create` runs this.
//!
//! Region and credentials are found as AWS's tools find them. An endpoint is an emulator's: point-in-time recovery is asked
//! for on AWS alone.

use std::io::Write;
use std::process::ExitCode;

use contract_runtime::aws;
use portfolio_server::table::{Provisioned, Table, connection};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (done, sentence) = match words.as_slice() {
        [name] => made(name, None).await,
        [name, endpoint] => made(name, Some(endpoint)).await,
        _ => Err("write `table NAME [ENDPOINT]`".to_owned()),
    }
    .map_or_else(
        |error| (false, format!("error: {error}")),
        |said| (true, said),
    );
    // There is nowhere left to report that standard error is gone.
    let _ = writeln!(std::io::stderr(), "{sentence}");
    if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn made(name: &str, endpoint: Option<&str>) -> Result<String, String> {
    let shared = aws::shared().await.map_err(|error| error.to_string())?;
    let table = Table::new(connection::aws(&shared, endpoint), name);
    match table.provision(endpoint.is_none()).await {
        Ok(Provisioned::Created) => Ok(format!("the table {name} was made")),
        Ok(Provisioned::Present) => Ok(format!("the table {name} is there, as it should be")),
        Err(error) => Err(error.to_string()),
    }
}
