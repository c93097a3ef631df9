//! Many clients at once: one wins, and all that are answered are answered in some order.

use std::sync::Arc;

use fastrand::Rng;

use crate::judge::judge;
use crate::plan::{Action, Change, Match, Token, plan};
use crate::rounds::{Sum, each, simulate};
use crate::schedule::Schedule;
use crate::work::Work;
use crate::world::World;

/// Clients of a race.
const CLIENTS: usize = 64;

/// Numbers of requests are apart by so many from race to race.
const RACE: usize = 1_000;

/// One race: all do the same at once, and the answers are so many of each status.
async fn race(
    work: &Arc<Work>,
    from: usize,
    clients: usize,
    action: Action,
    expected: &[(u16, usize)],
) -> Result<(), String> {
    let all: Vec<_> = (0..clients)
        .map(|client| vec![(from + client, action.clone())])
        .collect();
    work.run(&all).await;
    let record = work.record();
    let race = from..from + RACE;
    let answers = record.answers.iter();
    let answered: Vec<u16> = answers
        .filter(|(number, ..)| race.contains(number))
        .map(|(.., status)| *status)
        .collect();
    for (status, count) in expected {
        let found = answered.iter().filter(|answered| *answered == status);
        let found = found.count();
        if found != *count {
            return Err(format!(
                "of {clients} at once with {action:?}, {found} were answered {status}, not {count}"
            ));
        }
    }
    Ok(())
}

/// Everybody wants the same, and one gets it: to change the one version that all have read, to renew a session by the one
/// token; and a session that visits or views hundreds of times at once is counted once.
pub(crate) async fn winners(work: &Arc<Work>, random: &mut Rng) -> Result<Sum, String> {
    let visitors = random.usize(50..=500);
    let item = random.usize(..3);
    let changes = [
        (Change::Update, (200, 412)),
        (Change::Publish, (200, 412)),
        (Change::Unpublish, (200, 412)),
        (Change::Publish, (200, 412)),
        (Change::Delete, (204, 404)),
    ];
    let mut from = 0;
    for (place, (change, (won, lost))) in changes.into_iter().enumerate() {
        let newest = work.record().items[item].newest;
        let action = Action::Change(item, change, Match::Version(newest));
        let one = [(won, 1), (lost, CLIENTS - 1)];
        race(work, from, CLIENTS, action, &one).await?;
        from += RACE;
        // Of what is published now.
        if matches!(place, 1 | 3) {
            let action = Action::View(item, place);
            race(work, from, visitors, action, &[(200, visitors)]).await?;
            from += RACE;
        }
    }
    race(work, from, visitors, Action::Visit(0), &[(200, visitors)]).await?;
    from += RACE;
    let action = Action::Refresh(0, Token::Number(0));
    let one = [(200, 1), (401, CLIENTS - 1)];
    race(work, from, CLIENTS, action, &one).await?;
    judge(work).await?;
    Ok(Sum::of(&work.record(), 0))
}

/// Everybody does anything to one item and one session.
pub(crate) async fn histories(work: &Arc<Work>, random: &mut Rng) -> Result<Sum, String> {
    work.run(&plan(random, CLIENTS, 4, Action::random_of_one))
        .await;
    judge(work).await?;
    Ok(Sum::of(&work.record(), 0))
}

/// A world without faults in which every call takes a moment, so that requests meet between any two.
async fn work(random: &mut Rng) -> Arc<Work> {
    Work::start(World::simulated(Schedule::jitter(random, 20)).await).await
}

#[test]
fn of_all_that_want_the_same_one_wins() {
    each("races", 1, |seed| {
        let mut random = Rng::with_seed(seed);
        simulate(seed, async {
            winners(&work(&mut random).await, &mut random).await
        })
    });
}

#[test]
fn whatever_sixty_four_clients_do_has_an_order() {
    each("races", 1, |seed| {
        let mut random = Rng::with_seed(seed);
        simulate(seed, async {
            histories(&work(&mut random).await, &mut random).await
        })
    });
}
