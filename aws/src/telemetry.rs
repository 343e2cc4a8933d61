//! What a deployed function tells about itself: logs as one JSON object per line, and metrics.

use tracing_subscriber::EnvFilter;

/// Switches the metrics on, and starts logging as JSON lines on standard output, which Lambda sends to CloudWatch Logs.
/// `RUST_LOG` filters; the default is `info`.
pub fn init_json() {
    crate::metrics::enable();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // A second call (tests) keeps the first subscriber.
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false)
        .with_env_filter(filter)
        .try_init();
}
