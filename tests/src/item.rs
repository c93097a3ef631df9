//! What posts, projects and certifications are done to, by the generated client: seven operations of each, which differ in
//! nothing but their names.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use portfolio_client::types;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Answer, Answered, Client, Kind};

/// A call to be awaited, with what it sends along.
#[derive(Debug)]
#[must_use]
pub struct ItemCall {
    client: Client,
    kind: Kind,
    what: What,
    if_match: Option<String>,
    if_none_match: Option<String>,
    status: Option<types::ListStatus>,
    limit: Option<u64>,
    offset: Option<u64>,
}

#[derive(Debug)]
enum What {
    List,
    Create(Value),
    Read(String),
    Change(String, Value),
    Delete(String),
    Publish(String),
    Unpublish(String),
}

impl Client {
    fn item(&self, kind: Kind, what: What) -> ItemCall {
        ItemCall {
            client: self.clone(),
            kind,
            what,
            if_match: None,
            if_none_match: None,
            status: None,
            limit: None,
            offset: None,
        }
    }

    /// Lists items.
    pub fn list(&self, kind: Kind) -> ItemCall {
        self.item(kind, What::List)
    }

    /// Creates an item of a body that is right.
    pub fn create(&self, kind: Kind, body: Value) -> ItemCall {
        self.item(kind, What::Create(body))
    }

    /// Reads an item.
    pub fn read(&self, kind: Kind, id: &str) -> ItemCall {
        self.item(kind, What::Read(id.to_owned()))
    }

    /// Changes an item by a body that is right.
    pub fn change(&self, kind: Kind, id: &str, body: Value) -> ItemCall {
        self.item(kind, What::Change(id.to_owned(), body))
    }

    /// Deletes an item.
    pub fn remove(&self, kind: Kind, id: &str) -> ItemCall {
        self.item(kind, What::Delete(id.to_owned()))
    }

    /// Publishes an item, if it can be.
    pub fn try_publish(&self, kind: Kind, id: &str) -> ItemCall {
        self.item(kind, What::Publish(id.to_owned()))
    }

    /// Makes an item a draft, if it can be.
    pub fn try_unpublish(&self, kind: Kind, id: &str) -> ItemCall {
        self.item(kind, What::Unpublish(id.to_owned()))
    }

    /// Publishes an item.
    pub async fn publish(&self, kind: Kind, id: &str) -> Answer {
        self.try_publish(kind, id).await.is(200)
    }

    /// Makes an item a draft.
    pub async fn unpublish(&self, kind: Kind, id: &str) -> Answer {
        self.try_unpublish(kind, id).await.is(200)
    }

    /// Creates a draft.
    pub async fn draft(&self, kind: Kind, name: &str) -> Answer {
        self.create(kind, kind.body(name)).await.is(201)
    }

    /// Creates an item and publishes it; answers the publication.
    pub async fn published(&self, kind: Kind, name: &str) -> Answer {
        let draft = self.draft(kind, name).await;
        self.publish(kind, draft.id()).await
    }
}

impl ItemCall {
    /// Only if the version is one of these.
    pub fn if_match(mut self, tags: &str) -> Self {
        self.if_match = Some(tags.to_owned());
        self
    }

    /// Only if the version is none of these.
    pub fn if_none_match(mut self, tags: &str) -> Self {
        self.if_none_match = Some(tags.to_owned());
        self
    }

    /// Of this status: `published`, `draft` or `all`.
    pub fn status<'a>(mut self, status: impl Into<Option<&'a str>>) -> Self {
        self.status = status.into().map(|status| status.parse().unwrap());
        self
    }

    /// So many at most.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Without so many of the first.
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }
}

/// The generated client has a method for each parameter, and takes no `None`.
macro_rules! given {
    ($call:expr, $($name:ident = $value:expr),+) => {{
        let mut call = $call;
        $(if let Some(value) = $value {
            call = call.$name(value);
        })+
        call.send().answer().await
    }};
}

/// The seven operations of a kind by the names that the contract gives them.
macro_rules! operations {
    ($call:ident, $id:ident, $list:ident, $create:ident($new:ty), $read:ident, $change:ident($update:ty), $delete:ident,
     $publish:ident, $unpublish:ident) => {{
        let ItemCall {
            client,
            what,
            if_match,
            if_none_match,
            status,
            limit,
            offset,
            ..
        } = $call;
        match what {
            What::List => given!(
                client.$list(),
                status = status,
                limit = limit,
                offset = offset
            ),
            What::Create(body) => {
                let call = client.$create().body(body_of::<$new>(&body));
                call.send().answer().await
            }
            What::Read(id) => given!(
                client.$read().$id(id.as_str()),
                if_none_match = if_none_match
            ),
            What::Change(id, body) => {
                let call = client.$change().$id(id.as_str());
                given!(call.body(body_of::<$update>(&body)), if_match = if_match)
            }
            What::Delete(id) => given!(client.$delete().$id(id.as_str()), if_match = if_match),
            What::Publish(id) => given!(client.$publish().$id(id.as_str()), if_match = if_match),
            What::Unpublish(id) => {
                given!(client.$unpublish().$id(id.as_str()), if_match = if_match)
            }
        }
    }};
}

impl IntoFuture for ItemCall {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.kind.name {
                "blog" => operations!(
                    self,
                    post_id,
                    list_blog_posts,
                    create_blog_post(types::BlogPostCreate),
                    get_blog_post,
                    update_blog_post(types::BlogPostUpdate),
                    delete_blog_post,
                    publish_blog_post,
                    unpublish_blog_post
                ),
                "project" => operations!(
                    self,
                    project_id,
                    list_projects,
                    create_project(types::ProjectCreate),
                    get_project,
                    update_project(types::ProjectUpdate),
                    delete_project,
                    publish_project,
                    unpublish_project
                ),
                _ => operations!(
                    self,
                    certification_id,
                    list_certifications,
                    create_certification(types::CertificationCreate),
                    get_certification,
                    update_certification(types::CertificationUpdate),
                    delete_certification,
                    publish_certification,
                    unpublish_certification
                ),
            }
        })
    }
}

/// A body in the client's own type, which must be able to say all that the test does. It adds defaults.
fn body_of<T: DeserializeOwned + Serialize>(body: &Value) -> T {
    let typed: T = serde_json::from_value(body.clone())
        .unwrap_or_else(|error| panic!("send {body} raw: {error}"));
    let said = serde_json::to_value(&typed).unwrap();
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&said[name], value, "send {body} raw: it loses {name}");
    }
    typed
}
