//! Visitors: their visits, and their views of content.

use serde_json::json;

use super::Work;
use crate::item;
use crate::linear::Event;
use crate::request::Request;
use crate::visitor::{self, Mark};

impl Work {
    pub(super) async fn view(&self, number: usize, item: usize, visitor: usize) {
        let (index, kind, id) = self.item(item);
        let session = format!("the-visitor-number-{visitor}");
        let body = json!({ "contentType": kind.name, "contentId": id });
        let request = Request::post("/analytics/track").header("x-session-id", &session);
        let (reply, begin, end) = self.ask(number, request.json(&body)).await;
        let mut record = self.record();
        let seen = match reply.status {
            200 => item::Answer::Viewed,
            404 => item::Answer::NotFound,
            503 => {
                let views = record.views.entry((index, session)).or_default();
                return views.push(track(None, begin, end));
            }
            _ => panic!("{number}: {reply:?}"),
        };
        if seen == item::Answer::Viewed {
            let views = record.views.entry((index, session)).or_default();
            views.push(track(reply.body["tracked"].as_bool(), begin, end));
            // Nothing was written, and what was read may be gone.
            if reply.body["tracked"] == false && self.may_be_behind(number) {
                return;
            }
        }
        record.items[index].events.push(Event {
            call: item::Call::View,
            answer: Some(seen),
            begin,
            end,
        });
    }

    pub(super) async fn views(&self, number: usize, item: usize) {
        let (_, kind, id) = self.item(item);
        let path = format!("/analytics/views/{}/{id}", kind.name);
        let (reply, ..) = self.ask(number, Request::get(path)).await;
        assert!(
            [200, 404, 503].contains(&reply.status),
            "{number}: {reply:?}"
        );
    }

    pub(super) async fn visit(&self, number: usize, visitor: usize) {
        let session = format!("the-visitor-number-{visitor}");
        let request = Request::post("/visitors/track").header("x-session-id", &session);
        let (reply, begin, end) = self.ask(number, request).await;
        let counted = match reply.status {
            200 => reply.body["tracked"].as_bool(),
            503 => None,
            _ => panic!("{number}: {reply:?}"),
        };
        let mut record = self.record();
        let visits = record.visits.entry(session).or_default();
        visits.push(track(counted, begin, end));
    }
}

fn track(answer: Option<bool>, begin: u64, end: u64) -> Event<Mark> {
    Event {
        call: visitor::Call::Track,
        answer,
        begin,
        end,
    }
}
