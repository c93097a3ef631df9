//! The catalogue, and what the service says of itself.

use contract_runtime::serde_json::{Value, json};

use crate::aws::Aws;
use crate::site::{CONTRACT, Site, refused};

#[tokio::test]
async fn documents_come_from_the_repositorys_files_or_from_s3() {
    let aws = Aws::start().await;
    let bucket = [
        ("AWS_ENDPOINT_URL_S3", aws.url.as_str()),
        ("CATALOGUE_BUCKET", "documents"),
        ("CATALOGUE_PREFIX", "data/"),
    ];
    for settings in [&[][..], &bucket] {
        let site = Site::start(settings).await;
        for (path, total, first) in [
            ("/users", 3, "u-1"),
            ("/products", 3, "p-1"),
            ("/orders", 2, "o-1"),
        ] {
            let document = site.user.get(path).await.is(200);
            assert_eq!(document["total"], json!(total));
            assert_eq!(document["items"][0]["id"], json!(first));
        }
    }
}

#[tokio::test]
async fn an_endpoint_without_its_document_keeps_the_service_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for name in ["users", "products"] {
        std::fs::write(folder.path().join(format!("{name}.json")), "[]").unwrap();
    }
    let (code, said) = refused(&[("CATALOGUE_DIR", path)]).await;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("orders.json cannot be read: No such file"),
        "{said}"
    );
    assert!(
        said.contains("GET /orders needs it (CATALOGUE_DIR names another folder)"),
        "{said}"
    );
    for (content, complaint) in [
        ("{}", "is no JSON array of objects: invalid type"),
        ("[1]", "is no JSON array of objects: an item is none"),
    ] {
        std::fs::write(folder.path().join("orders.json"), content).unwrap();
        let (code, said) = refused(&[("CATALOGUE_DIR", path)]).await;
        assert!(code == Some(1) && said.contains(complaint), "{said}");
    }
    let aws = Aws::start().await;
    for (bucket, complaint) in [
        ("nothing", "users.json is not there"),
        ("too-large", "users.json is larger than"),
    ] {
        let settings = [
            ("AWS_ENDPOINT_URL_S3", aws.url.as_str()),
            ("CATALOGUE_BUCKET", bucket),
        ];
        let (code, said) = refused(&settings).await;
        assert!(code == Some(1) && said.contains(complaint), "{said}");
    }
}

#[tokio::test]
async fn status_says_who_asks_and_the_contract_is_for_those_with_a_token() {
    let site = Site::start(&[]).await;
    let status = site.user.get("/status").await.is(200);
    assert_eq!(status["service"], json!("Assistant API"));
    assert_eq!(status["environment"], json!("local"));
    assert_eq!(status["user"]["email"], json!("you@example.com"));
    let contract = site.user.get("/openapi.json").await.is(200);
    assert_eq!(&contract.body, CONTRACT.document());
    for path in ["/openapi.yml", "/docs"] {
        let url = format!("{}{path}", site.origin);
        let response = site.visitor.http().get(url).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"], "Not Found");
    }
}

#[tokio::test]
async fn settings_that_do_not_fit_together_are_named() {
    let (code, said) = refused(&[("ENVIRONMENT", "production")]).await;
    assert_eq!(code, Some(1));
    for sentence in [
        "COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID and COGNITO_REGION must be set",
        "CATALOGUE_BUCKET must be set",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
    let (_, said) = refused(&[("COGNITO_REGION", "eu-west-1"), ("BEDROCK_TIMEOUT", "60")]).await;
    assert!(
        said.contains("COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID must be set"),
        "{said}"
    );
    assert!(said.contains("BEDROCK_TIMEOUT must be"), "{said}");
}
