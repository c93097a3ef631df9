//! A service in this process, with a database of its own, and the people who call it.

use std::sync::LazyLock;

use contract_judge::witness::{Answer, Contract, Witness};
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::connection;
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::program::Running;
use movies::contract::DESCRIPTION;
use movies::program::Program;
use movies::table::Tables;
use serde_json::{Value, json};

pub(crate) static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::read(DESCRIPTION.json));

/// Everybody's.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) const KEY: &str = "a key that is known to these tests alone";

pub(crate) struct Site {
    pub(crate) running: Running,
    pub(crate) engine: Engine,
    pub(crate) clock: Clock,
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with(Engine::memory().unwrap(), &[]).await
    }

    /// A service on this database, with further settings.
    pub(crate) async fn with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let clock = Clock::manual("2026-11-20T10:00:00Z".parse().unwrap());
        let program = Program {
            engine: Some(engine.clone()),
            clock: Some(clock.clone()),
            aws: None,
        };
        let mut all = vec![
            ("JWT_SECRET_KEY", KEY),
            ("ADMIN_USERNAME", "root"),
            ("ADMIN_PASSWORD", PASSWORD),
            ("RATE_LIMITS", "off"),
        ];
        all.retain(|(name, _)| settings.iter().all(|(other, _)| name != other));
        all.extend(settings);
        Self {
            running: Running::start(program, all).await.unwrap(),
            engine,
            clock,
        }
    }

    /// The tables behind the service.
    pub(crate) fn tables(&self) -> Tables {
        Tables::new(
            connection::local(self.engine.http_client()),
            "users",
            "movies",
        )
    }

    pub(crate) fn anybody(&self) -> Witness {
        Witness::new(&CONTRACT, self.running.address())
    }

    /// Somebody who has an account.
    pub(crate) async fn signed_in(&self, username: &str) -> Witness {
        let session = self.sign_in(username, PASSWORD).await.is(200);
        self.anybody()
            .with_token(session.body["token"].as_str().unwrap())
    }

    pub(crate) async fn sign_in(&self, username: &str, password: &str) -> Answer {
        let credentials = json!({"username": username, "password": password});
        self.anybody().post("/auth/sign-in").json(credentials).await
    }

    pub(crate) async fn sign_up(&self, username: &str) -> Answer {
        let account = json!({"username": username, "password": PASSWORD, "name": username});
        self.anybody().post("/auth/sign-up").json(account).await
    }

    /// Somebody new.
    pub(crate) async fn user(&self, username: &str) -> Witness {
        self.sign_up(username).await.has(201);
        self.signed_in(username).await
    }

    pub(crate) async fn admin(&self) -> Witness {
        self.signed_in("root").await
    }

    /// A new movie's id.
    pub(crate) async fn movie(&self, year: i64, genres: &[&str]) -> String {
        let movie = movie(year, genres);
        let answer = self.admin().await.post("/movies").json(movie).await;
        answer.is(201).id().to_owned()
    }
}

pub(crate) fn movie(year: i64, genres: &[&str]) -> Value {
    json!({"title": format!("A movie of {year}"), "year": year, "genres": genres, "minutes": 90})
}

/// Stores `rating` as the caller's review.
pub(crate) async fn rate(caller: &Witness, movie: &str, rating: i64) -> Answer {
    let path = format!("/movies/{movie}/reviews/me");
    caller.put(&path).json(json!({ "rating": rating })).await
}

/// How often a movie has been rated, and the average.
pub(crate) async fn rating(site: &Site, movie: &str) -> (i64, Option<f64>) {
    let answer = site
        .anybody()
        .get(&format!("/movies/{movie}"))
        .await
        .is(200);
    let rating = &answer.body["rating"];
    (
        rating["count"].as_i64().unwrap(),
        rating["average"].as_f64(),
    )
}

/// The texts of this member of each item of a list.
pub(crate) fn each(answer: &Answer, list: &str, member: &str) -> Vec<String> {
    let items = answer.body[list].as_array().unwrap();
    items
        .iter()
        .map(|item| item[member].as_str().unwrap().to_owned())
        .collect()
}
