//! Against the examples of RFC 7515 (appendix A) and RFC 8037 (appendix A.4), and against OpenSSL's signatures.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;

fn key(jwk: Value) -> DecodingKey {
    DecodingKey::from_jwk(&serde_json::from_value(jwk).unwrap()).unwrap()
}

/// That the signature is good, and is not with another message, another signature or another algorithm.
fn holds(algorithm: Algorithm, key: &DecodingKey, message: &str, signature: &str) {
    let verified = |algorithm: Algorithm, message: &str, signature: &str| {
        verify(algorithm, key, message.as_bytes(), signature)
    };
    assert!(verified(algorithm, message, signature), "{algorithm:?}");
    let other = message.replacen('e', "f", 1);
    assert!(!verified(algorithm, &other, signature));
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    bytes[3] ^= 1;
    assert!(!verified(
        algorithm,
        message,
        &URL_SAFE_NO_PAD.encode(&bytes)
    ));
    for broken in ["", "!", &format!("{signature}=")] {
        assert!(!verified(algorithm, message, broken));
    }
    for other in ALL.into_iter().filter(|other| *other != algorithm) {
        assert!(
            !verified(other, message, signature),
            "{algorithm:?} as {other:?}"
        );
    }
}

const ALL: [Algorithm; 12] = [
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::HS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

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
    for (algorithm, signature) in OPENSSL_RSA {
        holds(algorithm, &rsa, message, signature);
    }
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
    let secret = EncodingKey::from_ec_der(der.as_ref());
    let signature = sign(Algorithm::ES256, &secret, b"the message").unwrap();
    holds(Algorithm::ES256, &public, "the message", &signature);
    assert!(sign(Algorithm::HS256, &secret, b"the message").is_err());
    assert!(sign(Algorithm::ES384, &secret, b"the message").is_err());
}

#[test]
fn shared_secrets_sign_with_every_length_of_hash() {
    let secret = [7; 64];
    let (signs, verifies) = (
        EncodingKey::from_secret(&secret),
        DecodingKey::from_secret(&secret),
    );
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let signature = sign(algorithm, &signs, b"the message").unwrap();
        holds(algorithm, &verifies, "the message", &signature);
    }
}

/// Some issuers write a zero before the modulus (RFC 7518, section 6.3.1.1).
#[test]
fn a_modulus_with_a_zero_before_it_verifies() {
    let modulus = URL_SAFE_NO_PAD.decode(OPENSSL_MODULUS).unwrap();
    let modulus = URL_SAFE_NO_PAD.encode([&[0], &modulus[..]].concat());
    let rsa = usable(key(json!({ "kty": "RSA", "e": "AQAB", "n": modulus }))).unwrap();
    let (algorithm, signature) = OPENSSL_RSA[0];
    holds(algorithm, &rsa, "the message", signature);
}

#[test]
fn an_rsa_key_that_is_too_small_is_left_out() {
    let rsa = json!({ "kty": "RSA", "e": "AQAB", "n": SMALL_MODULUS });
    assert!(usable(key(rsa)).is_none());
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
const OPENSSL_MODULUS: &str = "vUJmEZm5Zlsu6XkVIQy14H-UFCkNFHTFrJZ_la3N-o7XXUxcaEFqb6BO8oaoo84FPzrpprOwBv-398OozLobAk7mSsruOLCJ-hM8\
    o1ZXluFKui2CxUVSuVuCTMzR_u-spOGfaL1MC6RhgoVK6fmOMknIQcF36S0kVKA7Kmqx0C_x9rp_WhgEYPqKxcJ6uPAqjnXoc97C\
    urQDps0aLPjuXTa1hvB5bhjTa1NoZJFD3C5uk2SB-pEKI2UNrT76pxDHeGBmxmSE7w0oVzOrzBUTP-iER-ynuAaEGiL97VRTbz0B\
    sTvUjUXTbyIzEjFoiP6Vyc3xGLJGoaJOrW8-U3Wx2w";
const OPENSSL_RSA: [(Algorithm, &str); 6] = [
    (
        Algorithm::RS256,
        "M-ahz21hKrUTsQvuOTDCkeYWEFXOaUQC_ny6FqpZuLwZcpnybwYuDos9FQfaAXCmnYiaGJsLbRM8UZ6HnwHfiQDMWqp7ssuyefEg\
    L0pVLIXIHXhA3HNrWUQLoIu4wTK92stlnHH95xM33IHXXjPIHgVz4gyf2GPni4qPk-vUqVTvXxwu8c8ImItHxzyGMyJ1O040C33d\
    Xl4_xfguVldnjAWLKCg8AfZE5DUZ9-PQ7YjERrDukf32oL_BFF0JbESUQ95Oxnck-7X6y7uIFjsdc5jaU-riKGre7YJDA4lduHJ8\
    FpZyJCNlZx8ACEKTAZWxqRw4bnapMdJUVHMg4xd3FA",
    ),
    (
        Algorithm::RS384,
        "T9k48Gi_vj7edFwdN0LEPFzUWykuFL1g4u53Q0IdCg_tHnTKvKYDg0MQQt1UCg7SU4pGhjHR4emtOnDkQ_8_zHqgBAagfdgl4wzq\
    K2lpYad7BU_Iie6TbJUI17kr-QsdChlydmbNpqL3YjizSLlD4HYLN0U8_6rnKKhIvtN2uAslGmzD-4c2WbSjo2JSPR8W4qBny8MY\
    BEEBiD3z4q6cCgbUqFEJKoa3088KULuPoeTEQU-hAZDE4o473DeNuqNgNEs6PMgXkTqH1BpSDp1J4GZVGN2a50minYc097e4_8Pk\
    oO2bZ7MqGSiKFBSPFX5UVByuK74j4ugo51OZBV-8NA",
    ),
    (
        Algorithm::RS512,
        "QwwaZIsRNGGjUAO7AgKeTEZuu1J7h4w_amwWdls49SAoNKnwJLBLJail15bZP9Y5rzE5L1L8ceb2-srxIUyk7WWyi6QO-2-ay22K\
    7a21aah1I-h56aX7ugvNnf3nFn0JZZf6uha1GOkNT35rWK_WL_7HHEUuFUPE1os-PT0ylKNd8vF6--504jzfyOQ8WUV7K0te2ZDV\
    LrZ34U1Ohca0AkEh9GL0DvRIYxZIAAucMfdygarmnXG-fdsemfYsiXXtGOxpUleIHCvzjAimE862D-pHR3Qt79coI4gc2lW2I_Lq\
    JWLzAlOzfd_zLuS6G-LoueBj8bnUJLoLc_WS6IJ8KA",
    ),
    (
        Algorithm::PS256,
        "VsqYx_pKbOgyj_7OGl_H3gZhAQXeMgh4JVJu3hCwTs7TgCq5xZfd1Xx5oGZJG5fNwnHmWDxNACyg7eqMYA7bjrfE2u-X75LzYLOb\
    M4neRPyP1XM_WDQO7ByVD8sj-YrRv7_BFIOJEM9FcjgshfAD1X8LDKn2LTu-BgLc7FCYz2dkEaUjlkDrOYi_J-QtsOyP-VRMJHrs\
    H4Qh2MYz7NU5P9HvKi_G0lq2cJ4Z1iTAzDqOzSKsnradETOBmpotLtE_aw41DGMtbvQQ5tJcQWDh8VnZtNUq-vaaBeKTA9IpSNB4\
    xO0-oAkFiZtbizY_tXYK1tLU-Eoo0uR3Xdy5keblHg",
    ),
    (
        Algorithm::PS384,
        "pKp1w7Yopx-faLrtdnAE4XEqCfCeYBMdHDPtVXWCxnVi095tBTAt6BqoWtM3XdWBYaHFtQVs8nC6EJQI99UV9v05gW9ShVK3MK1s\
    S5IZzOYBKI40KjBdwKZc0HZmtuKSgMgP-c7tSMlSpJrzqC0cBrz8Favgl3Wt0dCWns3mixNaJDIDqv4q0U25nhFqbXNWsI7iE_Ld\
    f6ZiP_zdpekOFp1Fpkov6qrrKPEoatqzc18Y6b1YSwCYu856RGQ972t6V4ukVpo0x2hluPKyRWCdthrbVLP13JgAFONn8GaZ1jZ7\
    VtD5TC9k70yE7_1IqSsQ5b5giVBLFvdCH5zA07FqOg",
    ),
    (
        Algorithm::PS512,
        "nb8tMzQ0l3F2x55nMw-gOHIVNztJPLKK7aiq57jFffyn3qwNsuwXtFWUW5NEvhdANcmtDOnw-RON9TnAtN6qDttX7f-4okfUWcbY\
    wz_D1CHg5PcgkRjfX2_Y8CVdhOQi-bU8W_KVR92kLoWlv1fi0TWtNPZA-STh80qRHG59vs2OAz9FvZcpZztDCGMiejroDCAZb02U\
    8AmqQVXsIm8lZFT99ZU3cbXPJIU8k_flJV7xTtTYQL9YLK4OPTnNB0bfDnfpG2p3nAHR1cyStH9E2-3h2M1cqIV7I5E7XCW4USgj\
    eXsXKfdRlndMRw6M350M0ou6OPOL1jK5wfnSEQl2cA",
    ),
];
const OPENSSL_ES384: &str = "TdCExsN_ZK1cFPE6Rn4sf1WqWj18hfX874kCDZQnB-GA-a3vtx46KIZ5JHddGbujcDsFRDiWbOMPGQEFTBjbqrL0DejrnJwke9Y4\
    mHQO2O7d6i5YiOxWGOzHiJrR_HZH";
/// Of 1,024 bits.
const SMALL_MODULUS: &str = "vmDnyeynzEDQFCkTjCayBVhkIJX3zCu2vKrZ4hC3An0-_ld_K659HqV9ETA1x2tT_Mo9H_C25fTiLdE1QpT4GZQiTPp1c9Xt_4Dl\
    CBO7kkCuajv06Ktj3FJjh14gDPmr80UHpChuoNExkDNCcIc8oxNGPog3cNlbqoNsOWp2yY0";
