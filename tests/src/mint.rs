//! Tokens as the site's own identity provider makes them, and such as it would never make: signed with its key, which
//! lies in its table.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use contract_runtime::clock::Clock;
use contract_runtime::dynamodb::embedded::Engine;
use contract_runtime::security::crypto;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use portfolio_server::identity::embedded::{AUDIENCE, ISSUER};
use portfolio_server::table::{Consistency, Key, Table, connection};
use serde_json::{Value, json};

/// A key, and the claims of a good token.
pub struct Mint {
    /// The header of a good token.
    pub header: Header,
    pub(crate) key: EncodingKey,
    /// The claims of a good token of the owner, in a session that nobody logged in to.
    pub claims: Value,
}

impl Mint {
    /// `published` is the provider's key set: what anybody can read.
    pub(crate) async fn of(engine: &Engine, clock: &Clock, published: &Value) -> Self {
        let table = Table::new(connection::local(engine.http_client()), "identity");
        let owner: Option<Value> = table
            .get(&Key::new("OWNER", "OWNER"), Consistency::Strong)
            .await
            .unwrap();
        let owner = owner.expect("a site has an owner");
        let der = URL_SAFE_NO_PAD
            .decode(owner["SigningKey"].as_str().unwrap())
            .unwrap();
        let now = clock.now();
        Self {
            header: Header {
                kid: Some(published["keys"][0]["kid"].as_str().unwrap().to_owned()),
                ..Header::new(Algorithm::ES256)
            },
            key: EncodingKey::from_ec_der(&der),
            claims: json!({
                "iss": ISSUER,
                "aud": AUDIENCE,
                "sub": owner["Subject"],
                "token_use": "id",
                "email": crate::EMAIL,
                "name": crate::NAME,
                "custom:role": "owner",
                "iat": now.timestamp(),
                "exp": (now + TimeDelta::hours(1)).timestamp(),
                "jti": "5a1c8a3e-0000-4000-8000-000000000001",
                "origin_jti": "5a1c8a3e-0000-4000-8000-000000000002",
            }),
        }
    }

    /// A good token of the owner.
    pub fn good(&self) -> String {
        self.sign(&self.claims)
    }

    /// A token that is good but for one claim.
    pub fn with(&self, claim: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[claim] = value;
        self.sign(&claims)
    }

    /// A token that is good but for one claim that it does not have.
    pub fn without(&self, claim: &str) -> String {
        let mut claims = self.claims.clone();
        claims
            .as_object_mut()
            .unwrap()
            .remove(claim)
            .expect("a claim of a good token");
        self.sign(&claims)
    }

    /// A token with any claims.
    pub fn sign(&self, claims: &Value) -> String {
        crypto::encode(&self.header, claims, &self.key).unwrap()
    }

    /// A token whose header says `header`, with any signature.
    pub fn forged(&self, header: &Value, signature: &[u8]) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!(
            "{}.{}.{}",
            part(header),
            part(&self.claims),
            URL_SAFE_NO_PAD.encode(signature)
        )
    }
}
