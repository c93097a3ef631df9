//! Blog posts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Contents, Filter, Item, Kind, read_time, slug};
use crate::table::{Entity, TableError};

/// A blog post's document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    /// The title.
    pub title: String,
    /// Derived from the title: its name in addresses.
    #[serde(default)]
    pub slug: String,
    /// A summary for lists.
    pub excerpt: String,
    /// The text, in Markdown.
    pub content: String,
    /// The one category it belongs to.
    pub category: String,
    /// Derived from the text: such as "5 min read".
    #[serde(default)]
    pub read_time: String,
    /// Its tags.
    pub tags: Vec<String>,
}

/// What lists of posts filter by.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PostFacts {
    /// The post's category.
    pub category: String,
    /// The post's tags.
    pub tags: Vec<String>,
}

impl PostFacts {
    /// Posts of this category and with this tag, where one is asked for. Both are compared letter by letter.
    pub fn filter(category: Option<String>, tag: Option<String>) -> Filter {
        Filter::none()
            .equals("category", category)
            .contains("tags", tag)
    }
}

impl Kind for Post {
    const ENTITY: Entity = Entity::Blog;
    type Document = Post;
    type Facts = PostFacts;

    fn facts(post: &Post) -> PostFacts {
        PostFacts {
            category: post.category.clone(),
            tags: post.tags.clone(),
        }
    }

    fn derive(id: Uuid, post: &mut Post) {
        post.slug = slug::of_title(&post.title, id);
        post.read_time = read_time::of_text(&post.content);
    }

    fn list_time(item: &Item<Self>) -> DateTime<Utc> {
        item.published_at().unwrap_or(item.created_at)
    }
}

impl Contents<Post> {
    /// The categories of published posts, sorted, each once.
    pub async fn categories(&self) -> Result<BTreeSet<String>, TableError> {
        #[derive(Deserialize)]
        struct Facts {
            category: String,
        }
        let facts: Vec<Facts> = self.published(&["Facts.category"]).await?;
        Ok(facts.into_iter().map(|facts| facts.category).collect())
    }
}
