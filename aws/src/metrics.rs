//! Metrics in CloudWatch's embedded format: one JSON line per invocation, from which CloudWatch makes metrics.
//!
//! Format: Amazon CloudWatch User Guide, "Specification: Embedded metric format".

use std::fs::File;
use std::io::{Read, Write};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Namespace of the metrics; `template.yaml`'s dashboard and alarms read it.
pub const NAMESPACE: &str = "Isotherm";

/// A measured value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// A number of things.
    Count(u64),
    /// A number of bytes.
    Bytes(u64),
    /// A time.
    Time(Duration),
    /// An amount of money in US dollars.
    Dollars(f64),
    /// A share of something, in hundredths.
    Percent(f64),
}

impl Measure {
    /// CloudWatch's name of the unit, and the value in it.
    fn parts(self) -> (&'static str, Value) {
        match self {
            Measure::Count(count) => ("Count", count.into()),
            Measure::Bytes(bytes) => ("Bytes", bytes.into()),
            Measure::Time(time) => ("Milliseconds", (time.as_secs_f64() * 1000.0).into()),
            Measure::Dollars(amount) => ("None", amount.into()),
            Measure::Percent(share) => ("Percent", share.into()),
        }
    }
}

/// Whether metrics are written: in a deployed function they are, in the local runner standard output is the user's.
static ENABLED: AtomicBool = AtomicBool::new(false);

/// Switches the metrics on; called once, at the start of a deployed function.
pub fn enable() {
    ENABLED.store(true, Ordering::Relaxed);
}

/// One invocation of a function, from its start to its end.
#[derive(Debug)]
pub struct Invocation {
    started: Instant,
    cold_start: bool,
}

impl Invocation {
    /// An invocation that starts now. The first one of a process is a cold start.
    pub fn start() -> Self {
        static WARM: AtomicBool = AtomicBool::new(false);
        Invocation { started: Instant::now(), cold_start: !WARM.swap(true, Ordering::Relaxed) }
    }

    /// Writes the metrics to standard output, which Lambda sends to CloudWatch Logs. `measures` are the
    /// function's own; duration, cold start and estimated cost are added.
    pub fn finish(self, run_id: &str, measures: &[(&str, Measure)]) {
        if !ENABLED.load(Ordering::Relaxed) {
            return;
        }
        let duration = self.started.elapsed();
        let mut all = vec![
            ("Duration", Measure::Time(duration)),
            ("ColdStart", Measure::Count(self.cold_start.into())),
        ];
        all.extend(estimated_cost(duration).map(|cost| ("EstimatedCost", Measure::Dollars(cost))));
        all.extend(memory_used().map(|share| ("MemoryUsed", Measure::Percent(share))));
        all.extend_from_slice(measures);
        let function = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
        let line = line(&function, run_id, SystemTime::now(), &all);
        // In one piece: a formatter hands standard output each name and each number by itself.
        let mut text = line.to_string();
        text.push('\n');
        // A log that cannot be written must not fail the run.
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
    }
}

fn line(function: &str, run_id: &str, now: SystemTime, measures: &[(&str, Measure)]) -> Value {
    let since_epoch = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let definitions: Vec<_> =
        measures.iter().map(|(name, measure)| json!({"Name": name, "Unit": measure.parts().0})).collect();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": since_epoch.as_millis() as u64,
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["FunctionName"]], "Metrics": definitions}],
        }),
    );
    line.insert("FunctionName".to_owned(), function.into());
    line.insert("run_id".to_owned(), run_id.into());
    line.extend(measures.iter().map(|(name, measure)| ((*name).to_owned(), measure.parts().1)));
    Value::Object(line)
}

/// Published prices; see the file for their source and date.
#[derive(Deserialize)]
struct Prices {
    lambda_request: f64,
    lambda_gb_second: std::collections::BTreeMap<String, f64>,
}

/// What Lambda charges for an invocation of this duration at the function's memory size, in US dollars;
/// `None` outside of Lambda.
fn estimated_cost(duration: Duration) -> Option<f64> {
    cost(duration, function_megabytes()?, std::env::consts::ARCH)
}

/// The function's memory size; `None` outside of Lambda.
fn function_megabytes() -> Option<f64> {
    std::env::var("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").ok()?.parse().ok()
}

/// The most memory that this process has held so far, in hundredths of the function's; `None` outside of Lambda. Lambda's
/// own figure is not to be had as a metric without Lambda Insights.
fn memory_used() -> Option<f64> {
    let megabytes = function_megabytes()?;
    Some(100.0 * peak_megabytes(&own_status()?)? / megabytes)
}

/// This process' `/proc/<pid>/status`, in one piece: who does not say how long it may be reads it in eight.
fn own_status() -> Option<String> {
    let mut status = vec![0; 8 << 10];
    let length = File::open("/proc/self/status").ok()?.read(&mut status).ok()?;
    status.truncate(length);
    String::from_utf8(status).ok()
}

/// The peak of the resident memory in a `/proc/<pid>/status`.
fn peak_megabytes(status: &str) -> Option<f64> {
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = peak.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn cost(duration: Duration, megabytes: f64, architecture: &str) -> Option<f64> {
    static PRICES: LazyLock<Option<Prices>> =
        LazyLock::new(|| serde_json::from_str(include_str!("../data/prices.json")).ok());
    let prices = PRICES.as_ref()?;
    let gb_second = prices.lambda_gb_second.get(architecture)?;
    // Billed by the millisecond, rounded up.
    let seconds = (duration.as_secs_f64() * 1000.0).ceil() / 1000.0;
    Some(prices.lambda_request + seconds * megabytes / 1024.0 * gb_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_follows_the_embedded_metric_format() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        let line = line(
            "process",
            "run",
            now,
            &[("RowsRead", Measure::Count(7)), ("S3Time", Measure::Time(Duration::from_millis(2)))],
        );
        assert_eq!(
            line,
            json!({
                "_aws": {
                    "Timestamp": 1_700_000_000_123_u64,
                    "CloudWatchMetrics": [{
                        "Namespace": "Isotherm",
                        "Dimensions": [["FunctionName"]],
                        "Metrics": [{"Name": "RowsRead", "Unit": "Count"}, {"Name": "S3Time", "Unit": "Milliseconds"}],
                    }],
                },
                "FunctionName": "process",
                "run_id": "run",
                "RowsRead": 7,
                "S3Time": 2.0,
            })
        );
    }

    #[test]
    fn the_peak_of_the_memory_is_read_as_linux_writes_it() {
        let status = "Name:\tbootstrap\nVmPeak:\t  900000 kB\nVmHWM:\t   20480 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(peak_megabytes(status), Some(20.0));
        assert_eq!(peak_megabytes("Name:\tbootstrap\n"), None);
        assert!(peak_megabytes(&own_status().unwrap()).unwrap() > 1.0);
    }

    /// One second at 1 GiB on x86 costs the price of a GB-second and of a request.
    #[test]
    fn cost_is_memory_times_time_and_a_request() {
        let dollars = cost(Duration::from_micros(999_100), 1024.0, "x86_64").unwrap();
        assert!((dollars - 0.0000168667).abs() < 1e-12, "{dollars}");
        assert_eq!(cost(Duration::from_secs(1), 1024.0, "sparc"), None);
    }
}
