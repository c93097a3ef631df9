//! Faults between the SDK and the engine, of every kind, in every operation.

use fastrand::Rng;
use portfolio_tests::contract::OPERATIONS;

use crate::judge::judge;
use crate::plan::{Action, plan};
use crate::record::Answers;
use crate::rounds::{Sum, each, simulate};
use crate::schedule::{LATEST, Schedule};
use crate::work::Work;
use crate::world::World;

/// One to eight clients with some forty requests in all.
fn round(seed: u64) -> (Result<Sum, String>, Answers) {
    let mut random = Rng::with_seed(seed);
    let clients = random.usize(1..=8);
    let each = 40 / clients;
    let schedule = Schedule::random(&mut random, clients * each);
    let plan = plan(&mut random, clients, each, Action::random);
    simulate(seed, async {
        let work = Work::start(World::simulated(schedule.clone()).await).await;
        work.run(&plan).await;
        // What its caller has given up may still be on its way.
        tokio::time::sleep(LATEST).await;
        let judged = judge(&work).await;
        let record = std::mem::take(&mut *work.record());
        let sum = judged
            .map(|()| Sum::of(&record, schedule.faults()))
            .map_err(|said| format!("{said}\nthe schedule: {schedule}"));
        (sum, record.answers)
    })
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let sum = each("faults", 24, |seed| round(seed).0);
    // The usual seeds, or many more.
    if std::env::var_os("TORTURE_ROUNDS").is_none() || sum.requests > 5_000 {
        for operation in OPERATIONS.iter() {
            let statuses = sum.statuses.get(operation.id());
            let statuses = statuses.unwrap_or_else(|| panic!("nobody asked {}", operation.id()));
            assert!(
                statuses.keys().any(|status| *status < 300),
                "{}",
                operation.id()
            );
        }
        assert!(sum.faults > 0 && sum.with(503) > 0);
    }
}

#[test]
fn a_seed_is_the_same_round_again() {
    for seed in [3, 4] {
        assert_eq!(round(seed).1, round(seed).1);
    }
}
