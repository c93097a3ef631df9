//! A server of its own for each test.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::ops::Deref;

use chrono::{DateTime, TimeDelta, Utc};
use contract_runtime::aws;
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::serve::Server;
use portfolio_client::{ClientBuilder, types};
use portfolio_server::app::{App, Storage};
use portfolio_server::settings::Settings;
use portfolio_server::table::{Table, Units, connection};
use reqwest::Method;
use serde_json::json;
use tokio::sync::watch;
use uuid::Uuid;

use crate::cognito::UserPool;
use crate::deployed::{self, Deployed};
use crate::relay::Consumption;
use crate::{Answer, Answered, Client, Mint, Script, Typed, relay};

/// The owner's email address.
pub const EMAIL: &str = "ada@example.com";
/// The owner's name.
pub const NAME: &str = "Ada Lovelace";
/// The owner's password.
pub const PASSWORD: &str = "correct horse battery staple";
/// The time at which the clock of a site stands until a test moves it.
pub const NOW: &str = "2026-11-20T10:00:00Z";

/// How a site is started.
pub struct Setup {
    settings: HashMap<&'static str, String>,
    clock: Clock,
    /// Of the embedded identity provider, and of the database unless that is in another process.
    engine: Engine,
    /// The table's name in another process.
    table: String,
    /// The URL of a DynamoDB in another process.
    upstream: Option<String>,
    identity: Identity,
    instances: usize,
}

/// Who issues a site's tokens.
#[derive(Default)]
enum Identity {
    #[default]
    Embedded,
    /// A user pool that is started with the site.
    NewPool,
    Pool(UserPool),
}

impl Default for Setup {
    /// No rate limits, no sample content.
    fn default() -> Self {
        let settings = [
            ("OWNER_EMAIL", EMAIL),
            ("OWNER_NAME", NAME),
            ("OWNER_PASSWORD", PASSWORD),
            ("SAMPLE_CONTENT", "false"),
            ("RATE_LIMITS", "off"),
        ];
        Self {
            settings: settings
                .map(|(name, value)| (name, value.to_owned()))
                .into(),
            clock: Clock::manual(time(NOW)),
            engine: Engine::memory().unwrap(),
            table: Uuid::new_v4().to_string(),
            upstream: std::env::var("CONTRACT_DYNAMODB").ok(),
            identity: Identity::default(),
            instances: 1,
        }
    }
}

impl Setup {
    /// With this setting.
    #[must_use]
    pub fn set(mut self, name: &'static str, value: &str) -> Self {
        self.settings.insert(name, value.to_owned());
        self
    }

    /// At this time (RFC 3339).
    #[must_use]
    pub fn at(self, now: &str) -> Self {
        self.clock.set(time(now));
        self
    }

    /// In this process and on the embedded database, wherever other tests have theirs: for what is particular to them.
    #[must_use]
    pub fn here(self) -> Self {
        Self {
            upstream: None,
            ..self
        }
    }

    /// In as many processes, if the server is the function that is deployed. In this process one is like many.
    #[must_use]
    pub fn instances(self, instances: usize) -> Self {
        Self { instances, ..self }
    }

    /// With an Amazon Cognito user pool, or a stand-in for one, as the identity provider.
    #[must_use]
    pub fn cognito(self) -> Self {
        Self {
            identity: Identity::NewPool,
            ..self
        }
    }

    /// As another instance of a site: on the same database, with the same identity provider, by the same clock.
    #[must_use]
    pub fn beside(self, site: &Site) -> Self {
        Self {
            clock: site.clock.clone(),
            engine: site.engine.clone(),
            table: site.table.name().to_owned(),
            identity: site.pool.clone().map_or(Identity::Embedded, Identity::Pool),
            ..self
        }
    }

    /// Starts the server on a free port: in this process and on a database in memory. If the variable `CONTRACT_DYNAMODB`
    /// has the URL of a DynamoDB in another process, its table is there; if `CONTRACT_FUNCTION` also has the path of the
    /// function's binary, that is the server, behind a gateway and with a user pool.
    pub async fn start(self) -> Site {
        let Self {
            mut settings,
            clock,
            engine,
            table,
            upstream,
            identity,
            instances,
        } = self;
        let binary = deployed::binary().filter(|_| upstream.is_some());
        let pool = match identity {
            // A function has no identity provider of its own.
            Identity::Embedded if binary.is_some() => Some(UserPool::start(&clock).await),
            Identity::Embedded => None,
            Identity::NewPool => Some(UserPool::start(&clock).await),
            Identity::Pool(pool) => Some(pool),
        };
        for (name, value) in pool.iter().flat_map(UserPool::settings) {
            settings.entry(name).or_insert(value);
        }
        let limits = settings["RATE_LIMITS"] == "on";
        let script = Script::default();
        let (stop, mut stopped) = watch::channel(());
        let mut consumption = None;
        let mut storage = Storage {
            // The identity provider's own, if the database is elsewhere.
            engine: Some(engine.clone().with_faults(script.clone())),
            aws: pool.as_ref().map(|_| UserPool::aws()),
        };
        let mut table_elsewhere = None;
        if let Some(upstream) = upstream {
            let aws = aws::shared().await.unwrap();
            let table_there = Table::new(connection::aws(&aws, Some(&upstream)), table.as_str());
            table_there.provision(false).await.unwrap();
            let (relay, consumed) = relay::serve(&upstream, script.clone(), stop.subscribe()).await;
            settings.insert("DYNAMODB_TABLE_NAME", table);
            settings.insert("AWS_ENDPOINT_URL_DYNAMODB", format!("http://{relay}"));
            storage.aws = Some(aws);
            consumption = Some(consumed);
            table_elsewhere = Some(table_there);
        }
        let (address, table, deployed) = match (binary, table_elsewhere) {
            (Some(binary), Some(table)) => {
                let deployed = Deployed::start(&binary, &settings, &clock, instances).await;
                (deployed.address, table, Some(deployed))
            }
            _ => {
                let settings = Settings::from(&settings.into_iter().collect()).unwrap();
                let app = App::start(&settings, storage, clock.clone()).await.unwrap();
                let server = Server::bind("127.0.0.1", 0).await.unwrap();
                let address = server.address();
                let server = server.refusing(portfolio_server::contract::DESCRIPTION.refuse);
                tokio::spawn(server.serve(app.router(), async move {
                    let _ = stopped.changed().await;
                }));
                (address, app.table, None)
            }
        };
        Site {
            client: Client::new(address, limits),
            address,
            clock,
            table,
            engine,
            script,
            limits,
            pool,
            consumption,
            deployed,
            _stop: stop,
        }
    }
}

/// A running server; it ends with this value. Dereferences to a client without a token and without cookies.
pub struct Site {
    client: Client,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its time.
    pub clock: Clock,
    /// Its table, for what is no request: its meter, and items that no request can make.
    pub table: Table,
    /// Its database, without what [`Script`] does to it.
    pub engine: Engine,
    /// What happens to its calls of the database.
    pub script: Script,
    limits: bool,
    pool: Option<UserPool>,
    /// Of a database in another process.
    consumption: Option<Consumption>,
    /// Of a server in another process.
    deployed: Option<Deployed>,
    /// The server ends with it.
    _stop: watch::Sender<()>,
}

/// A site with the usual settings.
pub async fn site() -> Site {
    Setup::default().start().await
}

/// A time in RFC 3339.
pub fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl Deref for Site {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Site {
    /// The owner: a client that has signed in.
    pub async fn owner(&self) -> Client {
        let session = self.open_session().await;
        self.client.with_token(session["token"].as_str().unwrap())
    }

    /// The owner, with a token that outlives every move of the clock.
    pub async fn lasting_owner(&self) -> Client {
        let mint = self.mint().await;
        let end = (self.clock.now() + TimeDelta::days(10_000)).timestamp();
        self.client.with_token(&mint.with("exp", json!(end)))
    }

    /// Signs in as the owner; answers the session.
    pub async fn open_session(&self) -> Answer {
        let credentials = types::Credentials {
            email: EMAIL.to_owned(),
            password: PASSWORD.to_owned(),
        };
        self.login().body(credentials).send().answer().await.is(200)
    }

    /// A client with a token that is valid in everything but the owner's role.
    pub async fn reader(&self) -> Client {
        let mint = self.mint().await;
        self.client
            .with_token(&mint.with("custom:role", json!("public")))
    }

    /// The generated client, of a visitor.
    pub async fn typed(&self) -> Typed {
        self.typed_with(|builder| builder).await
    }

    /// The generated client, which signs in as the owner when it has to.
    pub async fn typed_owner(&self) -> Typed {
        self.typed_with(|builder| builder.credentials(EMAIL, PASSWORD))
            .await
    }

    /// The generated client with settings.
    pub async fn typed_with(&self, set: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Typed {
        Typed::beside(&self.client, set)
    }

    /// A client that keeps cookies, as a browser does.
    pub fn browser(&self) -> Client {
        Client::with_cookies(self.address, self.limits)
    }

    /// Makes tokens with the key of this site's identity provider.
    pub async fn mint(&self) -> Mint {
        if let Some(pool) = &self.pool {
            return pool.mint();
        }
        let keys = self
            .outside(Method::GET, "/.well-known/jwks.json")
            .await
            .is(200);
        Mint::of(&self.engine, &self.clock, &keys.body).await
    }

    /// The user pool that it was set up with.
    pub fn pool(&self) -> &UserPool {
        self.pool.as_ref().expect("a site with a user pool")
    }

    /// Moves the clock to a time (RFC 3339).
    pub fn at(&self, now: &str) {
        self.clock.set(time(now));
    }

    /// What `work` costs in request units, with its result.
    pub async fn cost<T>(&self, work: impl IntoFuture<Output = T>) -> (T, Units) {
        let reading = || match &self.consumption {
            Some(consumption) => consumption.reading(),
            None => self.table.meter().reading(),
        };
        let before = reading();
        let result = work.await;
        (result, reading() - before)
    }

    /// Whether the server is the function that is deployed.
    pub fn is_deployed(&self) -> bool {
        self.deployed.is_some()
    }
}
