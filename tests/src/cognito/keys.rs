//! The keys that a pool signs tokens with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract_runtime::security::crypto;
use contract_runtime::security::signing_key::{self, SigningKey};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// ES256, since a pair of RSA keys takes seconds to find. Cognito signs with RS256.
pub(super) struct Keys {
    /// The last one signs.
    pairs: Vec<Pair>,
}

struct Pair {
    kid: String,
    key: EncodingKey,
    jwk: Value,
}

impl Keys {
    pub(super) fn new() -> Self {
        Self {
            pairs: vec![Pair::new()],
        }
    }

    pub(super) fn rotate(&mut self) {
        self.pairs.push(Pair::new());
    }

    pub(super) fn withdraw(&mut self) {
        let last = self.pairs.len() - 1;
        self.pairs.drain(..last);
    }

    pub(super) fn published(&self) -> Value {
        let keys: Vec<_> = self.pairs.iter().map(|pair| &pair.jwk).collect();
        json!({ "keys": keys })
    }

    pub(super) fn header(&self) -> Header {
        Header {
            kid: Some(self.last().kid.clone()),
            ..Header::new(Algorithm::ES256)
        }
    }

    pub(super) fn signing(&self) -> &EncodingKey {
        &self.last().key
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        crypto::encode(&self.header(), claims, self.signing()).unwrap()
    }

    fn last(&self) -> &Pair {
        self.pairs.last().unwrap()
    }
}

impl Pair {
    fn new() -> Self {
        let stored = signing_key::generate().unwrap();
        let key = SigningKey::from_stored(&stored).unwrap();
        let jwk = key.key_set()["keys"][0].clone();
        Self {
            kid: jwk["kid"].as_str().unwrap().to_owned(),
            key: EncodingKey::from_ec_der(&URL_SAFE_NO_PAD.decode(stored).unwrap()),
            jwk,
        }
    }
}
