//! The races once more, on connections: clients and servers with threads of their own, and on time as it passes. What one
//! seed does is not the same twice; who meets whom is up to the machine.

use std::sync::Arc;

use fastrand::Rng;

use crate::races::{histories, winners};
use crate::rounds::{Sum, one_by_one};
use crate::servers::Place;
use crate::work::Work;
use crate::world::World;

/// Threads of the clients.
const THREADS: usize = 4;

/// Clients at work on servers: one or two, on a database on a disk or in memory, whose calls take a moment or none.
async fn work(random: &mut Rng) -> Arc<Work> {
    let place = Place {
        servers: random.usize(1..=2),
        disk: random.bool(),
        moment: random.choice([0, 1, 5]).unwrap_or(0),
    };
    Work::start(World::connected(place).await).await
}

fn round(
    seed: u64,
    done: impl AsyncFn(&Arc<Work>, &mut Rng) -> Result<Sum, String>,
) -> Result<Sum, String> {
    let mut random = Rng::with_seed(seed);
    let clients = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build();
    clients.unwrap().block_on(async {
        let work = work(&mut random).await;
        done(&work, &mut random).await
    })
}

#[test]
fn of_all_that_want_the_same_on_connections_one_wins() {
    one_by_one("races", 1, |seed| round(seed, winners));
}

#[test]
fn whatever_sixty_four_clients_do_on_connections_has_an_order() {
    one_by_one("races", 2, |seed| round(seed, histories));
}
