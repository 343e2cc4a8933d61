//! Settings that several functions take from their environment, once, at their start.

/// Bucket of the results, from `RESULTS_BUCKET`; `None`, where it is unset or empty: the bucket of the uploads.
pub fn results_bucket() -> Option<String> {
    std::env::var("RESULTS_BUCKET").ok().filter(|name| !name.is_empty())
}
