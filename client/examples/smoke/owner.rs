//! What the owner may do, and how it is undone.

use chrono::{TimeDelta, Utc};
use portfolio_client::{Client, types};
use uuid::Uuid;

use crate::arguments::Caller;
use crate::journey::{Journey, Outcome, ensure, eventually, refused, said};

/// The category of the test's posts, by which they are found.
const CATEGORY: &str = "Smoke test";

/// How old a post of another run is before it counts as left behind.
const ABANDONED: TimeDelta = TimeDelta::hours(1);

/// As many posts as one page has at most.
const PAGE: u64 = 100;

impl Journey {
    pub(crate) async fn as_owner(&mut self, owner: &Client) -> Outcome {
        if let Caller::Password { email, password } = self.arguments.caller.clone() {
            self.step("sign in", async {
                let signed_in = owner.sign_in(email, password).await;
                signed_in.map_err(|error| match error.status() {
                    Some(status) if status == 401 => {
                        "the email address or the password is wrong".to_owned()
                    }
                    _ => said(error),
                })
            })
            .await?;
            self.is_signed_in = true;
        }
        self.step("who am I", async {
            let user = owner.get_current_user().send().await;
            let user = user.map_err(|error| match error.status() {
                Some(status) if status == 401 => {
                    format!("the token is refused: {}", said(error))
                }
                _ => said(error),
            })?;
            ensure(user.role == types::Role::Owner, || {
                format!(
                    "the role is {}, not owner: nothing can be written",
                    user.role
                )
            })
        })
        .await?;
        self.step("what earlier runs left behind", async {
            let abandoned = Utc::now() - ABANDONED;
            delete(owner, |post| post.created_at < abandoned).await
        })
        .await?;

        let visitor = self.visitor.clone();
        let title = self.title.clone();
        // From here on there may be one, whatever the answer is.
        self.has_created = true;
        let (id, version) = self.step("create a draft", create(owner, &title)).await?;
        self.post = Some(id);
        self.step("the owner reads it", async {
            eventually(async || {
                let post = owner.get_blog_post().post_id(id).send().await;
                let post = post.map_err(said)?.into_inner().found();
                let post = post.ok_or("answered 304 to no condition")?;
                ensure(post.title == title, || {
                    format!("the title is {:?}", post.title)
                })
            })
            .await
        })
        .await?;
        self.step("a visitor does not", async {
            refused(visitor.get_blog_post().post_id(id).send().await, 404)
        })
        .await?;
        self.step("publish it", async {
            let request = owner.publish_blog_post().post_id(id).if_match(version);
            let post = request.send().await.map_err(said)?;
            ensure(post.status == types::ContentStatus::Published, || {
                format!("its status is {}", post.status)
            })
        })
        .await?;
        self.step("a visitor reads it", async {
            eventually(async || {
                let post = visitor.get_blog_post().post_id(id).send().await;
                post.map(drop).map_err(said)
            })
            .await
        })
        .await?;
        self.step("unpublish it", async {
            let post = owner.unpublish_blog_post().post_id(id).send().await;
            let post = post.map_err(said)?;
            ensure(post.status == types::ContentStatus::Draft, || {
                format!("its status is {}", post.status)
            })
        })
        .await?;
        self.step("delete it", async {
            let deleted = owner.delete_blog_post().post_id(id).send().await;
            deleted.map(drop).map_err(said)
        })
        .await?;
        (self.post, self.has_created) = (None, false);
        self.step("it is gone", async {
            eventually(async || refused(owner.get_blog_post().post_id(id).send().await, 404)).await
        })
        .await?;
        self.sign_out(owner).await
    }

    async fn sign_out(&mut self, owner: &Client) -> Outcome {
        if !self.is_signed_in {
            self.skip("signing out: the token is not this run's");
            return Ok(());
        }
        let session = owner.session();
        self.step("sign out", async { owner.sign_out().await.map_err(said) })
            .await?;
        self.is_signed_in = false;
        let token = session.ok_or("the session was lost")?.token;
        let former = Client::builder(&self.arguments.url).token(token).build();
        let former = former.map_err(|error| error.to_string())?;
        self.step("its token is refused", async {
            refused(former.get_current_user().send().await, 401)
        })
        .await
    }

    /// Undoes what steps have done that did not get to their end.
    ///
    /// # Errors
    ///
    /// What is left and has to be deleted by hand.
    pub(crate) async fn clean(&mut self) -> Outcome {
        let Some(owner) = self.owner.clone() else {
            return Ok(());
        };
        let mut outcome = Ok(());
        if self.has_created {
            let title = self.title.clone();
            let post = self.post;
            let cleaned = self.step("clean up", async {
                if let Some(id) = post {
                    let gone = owner.delete_blog_post().post_id(id).send().await;
                    return match gone {
                        Err(error) if error.status().is_none_or(|status| status != 404) => {
                            Err(said(error))
                        }
                        _ => Ok(()),
                    };
                }
                delete(&owner, |post| post.title == title).await
            });
            outcome = cleaned.await.map_err(|reason| {
                format!("{reason}; the post {:?} may be left: delete it", self.title)
            });
        }
        if self.is_signed_in {
            self.is_signed_in = false;
            // The session ends by itself within the hour.
            let _ = owner.sign_out().await;
        }
        outcome
    }
}

/// A new draft's id and version.
async fn create(owner: &Client, title: &str) -> Outcome<(Uuid, String)> {
    let body = types::BlogPostCreate {
        title: title.to_owned(),
        excerpt: "Written and deleted by a test of the deployment.".to_owned(),
        content: "This text is gone in a moment.".to_owned(),
        category: CATEGORY.to_owned(),
        tags: vec!["smoke-test".to_owned()],
    };
    let post = owner
        .create_blog_post()
        .body(body)
        .send()
        .await
        .map_err(said)?;
    let version = post.etag().ok_or("the answer has no ETag")?.to_owned();
    ensure(post.status == types::ContentStatus::Draft, || {
        format!("its status is {}", post.status)
    })?;
    Ok((post.id, version))
}

/// Deletes those posts of the test's category that are `ours`.
async fn delete(owner: &Client, ours: impl Fn(&types::BlogPost) -> bool) -> Outcome {
    let list = owner
        .list_blog_posts()
        .category(CATEGORY)
        .status(types::ListStatus::All)
        .limit(PAGE);
    let list = list.send().await.map_err(said)?.into_inner();
    for post in list.posts.iter().filter(|post| ours(post)) {
        let deleted = owner.delete_blog_post().post_id(post.id).send().await;
        deleted.map_err(said)?;
    }
    Ok(())
}
