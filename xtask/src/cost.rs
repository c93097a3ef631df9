//! What a month on AWS costs, computed: measured request units, a stated traffic, and list prices. Free tiers are left out.

mod budget;
mod prices;
mod traffic;

use std::fmt::Write;

use crate::command::say;
use crate::regen::replaced;
use budget::{Budget, Units};
use prices as price;
use traffic::{MIX, Operation};

/// Requests in a month.
const VOLUMES: [f64; 3] = [1e4, 1e6, 1e8];

const HOURS: f64 = 730.0;
const SECONDS: f64 = HOURS * 3_600.0;
const GB: f64 = 1024.0 * 1024.0 * 1024.0;
const MILLION: f64 = 1e6;

const BEGIN: &str = "<!-- cost:begin -->\n";
const END: &str = "<!-- cost:end -->";

const USAGE: &str = "write `cargo xtask cost [--check | [--duration-ms N] [--memory-mb N]]`";

/// What a request takes of the function.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Function {
    /// Billed time of a request, on average.
    duration_ms: f64,
    memory_mb: f64,
}

/// Runs `cost`: the table, into aws/README.md; `--check` fails if that one is stale. Other figures of the function are tried
/// out with the flags, and only printed.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    let function = read(words)?;
    let budget = Budget::measure()?;
    let table = table(function.unwrap_or(traffic::FUNCTION), &budget)?;
    say(&table);
    if function.is_some() {
        return Ok(());
    }
    let path = crate::root().join("aws/README.md");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("aws/README.md cannot be read: {error}"))?;
    let new = replaced(&text, BEGIN, END, &table).ok_or_else(|| {
        format!(
            "aws/README.md needs the lines `{}` and `{END}`",
            BEGIN.trim_end()
        )
    })?;
    if new == text {
        return Ok(());
    }
    if words == ["--check"] {
        return Err("the costs in aws/README.md are stale: run `cargo xtask cost`".to_owned());
    }
    std::fs::write(&path, new).map_err(|error| format!("aws/README.md cannot be written: {error}"))
}

fn read(words: &[&str]) -> Result<Option<Function>, String> {
    if matches!(words, [] | ["--check"]) {
        return Ok(None);
    }
    let mut function = traffic::FUNCTION;
    for pair in words.chunks(2) {
        let (field, number) = match pair {
            ["--duration-ms", number] => (&mut function.duration_ms, number),
            ["--memory-mb", number] => (&mut function.memory_mb, number),
            _ => return Err(USAGE.to_owned()),
        };
        *field = number
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite() && *number > 0.0)
            .ok_or_else(|| format!("{number:?} is no number above 0; {USAGE}"))?;
    }
    Ok(Some(function))
}

/// A line of the bill: what it is, and dollars for each volume.
type Row = (String, [f64; VOLUMES.len()]);

fn table(function: Function, budget: &Budget) -> Result<String, String> {
    let alarms = alarm_metrics()?;
    let rows = bill(function, budget, alarms)?;
    let mut text = String::from(
        "| dollars a month | 10 thousand requests | 1 million | 100 million |\n|---|---|---|---|\n",
    );
    let mut totals = [0.0; VOLUMES.len()];
    let mut line = |name: &str, dollars: &[f64], bold: &str| {
        let _ = write!(text, "| {name} |");
        for dollars in dollars {
            let _ = write!(text, " {bold}{dollars:.2}{bold} |");
        }
        text.push('\n');
    };
    for (name, dollars) in &rows {
        line(name, dollars, "");
        for (total, dollars) in totals.iter_mut().zip(dollars) {
            *total += dollars;
        }
    }
    line("**together**", &totals, "**");
    Ok(text)
}

fn bill(function: Function, budget: &Budget, alarms: usize) -> Result<Vec<Row>, String> {
    let mut units = Units::default();
    for operation in &MIX {
        let row = budget.row(operation.row)?;
        units.read += operation.share * row.read;
        units.write += operation.share * row.write;
    }
    let sum = |of: fn(&Operation) -> f64| {
        MIX.iter()
            .map(|operation| operation.share * of(operation))
            .sum::<f64>()
    };
    let (bytes, new) = (
        sum(|operation| operation.bytes),
        sum(|operation| operation.marks),
    );
    let gigabyte_seconds = function.memory_mb / 1_024.0 * function.duration_ms.ceil() / 1_000.0;
    let logged = (traffic::FUNCTION_LINE + traffic::PLATFORM_LINES + traffic::ACCESS_LINE) / GB;

    let per_volume = |of: &dyn Fn(f64) -> f64| VOLUMES.map(of);
    let kept = |requests: f64| traffic::CONTENT_GB + requests * new * traffic::MARK / GB;
    let metrics = metrics(budget)?;
    Ok(vec![
        (
            "API Gateway, requests".to_owned(),
            per_volume(&|requests| price::api_gateway(requests)),
        ),
        (
            format!(
                "Lambda, {} ms of {} MB (arm64)",
                function.duration_ms, function.memory_mb
            ),
            per_volume(&|requests| {
                requests / MILLION * price::LAMBDA_MILLION
                    + requests * gigabyte_seconds * price::LAMBDA_GB_SECOND
            }),
        ),
        (
            format!(
                "DynamoDB, {:.1} read and {:.2} write units a request",
                units.read, units.write
            ),
            per_volume(&|requests| {
                requests / MILLION
                    * (units.read * price::READ_MILLION + units.write * price::WRITE_MILLION)
            }),
        ),
        (
            "DynamoDB, storage and its backups".to_owned(),
            per_volume(&|requests| kept(requests) * (price::STORAGE_GB + price::PITR_GB)),
        ),
        (
            format!("Logs, {:.1} KB a request", logged * GB / 1_024.0),
            per_volume(&|requests| {
                requests * logged * (price::LOGS_GB + price::LOGS_KEPT_GB * traffic::LOGS_MONTHS)
            }),
        ),
        (
            "Metrics by operation (`METRICS=operations`)".to_owned(),
            per_volume(&|requests| price::METRIC * metrics.operations(requests)),
        ),
        (
            "Metrics of all together (either)".to_owned(),
            per_volume(&|requests| price::METRIC * metrics.service(requests)),
        ),
        (
            format!("{alarms} alarm metrics, a dashboard"),
            [alarms as f64 * price::ALARM + price::DASHBOARD; VOLUMES.len()],
        ),
        (
            "X-Ray, sampled".to_owned(),
            per_volume(&|requests| traces(requests) / MILLION * price::TRACES_MILLION),
        ),
        (
            "Data to the internet".to_owned(),
            per_volume(&|requests| requests * bytes / GB * price::TRANSFER_GB),
        ),
        (
            "Cognito (one user), the table's key".to_owned(),
            [price::COGNITO_USER + traffic::KEY_CALLS / 1e4 * price::KEY_10_THOUSAND;
                VOLUMES.len()],
        ),
    ])
}

/// Requests that X-Ray records by its default rule: the first of each second, and 5 % of the others (developer guide,
/// "Configuring sampling rules"). Visitors come independently of each other.
fn traces(requests: f64) -> f64 {
    let first = SECONDS * busy(requests / SECONDS);
    first + 0.05 * (requests - first)
}

/// How likely something happens in a time in which it happens this often on average (Poisson).
fn busy(rate: f64) -> f64 {
    1.0 - (-rate).exp()
}

/// How often each metric has a value, as a share of requests; runtime/src/middleware/metrics.rs writes them.
struct Metrics {
    operations: Vec<f64>,
    service: Vec<f64>,
}

/// A metric is there when a request of its operation has a value for it: always a duration, units if it consumes any, and
/// client errors where clients err.
fn metrics(budget: &Budget) -> Result<Metrics, String> {
    let mut named: Vec<(&str, [f64; 4])> = Vec::new();
    for operation in &MIX {
        let row = budget.row(operation.row)?;
        let share = operation.share;
        let shares = [
            share,
            share * f64::from(u8::from(row.read > 0.0)),
            share * f64::from(u8::from(row.write > 0.0)),
            share * traffic::CLIENT_ERRORS,
        ];
        match named.iter_mut().find(|(name, _)| *name == operation.name) {
            // New and repeated visits are one operation.
            Some((_, sum)) => sum
                .iter_mut()
                .zip(shares)
                .for_each(|(sum, share)| *sum += share),
            None => named.push((operation.name, shares)),
        }
    }
    let service = (0..4).map(|metric| named.iter().map(|(_, shares)| shares[metric]).sum());
    Ok(Metrics {
        service: service.collect(),
        operations: named.iter().flat_map(|(_, shares)| *shares).collect(),
    })
}

impl Metrics {
    fn operations(&self, requests: f64) -> f64 {
        months(&self.operations, requests)
    }

    fn service(&self, requests: f64) -> f64 {
        months(&self.service, requests)
    }
}

/// Metrics are paid for by the hour in which they have a value.
fn months(shares: &[f64], requests: f64) -> f64 {
    shares
        .iter()
        .map(|share| busy(requests * share / HOURS))
        .sum()
}

/// The metrics that the template's alarms look at; each is paid for.
fn alarm_metrics() -> Result<usize, String> {
    let template = std::fs::read_to_string(crate::root().join(crate::gateway::TEMPLATE))
        .map_err(|error| format!("{} cannot be read: {error}", crate::gateway::TEMPLATE))?;
    Ok(template.matches("MetricName:").count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_a_whole() {
        let sum: f64 = MIX.iter().map(|operation| operation.share).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    }

    #[test]
    fn the_bill_adds_up() {
        // Every row costs one of each, so that it can be computed by hand.
        let lines: Vec<String> = MIX
            .iter()
            .map(|operation| format!("{} 1.0 RRU of 1.0 1.0 WRU of 1.0", operation.row))
            .collect();
        let budget = Budget::read(&lines.join("\n"));
        let function = Function {
            duration_ms: 9.2,
            memory_mb: 512.0,
        };
        let bill = bill(function, &budget, 10).unwrap();
        let dollars = |name: &str| {
            bill.iter()
                .find(|(row, _)| row.starts_with(name))
                .unwrap()
                .1[1]
        };
        assert_eq!(dollars("API Gateway"), 3.5);
        // A million of 10 ms of half a GB are 5,000 GB-seconds.
        assert!((dollars("Lambda") - (0.2 + 5_000.0 * 0.0000133334)).abs() < 1e-9);
        assert!((dollars("DynamoDB, 1.0 read") - (0.1413 + 0.7065)).abs() < 1e-9);
        assert_eq!(dollars("10 alarm metrics"), 4.0);
        // Never more than there are metrics, and all of them when there is traffic.
        let metrics = metrics(&budget).unwrap();
        assert!((metrics.service(1e12) - 4.0).abs() < 1e-6);
        assert!(metrics.service(1.0) < 4.0 / HOURS);
    }

    #[test]
    fn tiers_are_cumulative() {
        assert_eq!(price::api_gateway(333e6), 333.0 * 3.5);
        let above = 333.0 * 3.5 + 667.0 * 2.8 + 1_000.0 * 2.38;
        assert!((price::api_gateway(2e9) - above).abs() < 1e-6);
    }

    #[test]
    fn flags_are_read() {
        assert_eq!(read(&["--check"]), Ok(None));
        let function = read(&["--memory-mb", "512"]).unwrap().unwrap();
        assert_eq!(function.memory_mb, 512.0);
        for words in [
            &["--duration-ms"][..],
            &["--duration-ms", "0"],
            &["--price", "1"],
        ] {
            assert!(read(words).unwrap_err().contains("write `cargo xtask cost"));
        }
    }
}
