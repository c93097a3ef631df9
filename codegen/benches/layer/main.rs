//! The generated layer beside the same three routes written by hand on axum.
//!
//! Both sides answer the same bytes, which is checked first. Over HTTP/1.1 on the loopback, with
//! connections kept alive, one side is measured after the other in pairs; `ratio` is the generated
//! side's throughput over the handwritten one's, the median of the pairs.
//!
//! `cargo bench -p contract-codegen --bench layer`
#![allow(clippy::print_stdout)]

mod calls;
mod client;
mod generated;
mod handwritten;

use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use calls::{Call, calls};
use contract_runtime::axum::{self, Router};

/// How many pairs are measured of each call.
const PAIRS: usize = 101;
/// How long one side of a pair is measured.
const SLICE: Duration = Duration::from_millis(40);

fn main() {
    let generated = serve(generated::router());
    let handwritten = serve(handwritten::router());
    for call in calls() {
        compare(&call, generated, handwritten);
    }
    for call in calls() {
        in_process(&call);
    }
}

/// Serves on a thread of its own, and gives the address.
fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be built");
        runtime.block_on(async {
            listener.set_nonblocking(true).expect("a socket can be so");
            let listener = tokio::net::TcpListener::from_std(listener).expect("it is a listener");
            axum::serve(listener, router).await.expect("it serves");
        });
    });
    address
}

fn compare(call: &Call, generated: SocketAddr, handwritten: SocketAddr) {
    let mut sides = [
        client::Connections::open(generated, call),
        client::Connections::open(handwritten, call),
    ];
    let [one, two] = &mut sides;
    let (one, two) = (one.answer(), two.answer());
    assert_eq!(one, two, "{}: both sides answer the same", call.name);
    assert!(
        one.starts_with(&format!("HTTP/1.1 {}", call.status)),
        "{one}"
    );
    let mut pairs: Vec<(f64, f64)> = (0..=PAIRS)
        .map(|pair| {
            // Whoever comes first may have it easier, so they take turns.
            let (first, second) = (pair % 2, (pair + 1) % 2);
            let mut rates = [0.0; 2];
            rates[first] = sides[first].rate(SLICE);
            rates[second] = sides[second].rate(SLICE);
            (rates[0], rates[1])
        })
        // The first pair warms both sides up.
        .skip(1)
        .collect();
    let (generated, handwritten) = (
        median(pairs.iter().map(|pair| pair.0)),
        median(pairs.iter().map(|pair| pair.1)),
    );
    pairs.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let ratio = |index: usize| pairs[index].0 / pairs[index].1;
    println!(
        "{}: generated {generated:.0}/s, handwritten {handwritten:.0}/s, quartiles {:.3} to {:.3}",
        call.name,
        ratio(PAIRS / 4),
        ratio(PAIRS * 3 / 4)
    );
    println!("ratio: {:.3} {}", ratio(PAIRS / 2), call.name);
}

/// The same without a network: nanoseconds of one call.
fn in_process(call: &Call) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime can be built");
    let routers = [generated::router(), handwritten::router()];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..=PAIRS / 4 {
        for (router, times) in routers.iter().zip(&mut times) {
            times.push(runtime.block_on(calls::nanoseconds(router, call)));
        }
    }
    let [generated, handwritten] = times.map(|times| median(times.into_iter().skip(1)));
    println!(
        "in process: generated {generated:.0} ns, handwritten {handwritten:.0} ns, {}",
        call.name
    );
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
