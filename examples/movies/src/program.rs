//! The service as a program: what its settings name is opened, and a first admin made.

#[cfg(feature = "embedded")]
mod embedded;
mod outside;

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use contract_runtime::clock::Clock;
use contract_runtime::description::Description;
#[cfg(feature = "embedded")]
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::program::{Command, Failure, Service, Started, is_function};
use contract_runtime::secrets::Secret;
use contract_runtime::security::symmetric::SymmetricKeys;
use contract_runtime::settings::{Common, Reader, Row};

use crate::contract;
use crate::service::MovieService;
use crate::settings::{self, Database, Key, Settings, USERNAME, is_username};
use crate::table::Tables;
use crate::users::FirstAdmin;

/// How long a version of the signing key is known before it is looked at again. After a rotation an instance goes on signing
/// with the version before for at most so long, and tokens of both are good.
const KEY_LIFE: Duration = Duration::from_secs(300);

/// The member of the secret that is the key.
const KEY_MEMBER: &str = "JWT_SECRET_KEY";

const CREATE_ADMIN: &str = "admin create";

/// What `main` runs. A test brings what no setting can say.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// A database in place of the one in the data folder.
    #[cfg(feature = "embedded")]
    pub engine: Option<Engine>,
    /// Region, credentials and connections in place of those that AWS's tools would find.
    pub aws: Option<SdkConfig>,
    /// Another clock than the machine's.
    pub clock: Option<Clock>,
}

/// The tables, and what is there to be said of them.
struct Storage {
    tables: Tables,
    line: Option<(&'static str, String)>,
    /// Whether the first admin is this start's business.
    is_own: bool,
}

impl Service for Program {
    type Settings = Settings;

    fn description(&self) -> Description {
        contract::DESCRIPTION
    }

    fn rows(&self) -> Vec<Row> {
        settings::rows()
    }

    fn settings(&self, reader: &mut Reader<'_>, common: &Common) -> Settings {
        Settings::read(reader, common)
    }

    fn commands(&self) -> Vec<Command> {
        let meaning = "makes the first admin, where there is none, and prints his password";
        vec![Command::new(CREATE_ADMIN, meaning).taking(&["USERNAME"])]
    }

    async fn command(
        self,
        _: &'static str,
        arguments: &[String],
        settings: Settings,
        _: &Common,
    ) -> Result<String, Failure> {
        let username = arguments.first().map(String::as_str).unwrap_or_default();
        if !is_username(username) {
            return Err(format!("a username has {USERNAME}").into());
        }
        let storage = self.storage(&settings).await?;
        // No token is issued here.
        let secret = Secret::fixed(KEY_MEMBER, Vec::new());
        let keys = SymmetricKeys::new(secret, None, self.clock());
        let service = MovieService::new(storage.tables, Arc::new(keys), false, self.clock());
        let password = settings.admin_password.as_ref();
        let password = password.map(|password| password.0.as_str());
        match service.users.first_admin(username, password).await? {
            FirstAdmin::Present => Err("there is an admin already, who can make others".into()),
            FirstAdmin::Made(Some(password)) => Ok(format!(
                "{username} is an admin now. Password (shown only now): {password}\n"
            )),
            FirstAdmin::Made(None) => Ok(format!(
                "{username} is an admin now, with the password that ADMIN_PASSWORD says.\n"
            )),
        }
    }

    async fn start(self, settings: Settings, common: &Common) -> Result<Started, Failure> {
        let clock = self.clock();
        let Storage {
            tables,
            line,
            is_own,
        } = self.storage(&settings).await?;
        let keys = self.keys(&settings).await?;
        let service = MovieService::new(tables, keys, common.rate_limits, clock);
        let mut lines: Vec<_> = line.into_iter().collect();
        // Last: a start that fails must not leave a generated password that nobody has seen.
        if is_own {
            lines.extend(first_admin(&service, &settings).await?);
        }
        let started = Started::from(contract::router(Arc::new(service)));
        Ok(Started { lines, ..started })
    }
}

/// Makes the first admin of an embedded database, and says how he signs in.
async fn first_admin(
    service: &MovieService,
    settings: &Settings,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let (username, password) = (&settings.admin, settings.admin_password.as_ref());
    let password = password.map(|password| password.0.as_str());
    let text = match service.users.first_admin(username, password).await? {
        FirstAdmin::Present => return Ok(Vec::new()),
        FirstAdmin::Made(Some(password)) => format!(
            "{password}   (generated; shown only now. PUT /v1/users/me/password sets another)"
        ),
        FirstAdmin::Made(None) => "as ADMIN_PASSWORD says".to_owned(),
    };
    Ok(vec![("Admin", username.clone()), ("Password", text)])
}

impl Program {
    fn clock(&self) -> Clock {
        self.clock.clone().unwrap_or_else(Clock::system)
    }

    async fn aws(&self) -> Result<SdkConfig, Failure> {
        match &self.aws {
            Some(aws) => Ok(aws.clone()),
            None => Ok(contract_runtime::aws::shared().await?),
        }
    }

    async fn storage(&self, settings: &Settings) -> Result<Storage, Failure> {
        match &settings.database {
            Database::DynamoDb {
                users,
                movies,
                endpoint,
            } => {
                let tables =
                    outside::tables(&self.aws().await?, users, movies, endpoint.as_deref());
                Ok(Storage {
                    tables,
                    line: None,
                    is_own: false,
                })
            }
            #[cfg(feature = "embedded")]
            Database::Embedded => embedded::storage(self.engine.clone(), &settings.data_dir).await,
            #[cfg(not(feature = "embedded"))]
            Database::Embedded => Err(
                "this build has no embedded database; set USERS_TABLE_NAME and MOVIES_TABLE_NAME"
                    .into(),
            ),
        }
    }

    /// The keys that sign. One that is too short, or cannot be had, is known before anything is served; only an instance of a
    /// function finds out with its first token, because its start makes no call.
    async fn keys(&self, settings: &Settings) -> Result<Arc<SymmetricKeys>, Failure> {
        let clock = self.clock();
        let (secret, member) = match &settings.key {
            Key::Given(key) => (Secret::fixed(KEY_MEMBER, key.0.as_str()), None),
            Key::Managed { id, endpoint } => {
                let client = outside::secrets(&self.aws().await?, endpoint.as_deref());
                let secret = Secret::managed(client, id.as_str(), KEY_LIFE, clock.clone());
                (secret, Some(KEY_MEMBER))
            }
            #[cfg(feature = "embedded")]
            Key::Generated => (embedded::key(&settings.data_dir)?, None),
            #[cfg(not(feature = "embedded"))]
            Key::Generated => return Err("JWT_SECRET_ID must be set".into()),
        };
        let keys = SymmetricKeys::new(secret, member, clock);
        if !is_function() {
            keys.check().await?;
        }
        Ok(Arc::new(keys))
    }
}
