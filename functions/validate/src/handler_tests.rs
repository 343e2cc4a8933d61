//! Compressed objects, and the files under `samples/`.

use std::io::Write;
use std::path::Path;

use serde_json::Value;
use shared::{ObjectRef, RunOptions, Verdict};

use super::*;

fn task(size: usize) -> ValidateTask {
    let object = ObjectRef {
        bucket: "uploads".to_owned(),
        key: "incoming/a.csv".to_owned(),
        version_id: None,
        etag: "e".to_owned(),
        size: size as u64,
    };
    ValidateTask {
        run_id: "r".to_owned(),
        object,
        options: RunOptions::default(),
        single_split: false,
        other_order: false,
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Plans a file as the function does: from its first bytes only.
async fn plan_file(path: &Path) -> Plan {
    let bytes = std::fs::read(path).unwrap();
    if bytes.is_empty() {
        return plan::rejected(&RunOptions::default(), vec![plan::empty_object()]);
    }
    look(&bytes[..bytes.len().min(HEAD_BYTES as usize)], &task(bytes.len()), u64::MAX).await.plan
}

fn expected(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join("tests/expected").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn the_samples_are_read_as_a_person_would() {
    let mut samples = 0;
    for entry in std::fs::read_dir(root().join("samples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !layout::is_table(name) {
            continue;
        }
        samples += 1;
        let stem = name.split(".csv").next().unwrap();
        let expected = expected(&format!("{stem}.json"));
        let plan = plan_file(&path).await;
        assert_eq!(plan.verdict, Verdict::Accepted, "{name}: {:?}", plan.findings);
        let columns = plan.columns.unwrap();
        assert_eq!(Value::from(columns.variables[0].name.as_str()), expected["temperature_column"], "{name}");
        assert_eq!(serde_json::to_value(columns.variables[0].unit).unwrap(), expected["unit"], "{name}");
        assert_eq!(
            Value::from(columns.station.map(|column| column.name)),
            expected["station_column"],
            "{name}"
        );
        assert_eq!(Value::from(columns.time.map(|column| column.name)), expected["time_column"], "{name}");
        let dialect = plan.dialect.unwrap();
        assert_eq!(dialect.compression == Compression::Gzip, name.ends_with(".gz"), "{name}");
        assert_eq!(plan.splits[0].start, dialect.data_start);
    }
    assert!(samples >= 4, "only {samples} samples");
}

#[tokio::test]
async fn bad_files_are_rejected_and_say_why() {
    for (name, code) in [
        ("all-text.csv", "no_numbers"),
        ("empty.csv", "empty_object"),
        ("header-only.csv", "no_rows"),
        ("no-temperature.csv", "no_temperature_column"),
        ("picture.csv", "not_text"),
    ] {
        let plan = plan_file(&root().join("samples/bad").join(name)).await;
        assert_eq!(plan.verdict, Verdict::Rejected, "{name}");
        assert_eq!(plan.findings.last().unwrap().code, code, "{name}");
        assert!(plan.columns.is_none() && plan.dialect.is_none() && plan.splits.is_empty());
    }
    let plan = plan_file(&root().join("samples/bad/ragged.csv")).await;
    assert_eq!(plan.verdict, Verdict::Accepted);
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_head_that_holds_no_text_says_so() {
    // A frame to be skipped that is longer than the head.
    let bytes = [&[0x50, 0x2A, 0x4D, 0x18, 0, 0, 16, 0][..], &vec![0; HEAD_BYTES as usize - 8]].concat();
    let plan = look(&bytes, &task(2 << 20), 1).await.plan;
    assert_eq!(plan.findings[0].code, "no_text", "{:?}", plan.findings);
}

#[tokio::test]
async fn a_large_compressed_object_is_planned_from_its_head() {
    let mut text = b"time,temp\n".to_vec();
    for row in 0_u64..200_000 {
        // Digits that do not compress well, so that the compressed head is cut as well.
        text.extend(
            format!("2024-01-01,{}.{:09}\n", row % 40, row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 35).bytes(),
        );
    }
    let bytes = gzip(&text);
    assert!(bytes.len() as u64 > HEAD_BYTES);
    let plan = look(&bytes[..HEAD_BYTES as usize], &task(bytes.len()), 1).await.plan;
    assert_eq!(plan.verdict, Verdict::Accepted, "{:?}", plan.findings);
    assert_eq!((plan.splits.len(), plan.splits[0].start, plan.splits[0].end), (1, 10, None));
    // Fewer bytes than the text's head: the decoder runs dry.
    let plan = look(&bytes[..20_000], &task(bytes.len()), 1).await.plan;
    assert_eq!(plan.verdict, Verdict::Accepted, "{:?}", plan.findings);
}

#[tokio::test]
async fn damaged_compressed_data_are_rejected_where_no_row_comes_first() {
    let bytes = gzip(b"time,temp\n2024-01-01,1.5\n");
    let cut = &bytes[..20];
    let plan = look(cut, &task(cut.len()), 1).await.plan;
    assert_eq!(plan.findings[0].code, "damaged", "{:?}", plan.findings);
    // The damage is found, and told, when the row is read.
    let cut = &bytes[..bytes.len() - 4];
    let plan = look(cut, &task(cut.len()), 1).await.plan;
    assert_eq!(plan.verdict, Verdict::Accepted, "{:?}", plan.findings);
    let empty = gzip(b"");
    let plan = look(&empty, &task(empty.len()), 1).await.plan;
    assert_eq!(plan.findings[0].code, "empty_object");
}
