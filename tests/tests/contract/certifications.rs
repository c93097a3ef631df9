//! Certifications and courses: what is particular about them.

use chrono::{NaiveDate, TimeDelta};
use portfolio_client::{Nullable, types};
use portfolio_tests::{Answered, CERTIFICATIONS, Client, site, snapshot};
use serde_json::{Value, json};

#[tokio::test]
async fn the_life_of_a_certification() {
    let site = site().await;
    let (owner, visitor) = (site.typed_owner().await, site.typed().await);
    let mut body = CERTIFICATIONS.body("Solutions Architect");
    body["credentialUrl"] = json!("https://academy.example/verify/4711");
    let body: types::CertificationCreate = serde_json::from_value(body).unwrap();
    let create = owner.create_certification().body(body);
    let certification = create.send().await.unwrap();
    let id = certification.id;
    let created = owner.answer().is(201);
    site.clock.advance(TimeDelta::minutes(1));
    let change = types::CertificationUpdate::builder()
        .type_(types::CertificationType::Course)
        .date_earned(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap())
        .credential_url(Nullable::Null);
    let update = owner.update_certification().certification_id(id);
    let changed = update.body(change).send().await.unwrap();
    assert_eq!(changed.type_, types::CertificationType::Course);
    let updated = owner.answer().is(200);
    let publish = owner.publish_certification().certification_id(id);
    let publication = publish.send().await.unwrap();
    let published = owner.answer().is(200);
    let page = visitor.list_certifications().featured(false);
    let page = page.type_(types::CertificationType::Course);
    let page = page.send().await.unwrap();
    assert_eq!(page.certifications, [publication.into_inner()]);
    let list = visitor.answer().is(200);
    let delete = owner.delete_certification().certification_id(id);
    let error = delete.if_match("\"1\"").send().await.unwrap_err();
    assert_eq!(error.body().unwrap().status_code, 412);
    let stale = owner.answer().is(412);
    let delete = owner.delete_certification().certification_id(id);
    delete.send().await.unwrap();
    let deleted = owner.answer().is(204);
    snapshot!(
        "the_life_of_a_certification",
        created,
        updated,
        published,
        list,
        stale,
        deleted
    );
}

async fn certification(owner: &Client, name: &str, change: Value) -> String {
    let mut body = CERTIFICATIONS.body(name);
    body.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    let draft = owner.create(CERTIFICATIONS, body).await.is(201);
    owner.publish(CERTIFICATIONS, draft.id()).await;
    draft.id().to_owned()
}

#[tokio::test]
async fn certifications_are_listed_by_the_date_on_which_they_were_earned() {
    let site = site().await;
    let owner = site.owner().await;
    let mut ids = Vec::new();
    for (name, date) in [
        ("A", "2025-01-01"),
        ("B", "2026-12-31"),
        ("C", "1999-12-31"),
        ("D", "2025-01-01"),
    ] {
        ids.push(certification(&owner, name, json!({ "dateEarned": date })).await);
    }
    let names = async || {
        let list = site.list(CERTIFICATIONS).await;
        CERTIFICATIONS.names(&list).concat()
    };
    // The later made of two with the same date comes first.
    assert_eq!(names().await, "BDAC");
    // The index follows a change of the date.
    for (id, date) in [(&ids[1], "1998-01-01"), (&ids[2], "2030-06-15")] {
        let change = json!({ "dateEarned": date });
        owner.change(CERTIFICATIONS, id, change).await.has(200);
    }
    assert_eq!(names().await, "CDAB");
}

#[tokio::test]
async fn types_and_features() {
    let site = site().await;
    let owner = site.owner().await;
    let a = certification(&owner, "A", json!({ "type": "course", "featured": true })).await;
    certification(&owner, "B", json!({ "type": "course" })).await;
    certification(
        &owner,
        "C",
        json!({ "type": "certification", "featured": true }),
    )
    .await;
    let names = async |type_: Option<&str>, featured: Option<bool>| {
        let mut list = site.list_certifications();
        if let Some(type_) = type_ {
            list = list.type_(type_);
        }
        if let Some(featured) = featured {
            list = list.featured(featured);
        }
        let list = list.send().answer().await.is(200);
        assert_eq!(list["total"], CERTIFICATIONS.names(&list).len());
        CERTIFICATIONS.names(&list).concat()
    };
    let (course, certificate) = (Some("course"), Some("certification"));
    for (type_, featured, expected) in [
        (None, None, "CBA"),
        (course, None, "BA"),
        (certificate, None, "C"),
        (None, Some(true), "CA"),
        (course, Some(true), "A"),
        (certificate, Some(false), ""),
    ] {
        let found = names(type_, featured).await;
        assert_eq!(found, expected, "{type_:?} {featured:?}");
    }
    // The first backend left the index as it was.
    let change = json!({ "type": "certification" });
    owner.change(CERTIFICATIONS, &a, change).await.has(200);
    assert_eq!(names(course, None).await, "B");
    assert_eq!(names(certificate, None).await, "CA");
    for wrong in ["", "Course", "certificate", "course,certification"] {
        let answer = site.get(&format!("/certifications?type={wrong}")).await;
        assert_eq!(answer.violated(), ["query type"], "{wrong}");
    }
    let page = site.list_certifications().type_("certification");
    let page = page.limit(1_u64).offset(1_u64);
    let page = page.send().answer().await.is(200);
    assert_eq!(
        (CERTIFICATIONS.names(&page).concat(), &page["total"]),
        ("A".to_owned(), &json!(2))
    );
}

#[tokio::test]
async fn what_is_no_date_is_refused() {
    let site = site().await;
    let owner = site.owner().await;
    for wrong in [
        json!("2025-02-29"),
        json!("2025-13-01"),
        json!("2025-1-1"),
        json!("20250101"),
        json!("2025-01-01T00:00:00Z"),
        json!("01.01.2025"),
        json!(" 2025-01-01"),
        json!(""),
        json!(20_250_101),
        Value::Null,
    ] {
        let mut body = CERTIFICATIONS.body("x");
        body["dateEarned"] = wrong.clone();
        let answer = owner.post("/certifications").json(body).await;
        assert_eq!(answer.violated(), ["body /dateEarned"], "{wrong}");
    }
    for good in ["2024-02-29", "0001-01-01", "9999-12-31"] {
        let id = certification(&owner, good, json!({ "dateEarned": good })).await;
        let read = site.read(CERTIFICATIONS, &id).await;
        assert_eq!(read["dateEarned"], good);
    }
    let list = site.list(CERTIFICATIONS).await;
    assert_eq!(
        CERTIFICATIONS.names(&list),
        ["9999-12-31", "2024-02-29", "0001-01-01"]
    );
}

#[tokio::test]
async fn bounds_of_a_certification() {
    let site = site().await;
    let owner = site.owner().await;
    for (name, value) in [
        ("issuer", json!("")),
        ("issuer", json!("x".repeat(201))),
        ("icon", json!("")),
        ("icon", json!("x".repeat(11))),
        ("type", json!("Course")),
        ("type", json!(null)),
        ("description", json!("x".repeat(5_001))),
        ("credentialUrl", json!("academy.example")),
        ("credentialUrl", json!(null)),
    ] {
        let mut body = CERTIFICATIONS.body("x");
        body[name] = value.clone();
        let answer = owner.post("/certifications").json(body).await;
        assert_eq!(answer.violated(), [format!("body /{name}")], "{value}");
    }
    // Ten characters, however many bytes or code points people see as one.
    certification(&owner, "Family", json!({ "icon": "👩‍👩‍👧‍👦" })).await;
}
