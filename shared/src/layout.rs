//! The bucket layout: where a run's results and intermediate files lie.

use sha2::{Digest, Sha256};

/// Prefix of the statistics files.
pub const PROCESSED: &str = "processed/";
/// Prefix of the reports.
pub const REPORTS: &str = "reports/";
/// Prefix of the rejected rows.
pub const REJECTED: &str = "rejected/";
/// Prefix of a run's intermediate files; expired by a lifecycle rule.
pub const RUNS: &str = "runs/";

/// Prefixes that Isotherm writes under; an object below one of them never starts a run.
pub const OUTPUT_PREFIXES: [&str; 4] = [PROCESSED, REPORTS, REJECTED, RUNS];

/// Endings of keys that are taken for tables, longest first.
pub const TABLE_SUFFIXES: [&str; 5] = [".csv.gz", ".csv.zst", ".csv", ".tsv", ".txt"];

/// Whether `key` is one of Isotherm's own outputs.
pub fn is_output(key: &str) -> bool {
    OUTPUT_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// Whether `key` ends as a table does, in any case of letters.
pub fn is_table(key: &str) -> bool {
    stem(key).len() < key.len()
}

/// `key` without the ending that makes it a table; all of it when it has none.
fn stem(key: &str) -> &str {
    TABLE_SUFFIXES
        .iter()
        .find_map(|suffix| {
            let cut = key.len().checked_sub(suffix.len())?;
            let (stem, ending) = (key.get(..cut)?, key.get(cut..)?);
            ending.eq_ignore_ascii_case(suffix).then_some(stem)
        })
        .unwrap_or(key)
}

/// S3's limit on a key, in bytes of UTF-8.
const MAX_KEY_BYTES: usize = 1024;

/// `prefix`, the stem of `key`, `ending`; a stem too long for S3's limit is cut and told apart by a hash.
fn result_key(prefix: &str, key: &str, ending: &str) -> String {
    let stem = stem(key);
    let room = MAX_KEY_BYTES - prefix.len() - ending.len();
    if stem.len() <= room {
        return format!("{prefix}{stem}{ending}");
    }
    let hash: String =
        Sha256::digest(key.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let cut = stem.floor_char_boundary(room - hash.len() - 1);
    format!("{prefix}{}~{hash}{ending}", &stem[..cut])
}

/// Key of the statistics file of the object `key`.
pub fn statistics_key(key: &str) -> String {
    result_key(PROCESSED, key, "_stats.json")
}

/// Key of the report of the object `key`.
pub fn report_key(key: &str) -> String {
    result_key(REPORTS, key, ".html")
}

/// Key of the rejected rows of the object `key`.
pub fn rejected_key(key: &str) -> String {
    result_key(REJECTED, key, "_rows.csv")
}

/// Key of one of a run's plans.
pub fn plan_key(run_id: &str, plan_id: &str) -> String {
    format!("{RUNS}{run_id}/{plan_id}/plan.json")
}

/// Key of the partial of the split `index`.
pub fn partial_key(run_id: &str, plan_id: &str, index: u32) -> String {
    format!("{RUNS}{run_id}/{plan_id}/partials/{index:05}.json.zst")
}

/// Key of the rejected rows of the split `index`, before they are put together.
pub fn split_rejects_key(run_id: &str, plan_id: &str, index: u32) -> String {
    format!("{RUNS}{run_id}/{plan_id}/rejects/{index:05}.csv.zst")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_named_after_the_object() {
        assert_eq!(statistics_key("incoming/a.csv"), "processed/incoming/a_stats.json");
        assert_eq!(report_key("incoming/a.csv.gz"), "reports/incoming/a.html");
        assert_eq!(rejected_key("x/Ä ö.TSV"), "rejected/x/Ä ö_rows.csv");
        assert_eq!(statistics_key("plain"), "processed/plain_stats.json");
        assert_eq!(statistics_key("ü"), "processed/ü_stats.json");
    }

    #[test]
    fn a_key_of_the_longest_length_still_has_distinct_results() {
        let key = |last: &str| format!("{}{last}.csv", "ü".repeat(509));
        let (a, b) = (statistics_key(&key("a")), statistics_key(&key("b")));
        assert!(a.len() <= 1024 && a.starts_with("processed/ü") && a.ends_with("_stats.json"));
        assert_ne!(a, b);
    }

    #[test]
    fn tables_and_outputs_are_told_by_their_names() {
        for key in ["a.csv", "a.CSV", "d/a.csv.zst", "a.tsv", "a.txt", "a.csv.gz"] {
            assert!(is_table(key), "{key}");
        }
        for key in ["a.png", "folder/", "a.gz", "csv", "a.csv.bak"] {
            assert!(!is_table(key), "{key}");
        }
        assert!(is_output("processed/a_stats.json") && is_output("runs/1/plan.json"));
        assert!(!is_output("incoming/processed/a.csv"));
    }
}
