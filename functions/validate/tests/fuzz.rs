//! Files that nobody meant: those of the corpus cut and changed anywhere, and bytes that nobody chose. Whatever they are, a plan
//! comes of them, soon, and it is sound.
//!
//! As long as `FUZZ_SECONDS` says, 5 in an ordinary run; `CUTS=all` cuts every file of the corpus at every byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use shared::transcoding::Transcoding;
use shared::writing::{Code, Writing};
use shared::{
    Compression, Encoding, ObjectRef, Plan, Profile, RunOptions, TimeFormat, Unit, ValidateTask, Verdict,
    builtin,
};
use validate::{Head, content, plan_head};

/// A plan takes milliseconds: one that takes longer than this hangs, however slow the machine.
const HANGS: Duration = Duration::from_secs(300);
/// Beginnings of each file that an ordinary run looks at.
const CUTS: usize = 24;

fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let corpus = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus"));
    let folders = std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir() && !path.ends_with("generate"));
    let paths =
        folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let mut files: Vec<(PathBuf, Vec<u8>)> = paths
        .filter(|path| path.extension().is_none_or(|ending| ending != "json"))
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    assert!(files.len() > 200);
    files
}

/// Plans a text as `validate` does, and holds the plan against the laws.
fn planned(bytes: &[u8], complete: bool) -> Plan {
    let object = ObjectRef {
        bucket: "b".to_owned(),
        key: "incoming/a.csv".to_owned(),
        version_id: None,
        etag: "e".to_owned(),
        size: bytes.len() as u64,
    };
    let task = ValidateTask {
        run_id: "r".to_owned(),
        object,
        options: RunOptions::default(),
        single_split: false,
        other_order: false,
    };
    let transcoding = content::transcoding(bytes);
    let text = if transcoding == Transcoding::default() {
        bytes.to_vec()
    } else {
        transcoding.apply(bytes, complete)
    };
    let begin = Instant::now();
    let head = Head { text: &text, complete, compression: Compression::None, transcoding };
    let plan = plan_head(head, &task, 1 << 20);
    assert!(begin.elapsed() < HANGS, "{:?}", begin.elapsed());
    match plan.verdict {
        Verdict::Rejected => assert!(!plan.findings.is_empty() && plan.splits.is_empty()),
        Verdict::Accepted => {
            let (columns, dialect) = (plan.columns.as_ref().unwrap(), plan.dialect.as_ref().unwrap());
            assert!(dialect.data_start as usize <= text.len());
            assert!(!columns.variables.is_empty() && !plan.splits.is_empty());
            let width = dialect.header.len();
            assert!(
                columns
                    .slots()
                    .iter()
                    .all(|slot| slot.index < width && slot.variable < columns.variables.len())
            );
            let others = columns.time.iter().flat_map(|time| [&[time.index][..], &time.rest].concat());
            let others = others.chain(columns.station.iter().map(|column| column.index));
            assert!(others.into_iter().all(|index| index < width));
            let lines_before =
                text[..dialect.data_start as usize].iter().filter(|byte| **byte == b'\n').count() as u64;
            assert!(dialect.data_line >= lines_before.min(1), "{} {lines_before}", dialect.data_line);
        }
    }
    assert!(serde_json::to_vec(&plan).unwrap().len() < 256 << 10);
    plan
}

#[test]
fn every_beginning_of_every_file_has_a_plan() {
    let all = std::env::var("CUTS").is_ok_and(|text| text == "all");
    for (path, bytes) in files() {
        let step = if all { 1 } else { (bytes.len() / CUTS).max(1) };
        for end in (0..=bytes.len()).step_by(step) {
            for complete in [true, false] {
                let plan = std::panic::catch_unwind(|| planned(&bytes[..end], complete));
                assert!(plan.is_ok(), "{} cut at {end}, complete: {complete}", path.display());
            }
        }
    }
}

#[test]
fn changed_files_and_random_bytes_have_plans_for_some_seconds() {
    let seconds = std::env::var("FUZZ_SECONDS").map_or(5, |text| text.parse().unwrap());
    let begin = Instant::now();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let (mut random, files, mut count) = (SplitMix(seed), files(), 0_u64);
    while begin.elapsed() < Duration::from_secs(seconds) {
        let bytes = random.text(&files);
        let found = std::panic::catch_unwind(|| {
            planned(&bytes, count.is_multiple_of(2));
            readers(&bytes);
        });
        if found.is_err() {
            let path = std::env::temp_dir().join(format!("plan-{seed}"));
            std::fs::write(&path, &bytes).unwrap();
            panic!("no sound plan; see {}", path.display());
        }
        count += 1;
    }
    eprintln!("{count} texts in {seconds} s");
}

/// What reads fields and profiles, on pieces of the text.
fn readers(bytes: &[u8]) {
    let code = Code { behind: ',', missing: vec!["9".to_owned()], rejected: vec!["2".to_owned()] };
    let writing = Writing {
        unit_behind: true,
        flags: "s*".to_owned(),
        prefix: "T=".to_owned(),
        code: Some(code),
        ..Writing::default()
    };
    for field in bytes.split(|byte| b",;\t\n ".contains(byte)).take(200) {
        for format in TimeFormat::ALL.into_iter().chain([TimeFormat::Year, TimeFormat::YearDay]) {
            let _ = format.day(field);
        }
        for encoding in [Encoding::Utf8, Encoding::ShiftJis, Encoding::Windows1250] {
            let _ = writing.bare(field, Unit::Celsius, encoding);
        }
    }
    let at = bytes.len() % builtin::all().len();
    let mut profile = builtin::text(&builtin::all()[at].name).unwrap().as_bytes().to_vec();
    for (place, byte) in bytes.iter().take(3).enumerate() {
        let length = profile.len();
        profile[(place * 97 + usize::from(*byte) * 31) % length] = *byte;
    }
    let _ = Profile::from_text(&String::from_utf8_lossy(&profile));
}

/// Sebastiano Vigna's SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ value >> 31
    }

    fn below(&mut self, most: usize) -> usize {
        self.next() as usize % most.max(1)
    }

    /// A file of the corpus with some changes, or now and then bytes that nobody chose.
    fn text(&mut self, files: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
        if self.below(10) == 0 {
            return (0..self.below(2000)).map(|_| self.next() as u8).collect();
        }
        let mut bytes = files[self.below(files.len())].1.clone();
        bytes.truncate(6000);
        for _ in 0..1 + self.below(6) {
            let (at, other) = (self.below(bytes.len()), self.below(bytes.len()));
            let (from, to) = (at.min(other), at.max(other).min(at.min(other) + 300));
            match self.below(6) {
                0 if !bytes.is_empty() => bytes[at] = self.next() as u8,
                1 => bytes.insert(at, *b"\"';,\t\n\r\0#- "[..].get(self.below(11)).unwrap()),
                2 => drop(bytes.drain(from..to)),
                3 => {
                    let piece = bytes[from..to].to_vec();
                    bytes.splice(at..at, piece);
                }
                4 => bytes.truncate(other.max(1)),
                _ => {
                    let piece = &files[self.below(files.len())].1;
                    let start = self.below(piece.len());
                    let piece = piece[start..piece.len().min(start + 400)].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        bytes
    }
}
