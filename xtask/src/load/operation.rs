//! The operations that are measured: the request of each, and what its answer must be.

use std::sync::Arc;

use fastrand::Rng;
use serde_json::json;

use super::data::Data;
use crate::connection::{Answer, Request};

/// An operation with parameters as clients send them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    ListPosts,
    ListFiltered,
    GetPost,
    VisitorCount,
    RepeatedVisit,
    NewVisit,
    NewView,
    ViewCount,
    DailyTrends,
    TopContent,
    CreatePost,
    UpdatePost,
    InvalidPost,
}

impl Operation {
    pub(crate) const ALL: [Self; 13] = [
        Self::GetPost,
        Self::ListPosts,
        Self::ListFiltered,
        Self::VisitorCount,
        Self::RepeatedVisit,
        Self::NewVisit,
        Self::NewView,
        Self::ViewCount,
        Self::DailyTrends,
        Self::TopContent,
        Self::CreatePost,
        Self::UpdatePost,
        Self::InvalidPost,
    ];

    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ListPosts => "list 20 posts",
            Self::ListFiltered => "list by category and tag",
            Self::GetPost => "get a post",
            Self::VisitorCount => "number of visits",
            Self::RepeatedVisit => "a repeated visit",
            Self::NewVisit => "a new visit",
            Self::NewView => "a new view",
            Self::ViewCount => "views of a post",
            Self::DailyTrends => "90 days of visits (token)",
            Self::TopContent => "top content (token)",
            Self::CreatePost => "create a post (token)",
            Self::UpdatePost => "change a post, If-Match (token)",
            Self::InvalidPost => "post with 3 violations (token)",
        }
    }

    /// The only status that counts as an answer.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::CreatePost => 201,
            Self::InvalidPost => 400,
            _ => 200,
        }
    }

    /// Why it reads more as there is more content; none if it does not.
    pub(crate) fn grows(self) -> Option<&'static str> {
        match self {
            Self::ListPosts | Self::ListFiltered => Some(
                "reads the index of all published posts: `total` is exact and counts what passes the filter",
            ),
            Self::TopContent => Some("reads the view counters of all content, to rank them"),
            _ => None,
        }
    }

    /// Whether both sides must answer the same values, not only the same shape.
    pub(crate) fn is_exact(self) -> bool {
        match self {
            Self::ListPosts
            | Self::ListFiltered
            | Self::GetPost
            | Self::VisitorCount
            | Self::RepeatedVisit
            | Self::ViewCount
            | Self::DailyTrends
            | Self::TopContent => true,
            // Ids, times and messages are each side's own.
            Self::NewVisit
            | Self::NewView
            | Self::CreatePost
            | Self::UpdatePost
            | Self::InvalidPost => false,
        }
    }

    /// The next request of a client.
    pub(crate) fn request(self, client: &mut Client) -> Request {
        client.sent += 1;
        let token = format!("authorization: Bearer {}\r\n", client.token);
        match self {
            Self::ListPosts => get("/v1/blog/posts".to_owned()),
            Self::ListFiltered => {
                let post = client.post();
                let (category, tag) = (client.data.posts[post].category, &client.data.posts[post].tag);
                get(format!("/v1/blog/posts?category={category}&tag={tag}&limit=10"))
            }
            Self::GetPost => {
                let post = client.post();
                get(format!("/v1/blog/posts/{}", client.data.posts[post].id))
            }
            Self::VisitorCount => get("/v1/visitors/count".to_owned()),
            Self::RepeatedVisit => {
                let visitor = client.data.visitor(&mut client.random);
                visit(&visitor)
            }
            Self::NewVisit => visit(&client.session()),
            Self::NewView => {
                let post = client.post();
                let session = client.session();
                let body = json!({ "contentType": "blog", "contentId": client.data.posts[post].id });
                Request {
                    method: "POST",
                    path: "/v1/analytics/track".to_owned(),
                    headers: format!("x-session-id: {session}\r\n{JSON}"),
                    body: body.to_string(),
                }
            }
            Self::ViewCount => {
                let post = client.post();
                get(format!("/v1/analytics/views/blog/{}", client.data.posts[post].id))
            }
            Self::DailyTrends => Request {
                headers: token,
                ..get("/v1/visitors/trends/daily?days=90".to_owned())
            },
            Self::TopContent => Request {
                headers: token,
                ..get("/v1/analytics/top-content".to_owned())
            },
            Self::CreatePost => Request {
                method: "POST",
                path: "/v1/blog/posts".to_owned(),
                headers: token + JSON,
                body: json!({
                    "title": format!("Post {} of client {}", client.sent, client.number),
                    "excerpt": "What it takes to count a reader once, whatever the network does.",
                    "content": "Every retry is a chance to count twice. ".repeat(25),
                    "category": "Cloud",
                    "tags": ["rust", "dynamodb"],
                })
                .to_string(),
            },
            Self::UpdatePost => {
                let post = &client.data.posts[client.number % client.data.posts.len()];
                Request {
                    method: "PUT",
                    path: format!("/v1/blog/posts/{}", post.id),
                    headers: format!("{token}{JSON}if-match: {}\r\n", client.etag),
                    body: json!({ "excerpt": format!("Changed {} times.", client.sent) }).to_string(),
                }
            }
            Self::InvalidPost => Request {
                method: "POST",
                path: "/v1/blog/posts".to_owned(),
                headers: token + JSON,
                body: json!({ "title": "x".repeat(201), "excerpt": 7, "content": "x", "category": "Cloud", "tags": [] })
                    .to_string(),
            },
        }
    }

    /// What a client keeps of an answer.
    pub(crate) fn answered(self, client: &mut Client, answer: &Answer) {
        if self == Self::UpdatePost {
            client.etag = answer.header("etag").unwrap_or_default().to_owned();
        }
    }
}

const JSON: &str = "content-type: application/json\r\n";

fn get(path: String) -> Request {
    Request {
        method: "GET",
        path,
        ..Request::default()
    }
}

fn visit(session: &str) -> Request {
    Request {
        method: "POST",
        path: "/v1/visitors/track".to_owned(),
        headers: format!("x-session-id: {session}\r\n"),
        body: String::new(),
    }
}

/// One of those that call at the same time; sends its next request when the last one is answered.
pub(crate) struct Client {
    /// Its own among all: no two change the same post.
    number: usize,
    sent: u64,
    /// The version of its post.
    etag: String,
    token: String,
    data: Arc<Data>,
    random: Rng,
}

impl Client {
    /// Clients with the same number send the same requests.
    pub(crate) fn new(number: usize, data: Arc<Data>, token: String) -> Self {
        Self {
            number,
            sent: 0,
            etag: "\"1\"".to_owned(),
            token,
            data,
            random: Rng::with_seed(number as u64),
        }
    }

    fn post(&mut self) -> usize {
        self.random.usize(..self.data.posts.len())
    }

    /// A session that was never seen.
    fn session(&self) -> String {
        format!("client-{:04}-{:012}", self.number, self.sent)
    }
}
