//! Input that wants to cost much, or to be understood by two in two ways. All of it is the client's mistake, and told so.

use portfolio_tests::{Answer, EMAIL, POSTS, Site, site};

async fn login(site: &Site, body: impl Into<Vec<u8>>) -> Answer {
    site.post("/auth/login").bytes(body).await
}

#[tokio::test]
async fn json_that_two_may_understand_in_two_ways_is_refused() {
    let site = site().await;
    let good = format!(r#"{{"email":"{EMAIL}","password":"x"}}"#);
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bodies: Vec<Vec<u8>> = vec![
        // The same name twice, also when it is written in another way (RFC 8259, section 4).
        format!(r#"{{"email":"{EMAIL}","email":"b@example.com","password":"x"}}"#).into(),
        format!(r#"{{"email":"{EMAIL}","\u0065mail":"b@example.com","password":"x"}}"#).into(),
        format!(r#"{{"email":"{EMAIL}","password":"x","password":"y"}}"#).into(),
        // No UTF-8 (section 8.1), half a character, a control character, a byte order mark.
        format!(r#"{{"email":"{EMAIL}","password":"{}"}}"#, '\u{1}').into(),
        [
            br#"{"email":"a@example.com","password":""#,
            &b"\xff"[..],
            br#""}"#,
        ]
        .concat(),
        [
            br#"{"email":"a@example.com","password":""#,
            &b"\xed\xa0\x80"[..],
            br#""}"#,
        ]
        .concat(),
        format!(r#"{{"email":"{EMAIL}","password":"\ud800"}}"#).into(),
        format!(r#"{{"email":"{EMAIL}","password":"{}"}}"#, '\0').into(),
        format!("\u{feff}{good}").into(),
        utf16,
        // More than one value, and what is no JSON at all.
        format!("{good}{good}").into(),
        format!("{good}\0").into(),
        format!("{good},").into(),
        format!("// comment\n{good}").into(),
        good.replace('"', "'").into(),
        good.replace('}', ",}").into(),
        b"NaN".to_vec(),
        b"null".to_vec(),
        // Names that mean something to somebody's objects.
        format!(r#"{{"__proto__":{{}},"email":"{EMAIL}","password":"x"}}"#).into(),
    ];
    login(&site, good).await.has(401);
    for body in bodies {
        let text = String::from_utf8_lossy(&body).into_owned();
        let answer = login(&site, body).await;
        assert_eq!(answer.status, 400, "{text}\n{answer}");
        assert!(!answer.violated().is_empty(), "{text}\n{answer}");
    }
}

#[tokio::test]
async fn json_that_wants_to_cost_is_refused_in_few_words() {
    let site = site().await;
    let many =
        |count: usize, of: fn(usize) -> String| (0..count).map(of).collect::<Vec<_>>().join(",");
    let bodies = [
        // Deeper than a parser may go before its stack ends.
        "[".repeat(60_000),
        r#"{"a":"#.repeat(12_000),
        format!(
            r#"{{"refreshToken":{}1{}}}"#,
            "[".repeat(30_000),
            "]".repeat(30_000)
        ),
        format!(
            r#"{{"refreshToken":{}1{}}}"#,
            "[".repeat(120),
            "]".repeat(120)
        ),
        // More mistakes than anybody reads, and one that is long.
        format!("{{{}}}", many(5_000, |number| format!(r#""k{number}":1"#))),
        format!("[{}]", many(12_000, |number| number.to_string())),
        format!(r#"{{"{}":1}}"#, "k".repeat(60_000)),
        format!(r#"{{"refreshToken":"{}"}}"#, "x".repeat(60_000)),
        // Numbers that no machine has.
        format!(r#"{{"refreshToken":{}}}"#, "9".repeat(60_000)),
        r#"{"refreshToken":1e999999999}"#.to_owned(),
        format!(r#"{{"refreshToken":0.{}1}}"#, "0".repeat(60_000)),
        " ".repeat(65_536),
    ];
    for body in bodies {
        let start = body[..40.min(body.len())].to_owned();
        let answer = site.post("/auth/refresh").bytes(body).await;
        assert_eq!(answer.status, 400, "{start}\n{answer:.2000}");
        assert!((1..=256).contains(&answer.violated().len()), "{start}");
        let length = answer.body.to_string().len();
        assert!(length < 200_000, "{start}: {length} bytes");
    }
}

/// Nothing is unpacked, so nothing can be larger than it was sent.
#[tokio::test]
async fn a_body_in_a_content_coding_is_not_opened() {
    let site = site().await;
    for coding in [
        "gzip",
        "x-gzip",
        "deflate",
        "br",
        "zstd",
        "compress",
        "identity, gzip",
        "gzip, gzip",
        "",
    ] {
        let bomb = site.post("/auth/login").bytes("\u{1f}\u{8b}{}");
        let answer = bomb.header("content-encoding", coding).await;
        assert_eq!(answer.status, 415, "{coding}\n{answer}");
    }
    let twice = site.post("/auth/login").bytes("{}");
    let twice = twice.header("content-encoding", "identity");
    twice.header("content-encoding", "gzip").await.has(415);
}

#[tokio::test]
async fn long_targets_and_fields_are_refused_or_do_no_harm() {
    let site = site().await;
    let owner = site.owner().await;
    let id = owner.published(POSTS, "Something").await;
    let post = POSTS.item(id.id());
    // The whole request line and all fields fit into API Gateway's 10,240 bytes, so that no other answers.
    for (path, status) in [
        (format!("/{}", "a".repeat(7_000)), 404),
        (format!("/blog/posts/{}", "a".repeat(7_000)), 400),
        (format!("/blog/posts/{}", "%41".repeat(2_000)), 400),
        (format!("/blog/posts/{}", "%00".repeat(12)), 400),
        (format!("/blog/posts?{}", "a=1&".repeat(1_500)), 200),
        (format!("/blog/posts?{}", "&".repeat(7_000)), 200),
        (format!("/blog/posts?limit={}", "9".repeat(7_000)), 400),
        (format!("/blog/posts?tag={}", "%41".repeat(2_000)), 400),
        (format!("/blog/posts?{}", "tag=a&".repeat(1_000)), 400),
        ("/blog/posts?tag=%00".to_owned(), 200),
    ] {
        let answer = site.get(&path).await;
        assert_eq!(answer.status, status, "{path:.60}\n{answer}");
    }
    // A pattern that tries every way to match takes more than a lifetime for some of these.
    for tags in [
        format!(r#""a"{}x"#, ", ".repeat(3_000)),
        format!(r#""a"{}x"#, " ".repeat(6_000)),
        format!(r#""a"{}x"#, r#","a""#.repeat(1_500)),
        format!(r#"{}x"#, r#""a", W/"#.repeat(800)),
        "\"".repeat(6_001),
    ] {
        let answer = site.get(&post).header("if-none-match", &tags).await;
        assert_eq!(answer.status, 400, "{tags:.60}\n{answer}");
    }
    for (name, value) in [
        ("cookie", "a=b; ".repeat(1_000)),
        ("cookie", ";".repeat(6_000)),
        ("cookie", "visitor=".repeat(600)),
        ("accept-encoding", "gzip;q=0.1,".repeat(500)),
        ("origin", "a".repeat(6_000)),
        ("traceparent", "0".repeat(6_000)),
    ] {
        let answer = site.get(&post).header(name, &value).await;
        assert_eq!(answer.status, 200, "{name}\n{answer}");
    }
}
