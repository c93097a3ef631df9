//! Posts, projects and certifications: what they share in tests.

use serde_json::{Value, json};

use crate::Answer;

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The `contentType` of its views.
    pub name: &'static str,
    /// The path of its list.
    pub path: &'static str,
    /// The member of its lists that holds the items.
    pub list: &'static str,
    /// The member that names an item to people.
    pub title: &'static str,
    /// The member of the ranking that holds its items.
    pub ranking: &'static str,
}

/// Blog posts.
pub const POSTS: Kind = Kind {
    name: "blog",
    path: "/blog/posts",
    list: "posts",
    title: "title",
    ranking: "blogs",
};

/// Projects.
pub const PROJECTS: Kind = Kind {
    name: "project",
    path: "/projects",
    list: "projects",
    title: "name",
    ranking: "projects",
};

/// Certifications.
pub const CERTIFICATIONS: Kind = Kind {
    name: "certification",
    path: "/certifications",
    list: "certifications",
    title: "name",
    ranking: "certifications",
};

/// All three.
pub const KINDS: [Kind; 3] = [POSTS, PROJECTS, CERTIFICATIONS];

impl Kind {
    /// A valid body to create one, with a name.
    pub fn body(&self, name: &str) -> Value {
        let mut body = match self.name {
            "blog" => json!({
                "excerpt": "What it is about.",
                "content": "# Heading\n\nSome *text*.",
                "category": "Cloud",
                "tags": ["rust", "dynamodb"],
            }),
            "project" => json!({
                "description": "What it does.",
                "longDescription": "# Heading\n\nSome *text*.",
                "tech": ["Rust", "DynamoDB"],
                "company": "Analytical Engines Ltd",
            }),
            _ => json!({
                "issuer": "Example Cloud Academy",
                "icon": "🏅",
                "type": "certification",
                "description": "What it took.",
                "dateEarned": "2026-07-03",
            }),
        };
        body[self.title] = name.into();
        body
    }

    /// The path of one item.
    pub fn item(&self, id: &str) -> String {
        format!("{}/{id}", self.path)
    }

    /// The names of a list's items, in its order.
    pub fn names(&self, list: &Answer) -> Vec<String> {
        let items = list[self.list]
            .as_array()
            .unwrap_or_else(|| panic!("no list: {list}"));
        items
            .iter()
            .map(|item| item[self.title].as_str().unwrap().to_owned())
            .collect()
    }
}
