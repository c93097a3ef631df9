//! Servers as they are run: on threads of their own, behind sockets.

use std::net::SocketAddr;
use std::time::Duration;

use contract_runtime::dynamodb::embedded::{Call, Disturbance, Engine};
use contract_runtime::serve::Server;
use portfolio_server::contract::DESCRIPTION;
use portfolio_tests::contract::BASE_PATH;
use portfolio_tests::resident::{self, Resident};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::request::Request;
use crate::world::Raw;

/// Threads of each server.
const THREADS: usize = 4;

/// A connection that nobody used for so long is not used again: a server closes it after twice the time.
const IDLE: Duration = Duration::from_secs(5);

/// What servers run on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// How many, on one database.
    pub(crate) servers: usize,
    /// Whether the database is on a disk, or in memory.
    pub(crate) disk: bool,
    /// Milliseconds that each call of it takes at most on its way, and as many back.
    pub(crate) moment: u64,
}

/// Running servers; they end with this value.
pub(crate) struct Servers {
    addresses: Vec<SocketAddr>,
    clients: reqwest::Client,
    threads: Vec<Runtime>,
    /// Their database's, gone with them.
    _folder: Option<TempDir>,
}

impl Servers {
    /// Starts them, with the owner in their database, and gives that as well.
    pub(crate) async fn start(place: Place) -> (Self, Engine) {
        let folder = place.disk.then(|| tempfile::tempdir().unwrap());
        let engine = match &folder {
            Some(folder) => Engine::open(folder.path()).unwrap(),
            None => Engine::memory().unwrap(),
        };
        Resident::get().move_in(&engine).await;
        let clients = reqwest::Client::builder().no_proxy();
        let mut servers = Self {
            addresses: Vec::new(),
            clients: clients.pool_idle_timeout(IDLE).build().unwrap(),
            threads: Vec::new(),
            _folder: folder,
        };
        for _ in 0..place.servers {
            servers.add(&engine, place.moment).await;
        }
        (servers, engine)
    }

    async fn add(&mut self, engine: &Engine, moment: u64) {
        let engine = match moment {
            0 => engine.clone(),
            _ => engine.clone().with_faults(move |_: &Call<'_>| late(moment)),
        };
        let threads = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .build()
            .unwrap();
        let bound = threads.spawn(async move {
            let router = resident::server(engine, None).await;
            let server = Server::bind("127.0.0.1", 0).await.unwrap();
            let address = server.address();
            let server = server.refusing(DESCRIPTION.refuse);
            tokio::spawn(server.serve(router, std::future::pending()));
            address
        });
        self.addresses.push(bound.await.unwrap());
        self.threads.push(threads);
    }

    /// Asks one of them: one after another, as the numbers go.
    pub(crate) async fn ask(&self, number: usize, request: &Request) -> Raw {
        let address = self.addresses[number % self.addresses.len()];
        let url = format!("http://{address}{BASE_PATH}{}", request.path);
        let call = self.clients.request(request.method.clone(), url);
        let mut call = call.headers(request.headers.clone());
        if let Some(body) = &request.body {
            call = call.body(body.to_string());
        }
        let answered = async {
            let answer = call.send().await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            Ok::<_, reqwest::Error>((status, headers, answer.bytes().await?.to_vec()))
        };
        let path = &request.path;
        let answered = answered.await;
        answered.unwrap_or_else(|error| panic!("{number}: {path} was not answered: {error:?}"))
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for threads in self.threads.drain(..) {
            threads.shutdown_background();
        }
    }
}

/// Takes up to as many milliseconds each way.
fn late(moment: u64) -> Disturbance {
    let moment = || Duration::from_micros(fastrand::u64(..=moment * 1_000));
    Disturbance {
        delay: moment(),
        linger: moment(),
        ..Disturbance::default()
    }
}
