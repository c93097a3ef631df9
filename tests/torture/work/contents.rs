//! Posts, projects and certifications: made, changed, read.

use portfolio_tests::Kind;
use serde_json::json;

use super::Work;
use crate::item::{self, Version};
use crate::linear::Event;
use crate::plan::{Change, Match};
use crate::record::Item;
use crate::request::{Reply, Request};

impl Work {
    /// Index, kind and id of one of the items that are known.
    pub(super) fn item(&self, pick: usize) -> (usize, Kind, String) {
        let record = self.record();
        let index = pick % record.items.len();
        let item = &record.items[index];
        (index, item.kind, item.id.clone())
    }

    /// The number of what was made, if that was acknowledged.
    pub(super) async fn create(&self, number: usize, kind: Kind) -> Option<usize> {
        let title = format!("Made by {number}");
        let request = Request::post(kind.path).owner().json(&kind.body(&title));
        let (reply, ..) = self.ask(number, request).await;
        let mut record = self.record();
        match reply.status {
            201 => {
                let start = version(kind, &reply);
                let expected = Version {
                    number: 1,
                    published: false,
                    title,
                };
                assert_eq!(start, expected, "{number}: {reply:?}");
                record.items.push(Item {
                    kind,
                    id: reply.body["id"].as_str().unwrap().to_owned(),
                    start,
                    events: Vec::new(),
                    newest: 1,
                });
                Some(record.items.len() - 1)
            }
            503 => {
                record.unknown.push((kind, title));
                None
            }
            _ => panic!("{number}: {reply:?}"),
        }
    }

    pub(super) async fn change(&self, number: usize, item: usize, change: Change, when: Match) {
        let (index, kind, _) = self.item(item);
        let if_match = match when {
            Match::Nothing => None,
            Match::Newest => Some(self.record().items[index].newest),
            Match::First => Some(1),
            Match::Version(version) => Some(version),
        };
        let title = format!("Changed by {number}");
        let call = match change {
            Change::Update => item::Call::Update {
                title: title.clone(),
                if_match,
            },
            Change::Publish | Change::Unpublish => item::Call::Become {
                published: matches!(change, Change::Publish),
                if_match,
            },
            Change::Delete => item::Call::Delete { if_match },
        };
        self.of_item(number, index, call, |path| {
            let request = match change {
                Change::Update => Request::put(path).json(&json!({ kind.title: title })),
                Change::Publish => Request::post(format!("{path}/publish")),
                Change::Unpublish => Request::post(format!("{path}/unpublish")),
                Change::Delete => Request::delete(path),
            };
            request.owner().if_match(if_match)
        })
        .await;
    }

    pub(super) async fn read(&self, number: usize, item: usize, owner: bool) {
        self.of_item(number, item, item::Call::Read { owner }, |path| {
            let read = Request::get(path);
            if owner { read.owner() } else { read }
        })
        .await;
    }

    /// Anything that is done to one item.
    async fn of_item(
        &self,
        number: usize,
        item: usize,
        call: item::Call,
        request: impl FnOnce(String) -> Request,
    ) {
        let (index, kind, id) = self.item(item);
        let (reply, begin, end) = self.ask(number, request(kind.item(&id))).await;
        let answer = match reply.status {
            200 => Some(item::Answer::Is(version(kind, &reply))),
            204 => Some(item::Answer::Deleted),
            404 => Some(item::Answer::NotFound),
            412 => Some(item::Answer::PreconditionFailed),
            503 => None,
            _ => panic!("{number}: {reply:?}"),
        };
        let item = &mut self.record().items[index];
        if let Some(item::Answer::Is(version)) = &answer {
            item.newest = item.newest.max(version.number);
        }
        // What may be behind is of some moment before, and of no use. That there is nothing is never said of such a moment.
        let behind = matches!(call, item::Call::Read { .. })
            && self.may_be_behind(number)
            && answer != Some(item::Answer::NotFound);
        if !behind {
            item.events.push(Event {
                call,
                answer,
                begin,
                end,
            });
        }
    }
}

/// The version of an item that an answer shows.
fn version(kind: Kind, reply: &Reply) -> Version {
    Version {
        number: reply.version.unwrap_or_else(|| number_of_new(reply)),
        published: reply.body["status"] == "published",
        title: reply.text(kind.title),
    }
}

/// The answer to a creation has no `ETag` if the contract declares none; what is new has version 1.
fn number_of_new(reply: &Reply) -> u64 {
    assert_eq!(reply.status, 201, "{reply:?}");
    1
}
