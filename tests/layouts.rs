//! The laws over variables: rows of several temperatures, stations or months as columns, a row for each element. Every
//! reading is accounted for, and splits, duplicates and orders of finishing leave no trace in any result.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use isotherm_tests::order::{OutOfOrder, Twice};
use isotherm_tests::rejected::RejectedRow;
use isotherm_tests::{Pipeline, same_bytes};
use local::states::Tasks;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use shared::{Encoding, RunOptions, Statistics, layout};

/// What a field is as a reading.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    /// Thousandths of a degree.
    Used(i64),
    Missing,
    Rejected,
}

type Field = (String, Value);

/// What a row is made of, whatever the layout.
#[derive(Clone, Debug)]
struct Row {
    station: usize,
    /// 0 is no day.
    day: u8,
    element: usize,
    fields: Vec<Field>,
    ragged: bool,
    /// Whether its fields stand in quotes.
    quoted: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Rows,
    Wide,
    Long,
    Months,
}

const STATIONS: [&str; 4] = ["Oslo", "Bergen", "Vardø, east", ""];
const ELEMENTS: [&str; 3] = ["TMAX", "TMIN", "PRCP"];

fn field() -> impl Strategy<Value = Field> {
    let tenths = (-400_i64..400).prop_map(|n| (format!("{:.1}", n as f64 / 10.0), Value::Used(n * 100)));
    let fine = (-40_000_i64..40_000).prop_map(|n| (format!("{:.3}", n as f64 / 1000.0), Value::Used(n)));
    let missing = prop::sample::select(vec!["", "NA", "-9999", "-9999.0"]);
    let bad = prop::sample::select(vec!["warm", "inf", "1e10", "1.2.3", "\u{202e}1", "=1+1"]);
    prop_oneof![
        16 => tenths,
        2 => fine,
        1 => missing.prop_map(|text| (text.to_owned(), Value::Missing)),
        1 => bad.prop_map(|text| (text.to_owned(), Value::Rejected)),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let fields = prop::collection::vec(field(), 12);
    let ragged = prop::bool::weighted(0.05);
    let quoted = prop::bool::weighted(0.2);
    (0..STATIONS.len(), 0_u8..29, 0..ELEMENTS.len(), fields, ragged, quoted).prop_map(
        |(station, day, element, fields, ragged, quoted)| Row {
            station,
            day,
            element,
            fields,
            ragged,
            quoted,
        },
    )
}

/// A row that shows what the file is like.
fn clean(element: usize) -> Row {
    let fields = vec![("1.5".to_owned(), Value::Used(1500)); 12];
    Row { station: 0, day: 1, element, fields, ragged: false, quoted: false }
}

/// The readings of one variable.
#[derive(Debug, Default, PartialEq)]
struct Readings {
    used: Vec<i64>,
    missing: u64,
    rejected: u64,
}

/// A file, and what its statistics have to say.
#[derive(Debug, Default)]
struct File {
    text: String,
    variables: Vec<(&'static str, Readings)>,
    /// Used, missing, rejected.
    rows: [u64; 3],
    /// The line of each rejected row or reading.
    rejected: Vec<usize>,
}

fn file(kind: Kind, rows: &[Row]) -> File {
    let (header, names): (&str, &[&'static str]) = match kind {
        Kind::Rows => ("time,station,tmean,tmax,tmin", &["tmean", "tmax", "tmin"]),
        Kind::Wide => ("date,Oslo,Bergen,Vardø,A-17", &["temperature"]),
        Kind::Long => ("station,date,element,value", &["TMAX", "TMIN"]),
        Kind::Months => ("station,year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec", &["temperature"]),
    };
    let mut file = File { text: format!("{header}\n"), ..File::default() };
    file.variables = names.iter().map(|name| (*name, Readings::default())).collect();
    for (line, row) in (2..).zip(rows) {
        file.add(kind, line, row);
    }
    file
}

impl File {
    fn add(&mut self, kind: Kind, line: usize, row: &Row) {
        let quote = |text: &str| match row.quoted || text.contains(',') {
            true => format!("\"{text}\""),
            false => text.to_owned(),
        };
        let station = quote(STATIONS[row.station]);
        let day = if row.day == 0 { "?".to_owned() } else { format!("2024-02-{:02}", row.day) };
        let year = if row.day == 0 { "?".to_owned() } else { (2000 + u32::from(row.day)).to_string() };
        let element = ELEMENTS[row.element];
        // The row's first texts, and the variable of each of its fields.
        let (first, variables): (String, Vec<usize>) = match kind {
            Kind::Rows => (format!("{day}T06:00,{station}"), vec![0, 1, 2]),
            Kind::Wide => (day, vec![0; 4]),
            Kind::Long => (format!("{station},{day},{element}"), vec![row.element]),
            Kind::Months => (format!("{station},{year}"), vec![0; 12]),
        };
        let fields = &row.fields[..variables.len()];
        let texts: Vec<String> = fields.iter().map(|(text, _)| quote(text)).collect();
        let ragged = if row.ragged { ",7" } else { "" };
        self.text.push_str(&format!("{first},{}{ragged}\n", texts.join(",")));

        if row.ragged {
            self.rows[2] += 1;
            self.rejected.push(line);
            if !matches!(kind, Kind::Long) {
                variables.iter().for_each(|variable| self.variables[*variable].1.rejected += 1);
            }
            return;
        }
        let mut seen = [false; 3];
        for ((_, value), variable) in fields.iter().zip(variables) {
            // Rain is no variable.
            let Some((_, readings)) = self.variables.get_mut(variable) else { continue };
            match value {
                Value::Used(value) => readings.used.push(*value),
                Value::Missing => readings.missing += 1,
                Value::Rejected => {
                    readings.rejected += 1;
                    self.rejected.push(line);
                }
            }
            seen[match value {
                Value::Used(_) => 0,
                Value::Missing => 1,
                Value::Rejected => 2,
            }] = true;
        }
        let [used, _, rejected] = seen;
        self.rows[if used {
            0
        } else if rejected {
            2
        } else {
            1
        }] += 1;
    }

    /// Holds the statistics against what the rows were made of.
    fn check(&self, statistics: &Statistics) {
        let quality = &statistics.quality;
        assert_eq!([quality.rows_used, quality.rows_missing, quality.rows_rejected], self.rows);
        assert_eq!(quality.rows_read, self.rows.iter().sum::<u64>());
        assert_eq!(statistics.variables.len(), self.variables.len());
        for (name, readings) in &self.variables {
            let found = statistics.variables.iter().find(|variable| variable.name == *name).unwrap();
            let count = readings.used.len() as u64;
            let account = &found.readings;
            assert_eq!(
                [account.used, account.missing, account.rejected],
                [count, readings.missing, readings.rejected],
                "{name}"
            );
            assert_eq!(account.read, count + readings.missing + readings.rejected, "{name}");
            // Integers below 2^53: the one division rounds correctly.
            let degrees = |thousandths: i64| thousandths as f64 / 1000.0;
            let mean = readings.used.iter().sum::<i64>() as f64 / (1000 * count) as f64;
            assert_eq!(found.mean, (count > 0).then_some(mean), "{name}");
            let ends = [&found.min, &found.max].map(|value| value.as_ref().map(shared::Decimal::to_f64));
            let expected = [readings.used.iter().min(), readings.used.iter().max()];
            assert_eq!(ends, expected.map(|value| value.copied().map(degrees)), "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))),
        ..ProptestConfig::with_cases(48)
    })]

    #[test]
    fn every_reading_is_accounted_for_and_splits_leave_no_trace(
        kind in prop::sample::select(vec![Kind::Rows, Kind::Wide, Kind::Long, Kind::Months]),
        rows in prop::collection::vec(row(), 1..50),
        size in 20_u64..600,
        seed in any::<u32>(),
    ) {
        // What the head must show for all columns to be taken, stations of text among them.
        let head = (0..24).map(|row| clean(row % 2));
        let mut rows: Vec<Row> = head.chain(rows).collect();
        if matches!(kind, Kind::Months) {
            // Where more than a tenth of the years are none, it is no table of months.
            let most = rows.len() / 10;
            rows.iter_mut().filter(|row| row.day == 0).skip(most).for_each(|row| row.day = 1);
        }
        let file = file(kind, &rows);
        let options = |split_bytes| RunOptions {
            wide: matches!(kind, Kind::Wide),
            split_bytes: Some(split_bytes),
            ..RunOptions::default()
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let pipeline = Pipeline::new();
            let object = pipeline.upload("incoming/a.csv", file.text.as_bytes()).await;
            let before = pipeline.uploads();
            let whole = pipeline.run(&object, options(1 << 30)).await;
            let expected = pipeline.results();
            file.check(&pipeline.statistics(&whole));

            let lines: Vec<&str> = file.text.lines().collect();
            let rejected = RejectedRow::all(&expected[&layout::rejected_key(&object.key)], Encoding::Utf8);
            assert_eq!(rejected.iter().map(|row| row.line).collect::<Vec<_>>(), file.rejected);
            for row in rejected {
                assert_eq!(row.bytes, lines[row.line - 1].as_bytes(), "line {}", row.line);
            }

            let shuffled = Arc::new(OutOfOrder::new(&pipeline.functions, seed.into()));
            for functions in [shuffled as Arc<dyn Tasks>, Arc::new(Twice(Arc::clone(&pipeline.functions)))] {
                pipeline.forget_results();
                pipeline.execute(&object, options(size), functions, Arc::new(())).await.unwrap();
                same_bytes(&pipeline.results(), &expected);
            }
            assert_eq!(pipeline.uploads(), before, "the source is never touched");
        });
    }
}
