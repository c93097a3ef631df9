//! Visits and views, by the generated client.

use portfolio_client::types;

use crate::{Answer, Answered, Client, Kind};

impl Client {
    /// Counts a view in a session of its own name (16 to 128 characters).
    pub async fn view(&self, kind: Kind, id: &str, session: &str) -> Answer {
        let viewed = types::ContentViewCreate {
            content_type: kind.name.parse().unwrap(),
            content_id: id.parse().unwrap(),
        };
        let call = self.track_content_view().x_session_id(session);
        call.body(viewed).send().answer().await
    }

    /// The views of an item.
    pub async fn views(&self, kind: Kind, id: &str) -> Answer {
        let call = self.get_content_view_count().content_type(kind.name);
        call.content_id(id).send().answer().await
    }

    /// The views of all items of a kind.
    pub async fn view_stats(&self, kind: Kind) -> Answer {
        let call = self.get_all_view_stats().content_type(kind.name);
        call.send().answer().await
    }

    /// Tries to count a visit in a session of its own name.
    pub async fn try_visit(&self, session: &str) -> Answer {
        let call = self.track_visit().x_session_id(session);
        call.send().answer().await
    }

    /// Counts a visit in a session of its own name.
    pub async fn visit(&self, session: &str) -> Answer {
        self.try_visit(session).await.is(200)
    }

    /// The number of visits.
    pub async fn visits(&self) -> u64 {
        let count = self.get_visitor_count().send().answer().await;
        count.is(200)["count"].as_u64().unwrap()
    }
}
