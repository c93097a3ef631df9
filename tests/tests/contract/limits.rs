//! Rate limits: whose requests are counted together, and where. How many there may be is in `every_operation`.

use portfolio_client::types;
use portfolio_tests::{Answer, Answered, Client, EMAIL, PASSWORD, Setup, Site, snapshot};

async fn limited() -> Setup {
    Setup::default().set("RATE_LIMITS", "on")
}

async fn login(client: &Client, password: &str) -> Answer {
    let credentials = types::Credentials {
        email: EMAIL.to_owned(),
        password: password.to_owned(),
    };
    client.login().body(credentials).send().answer().await
}

async fn wrong_login(client: &Client) -> u16 {
    login(client, "wrong").await.status.as_u16()
}

/// Requests that were allowed until one was not, each from the address that X-Forwarded-For says.
async fn allowed(site: &Site, forwarded: impl Fn(usize) -> String) -> usize {
    for count in 0..40 {
        let answer = site
            .post("/visitors/track")
            .header("x-forwarded-for", forwarded(count))
            .await;
        if answer.status == 429 {
            return count;
        }
    }
    40
}

#[tokio::test]
async fn a_login_too_many() {
    let site = limited().await.at("2026-11-20T10:00:42Z").start().await;
    for _ in 0..9 {
        assert_eq!(wrong_login(&site).await, 401);
    }
    let last = login(&site, "wrong").await;
    let refused = login(&site, "wrong").await;
    snapshot!("a_login_too_many", last, refused);
    // The right password does not help before the minute is over.
    site.at("2026-11-20T10:00:59.999Z");
    login(&site, PASSWORD).await.has(429);
    site.at("2026-11-20T10:01:00Z");
    login(&site, PASSWORD).await.has(200);
}

#[tokio::test]
async fn the_login_limit_holds_over_instances_and_others_do_not() {
    let one = limited().await.start().await;
    let two = limited().await.beside(&one).start().await;
    for _ in 0..5 {
        assert_eq!(
            (wrong_login(&one).await, wrong_login(&two).await),
            (401, 401)
        );
    }
    assert_eq!(
        (wrong_login(&one).await, wrong_login(&two).await),
        (429, 429)
    );
    assert_eq!(allowed(&one, |_| "192.0.2.1".to_owned()).await, 30);
    assert_eq!(allowed(&two, |_| "192.0.2.1".to_owned()).await, 30);
}

#[tokio::test]
async fn limits_are_counted_apart() {
    let site = limited().await.start().await;
    assert_eq!(allowed(&site, |_| String::new()).await, 30);
    assert_eq!(site.visits().await, 30);
    assert_eq!(wrong_login(&site).await, 401);
}

#[tokio::test]
async fn a_forwarded_address_is_worth_nothing_from_a_stranger() {
    let site = limited().await.start().await;
    assert_eq!(allowed(&site, |count| format!("192.0.2.{count}")).await, 30);
}

#[tokio::test]
async fn a_trusted_proxy_tells_clients_apart() {
    let site = limited()
        .await
        .set("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")
        .start()
        .await;
    assert_eq!(allowed(&site, |count| format!("192.0.2.{count}")).await, 40);
    // What a client writes in front of its own address changes nothing, nor does a second proxy behind it.
    assert_eq!(
        allowed(&site, |count| format!(
            "203.0.113.{count}, 198.51.100.7, 10.1.2.3"
        ))
        .await,
        30
    );
    // An IPv6 client is its /64.
    assert_eq!(
        allowed(&site, |count| format!("2001:db8::{count}")).await,
        30
    );
}

#[tokio::test]
async fn limits_can_be_off() {
    let site = Setup::default().start().await;
    for _ in 0..11 {
        assert_eq!(wrong_login(&site).await, 401);
    }
    assert_eq!(allowed(&site, |_| String::new()).await, 40);
}

#[tokio::test]
async fn refused_requests_cost_nothing_more() {
    let site = limited().await.start().await;
    for _ in 0..10 {
        wrong_login(&site).await;
    }
    site.script.calls();
    assert_eq!(wrong_login(&site).await, 429);
    assert!(site.script.calls().is_empty());
}
