//! Whether what was answered and what is in the table agree.

use std::collections::BTreeSet;

use portfolio_tests::{KINDS, NOW};

use crate::invariants::Items;
use crate::linear::{Event, check};
use crate::plan::{Action, Token};
use crate::record::UNDISTURBED;
use crate::session::Current;
use crate::visitor;
use crate::work::Work;

/// Asks for everything once more, with no faults any more, and holds all answers against one another and the table.
pub(crate) async fn judge(work: &Work) -> Result<(), String> {
    let (items, sessions) = {
        let record = work.record();
        (record.items.len(), record.sessions.len())
    };
    let mut number = UNDISTURBED + 1_000;
    let mut last = async |action: Action| {
        number += 1;
        work.perform(number, &action).await;
    };
    for item in 0..items {
        last(Action::Read(item, true)).await;
        last(Action::Read(item, false)).await;
    }
    for session in 0..sessions {
        last(Action::Me(session)).await;
        last(Action::Refresh(session, Token::Newest)).await;
        last(Action::Me(session)).await;
    }
    let table = work.world.items().await;
    let mut faults = table.faults();
    contents(work, &table, &mut faults);
    visitors(work, &table, &mut faults);
    let record = work.record();
    for (index, item) in record.items.iter().enumerate() {
        let order = check(Some(item.start.clone()), &item.events);
        faults.extend(
            order
                .err()
                .map(|said| format!("item {index} ({}): {said}", item.id)),
        );
    }
    for (index, session) in record.sessions.iter().enumerate() {
        let said = |said: String| format!("session {index}: {said}");
        faults.extend(check(Current::Token(0), &session.rotation).err().map(said));
        faults.extend(check(false, &session.revocation).err().map(said));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// What is there was made by somebody, once.
fn contents(work: &Work, table: &Items, faults: &mut Vec<String>) {
    let record = work.record();
    for kind in KINDS {
        let prefix = format!("{}#", kind.name.to_uppercase());
        let mut unknown: Vec<&str> = record
            .unknown
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, title)| title.as_str())
            .collect();
        for (id, _, stored) in table.under(&prefix) {
            if record.items.iter().any(|item| item.id == id) {
                continue;
            }
            let title = stored["Data"][kind.title].as_str().unwrap_or_default();
            match unknown.iter().position(|made| *made == title) {
                Some(place) => drop(unknown.remove(place)),
                None => faults.push(format!("nobody made {id}, or somebody twice: {stored}")),
            }
        }
    }
}

/// Who was counted has a mark, and nobody else.
fn visitors(work: &Work, table: &Items, faults: &mut Vec<String>) {
    let day = &NOW[..10];
    let mut record = work.record();
    let record = &mut *record;
    let mut known = BTreeSet::new();
    let mut hold = |events: &mut Vec<Event<visitor::Mark>>, partition: String, sort: &str| {
        events.push(Event {
            call: visitor::Call::Look,
            answer: Some(table.get(&partition, sort).is_some()),
            begin: u64::MAX - 1,
            end: u64::MAX,
        });
        let order = check(false, events);
        faults.extend(
            order
                .err()
                .map(|said| format!("{partition} {sort}: {said}")),
        );
        known.insert((partition, sort.to_owned()));
    };
    for (session, events) in &mut record.visits {
        hold(events, format!("VISIT#client-{session}"), day);
    }
    for ((index, session), events) in &mut record.views {
        let item = &record.items[*index];
        let sort = format!("{}#{}", item.kind.name, item.id);
        hold(events, format!("VIEW#client-{session}"), &sort);
    }
    for prefix in ["VISIT#", "VIEW#"] {
        for (session, sort, _) in table.under(prefix) {
            if !known.contains(&(format!("{prefix}{session}"), sort.to_owned())) {
                faults.push(format!("{prefix}{session} {sort} was never here"));
            }
        }
    }
}
