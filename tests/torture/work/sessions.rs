//! The owner's sessions: started, renewed, used, ended.

use portfolio_tests::{EMAIL, PASSWORD};
use serde_json::json;

use super::Work;
use crate::linear::Event;
use crate::plan::Token;
use crate::record::Session;
use crate::request::Request;
use crate::session;

impl Work {
    pub(super) async fn login(&self, number: usize) {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let request = Request::post("/auth/login").json(&body);
        let (reply, ..) = self.ask(number, request).await;
        match reply.status {
            200 => {
                let session = Session::new(reply.text("token"), reply.text("refreshToken"));
                self.record().sessions.push(session);
            }
            503 => {}
            _ => panic!("{number}: {reply:?}"),
        }
    }

    pub(super) async fn refresh(&self, number: usize, session: usize, which: Token) {
        let (index, used, token) = {
            let record = self.record();
            let index = session % record.sessions.len();
            let tokens = &record.sessions[index].refresh_tokens;
            let used = match which {
                Token::Newest => tokens.len() - 1,
                Token::Any => number % tokens.len(),
                Token::Number(token) => token,
            };
            (index, used, tokens[used].clone())
        };
        let body = json!({ "refreshToken": token });
        let request = Request::post("/auth/refresh").json(&body);
        let (reply, begin, end) = self.ask(number, request).await;
        let session = &mut self.record().sessions[index];
        let call = session::Call::Refresh(used);
        let answer = match reply.status {
            200 => {
                let next = session.refresh_tokens.len();
                session.refresh_tokens.push(reply.text("refreshToken"));
                Some(session::Answer::Renewed(next))
            }
            401 => Some(session::Answer::Refused),
            503 => None,
            _ => panic!("{number}: {reply:?}"),
        };
        if reply.status != 200 {
            let event = Event {
                call,
                answer: None,
                begin,
                end,
            };
            session.revocation.push(event);
        }
        session.rotation.push(Event {
            call,
            answer,
            begin,
            end,
        });
    }

    /// What is done with the ID token of a session.
    pub(super) async fn of_session(
        &self,
        number: usize,
        session: usize,
        call: session::Call,
        request: Request,
    ) {
        let (index, token) = {
            let sessions = &self.record().sessions;
            let index = session % sessions.len();
            (index, sessions[index].token.clone())
        };
        let (reply, begin, end) = self.ask(number, request.token(&token)).await;
        let answer = match reply.status {
            200 => Some(session::Answer::Done),
            401 => Some(session::Answer::Refused),
            503 => None,
            _ => panic!("{number}: {reply:?}"),
        };
        let session = &mut self.record().sessions[index];
        session.rotation.push(Event {
            call,
            answer,
            begin,
            end,
        });
        session.revocation.push(Event {
            call,
            answer,
            begin,
            end,
        });
    }
}
