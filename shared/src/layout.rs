//! The bucket layout: where a run's results and intermediate files lie.

use sha2::{Digest, Sha256};

/// Prefix of the statistics files.
pub const PROCESSED: &str = "processed/";
/// Prefix of the reports.
pub const REPORTS: &str = "reports/";
/// Prefix of the rejected rows.
pub const REJECTED: &str = "rejected/";
/// Prefix of the tables.
pub const TABLES: &str = "tables/";
/// Names of an object's tables.
pub const TABLE_NAMES: [&str; 3] = ["cells", "stations", "days"];
/// Prefix of the results under the names that are one run's alone; see [`crate::edition`].
pub const EDITIONS: &str = "editions/";
/// Prefix of a run's intermediate files; expired by a lifecycle rule.
pub const RUNS: &str = "runs/";

/// Prefixes that Isotherm writes under; an object below one of them never starts a run.
pub const OUTPUT_PREFIXES: [&str; 6] = [PROCESSED, REPORTS, REJECTED, TABLES, EDITIONS, RUNS];

/// Endings of keys that are taken for tables, longest first.
pub const TABLE_SUFFIXES: [&str; 5] = [".csv.gz", ".csv.zst", ".csv", ".tsv", ".txt"];

/// Whether `key` is one of Isotherm's own outputs.
pub fn is_output(key: &str) -> bool {
    OUTPUT_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// Whether `key` ends as a table does, in any case of letters.
pub fn is_table(key: &str) -> bool {
    let ends_with = |suffix: &&str| {
        let ending = key.len().checked_sub(suffix.len()).and_then(|at| key.get(at..));
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case(suffix))
    };
    TABLE_SUFFIXES.iter().any(ends_with)
}

/// The ending that results are named without.
const CSV: &str = ".csv";
/// S3's limit on a key, in bytes of UTF-8.
const MAX_KEY_BYTES: usize = 1024;
/// What file systems take as one name, in bytes.
const MAX_NAME_BYTES: usize = 255;
/// Room for the longest prefix of a result, and for its longest ending: a stem that fits one result fits all.
const PREFIX_BYTES: usize = PROCESSED.len();
const ENDING_BYTES: usize = 1 + ID_DIGITS + 1 + REJECTED_FILE.len();
/// The same for the last name in it.
const NAME_ENDING_BYTES: usize = "/stations".len() + TABLE_ENDING.len();
/// Digits of an edition's id.
const ID_DIGITS: usize = 32;
const TABLE_ENDING: &str = ".parquet";
const STATISTICS_ENDING: &str = "_stats.json";
const REPORT_ENDING: &str = ".html";
const REJECTED_ENDING: &str = "_rows.csv";
/// The report in an edition, which has a folder to itself.
pub const REPORT_FILE: &str = "report.html";
/// The rejected rows in it.
const REJECTED_FILE: &str = "rejected_rows.csv";
/// Digits of the hash that a stem of its own ends in.
const HASH_DIGITS: usize = 16;

/// What the results of the object `key` are named after, different for every key. Where the results of several
/// buckets lie together, `key` is that of [`in_bucket`], here and in all functions below.
///
/// `.csv` is taken off and any other table's name stays whole: `a.csv` gives `a`, `a.csv.gz` stays. A name that
/// would then be another's (`a`, which is no table, and `a.csv.gz.csv`), or is too long for S3 or a file system,
/// gets `~` and a hash of the key behind it.
fn stem(key: &str) -> String {
    let plain = match key.strip_suffix(CSV) {
        Some(stem) => (!is_kept_whole(stem) && !ends_in_hash(stem)).then_some(stem),
        None => is_kept_whole(key).then_some(key),
    };
    if let Some(stem) = plain.filter(|stem| fits(stem)) {
        return stem.to_owned();
    }
    let stem = key.strip_suffix(CSV).unwrap_or(key);
    let hash: String = Sha256::digest(key.as_bytes())
        .iter()
        .take(HASH_DIGITS / 2)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let room = |whole: usize| whole - hash.len() - 1;
    let cut = stem.floor_char_boundary(room(MAX_KEY_BYTES - PREFIX_BYTES - ENDING_BYTES));
    let name = stem[..cut].rfind('/').map_or(0, |slash| slash + 1);
    let cut = stem.floor_char_boundary(cut.min(name + room(MAX_NAME_BYTES - NAME_ENDING_BYTES)));
    format!("{}~{hash}", &stem[..cut])
}

/// Whether `key` is a table of another ending than `.csv`.
fn is_kept_whole(key: &str) -> bool {
    is_table(key) && !key.ends_with(CSV)
}

/// Whether `stem` could be one that was given a hash.
fn ends_in_hash(stem: &str) -> bool {
    stem.rsplit_once('~').is_some_and(|(_, hash)| hash.len() == HASH_DIGITS && is_hex(hash))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn fits(stem: &str) -> bool {
    let name = stem.rsplit('/').next().unwrap_or(stem);
    stem.len() <= MAX_KEY_BYTES - PREFIX_BYTES - ENDING_BYTES
        && name.len() <= MAX_NAME_BYTES - NAME_ENDING_BYTES
}

/// What the results of an object are named after where those of several buckets lie together.
pub fn in_bucket(bucket: &str, key: &str) -> String {
    format!("{bucket}/{key}")
}

/// Key of the statistics file of the object `key`.
pub fn statistics_key(key: &str) -> String {
    format!("{PROCESSED}{}{STATISTICS_ENDING}", stem(key))
}

/// Key of the report of the object `key`.
pub fn report_key(key: &str) -> String {
    format!("{REPORTS}{}{REPORT_ENDING}", stem(key))
}

/// Key of the rejected rows of the object `key`.
pub fn rejected_key(key: &str) -> String {
    format!("{REJECTED}{}{REJECTED_ENDING}", stem(key))
}

/// Key of the table `table` of the object `key`, one of [`TABLE_NAMES`].
pub fn table_key(key: &str, table: &str) -> String {
    format!("{TABLES}{}/{table}{TABLE_ENDING}", stem(key))
}

/// Key of the report in the edition `id` of the object `key`.
pub fn edition_report_key(key: &str, id: &str) -> String {
    edition(key, id, REPORT_FILE)
}

/// Key of the rejected rows in the edition `id` of the object `key`.
pub fn edition_rejected_key(key: &str, id: &str) -> String {
    edition(key, id, REJECTED_FILE)
}

/// Key of the table `table`, one of [`TABLE_NAMES`], in the edition `id` of the object `key`.
pub fn edition_table_key(key: &str, id: &str, table: &str) -> String {
    edition(key, id, &format!("{table}{TABLE_ENDING}"))
}

/// Whether `text` may be the id of an edition.
pub fn is_edition_id(text: &str) -> bool {
    text.len() == ID_DIGITS && is_hex(text)
}

fn edition(key: &str, id: &str, file: &str) -> String {
    format!("{EDITIONS}{}/{id}/{file}", stem(key))
}

/// Key of one of a run's plans.
pub fn plan_key(run_id: &str, plan_id: &str) -> String {
    format!("{RUNS}{run_id}/{plan_id}/plan.json")
}

/// Key of the partial of the split `index`.
pub fn partial_key(run_id: &str, plan_id: &str, index: u32) -> String {
    format!("{RUNS}{run_id}/{plan_id}/partials/{index:05}.json.zst")
}

/// Key of the table of the split's cells; the crate `climate` reads and writes it.
pub fn cells_key(run_id: &str, plan_id: &str, index: u32) -> String {
    format!("{RUNS}{run_id}/{plan_id}/cells/{index:05}.arrows")
}

/// Key of the rejected rows of the split `index`, before they are put together.
pub fn split_rejects_key(run_id: &str, plan_id: &str, index: u32) -> String {
    format!("{RUNS}{run_id}/{plan_id}/rejects/{index:05}.csv.zst")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn results_are_named_after_the_object() {
        assert_eq!(statistics_key("incoming/a.csv"), "processed/incoming/a_stats.json");
        assert_eq!(report_key("incoming/a.csv.gz"), "reports/incoming/a.csv.gz.html");
        assert_eq!(rejected_key("x/Ä ö.TSV"), "rejected/x/Ä ö.TSV_rows.csv");
        assert_eq!(statistics_key("A.CSV"), "processed/A.CSV_stats.json");
        assert_eq!(statistics_key("a.b.csv"), "processed/a.b_stats.json");
        // `printf plain | sha256sum`, which no upload is named like, and a local file may be.
        assert_eq!(statistics_key("plain"), "processed/plain~a116c9ed46d62077_stats.json");
    }

    #[test]
    fn results_fit_where_their_object_fits() {
        for (folder, letter) in [("", "a"), ("incoming/", "a"), ("incoming/", "ü"), ("d/e/", "🌡")] {
            for length in 200..=255 {
                let key = format!("{folder}{}.csv", letter.repeat((length - 4) / letter.len()));
                let table = table_key(&key, TABLE_NAMES[1]);
                let edition = edition_rejected_key(&key, &"0".repeat(ID_DIGITS));
                for result in [statistics_key(&key), report_key(&key), rejected_key(&key), table, edition] {
                    assert!(result.split('/').all(|name| name.len() <= 255), "{result}");
                    assert!(result.contains(folder), "{result}");
                }
            }
        }
    }

    #[test]
    fn a_key_of_the_longest_length_still_has_distinct_results() {
        for folder in ["ü".repeat(509), format!("{}/", "ü".repeat(508)), "ü/".repeat(339)] {
            let key = |last: &str| format!("{folder}{last}.csv");
            assert!((1020..=1024).contains(&key("a").len()));
            let (a, b) = (statistics_key(&key("a")), statistics_key(&key("b")));
            assert!(a.len() <= 1024 && a.starts_with("processed/ü") && a.ends_with("_stats.json"));
            assert_ne!(a, b);
        }
    }

    /// Names that are like each other: endings put together, in both cases of letters, some as long as can be.
    fn key() -> impl Strategy<Value = String> {
        let parts = "a b / . .csv .CSV .csv.gz .csv.zst .tsv .txt .gz ~ _stats ~0123456789abcdef";
        let part = prop::sample::select(parts.split(' ').collect::<Vec<_>>());
        let long = prop::sample::select(vec![0, 0, 0, 120, 122, 124, 505]);
        (long, prop::collection::vec(part, 1..5)).prop_map(|(long, parts)| "ü".repeat(long) + &parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20_000) })]

        #[test]
        fn no_two_objects_share_a_result(a in key(), b in key()) {
            for result in [statistics_key, report_key, rejected_key, |key: &str| table_key(key, TABLE_NAMES[1])] {
                prop_assert_eq!(a == b, result(&a) == result(&b));
                prop_assert!(result(&a).len() <= 1024);
            }
            prop_assert!(edition_rejected_key(&a, &"0".repeat(ID_DIGITS)).len() <= 1024);
        }

        /// What a result is named like is a name as well: the results' names must not meet it.
        #[test]
        fn nor_with_an_object_that_is_named_like_one(a in key()) {
            let stem = stem(&a);
            for b in [stem.clone(), format!("{stem}.csv"), format!("{stem}.tsv")] {
                prop_assert!(a == b || super::stem(&a) != super::stem(&b), "{a} and {b}");
            }
        }
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
        assert!(is_output("editions/incoming/a/0/rejected_rows.csv"));
        assert!(is_output("tables/incoming/a/days.parquet") && is_output("tables/b.csv"));
        assert!(!is_output("incoming/processed/a.csv"));
    }
}
