//! The keys that a pool signs tokens with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::SecretKey;
use p256::elliptic_curve::rand_core::OsRng;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use serde_json::{Value, json};
use uuid::Uuid;

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
        jsonwebtoken::encode(&self.header(), claims, self.signing()).unwrap()
    }

    fn last(&self) -> &Pair {
        self.pairs.last().unwrap()
    }
}

impl Pair {
    fn new() -> Self {
        let secret = SecretKey::random(&mut OsRng);
        let point = secret.public_key().to_encoded_point(false);
        let [x, y] = [point.x(), point.y()].map(|part| URL_SAFE_NO_PAD.encode(part.unwrap()));
        let kid = Uuid::new_v4().to_string();
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "use": "sig", "alg": "ES256" });
        let der = secret.to_pkcs8_der().unwrap();
        Self {
            kid,
            key: EncodingKey::from_ec_der(der.as_bytes()),
            jwk,
        }
    }
}
