//! A public linter's opinion of the contracts, the portfolio's and those of examples/.

use crate::{command, npm, service};

/// Where its package.json is, and where it is installed.
const PACKAGE: &str = "xtask/redocly";
const TOOLS: &str = "target/tools/redocly";

pub(crate) fn run() -> Result<(), String> {
    npm::install(PACKAGE, TOOLS)?;
    let mut linter = npm::binary(TOOLS, "redocly");
    linter.args(["lint", "--config", "redocly.yaml"]);
    let services = service::all()?;
    linter.args(services.iter().map(|service| service.file("openapi.yml")));
    linter.args(["--max-problems", "1000"]);
    // It would report its use, and look for a newer version, over the network.
    linter
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    command::run(&mut linter, npm::NODE)
}
