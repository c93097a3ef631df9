//! Blog posts.

use contract_runtime::security::Principal;

use super::failure::{self, fails};
use super::resource::{self, Reading, allows, count, entity_tag, number};
use crate::content::{ContentError, Item, Post, PostFacts};
use crate::contract::responses::{BlogPostCreated, BlogPostFound, ContentDeleted};
use crate::contract::types::{
    BlogPost, BlogPostCreate, BlogPostList, BlogPostUpdate, CategoryList,
};
use crate::contract::{
    BASE_PATH, BlogPostsApi, CreateBlogPostError, CreateBlogPostRequest, CreateBlogPostResponse,
    DeleteBlogPostError, DeleteBlogPostRequest, DeleteBlogPostResponse, GetBlogPostError,
    GetBlogPostRequest, GetBlogPostResponse, ListBlogCategoriesError, ListBlogCategoriesResponse,
    ListBlogPostsError, ListBlogPostsRequest, ListBlogPostsResponse, PublishBlogPostError,
    PublishBlogPostRequest, PublishBlogPostResponse, UnpublishBlogPostError,
    UnpublishBlogPostRequest, UnpublishBlogPostResponse, UpdateBlogPostError,
    UpdateBlogPostRequest, UpdateBlogPostResponse,
};
use crate::portfolio::Portfolio;
use crate::table::TableError;

impl BlogPostsApi for Portfolio {
    async fn list_blog_posts(
        &self,
        principal: Option<Principal>,
        request: ListBlogPostsRequest,
    ) -> Result<ListBlogPostsResponse, ListBlogPostsError> {
        let ListBlogPostsRequest {
            status,
            limit,
            offset,
            category,
            tag,
        } = request;
        let statuses = resource::statuses::<ListBlogPostsError>(principal.as_ref(), status)?;
        let page = self
            .posts
            .list(
                statuses,
                PostFacts::filter(category, tag),
                count(limit),
                count(offset),
            )
            .await?;
        Ok(ListBlogPostsResponse::Ok(BlogPostList {
            posts: page.items.into_iter().map(Into::into).collect(),
            total: number(page.total),
            limit: number(page.limit as u64),
            offset,
        }))
    }

    async fn create_blog_post(
        &self,
        _: Principal,
        request: CreateBlogPostRequest,
    ) -> Result<CreateBlogPostResponse, CreateBlogPostError> {
        let item = self.posts.create(request.body.into()).await?;
        Ok(BlogPostCreated {
            location: format!("{BASE_PATH}/blog/posts/{}", item.id),
            etag: entity_tag(&item),
            body: item.into(),
        }
        .into())
    }

    async fn get_blog_post(
        &self,
        principal: Option<Principal>,
        request: GetBlogPostRequest,
    ) -> Result<GetBlogPostResponse, GetBlogPostError> {
        let GetBlogPostRequest {
            post_id,
            if_none_match,
        } = request;
        let reading = resource::read::<_, GetBlogPostError>(
            &self.posts,
            *post_id,
            principal.as_ref(),
            if_none_match.as_deref(),
        );
        match reading.await? {
            Reading::Item(item) => Ok(BlogPostFound::from(item).into()),
            Reading::NotModified(current) => Ok(current.into()),
        }
    }

    async fn update_blog_post(
        &self,
        _: Principal,
        request: UpdateBlogPostRequest,
    ) -> Result<UpdateBlogPostResponse, UpdateBlogPostError> {
        let UpdateBlogPostRequest {
            post_id,
            if_match,
            body,
        } = request;
        let item = self
            .posts
            .update(*post_id, allows(if_match), |post| change(post, &body))
            .await?;
        Ok(BlogPostFound::from(item).into())
    }

    async fn delete_blog_post(
        &self,
        _: Principal,
        request: DeleteBlogPostRequest,
    ) -> Result<DeleteBlogPostResponse, DeleteBlogPostError> {
        self.posts
            .delete(*request.post_id, allows(request.if_match))
            .await?;
        Ok(ContentDeleted.into())
    }

    async fn publish_blog_post(
        &self,
        _: Principal,
        request: PublishBlogPostRequest,
    ) -> Result<PublishBlogPostResponse, PublishBlogPostError> {
        let item = self
            .posts
            .publish(*request.post_id, allows(request.if_match))
            .await?;
        Ok(BlogPostFound::from(item).into())
    }

    async fn unpublish_blog_post(
        &self,
        _: Principal,
        request: UnpublishBlogPostRequest,
    ) -> Result<UnpublishBlogPostResponse, UnpublishBlogPostError> {
        let item = self
            .posts
            .unpublish(*request.post_id, allows(request.if_match))
            .await?;
        Ok(BlogPostFound::from(item).into())
    }

    async fn list_blog_categories(
        &self,
    ) -> Result<ListBlogCategoriesResponse, ListBlogCategoriesError> {
        let categories = self.posts.categories().await?;
        Ok(ListBlogCategoriesResponse::Ok(CategoryList {
            categories: categories.into_iter().collect(),
        }))
    }
}

fails! {
    TableError as failure::table => ListBlogPostsError, CreateBlogPostError, GetBlogPostError, ListBlogCategoriesError;
    ContentError as failure::content => UpdateBlogPostError, DeleteBlogPostError, PublishBlogPostError, UnpublishBlogPostError;
}

impl From<BlogPostCreate> for Post {
    fn from(post: BlogPostCreate) -> Self {
        let BlogPostCreate {
            title,
            excerpt,
            content,
            category,
            tags,
        } = post;
        Self {
            title,
            excerpt,
            content,
            category,
            tags,
            slug: String::new(),
            read_time: String::new(),
        }
    }
}

/// Replaces what the update names.
fn change(post: &mut Post, update: &BlogPostUpdate) {
    let BlogPostUpdate {
        title,
        excerpt,
        content,
        category,
        tags,
    } = update.clone();
    post.title = title.unwrap_or_else(|| std::mem::take(&mut post.title));
    post.excerpt = excerpt.unwrap_or_else(|| std::mem::take(&mut post.excerpt));
    post.content = content.unwrap_or_else(|| std::mem::take(&mut post.content));
    post.category = category.unwrap_or_else(|| std::mem::take(&mut post.category));
    post.tags = tags.unwrap_or_else(|| std::mem::take(&mut post.tags));
}

impl From<Item<Post>> for BlogPost {
    fn from(item: Item<Post>) -> Self {
        Self {
            id: item.id.into(),
            published_at: item.published_at().map(|time| time.date_naive().into()),
            status: item.status.into(),
            created_at: item.created_at.into(),
            updated_at: item.updated_at.into(),
            slug: item.document.slug,
            title: item.document.title,
            excerpt: item.document.excerpt,
            content: item.document.content,
            category: item.document.category,
            read_time: item.document.read_time,
            tags: item.document.tags,
        }
    }
}

impl From<Item<Post>> for BlogPostFound {
    fn from(item: Item<Post>) -> Self {
        Self {
            etag: entity_tag(&item),
            body: item.into(),
        }
    }
}
