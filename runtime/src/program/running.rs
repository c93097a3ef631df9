//! A service in the process of a test.

use std::net::SocketAddr;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Failure, Service, read, routes};
use crate::serve::Server;
use crate::settings::{Place, Source};

/// A running service; it ends with this value.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    base_path: &'static str,
    lines: Vec<(&'static str, String)>,
    stop: watch::Sender<()>,
    end: JoinHandle<()>,
}

impl Running {
    /// Starts a service as [`run`](super::run) does, with these settings and no others: neither the environment nor a `.env`
    /// file is read, and no log is opened. It listens on a free port of this machine, whatever `HOST` and `PORT` say.
    ///
    /// # Errors
    ///
    /// What [`run`](super::run) would say.
    pub async fn start<S: Service>(
        service: S,
        settings: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<Self, Failure> {
        let source: Source = settings.into_iter().collect();
        let (mut common, settings) = read(&service, &source, Place::Socket)?;
        let server = Server::bind("127.0.0.1", 0).await?;
        let address = server.address();
        common.port = address.port();
        let (description, stack) = (service.description(), service.stack(&common));
        let started = Box::pin(service.start(settings, &common)).await?;
        let lines = started.lines.clone();
        let router = routes::all(&description, started, &stack)?;
        let (stop, mut stopped) = watch::channel(());
        let server = server.refusing(description.refuse);
        let end = tokio::spawn(server.serve(router, async move {
            // Told to, or the sender is gone.
            let _ = stopped.changed().await;
        }));
        Ok(Self {
            address,
            base_path: description.base_path,
            lines,
            stop,
            end,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as a URL: `http://127.0.0.1:49152`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL below which the contract's operations are: `http://127.0.0.1:49152/v1`.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.base_path)
    }

    /// What the service's own line of this name in the banner says.
    pub fn line(&self, name: &str) -> Option<&str> {
        let line = self.lines.iter().find(|(known, _)| *known == name);
        line.map(|(_, text)| text.as_str())
    }

    /// Stops it, and waits until requests under way are answered.
    pub async fn stop(self) {
        drop(self.stop);
        // It fails only if the server panicked, which its requests have shown.
        let _ = self.end.await;
    }
}
