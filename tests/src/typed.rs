//! The generated client with settings of its own: one that signs in by itself, one with a wrong token.

use std::ops::Deref;

use portfolio_client::ClientBuilder;

use crate::client::typed;
use crate::wire::Wire;
use crate::{Answer, Client};

/// A generated client whose typed results are looked at; what went over the wire is kept beside them.
pub struct Typed {
    client: portfolio_client::Client,
    wire: Wire,
}

impl Typed {
    /// A client at the address of another, over its connections.
    pub(crate) fn beside(
        client: &Client,
        set: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let wire = Wire::default();
        let client = set(typed(client.witness(), &wire));
        Self {
            client: client.build().unwrap(),
            wire,
        }
    }

    /// What it has been answered since the last time that somebody asked, in order.
    pub fn answers(&self) -> Vec<Answer> {
        self.wire.take()
    }

    /// The last answer.
    pub fn answer(&self) -> Answer {
        self.answers().pop().expect("an answer")
    }
}

impl Deref for Typed {
    type Target = portfolio_client::Client;

    fn deref(&self) -> &portfolio_client::Client {
        &self.client
    }
}
