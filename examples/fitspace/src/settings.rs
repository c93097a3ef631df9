//! Settings of this service's own.

use std::path::PathBuf;

use contract_runtime::program::is_function;
use contract_runtime::settings::{Common, Environment, Reader, Row};

use crate::database::{Address, AddressError};

/// Where the database is, as the settings say.
#[derive(Debug, Clone)]
pub enum Place {
    /// A throw-away PostgreSQL that the program starts, with the programs in this folder or those that it finds.
    Throwaway(Option<PathBuf>),
    /// With user and password in the address.
    Address(Box<Address>),
    /// With user and password in a secret of AWS Secrets Manager, and an address if one is set.
    Secret(Arn, Option<Box<Address>>),
}

/// Settings of this service's own, valid and complete.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the database is.
    pub place: Place,
    /// How many connections there may be.
    pub connections: u32,
}

/// An instance of a function is given one request at a time; the second is for what the first has not given back yet.
const CONNECTIONS_OF_A_FUNCTION: u32 = 2;

const CONNECTIONS: u32 = 10;

impl Settings {
    /// For `--help`.
    pub fn rows() -> Vec<Row> {
        vec![
            Row::new(
                "DATABASE_URL",
                "none (local): a throw-away PostgreSQL",
                "postgres://user:password@host:5432/database?sslmode=verify-full",
            ),
            Row::new(
                "DB_SECRET_ARN",
                "none",
                "ARN of a secret in AWS Secrets Manager with user and password, which may be rotated; where the database is \
                 says DATABASE_URL, or else the secret",
            ),
            Row::new(
                "DATABASE_CONNECTIONS",
                "10; 2 in AWS Lambda",
                "how many connections there may be, 1 to 100",
            ),
            Row::new(
                "POSTGRES_BIN",
                "on PATH, or where packages put them",
                "folder of the programs initdb and postgres for the throw-away PostgreSQL",
            ),
        ]
    }

    /// Reads them. Mistakes are noted in `reader`.
    pub fn read(reader: &mut Reader<'_>, common: &Common) -> Self {
        // The value may hold a password: it is not shown.
        let address = reader.optional("DATABASE_URL").and_then(|text| {
            text.trim()
                .parse()
                .map_err(|error: AddressError| reader.mistake(format!("DATABASE_URL {error}.")))
                .ok()
                .map(Box::new)
        });
        let arn = reader.checked(
            "DB_SECRET_ARN",
            "the ARN of a secret such as arn:aws:secretsmanager:eu-central-1:123456789012:secret:fitspace-AbCdEf",
            |text| Arn::of(text).is_some(),
        );
        let arn = arn.and_then(|text| Arn::of(&text));
        let folder = reader
            .checked("POSTGRES_BIN", "the path of a folder", |text| {
                !text.contains('\0')
            })
            .map(PathBuf::from);
        let place = match (arn, address) {
            (Some(arn), address) => Place::Secret(arn, address),
            (None, Some(address)) => Place::Address(address),
            (None, None) => {
                let is_set = reader.is_set("DATABASE_URL") || reader.is_set("DB_SECRET_ARN");
                if common.environment != Environment::Local && !is_set {
                    reader.mistake(
                        "DATABASE_URL or DB_SECRET_ARN must be set: a throw-away database is for ENVIRONMENT=local.",
                    );
                }
                Place::Throwaway(folder)
            }
        };
        let usual = if is_function() {
            CONNECTIONS_OF_A_FUNCTION
        } else {
            CONNECTIONS
        };
        Self {
            place,
            connections: reader.number("DATABASE_CONNECTIONS", usual, 1..=100),
        }
    }
}

/// The ARN of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arn {
    /// The whole.
    pub text: String,
    /// The region in it.
    pub region: String,
}

impl Arn {
    /// `arn:partition:secretsmanager:region:account:secret:name` (AWS General Reference, "ARNs").
    fn of(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(7, ':').collect();
        let ["arn", _, "secretsmanager", region, account, "secret", name] = parts[..] else {
            return None;
        };
        let is_sound = !region.is_empty() && !account.is_empty() && !name.is_empty();
        is_sound.then(|| Self {
            text: text.to_owned(),
            region: region.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use contract_runtime::settings::{Place as Served, Source};

    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Settings, String> {
        let source: Source = settings.iter().copied().collect();
        let mut reader = Reader::new(&source);
        let common = Common::read(&mut reader, Served::Socket);
        let settings = Settings::read(&mut reader, &common);
        reader.finish(settings).map_err(|error| error.to_string())
    }

    const ARN: &str = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:fitspace-AbCdEf";

    #[test]
    fn a_secret_comes_before_an_address_and_both_before_a_throw_away_database() {
        let url = "postgres://proxy.example/fitspace";
        assert!(matches!(read(&[]).unwrap().place, Place::Throwaway(None)));
        let place = read(&[("DATABASE_URL", url)]).unwrap().place;
        assert!(matches!(place, Place::Address(_)));
        let place = read(&[("DB_SECRET_ARN", ARN)]).unwrap().place;
        assert!(matches!(place, Place::Secret(_, None)));
        let place = read(&[("DB_SECRET_ARN", ARN), ("DATABASE_URL", url)])
            .unwrap()
            .place;
        assert!(matches!(place, Place::Secret(_, Some(_))));
    }

    #[test]
    fn what_is_wrong_is_said_without_a_password() {
        let wrong = read(&[
            ("DATABASE_URL", "user:hunter2@host"),
            ("DB_SECRET_ARN", "fitspace"),
            ("DATABASE_CONNECTIONS", "0"),
        ]);
        let sentences = wrong.unwrap_err();
        assert_eq!(sentences.lines().count(), 3, "{sentences}");
        assert!(!sentences.contains("hunter2"), "{sentences}");
        let missing = read(&[("ENVIRONMENT", "production")]).unwrap_err();
        assert!(missing.contains("DB_SECRET_ARN"), "{missing}");
    }

    #[test]
    fn a_region_is_in_the_arn() {
        assert_eq!(Arn::of(ARN).unwrap().region, "eu-central-1");
        for wrong in [
            "fitspace",
            "arn:aws:s3:::bucket",
            "arn:aws:secretsmanager::1:secret:x",
        ] {
            assert_eq!(Arn::of(wrong), None, "{wrong}");
        }
    }
}
