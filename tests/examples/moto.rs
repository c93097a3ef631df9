//! The journeys of `cargo xtask moto`: makes a user pool at moto, and signs in and out at a server that uses it.

#![allow(clippy::unwrap_used, reason = "a journey that panics has failed")]

use std::io::Write;

use portfolio_client::{Client, Error, Retries, types};
use reqwest::StatusCode;
use serde_json::{Value, json};

const REGION: &str = "eu-west-1";

const OWNER: &str = "ada@example.com";
const READER: &str = "grace@example.com";
const TEMPORARY: &str = "joan@example.com";
const DISABLED: &str = "mary@example.com";
const PASSWORD: &str = "Correct-horse-7-battery";

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["pool", moto, kind] => {
            let settings = Moto::at(moto).pool(kind).await;
            std::io::stdout().write_all(settings.as_bytes()).unwrap();
        }
        ["journeys", moto, kind, base, pool, client_id] => {
            Journey {
                moto: Moto::at(moto),
                base: base.to_owned(),
                pool: pool.to_owned(),
                client_id: client_id.to_owned(),
            }
            .all(kind)
            .await;
        }
        _ => panic!("`cargo xtask moto` runs this"),
    }
}

/// moto's API.
struct Moto {
    http: reqwest::Client,
    url: String,
}

impl Moto {
    fn at(url: &str) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: url.to_owned(),
        }
    }

    /// A call, with its status.
    async fn try_call(&self, action: &str, body: Value) -> (StatusCode, Value) {
        // moto reads the region out of the credential's scope and checks no signature.
        let credential = format!("Credential=emulated/20261120/{REGION}/cognito-idp/aws4_request");
        let response = self
            .http
            .post(&self.url)
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"),
            )
            .header(
                "x-amz-target",
                format!("AWSCognitoIdentityProviderService.{action}"),
            )
            .header("content-type", "application/x-amz-json-1.1")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn call(&self, action: &str, body: Value) -> Value {
        let (status, body) = self.try_call(action, body).await;
        assert!(status.is_success(), "{action}: {status} {body}");
        body
    }

    /// A pool with four accounts, as template.yaml's if `kind` is `email`. Answers a server's settings.
    async fn pool(&self, kind: &str) -> String {
        let mut pool = json!({
            "PoolName": "portfolio",
            "Schema": [{ "Name": "role", "AttributeDataType": "String", "Mutable": true }],
        });
        if kind == "email" {
            pool["UsernameAttributes"] = json!(["email"]);
        }
        let pool = self.call("CreateUserPool", pool).await;
        let pool = pool["UserPool"]["Id"].as_str().unwrap();
        let client = json!({
            "UserPoolId": pool,
            "ClientName": "api",
            "GenerateSecret": false,
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "ReadAttributes": ["email", "email_verified", "name", "custom:role"],
        });
        let client = self.call("CreateUserPoolClient", client).await;
        let client = client["UserPoolClient"]["ClientId"].as_str().unwrap();
        for (email, role) in [
            (OWNER, Some("owner")),
            (READER, None),
            (TEMPORARY, None),
            (DISABLED, None),
        ] {
            let mut attributes = vec![
                json!({ "Name": "email", "Value": email }),
                json!({ "Name": "email_verified", "Value": "true" }),
            ];
            attributes.extend(role.map(|role| json!({ "Name": "custom:role", "Value": role })));
            let user = json!({
                "UserPoolId": pool, "Username": email, "UserAttributes": attributes, "TemporaryPassword": PASSWORD,
            });
            self.call("AdminCreateUser", user).await;
            if email != TEMPORARY {
                let password = json!({ "UserPoolId": pool, "Username": email, "Password": PASSWORD, "Permanent": true });
                self.call("AdminSetUserPassword", password).await;
            }
        }
        let user = json!({ "UserPoolId": pool, "Username": DISABLED });
        self.call("AdminDisableUser", user).await;
        format!(
            "COGNITO_USER_POOL_ID={pool}\nCOGNITO_CLIENT_ID={client}\nCOGNITO_REGION={REGION}\n\
             AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={}\nENVIRONMENT=local\n",
            self.url
        )
    }
}

/// A server and its user pool.
struct Journey {
    moto: Moto,
    base: String,
    pool: String,
    client_id: String,
}

impl Journey {
    async fn all(&self, kind: &str) {
        self.whoever_may_not().await;
        self.owner(kind).await;
        self.reader().await;
    }

    fn client(&self, token: Option<&str>) -> Client {
        let mut builder = Client::builder(self.base.as_str()).retries(Retries::none());
        if let Some(token) = token {
            builder = builder.token(token);
        }
        builder.build().unwrap()
    }

    async fn login(&self, email: &str, password: &str) -> Result<types::Session, u16> {
        let credentials = types::Credentials {
            email: email.to_owned(),
            password: password.to_owned(),
        };
        let sent = self.client(None).login().body(credentials).send().await;
        sent.map(|session| session.into_inner())
            .map_err(|error| status(&error))
    }

    async fn refresh(&self, token: &str) -> Result<types::Session, u16> {
        let body = types::RefreshRequest {
            refresh_token: token.to_owned(),
        };
        let sent = self.client(None).refresh_session().body(body).send().await;
        sent.map(|session| session.into_inner())
            .map_err(|error| status(&error))
    }

    async fn me(&self, token: &str) -> Result<types::User, u16> {
        let sent = self.client(Some(token)).get_current_user().send().await;
        sent.map(|user| user.into_inner())
            .map_err(|error| status(&error))
    }

    async fn whoever_may_not(&self) {
        for (email, password, expected) in [
            (OWNER, "wrong", 401),
            ("nobody@example.com", PASSWORD, 401),
            (DISABLED, PASSWORD, 401),
            (TEMPORARY, PASSWORD, 403),
            (TEMPORARY, "wrong", 401),
        ] {
            let refused = self
                .login(email, password)
                .await
                .map(|session| session.user);
            assert_eq!(refused.unwrap_err(), expected, "{email} {password}");
        }
        assert_eq!(self.refresh("no-such-token").await.map(|_| ()), Err(401));
        assert_eq!(self.me("no.such.token").await.map(|_| ()), Err(401));
    }

    async fn owner(&self, kind: &str) {
        let session = self.login(OWNER, PASSWORD).await.unwrap();
        assert_eq!(
            (session.user.email.as_str(), session.user.role),
            (OWNER, types::Role::Owner)
        );
        assert_eq!(self.me(&session.token).await.unwrap(), session.user);
        let owner = self.client(Some(&session.token));
        owner.get_total_views().send().await.unwrap();

        let renewed = self.refresh(&session.refresh_token).await.unwrap();
        assert_eq!(renewed.refresh_token, session.refresh_token);
        assert_eq!(renewed.user, session.user);
        self.me(&renewed.token).await.unwrap();

        let owner = self.client(Some(&renewed.token));
        owner.logout().send().await.unwrap();
        for token in [&session.token, &renewed.token] {
            assert_eq!(self.me(token).await.map(|_| ()), Err(401));
        }
        assert_eq!(
            self.refresh(&session.refresh_token).await.map(|_| ()),
            Err(401)
        );
        // Cognito itself has heard of it. (moto does not find who is named by a made-up username, which Cognito does.)
        if kind == "named" {
            let (status, body) = self.refresh_at_moto(&session.refresh_token).await;
            assert_eq!(
                (status.as_u16(), &body["__type"]),
                (400, &json!("NotAuthorizedException")),
                "{body}"
            );
        }
        let again = self.login(OWNER, PASSWORD).await.unwrap();
        self.me(&again.token).await.unwrap();
    }

    async fn reader(&self) {
        let session = self.login(READER, PASSWORD).await.unwrap();
        assert_eq!(session.user.role, types::Role::Public);
        let reader = self.client(Some(&session.token));
        let refused = reader.get_total_views().send().await.unwrap_err();
        assert_eq!(status(&refused), 403);
        // An account that is gone can still sign out.
        let user = json!({ "UserPoolId": self.pool, "Username": READER });
        self.moto.call("AdminDeleteUser", user).await;
        reader.logout().send().await.unwrap();
        assert_eq!(self.me(&session.token).await.map(|_| ()), Err(401));
    }

    async fn refresh_at_moto(&self, token: &str) -> (StatusCode, Value) {
        let body = json!({
            "ClientId": self.client_id,
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": { "REFRESH_TOKEN": token },
        });
        self.moto.try_call("InitiateAuth", body).await
    }
}

fn status(error: &Error) -> u16 {
    error
        .status()
        .unwrap_or_else(|| panic!("no answer: {error}"))
        .as_u16()
}
