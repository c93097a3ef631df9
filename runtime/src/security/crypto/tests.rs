//! Against the examples of RFC 7515 (appendix A) and RFC 8037 (appendix A.4), and against OpenSSL's signatures.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::{sign, verify};
use serde_json::{Value, json};

use super::*;

fn key(jwk: Value) -> DecodingKey {
    DecodingKey::from_jwk(&serde_json::from_value(jwk).unwrap()).unwrap()
}

/// That the signature is good, and is not with another message, another signature or another algorithm's key.
fn holds(algorithm: Algorithm, key: &DecodingKey, message: &str, signature: &str) {
    install();
    let verified = |message: &str, signature: &str| {
        verify(signature, message.as_bytes(), key, algorithm).unwrap()
    };
    assert!(verified(message, signature), "{algorithm:?}");
    assert!(!verified(&message.replacen('e', "f", 1), signature));
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    bytes[3] ^= 1;
    assert!(!verified(message, &URL_SAFE_NO_PAD.encode(&bytes)));
    assert!(!verified(message, ""));
    let other = match algorithm {
        Algorithm::HS256 => Algorithm::ES256,
        _ => Algorithm::HS256,
    };
    assert!(verify(signature, message.as_bytes(), key, other).is_err());
}

/// The payload of the examples of RFC 7515.
const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

#[test]
fn the_examples_of_rfc_7515_and_rfc_8037_are_verified() {
    let secret = json!({
        "kty": "oct",
        "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    });
    let message = format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{PAYLOAD}");
    let signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    holds(Algorithm::HS256, &key(secret), &message, signature);

    let message = format!("eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}");
    let rsa = json!({ "kty": "RSA", "e": "AQAB", "n": RFC_7515_MODULUS });
    holds(Algorithm::RS256, &key(rsa), &message, RFC_7515_RS256);

    let message = format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}");
    let signature =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let p256 = json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    holds(Algorithm::ES256, &key(p256), &message, signature);

    let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let ed25519 = json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    holds(Algorithm::EdDSA, &key(ed25519), message, signature);
}

#[test]
fn signatures_of_openssl_are_verified() {
    let message = "the message";
    let rsa = key(json!({ "kty": "RSA", "e": "AQAB", "n": OPENSSL_MODULUS }));
    holds(Algorithm::PS256, &rsa, message, OPENSSL_PS256);
    holds(Algorithm::RS512, &rsa, message, OPENSSL_RS512);
    let p384 = json!({
        "kty": "EC", "crv": "P-384",
        "x": "tR2SWme3xltr5Hnm5At5Sh3yBVZmZ_n8vdDwQ2f_6g3Wqlm7wax8lIQcMXslRJbS",
        "y": "oE1EqDwhNfTP5KyshCrUv918M-FYCgVL3_JozAp1HhZ0oCjQZ1y2XDIImd2DObKQ",
    });
    holds(Algorithm::ES384, &key(p384), message, OPENSSL_ES384);
}

#[test]
fn what_is_signed_is_verified_with_the_public_half() {
    let der = new_key().unwrap();
    let (x, y) = public_point(der.as_ref()).unwrap();
    let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
    let public = key(json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }));
    install();
    let secret = EncodingKey::from_ec_der(der.as_ref());
    let signature = sign(b"the message", &secret, Algorithm::ES256).unwrap();
    holds(Algorithm::ES256, &public, "the message", &signature);
    assert!(sign(b"the message", &secret, Algorithm::HS256).is_err());
}

/// The key of RFC 7515, appendix A.3, as RustCrypto's crates write it down, which made the keys of services before.
#[test]
fn keys_that_were_stored_before_ring_made_them_are_read() {
    let secret = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    let [secret, x, y] = [secret, x, y].map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let der = [
        &b"\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"[..],
        b"\x04\x6d\x30\x6b\x02\x01\x01\x04\x20",
        &secret,
        b"\xa1\x44\x03\x42\x00\x04",
        &x,
        &y,
    ]
    .concat();
    let point = public_point(&der).unwrap();
    assert_eq!((&point.0[..], &point.1[..]), (&x[..], &y[..]));
}

const RFC_7515_MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR\
    T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB\
    dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia\
    GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const RFC_7515_RS256: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9\
    uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB\
    _eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq\
    Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const OPENSSL_MODULUS: &str = "5rcYwNtkOg5x0ZiKcdVNivf4xgdNkOD-8d5vvMIoRQPQVsEI_tgPjZ0WSv5HDM6y0jbgAxydxZ8xwp8WX5bUu0uN2b-deTuFP-wc\
    K-C-upIxybkaDGZq9M1nknddlcFl_NGoeFhnMPLb0M26hZvCnAuIOGJA-BqwW6bNGuESeUlLP9dGeTlAiLxnFZdpnPuSjQd1zP7o\
    Hn3-8GSZnCsO0toEcpC5gExw2E5oBEWDNjiAgRkSJ3EihwAUjzQOXn51_Ql9LDcn7-QUfdalNMNHNpx-W_67H6Xzg9CxGFELNFJk\
    GOFZRA2vrWsAXuprzUqqM_YgCdNi03NZu7ZPyxdO3w";
const OPENSSL_PS256: &str = "hLSZMGlAqkcQFSuBI2wEfD_nsEyBkpXBTfqD4USA2dfZsUaphZB3M4eq7uUa9XftXULLLPo8Q-F_2-AaNWG7lgoyo1yedoWH3Eby\
    prdQtwIJx5ntiD7fAkE1wzXRmYAQ0Ou3OjoNdokNJJfYHmLfsMd7nJA7pfZ7SleEMmclaCjCZEWNHiau9o9EL752hXVN1ikm9cwh\
    R985iJp34g5l-B9y_I5IatXyVuvJ5HgbAtzEAxA2z1wSDNHbbzLEiL_lg4rbUBj-F5g6MkoCTbBG_FlYxiH3-htUReqT7Rxfm49z\
    xedb5Lrpsmh2CO2N_rUBKa-l48V1_peQKGjM0kkHxA";
const OPENSSL_RS512: &str = "RLgXdawco4BNlxoBQye7WgpFrFsC5sZoLbaP9FobJteMCgJTwO3XR64D6dPm7IU-Z72fjT8CEDOJkpRn_FeaU2rUepxGb5XvF8tC\
    vDTc2anHQ5s63cXDgCAxgxNENGqrRtEslwxvcBXcnln2mCl7EcLu3H0pzja1OMmXqRnGRJ9EvFQwwgffVP_M8SsALSFhztK2JzH1\
    z4JwxQyfoXHWE9GTLBvqrfucTq1-yZIQQBSqt4AOQexOdFbUiIM4kFV1wNiWxdoayIru2xIzi2QZE2MZ4LFc8xSt44TT-InrVni6\
    u0bWNwgStDlW9txfO4BYMTcNCV-dxrQUq8dYvz8Xfg";
const OPENSSL_ES384: &str = "TdCExsN_ZK1cFPE6Rn4sf1WqWj18hfX874kCDZQnB-GA-a3vtx46KIZ5JHddGbujcDsFRDiWbOMPGQEFTBjbqrL0DejrnJwke9Y4\
    mHQO2O7d6i5YiOxWGOzHiJrR_HZH";
