//! The uploads, and what undisturbed runs make of them.

use std::collections::BTreeMap;
use std::time::Duration;

use isotherm_tests::{Pipeline, root};
use shared::{ObjectRef, RunOptions, layout};
use tokio::time::Instant;

use crate::clock;

/// Objects by key.
pub type Objects = BTreeMap<String, Vec<u8>>;

/// An upload.
pub struct Input {
    pub name: &'static str,
    pub key: &'static str,
    pub bytes: Vec<u8>,
    /// Bytes of a split.
    pub split_bytes: u64,
    /// An `isotherm.toml` beside it: its key and what it says.
    pub rules: Option<(&'static str, &'static str)>,
    /// What is there after an undisturbed run of it alone.
    pub results: Objects,
    /// What is there after an undisturbed run of [`EARLIER`] under the same key.
    pub earlier: Objects,
    /// What is there after both, in this order.
    pub after_earlier: Objects,
    /// How long the undisturbed run took, on the same clock.
    pub took: Duration,
}

/// What the same key held before.
pub const EARLIER: &[u8] = b"time,station,temperature\n2023-05-01,x,11.5\n2023-05-02,x,n/a\n2023-05-03,y,broken\n2023-05-04,y,14.5\n";

impl Input {
    pub fn options(&self) -> RunOptions {
        RunOptions { split_bytes: Some(self.split_bytes), ..RunOptions::default() }
    }

    /// A pipeline that holds the rules.
    pub async fn pipeline(&self) -> Pipeline {
        let pipeline = Pipeline::new();
        if let Some((key, rules)) = self.rules {
            pipeline.upload(key, rules.as_bytes()).await;
        }
        pipeline
    }

    pub async fn upload(&self, pipeline: &Pipeline) -> ObjectRef {
        pipeline.upload(self.key, &self.bytes).await
    }

    /// The key of the statistics.
    pub fn statistics(&self) -> String {
        layout::statistics_key(self.key)
    }

    async fn undisturbed(mut self) -> Self {
        let pipeline = self.pipeline().await;
        let object = self.upload(&pipeline).await;
        let begun = Instant::now();
        pipeline.run(&object, self.options()).await;
        self.took = begun.elapsed();
        self.results = pipeline.results();

        let pipeline = self.pipeline().await;
        let earlier = pipeline.upload(self.key, EARLIER).await;
        pipeline.run(&earlier, self.options()).await;
        self.earlier = pipeline.results();
        let object = self.upload(&pipeline).await;
        pipeline.run(&object, self.options()).await;
        self.after_earlier = pipeline.results();
        self
    }
}

/// All of them, run undisturbed.
pub fn all() -> Vec<Input> {
    let sample = |name: &str| std::fs::read(root().join("samples").join(name)).unwrap();
    let input = |name, key, bytes, split_bytes| Input {
        name,
        key,
        bytes,
        split_bytes,
        rules: None,
        results: Objects::new(),
        earlier: Objects::new(),
        after_earlier: Objects::new(),
        took: Duration::ZERO,
    };
    let rules = "[[files]]\npattern = \"**/*.csv\"\ncolumns = [\"temp_min\"]\n";
    let inputs = [
        input("several splits", "incoming/weather.csv", sample("vega-weather-two-cities.csv"), 20_000),
        input("gzip", "incoming/il.csv.gz", sample("eemeter-il-tempF.csv.gz"), 1 << 30),
        input("rejected rows", "incoming/rejects.csv", with_bad_rows(), 9_000),
        input("unreadable", "incoming/none.csv", sample("bad/no-temperature.csv"), 1 << 20),
        input("a line end in a field", "incoming/quoted.csv", with_a_line_end(), 9_000),
        Input {
            rules: Some(("incoming/asked/isotherm.toml", rules)),
            ..input("rules", "incoming/asked/deep/er.csv", sample("vega-weather-two-cities.csv"), 50_000)
        },
    ];
    inputs.into_iter().map(|input| clock::run(input.undisturbed())).collect()
}

fn with_bad_rows() -> Vec<u8> {
    let mut text = "time,station,temperature\n".to_owned();
    for row in 0..2_000 {
        let value = match row % 7 {
            3 => "broken".to_owned(),
            5 => String::new(),
            _ => format!("{:.1}", f64::from(row * 37 % 701 - 200) / 10.0),
        };
        text += &format!(
            "2024-{:02}-{:02}T{:02}:00,s{},{value}\n",
            row % 12 + 1,
            row % 28 + 1,
            row % 24,
            row % 5
        );
    }
    text.into_bytes()
}

/// Only a late row shows that a split may begin inside a field.
fn with_a_line_end() -> Vec<u8> {
    let mut text = "time,station,temperature\n".to_owned();
    for row in 0..20_000 {
        let station = if row == 19_000 { "\"two\nlines\"" } else { "one" };
        text += &format!("2024-{:02}-{:02},{station},{}.5\n", row % 12 + 1, row % 28 + 1, row % 30);
    }
    text.into_bytes()
}
