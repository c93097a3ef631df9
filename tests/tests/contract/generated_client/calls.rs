//! Each operation as a call of the generated client.

use portfolio_client::{Conditional, Error, ResponseValue, types};
use portfolio_tests::{CERTIFICATIONS, EMAIL, PASSWORD, POSTS, PROJECTS, Typed};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

/// What a call sends, where its operation takes it.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) id: Uuid,
    pub(super) password: &'a str,
    pub(super) refresh_token: &'a str,
    pub(super) status: Option<types::ListStatus>,
    pub(super) if_match: Option<&'a str>,
    pub(super) if_none_match: Option<&'a str>,
}

impl Input<'_> {
    pub(super) fn of(id: Uuid) -> Self {
        Self {
            id,
            password: PASSWORD,
            refresh_token: "none",
            status: None,
            if_match: None,
            if_none_match: None,
        }
    }
}

/// What a call came to: the status, and the typed body as JSON again.
#[derive(Debug)]
pub(super) struct Success {
    pub(super) status: u16,
    pub(super) body: Value,
}

/// A parameter that is set if there is a value.
macro_rules! given {
    ($request:expr, $name:ident = $value:expr) => {
        match $value {
            Some(value) => $request.$name(value),
            None => $request,
        }
    };
}

/// Calls an operation by its `operationId`.
pub(super) async fn call(
    client: &Typed,
    operation: &str,
    input: Input<'_>,
) -> Result<Success, Error> {
    match operation {
        "login" => {
            let body = types::Credentials {
                email: EMAIL.to_owned(),
                password: input.password.to_owned(),
            };
            plain(client.login().body(body).send().await)
        }
        "logout" => plain(client.logout().send().await),
        "getCurrentUser" => plain(client.get_current_user().send().await),
        "refreshSession" => {
            let refresh_token = input.refresh_token.to_owned();
            let body = types::RefreshRequest { refresh_token };
            plain(client.refresh_session().body(body).send().await)
        }
        "listBlogCategories" => plain(client.list_blog_categories().send().await),
        "listBlogPosts" => plain(
            given!(client.list_blog_posts(), status = input.status)
                .send()
                .await,
        ),
        "createBlogPost" => plain(
            client
                .create_blog_post()
                .body(read::<types::BlogPostCreate>(POSTS.body("New"))?)
                .send()
                .await,
        ),
        "getBlogPost" => conditional(
            given!(
                client.get_blog_post().post_id(input.id),
                if_none_match = input.if_none_match
            )
            .send()
            .await,
        ),
        "updateBlogPost" => plain(
            given!(
                client.update_blog_post().post_id(input.id),
                if_match = input.if_match
            )
            .body(read::<types::BlogPostUpdate>(
                json!({ POSTS.title: "Another" }),
            )?)
            .send()
            .await,
        ),
        "deleteBlogPost" => plain(
            given!(
                client.delete_blog_post().post_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "publishBlogPost" => plain(
            given!(
                client.publish_blog_post().post_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "unpublishBlogPost" => plain(
            given!(
                client.unpublish_blog_post().post_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "listProjects" => plain(
            given!(client.list_projects(), status = input.status)
                .send()
                .await,
        ),
        "createProject" => plain(
            client
                .create_project()
                .body(read::<types::ProjectCreate>(PROJECTS.body("New"))?)
                .send()
                .await,
        ),
        "getProject" => conditional(
            given!(
                client.get_project().project_id(input.id),
                if_none_match = input.if_none_match
            )
            .send()
            .await,
        ),
        "updateProject" => plain(
            given!(
                client.update_project().project_id(input.id),
                if_match = input.if_match
            )
            .body(read::<types::ProjectUpdate>(
                json!({ PROJECTS.title: "Another" }),
            )?)
            .send()
            .await,
        ),
        "deleteProject" => plain(
            given!(
                client.delete_project().project_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "publishProject" => plain(
            given!(
                client.publish_project().project_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "unpublishProject" => plain(
            given!(
                client.unpublish_project().project_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "listCertifications" => plain(
            given!(client.list_certifications(), status = input.status)
                .send()
                .await,
        ),
        "createCertification" => plain(
            client
                .create_certification()
                .body(read::<types::CertificationCreate>(
                    CERTIFICATIONS.body("New"),
                )?)
                .send()
                .await,
        ),
        "getCertification" => conditional(
            given!(
                client.get_certification().certification_id(input.id),
                if_none_match = input.if_none_match
            )
            .send()
            .await,
        ),
        "updateCertification" => plain(
            given!(
                client.update_certification().certification_id(input.id),
                if_match = input.if_match
            )
            .body(read::<types::CertificationUpdate>(
                json!({ CERTIFICATIONS.title: "Another" }),
            )?)
            .send()
            .await,
        ),
        "deleteCertification" => plain(
            given!(
                client.delete_certification().certification_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "publishCertification" => plain(
            given!(
                client.publish_certification().certification_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "unpublishCertification" => plain(
            given!(
                client.unpublish_certification().certification_id(input.id),
                if_match = input.if_match
            )
            .send()
            .await,
        ),
        "trackVisit" => plain(client.track_visit().send().await),
        "getVisitorCount" => plain(client.get_visitor_count().send().await),
        "getDailyVisitorTrends" => {
            plain(client.get_daily_visitor_trends().days(2_u64).send().await)
        }
        "getMonthlyVisitorTrends" => plain(
            client
                .get_monthly_visitor_trends()
                .months(2_u64)
                .send()
                .await,
        ),
        "trackContentView" => {
            let body = types::ContentViewCreate {
                content_type: types::ContentType::Blog,
                content_id: input.id,
            };
            plain(client.track_content_view().body(body).send().await)
        }
        "getAllViewStats" => plain(
            client
                .get_all_view_stats()
                .content_type(types::ContentType::Blog)
                .send()
                .await,
        ),
        "getContentViewCount" => plain(
            client
                .get_content_view_count()
                .content_type(types::ContentType::Blog)
                .content_id(input.id)
                .send()
                .await,
        ),
        "getTopContent" => plain(client.get_top_content().limit(1_u64).send().await),
        "getTotalViews" => plain(client.get_total_views().send().await),
        other => panic!("{other} is not called here yet"),
    }
}

fn plain<T: Serialize>(result: Result<ResponseValue<T>, Error>) -> Result<Success, Error> {
    let response = result?;
    Ok(Success {
        status: response.status().as_u16(),
        body: serde_json::to_value(&*response).unwrap(),
    })
}

fn conditional<T: Serialize>(
    result: Result<ResponseValue<Conditional<T>>, Error>,
) -> Result<Success, Error> {
    let response = result?;
    let status = response.status().as_u16();
    let found = response.into_inner().found();
    Ok(Success {
        status,
        body: found.map_or(Value::Null, |found| serde_json::to_value(found).unwrap()),
    })
}

/// A body as the client has it.
fn read<T: DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|error| Error::InvalidRequest(error.to_string()))
}
