//! What was measured, as tables.

use std::time::Duration;

use super::growth::{Growth, Size};
use super::operation::Operation;
use super::round::Measured;

/// Ours over Python's: at least so many times its throughput.
const THROUGHPUT: f64 = 10.0;
/// And at most this share of its memory.
const MEMORY: f64 = 0.1;
/// A p99 that is at most so many times that of a hundredth of the content counts as flat.
const FLAT: f64 = 1.5;

/// One operation on all sides.
pub(crate) struct Compared {
    pub(crate) operation: Operation,
    /// Ours over the engine, Python over the engine, ours with the engine inside.
    pub(crate) sides: [Measured; 3],
}

impl Compared {
    /// The median of the rounds' ratios, ours over Python's, both over the engine.
    fn throughput(&self) -> f64 {
        let [ours, python, _] = &self.sides;
        let pairs = ours.throughputs.iter().zip(&python.throughputs);
        median(pairs.map(|(ours, python)| ours / python).collect())
    }

    fn memory(&self) -> f64 {
        let [ours, python, _] = &self.sides;
        ours.memory as f64 / python.memory as f64
    }

    fn anonymous(&self) -> f64 {
        let [ours, python, _] = &self.sides;
        ours.anonymous as f64 / python.anonymous as f64
    }

    /// The servers' computing time for a request, Python's over ours.
    fn computing(&self) -> f64 {
        let [ours, python, _] = &self.sides;
        python.each(python.server) / ours.each(ours.server)
    }
}

/// The head of the table that [`compared`] fills.
pub(crate) fn head() -> String {
    format!(
        "\n{:32} {:18} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>16}\n",
        "operation",
        "side",
        "req/s",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "server us",
        "engine us",
        "MiB (its own)"
    )
}

/// One operation on all sides.
pub(crate) fn compared(compared: &Compared, names: [&str; 3]) -> String {
    let mut text = String::new();
    let name = [compared.operation.name(), "", ""];
    for ((name, side), measured) in name.into_iter().zip(names).zip(&compared.sides) {
        text += &row(name, side, measured);
    }
    text + &format!(
        "{:32} {:18} {:>7.1}x {:>35.1}x {:>17.2}\n",
        "",
        "ratio",
        compared.throughput(),
        compared.computing(),
        compared.memory(),
    )
}

fn row(name: &str, side: &str, measured: &Measured) -> String {
    let quantile = |share| millis(measured.latencies.quantile(share));
    let engine = match measured.engine {
        Duration::ZERO => "-".to_owned(),
        engine => format!("{:.0}", measured.each(engine)),
    };
    format!(
        "{name:32} {side:18} {:>8.0} {:>8} {:>8} {:>8} {:>9.0} {engine:>9} {:>7.1} {:>8}\n",
        median(measured.throughputs.clone()),
        quantile(0.5),
        quantile(0.99),
        quantile(0.999),
        measured.each(measured.server),
        measured.memory as f64 / 1024.0,
        format!("({:.1})", measured.anonymous as f64 / 1024.0),
    )
}

/// Which aims were reached, and what each miss is made of.
pub(crate) fn aims(operations: &[Compared]) -> String {
    let mut text = format!(
        "\nAims, beside Python over the same engine: {THROUGHPUT} times its throughput, {MEMORY} of its memory.\n"
    );
    for compared in operations {
        let (throughput, memory) = (compared.throughput(), compared.memory());
        let mut misses = Vec::new();
        if throughput < THROUGHPUT {
            let [ours, ..] = &compared.sides;
            misses.push(format!(
                "{throughput:.1} times the throughput (of each request {:.0} us are the engine's and {:.0} us ours; the \
                 server alone computes {:.1} times less)",
                ours.each(ours.engine),
                ours.each(ours.server),
                compared.computing(),
            ));
        }
        if memory > MEMORY {
            misses.push(format!(
                "{memory:.2} of the memory ({:.2} of what is the process's own)",
                compared.anonymous()
            ));
        }
        let name = compared.operation.name();
        text += &match &misses[..] {
            [] => format!("  reached  {name}\n"),
            misses => format!("  missed   {name}: {}\n", misses.join(", ")),
        };
    }
    text
}

/// What the driver needs itself, beside the engine on its cores.
pub(crate) fn driver(operations: &[Compared], computed: Duration) -> String {
    let all = operations.iter().flat_map(|compared| &compared.sides);
    let requests: u64 = all.map(|side| side.latencies.total()).sum();
    let each = computed.as_secs_f64() * 1e6 / requests.max(1) as f64;
    format!("\nThe driver computes {each:.0} us for each of {requests} requests.\n")
}

/// The head of the table that [`growth`] fills.
pub(crate) const GROWTH: &str = "\nOurs over the engine, as content grows (p50 / p99 in ms, read and write units of one request):\n";

/// What one operation costs with more content, and why if it grows.
pub(crate) fn growth(growth: &Growth) -> String {
    let mut text = format!("{:32}", growth.operation.name());
    for size in &growth.sizes {
        let quantile = |share| millis(size.measured.latencies.quantile(share));
        let cell = format!(
            "{}: {} / {}  {}r {}w",
            size.posts,
            quantile(0.5),
            quantile(0.99),
            size.read,
            size.write
        );
        text += &format!(" {cell:>32}");
    }
    text + &format!("  {}\n", verdict(growth))
}

/// How the largest size compares with the smallest: by the median of the rounds' p99, which one round that was disturbed
/// does not move; by the median of all where there are too few requests for it.
fn verdict(growth: &Growth) -> String {
    let [small, .., large] = &growth.sizes[..] else {
        return "one size".to_owned();
    };
    let p99 = |size: &Size| {
        median(
            size.measured
                .tails
                .iter()
                .map(Duration::as_secs_f64)
                .collect(),
        )
    };
    let p50 = |size: &Size| {
        let p50 = size.measured.latencies.quantile(0.5);
        p50.map_or(f64::NAN, |p50| p50.as_secs_f64())
    };
    let (name, times) = match p99(large) / p99(small) {
        times if times.is_nan() => ("p50", p50(large) / p50(small)),
        times => ("p99 of a round", times),
    };
    match growth.operation.grows() {
        Some(why) => format!("{name} {times:.1} times: {why}"),
        None if times <= FLAT => format!("{name} flat ({times:.2})"),
        None => format!("{name} {times:.1} times, NOT FLAT"),
    }
}

fn millis(duration: Option<Duration>) -> String {
    duration.map_or("-".to_owned(), |duration| {
        format!("{:.2}", duration.as_secs_f64() * 1e3)
    })
}

/// The middle of some figures; the lower one of two.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len().saturating_sub(1) / 2;
    figures.get(middle).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(throughputs: [f64; 3], memory: u64) -> Measured {
        Measured {
            throughputs: throughputs.to_vec(),
            memory,
            anonymous: memory / 2,
            ..Measured::default()
        }
    }

    #[test]
    fn ratios_are_medians_of_pairs_and_misses_are_named() {
        let compared = Compared {
            operation: Operation::GetPost,
            sides: [
                measured([100.0, 10.0, 120.0], 20),
                // The second round was disturbed on both sides.
                measured([10.0, 1.0, 10.0], 100),
                Measured::default(),
            ],
        };
        assert_eq!(compared.throughput(), 10.0);
        let text = aims(&[compared]);
        assert!(
            text.contains("missed   get a post: 0.20 of the memory (0.20 of what"),
            "{text}"
        );
    }

    fn size(tails: &[u64], latency: u64) -> Size {
        let mut measured = Measured {
            tails: tails.iter().copied().map(Duration::from_millis).collect(),
            ..Measured::default()
        };
        // Enough for a median, not for a p99.
        (0..20).for_each(|_| measured.latencies.add(Duration::from_millis(latency)));
        Size {
            posts: 1,
            measured,
            read: 0.5,
            write: 0.0,
        }
    }

    fn verdict_of(operation: Operation, sizes: Vec<Size>) -> String {
        verdict(&Growth { operation, sizes })
    }

    #[test]
    fn a_round_that_was_disturbed_does_not_make_an_operation_grow() {
        let (small, large) = (size(&[2, 2, 2], 1), size(&[2, 90, 2], 1));
        let text = verdict_of(Operation::GetPost, vec![small, large]);
        assert_eq!(text, "p99 of a round flat (1.00)");
        let (small, large) = (size(&[2, 2, 2], 1), size(&[8, 8, 2], 1));
        let text = verdict_of(Operation::GetPost, vec![small, large]);
        assert_eq!(text, "p99 of a round 4.0 times, NOT FLAT");
    }

    #[test]
    fn the_largest_size_is_judged_also_if_it_has_no_p99() {
        let (small, large) = (size(&[2, 2, 2], 1), size(&[], 8));
        let text = verdict_of(Operation::ListPosts, vec![small, large]);
        assert!(text.starts_with("p50 8.0 times: reads the index"), "{text}");
    }

    #[test]
    fn the_median_of_an_even_number_is_one_of_them() {
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), 2.0);
        assert!(median(Vec::new()).is_nan());
    }
}
