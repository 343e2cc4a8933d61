//! What a deployed function tells about itself: logs as one JSON object per line, and metrics.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Switches the metrics on, and starts logging as JSON lines on standard output, which Lambda sends to CloudWatch Logs.
/// `RUST_LOG` filters; the default is `info`.
pub fn init_json() {
    crate::metrics::enable();
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false);
    // A second call (tests) keeps the first subscriber.
    let _ = tracing_subscriber::registry().with(lines).with(filter(LevelFilter::INFO)).try_init();
}

/// What `RUST_LOG` lets through, as in `info,aws=debug`; where it is absent, or no such list, all from `default` on.
pub fn filter(default: LevelFilter) -> Targets {
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| asked.parse().ok());
    asked.unwrap_or_else(|| Targets::new().with_default(default))
}
