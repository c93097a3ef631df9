//! Where the database is, and who may enter.

use std::fmt;

use contract_runtime::secrets::{SecretError, SecretValue};
use serde::Deserialize;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// PostgreSQL's own port.
const PORT: u16 = 5432;

/// What the server shows in pg_stat_activity.
const APPLICATION: &str = "fitspace";

/// What a connection string says: `postgres://user:password@host:port/database?sslmode=…`.
#[derive(Debug, Clone)]
pub struct Address {
    options: PgConnectOptions,
    says_tls: bool,
}

/// Why there is no address.
#[derive(Debug)]
pub enum AddressError {
    /// It is no connection string; with what is wrong.
    Malformed(String),
    /// The secret cannot be had or is not a database's.
    Secret(SecretError),
    /// The secret does not say where the database is, and nobody else does.
    NoHost,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(cause) => write!(
                f,
                "is not a connection string such as postgres://user:password@host:5432/database: {cause}"
            ),
            Self::Secret(error) => error.fmt(f),
            Self::NoHost => {
                f.write_str("the secret names no host; say where the database is in DATABASE_URL")
            }
        }
    }
}

impl std::error::Error for AddressError {}

/// A database's secret (Secrets Manager user guide, "JSON structure of AWS Secrets Manager secrets"). One that RDS manages
/// itself has the first two alone.
#[derive(Deserialize)]
struct Login {
    username: String,
    password: String,
    host: Option<String>,
    port: Option<u16>,
    dbname: Option<String>,
}

impl Address {
    /// The folder of a socket, where nobody asks for a password.
    pub fn of_socket(folder: &std::path::Path, user: &str) -> Self {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(folder)
            .port(PORT)
            .username(user)
            .database("postgres");
        Self {
            options,
            says_tls: false,
        }
    }

    /// How connections are made without a secret.
    pub fn options(&self) -> PgConnectOptions {
        common(self.options.clone())
    }

    /// How connections are made with a secret's user and password. The connection is encrypted and the server's name
    /// checked, unless the address says otherwise.
    pub(super) fn with(
        address: Option<&Self>,
        secret: &SecretValue,
    ) -> Result<PgConnectOptions, AddressError> {
        let login: Login = secret.json().map_err(AddressError::Secret)?;
        let says_tls = address.is_some_and(|address| address.says_tls);
        let mut options = match address {
            Some(address) => address.options.clone(),
            None => PgConnectOptions::new_without_pgpass()
                .host(login.host.as_deref().ok_or(AddressError::NoHost)?)
                .port(login.port.unwrap_or(PORT)),
        };
        if let (None, Some(name)) = (options.get_database(), &login.dbname) {
            options = options.database(name);
        }
        if !says_tls && options.get_socket().is_none() {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        Ok(common(
            options.username(&login.username).password(&login.password),
        ))
    }
}

impl std::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let is_url = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        if !is_url {
            return Err(AddressError::Malformed("it begins otherwise".to_owned()));
        }
        let options = text
            .parse()
            .map_err(|error: sqlx::Error| AddressError::Malformed(error.to_string()))?;
        Ok(Self {
            options,
            says_tls: text.contains("sslmode="),
        })
    }
}

/// Nothing is kept prepared, and the startup message has no more than it must: RDS Proxy takes no `options`, so that a
/// statement_timeout belongs to the role (`ALTER ROLE … SET statement_timeout`).
fn common(options: PgConnectOptions) -> PgConnectOptions {
    options
        .application_name(APPLICATION)
        .extra_float_digits(None)
        .statement_cache_capacity(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract_runtime::secrets::Secret;

    async fn secret(text: &str) -> SecretValue {
        Secret::fixed("test", text).current().await.unwrap()
    }

    #[tokio::test]
    async fn a_secret_alone_can_say_everything() {
        let whole = r#"{"username":"u","password":"p","host":"db.example","port":6432,"dbname":"fit","engine":"postgres"}"#;
        let options = Address::with(None, &secret(whole).await).unwrap();
        assert_eq!(options.get_host(), "db.example");
        assert_eq!(options.get_port(), 6432);
        assert_eq!(options.get_database(), Some("fit"));
        assert_eq!(options.get_username(), "u");
        assert!(matches!(options.get_ssl_mode(), PgSslMode::VerifyFull));
    }

    #[tokio::test]
    async fn the_address_comes_before_the_secret_but_not_its_user() {
        let address: Address = "postgres://someone@proxy.example/mine?sslmode=require"
            .parse()
            .unwrap();
        let whole = r#"{"username":"u","password":"p","host":"db.example","dbname":"fit"}"#;
        let options = Address::with(Some(&address), &secret(whole).await).unwrap();
        assert_eq!(options.get_host(), "proxy.example");
        assert_eq!(options.get_database(), Some("mine"));
        assert_eq!(options.get_username(), "u");
        assert!(matches!(options.get_ssl_mode(), PgSslMode::Require));
    }

    #[tokio::test]
    async fn what_is_missing_is_said() {
        let managed = r#"{"username":"u","password":"p"}"#;
        let error = Address::with(None, &secret(managed).await).unwrap_err();
        assert!(error.to_string().contains("DATABASE_URL"), "{error}");
        let error = Address::with(None, &secret("hunter2").await)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("no JSON") && !error.contains("hunter2"),
            "{error}"
        );
        for wrong in ["", "localhost", "mysql://u@h/d", "postgres://h:port/d"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
