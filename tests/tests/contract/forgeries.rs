//! Credentials that somebody makes up who has read the RFCs, and guesses at the password. All are refused, none is a 500.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use portfolio_tests::{Answer, Answered, EMAIL, PASSWORD, Setup, Site, site};
use serde_json::{Value, json};

async fn me(site: &Site, token: &str) -> Answer {
    let bearer = site.with_token(token);
    bearer.get_current_user().send().answer().await
}

async fn refused(site: &Site, token: &str, why: &str) {
    let answer = me(site, token).await;
    assert_eq!(answer.status, 401, "{why}\n{answer}");
}

/// RFC 8725, section 3.10: what a header points to is not fetched, and a key that it brings is not believed.
#[tokio::test]
async fn a_token_does_not_say_where_its_key_is() {
    let site = Setup::default().here().start().await;
    let other = Setup::default().here().start().await;
    let lair = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    lair.set_nonblocking(true).unwrap();
    let url = format!("http://{}/keys", lair.local_addr().unwrap());
    let keys = other
        .outside(reqwest::Method::GET, "/.well-known/jwks.json")
        .await
        .is(200);
    let jwk = || serde_json::from_value(keys["keys"][0].clone()).unwrap();
    let ours = site.mint().await;
    let mut forged = other.mint().await;
    forged.claims = ours.claims.clone();
    let kids = [ours.header.kid.clone(), forged.header.kid.clone(), None];
    for kid in kids {
        forged.header.kid = kid;
        let plain = forged.header.clone();
        for (name, header) in [
            ("jku", {
                let mut header = plain.clone();
                header.jku = Some(url.clone());
                header
            }),
            ("x5u", {
                let mut header = plain.clone();
                header.x5u = Some(url.clone());
                header
            }),
            ("jwk", {
                let mut header = plain.clone();
                header.jwk = Some(jwk());
                header
            }),
            ("x5c", {
                let mut header = plain.clone();
                header.x5c = Some(vec!["MIIB".to_owned()]);
                header
            }),
        ] {
            forged.header = header;
            refused(&site, &forged.good(), name).await;
        }
        forged.header = plain;
    }
    let called = lair.accept().map(|_| ()).unwrap_err();
    assert_eq!(called.kind(), std::io::ErrorKind::WouldBlock);
    // With our key's signature they are only words.
    let mut ours = ours;
    ours.header.jku = Some(url);
    me(&site, &ours.good()).await.has(200);
}

#[tokio::test]
async fn a_key_id_is_only_a_name() {
    let site = site().await;
    let mint = site.mint().await;
    let kid = mint.header.kid.clone().unwrap();
    for odd in [
        json!(""),
        json!("../../../../dev/null"),
        json!("' OR '1'='1"),
        json!("\u{0}"),
        json!(format!("{kid} ")),
        json!(format!("{kid}\u{0}")),
        json!("k".repeat(10_000)),
        json!(0),
        json!(null),
        json!([kid]),
        json!({ "kid": kid }),
    ] {
        let header = json!({ "alg": "ES256", "kid": odd });
        for signature in [&b""[..], &[7; 64]] {
            let token = mint.forged(&header, signature);
            refused(&site, &token, &format!("{odd:.80}")).await;
        }
    }
}

#[tokio::test]
async fn what_is_no_jws_in_its_compact_form_is_refused() {
    let site = site().await;
    let mint = site.mint().await;
    let good = mint.good();
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{good}");
    };
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let alg = format!(r#""alg":"{:?}""#, mint.header.alg);
    let headers = [
        // Nested deeper than a parser may go, and twice the same name with another value.
        part("[".repeat(8_000).as_bytes()),
        part(format!(r#"{{"a":{}"#, "[".repeat(8_000)).as_bytes()),
        part(format!(r#"{{"alg":"none",{alg}}}"#).as_bytes()),
        part(format!(r#"{{{alg},"alg":"none"}}"#).as_bytes()),
        part(b"{\"alg\":\"\xff\"}"),
        part(b"\0"),
        part(b"null"),
        part(b""),
    ];
    let mut forged: Vec<String> = headers
        .iter()
        .map(|header| format!("{header}.{claims}.{signature}"))
        .collect();
    forged.extend([
        // Encrypted (RFC 7516), detached (RFC 7515, appendix F), as JSON (section 7.2), with other alphabets.
        format!("{header}.{claims}.{signature}.{signature}.{signature}"),
        format!("{header}..{signature}"),
        format!(
            "{header}.{}.{signature}",
            part("[".repeat(8_000).as_bytes())
        ),
        json!({ "payload": claims, "protected": header, "signature": signature }).to_string(),
        format!("{header}.{claims}.{}", part(&[0xff; 64])),
        format!("{header}.{claims}.{}", part(&[0; 63])),
        format!("{header}.{claims}.{}", part(&[1; 4_096])),
        format!("{header}.{claims}.{signature}==="),
        format!("{header}.{claims}.{}", signature.to_uppercase()),
        format!("{header}.{claims}.{signature},{signature}"),
        format!("{good} {good}"),
        good.replace('.', "%2E"),
    ]);
    for token in forged {
        let line = site.get("/auth/me");
        let answer = line
            .header("authorization", format!("Bearer {token}"))
            .await;
        assert_eq!(answer.status, 401, "{token:.120}\n{answer}");
    }
}

#[tokio::test]
async fn two_credentials_are_none() {
    let site = site().await;
    let good = format!("Bearer {}", site.mint().await.good());
    for (first, second) in [
        (good.as_str(), "Bearer x"),
        ("Bearer x", good.as_str()),
        (good.as_str(), good.as_str()),
    ] {
        let line = site.get("/auth/me").header("authorization", first);
        let answer = line.header("authorization", second).await;
        assert_eq!(answer.status, 401, "{answer}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token_nor_the_other_way_round() {
    let site = Setup::default().here().start().await;
    let session = site.open_session().await;
    let text = |name: &str| session[name].as_str().unwrap().to_owned();
    refused(&site, &text("refreshToken"), "a refresh token").await;
    let body = json!({ "refreshToken": text("token") });
    site.post("/auth/refresh").json(body).await.has(401);
    // Neither did any harm.
    me(&site, &text("token")).await.has(200);
    let body = json!({ "refreshToken": text("refreshToken") });
    site.post("/auth/refresh").json(body).await.has(200);
}

/// The role is one claim and no other.
#[tokio::test]
async fn no_other_claim_makes_an_owner() {
    let site = site().await;
    let mint = site.mint().await;
    let mut claims = mint.claims.clone();
    claims.as_object_mut().unwrap().remove("custom:role");
    for name in [
        "role",
        "roles",
        "custom:Role",
        "Custom:role",
        "custom:roles",
        "scope",
        "groups",
        "cognito:groups",
        "cognito:roles",
        "permissions",
        "admin",
        "custom:role ",
    ] {
        for value in [json!("owner"), json!(["owner"]), json!(true)] {
            let mut claims = claims.clone();
            claims[name] = value;
            let reader = site.with_token(&mint.sign(&claims));
            let trends = reader.get_daily_visitor_trends().send().answer().await;
            assert_eq!(trends.status, 403, "{name}\n{trends}");
        }
    }
}

/// Guesses from many connections, on many instances, at once, each with another account and another X-Forwarded-For.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_of_guesses_over_instances_is_ten_guesses() {
    let one = Setup::default().set("RATE_LIMITS", "on").start().await;
    let mut sites = vec![one];
    for _ in 0..3 {
        let setup = Setup::default().set("RATE_LIMITS", "on");
        sites.push(setup.beside(&sites[0]).start().await);
    }
    let guess = |number: usize, password: Value| {
        let site = &sites[number % sites.len()];
        let email = if number.is_multiple_of(3) {
            EMAIL
        } else {
            "grace@example.com"
        };
        let body = json!({ "email": email, "password": password });
        let line = site.post("/auth/login").json(body);
        line.header("x-forwarded-for", format!("192.0.2.{number}"))
            .into_future()
    };
    let answers = join_all((0..60).map(|number| guess(number, json!(format!("{number}"))))).await;
    let with = |status: u16| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((with(401), with(429)), (10, 50));
    for number in 0..sites.len() {
        guess(3 * number, json!(PASSWORD)).await.has(429);
    }
}
