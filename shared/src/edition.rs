//! Editions: the results of one run, under names that no other run writes anything else to.
//!
//! A run writes its edition first. Then it writes the statistics, which name the edition: who reads an edition by them
//! reads the results of one run, whatever other runs do meanwhile. Last of all the edition is copied to the places
//! where people look for the current one. The order and why: `docs/decisions/0012-commit.md`.

use serde::{Deserialize, Serialize};

use crate::layout;
use crate::object::{identity, json};
use crate::plan::Plan;
use crate::statistics::{Statistics, Tables};

/// An edition: its id, and the keys of its files in the bucket of the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// 32 hexadecimal digits, the same for the same results.
    pub id: String,
    /// The report.
    pub report: String,
    /// The rejected rows and readings.
    pub rejected_rows: String,
    /// The tables; `None` where the file could not be read as temperatures.
    pub tables: Option<Tables>,
}

impl Edition {
    /// The edition of a run that read its object by `plan` and comes to `statistics`; the results are named after `name`.
    ///
    /// The files follow from the object's version, from how it was read, and from this program. So whoever writes to
    /// the same edition writes the same bytes, and a run that is repeated finds its own.
    pub fn of(name: &str, plan: &Plan, statistics: &Statistics) -> Self {
        let parts = [json(&name), json(&plan.columns), json(&plan.dialect), json(statistics)];
        let version = env!("CARGO_PKG_VERSION").as_bytes();
        let id = identity(parts.iter().map(Vec::as_slice).chain([version]));
        Edition {
            report: layout::edition_report_key(name, &id),
            rejected_rows: layout::edition_rejected_key(name, &id),
            tables: statistics
                .tables
                .as_ref()
                .map(|_| Tables::named(|table| layout::edition_table_key(name, &id, table))),
            id,
        }
    }

    /// Each file's key, and the one under which the current edition's is found.
    pub fn places(&self, name: &str) -> Vec<(&str, String)> {
        let mut places = vec![
            (self.report.as_str(), layout::report_key(name)),
            (self.rejected_rows.as_str(), layout::rejected_key(name)),
        ];
        if let Some(tables) = &self.tables {
            let current = layout::TABLE_NAMES.map(|table| layout::table_key(name, table));
            places.extend(tables.keys().into_iter().zip(current));
        }
        places
    }
}

/// What a statistics file says of who wrote it, whatever else is in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Committed {
    /// The object that was read.
    pub source: CommittedSource,
    /// The edition; versions before there were any name none.
    #[serde(default)]
    pub edition: Option<Edition>,
}

/// Where the object that was read lies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CommittedSource {
    /// Bucket name.
    pub bucket: String,
    /// Key.
    pub key: String,
}
