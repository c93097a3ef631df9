//! Many clients at once: one wins, and all that are answered are answered in some order.

use fastrand::Rng;

use crate::judge::judge;
use crate::plan::{Action, Change, Match, plan};
use crate::rounds::{Sum, each, simulate};
use crate::schedule::Schedule;
use crate::workload::Work;
use crate::world::World;

/// Clients of a race.
const CLIENTS: usize = 64;

/// A world without faults in which every call takes a moment, so that requests meet between any two.
async fn world(random: &mut Rng) -> Work {
    Work::start(World::start(Schedule::jitter(random, 20)).await).await
}

/// How many of a race were answered with this status.
fn with(work: &Work, from: usize, status: u16) -> usize {
    let answers = &work.record.borrow().answers;
    let race = answers
        .iter()
        .filter(|(number, ..)| *number >= from && *number < from + 1_000);
    race.filter(|(.., answered)| *answered == status).count()
}

/// One race: all do the same at once, and the answers are so many of each status.
async fn race(
    work: &Work,
    from: usize,
    clients: usize,
    action: Action,
    expected: &[(u16, usize)],
) -> Result<(), String> {
    let all: Vec<_> = (0..clients)
        .map(|client| vec![(from + client, action.clone())])
        .collect();
    work.run(&all).await;
    for (status, count) in expected {
        let found = with(work, from, *status);
        if found != *count {
            return Err(format!(
                "of {clients} at once with {action:?}, {found} were answered {status}, not {count}"
            ));
        }
    }
    Ok(())
}

/// Everybody wants the same, and one gets it.
fn winners(seed: u64) -> Result<Sum, String> {
    let mut random = Rng::with_seed(seed);
    let visitors = random.usize(50..=500);
    simulate(seed, async {
        let work = world(&mut random).await;
        let item = usize::try_from(seed % 3).unwrap();
        let from = 10_000;
        let change = |change| Action::Change(item, change, Match::Newest);
        let one = [(200, 1), (412, CLIENTS - 1)];
        race(&work, from, CLIENTS, change(Change::Update), &one).await?;
        race(&work, from + 1_000, CLIENTS, change(Change::Publish), &one).await?;
        race(
            &work,
            from + 2_000,
            visitors,
            Action::View(item, 0),
            &[(200, visitors)],
        )
        .await?;
        race(
            &work,
            from + 3_000,
            CLIENTS,
            change(Change::Unpublish),
            &one,
        )
        .await?;
        let one = [(204, 1), (404, CLIENTS - 1)];
        race(&work, from + 4_000, CLIENTS, change(Change::Delete), &one).await?;
        race(&work, 0, visitors, Action::Visit(0), &[(200, visitors)]).await?;
        let one = [(200, 1), (401, CLIENTS - 1)];
        race(&work, 2_000, CLIENTS, Action::Refresh(0, true), &one).await?;
        judge(&work).await?;
        Ok(Sum::of(&work.record.borrow(), 0))
    })
}

/// Everybody does anything to one item and one session.
fn histories(seed: u64) -> Result<Sum, String> {
    let mut random = Rng::with_seed(seed);
    simulate(seed, async {
        let work = world(&mut random).await;
        work.run(&plan(&mut random, CLIENTS, 4, Action::random_of_one))
            .await;
        judge(&work).await?;
        Ok(Sum::of(&work.record.borrow(), 0))
    })
}

#[test]
fn of_all_that_want_the_same_one_wins() {
    each("races", 1, winners);
}

#[test]
fn whatever_sixty_four_clients_do_has_an_order() {
    each("races", 1, histories);
}
