//! The head of a table as the layouts look at it.

use shared::dialect::decode;
use shared::scaled::MAX_SCALE;
use shared::wanted::{StatusColumn, Values};
use shared::writing::Status;
use shared::{Decimal, Encoding, Finding, Profile, TextColumn, Unit, Variable, Writing};

use crate::columns::{self, Taken};
use crate::dress;
use crate::legend::Legend;
use crate::listing::quote;
use crate::names::Name;
use crate::records::Record;
use crate::sentinels;
use crate::values::{self, Markers, Sample, Way};

/// The head of a table, with what the caller says about it.
#[derive(Debug)]
pub struct Table<'a> {
    /// The columns' names.
    pub names: Vec<Name>,
    /// The rows of the head that have as many fields; all of them when none has.
    pub rows: Vec<&'a Record>,
    /// Whether the head is all there is.
    pub complete: bool,
    /// Encoding of the fields.
    pub encoding: Encoding,
    /// How such files are read.
    pub profile: &'a Profile,
    /// Whether the file has no header, so that the names are numbers.
    pub headless: bool,
    /// The columns asked for, the leading one first.
    pub asked: Vec<String>,
    /// Whether every column of numbers is asked for, as a station's.
    pub wide: bool,
    /// The profile's missing markers.
    pub markers: Markers,
    /// The text above the table.
    pub legend: &'a Legend,
    /// Key of the object.
    pub key: &'a str,
    /// Whether a guess at the order of day and month was refuted, so that it is the other one.
    pub other_order: bool,
}

/// A temperature of the table, as it is to be read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The column, or the element.
    pub taken: Taken,
    /// What the head has of it.
    pub sample: Sample,
    /// How its values are written.
    pub writing: Writing,
    /// Their unit.
    pub unit: Unit,
    /// Texts that stand for missing values.
    pub missing: Vec<String>,
    /// What is to be said about it.
    pub findings: Vec<Finding>,
}

impl Table<'_> {
    /// Name of the column `index`, as in the header.
    pub fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", |name| name.text.as_str())
    }

    /// The names of these columns.
    pub fn names_of(&self, columns: &[usize]) -> Vec<&str> {
        columns.iter().map(|index| self.name(*index)).collect()
    }

    /// The first column that bears one of `wanted` and is none of `taken`.
    pub fn text_column(&self, wanted: &[String], taken: &[usize]) -> Option<TextColumn> {
        let index = columns::by_name(&self.names, wanted).find(|index| !taken.contains(index))?;
        Some(TextColumn { index, name: self.name(index).to_owned() })
    }

    /// What the head has in a column, as plain numbers.
    pub fn sample(&self, index: usize, mark: u8) -> Sample {
        let (writing, encoding) = (Writing::default(), self.encoding);
        let way = Way { mark, markers: &self.markers, writing: &writing, unit: Unit::Unknown, encoding };
        values::sample(self.rows.iter().copied(), index, way)
    }

    /// How the values of the column `index` are to be read, taken for what `taken` says; those of `rows`, which are called
    /// `name`.
    pub fn read(&self, taken: &Taken, name: &str, index: usize, mark: u8, rows: &[&Record]) -> Read {
        let mut writing = self.writing(&taken.values, index);
        let missing = [&self.profile.missing[..], &taken.values.missing].concat();
        let mut missing = deduplicated(missing);
        let mut findings = Vec::new();
        let mut unit =
            if taken.unit == Unit::Unknown { self.profile.unit.unwrap_or_default() } else { taken.unit };
        let markers = Markers::new(&missing);
        // What stands around the numbers is looked for where the profile says nothing about it.
        if writing.is_bare()
            && let Some(found) = dress::found(self, index, mark, &markers)
        {
            let shift = writing.shift;
            writing = Writing { shift, status: writing.status.take(), ..found.writing };
            unit = if found.unit == Unit::Unknown { unit } else { found.unit };
            findings.extend(found.finding);
        }
        if unit == Unit::Unknown {
            unit = self.unit_column(index).unwrap_or_default();
        }
        let said = self.legend.about(name);
        if unit == Unit::Unknown && taken.values.divisor.is_none() {
            unit = said.unit;
        }
        let way = Way { mark, markers: &markers, writing: &writing, unit, encoding: self.encoding };
        let sample = values::sample(rows.iter().copied(), index, way);
        if said.tenths && taken.values.divisor.is_none() && sample.scale == 0 {
            writing.shift = 1;
            findings.push(tenths(name));
        }
        let found = sentinels::found(&sample.values);
        findings.extend(sentinels::finding(name, &found, rows.len()));
        missing.extend(found.into_iter().map(|(value, _)| value.to_string()));
        Read { taken: taken.clone(), sample, writing, unit, missing, findings }
    }

    /// How the values of the column `index` are written, as far as the profile says it.
    fn writing(&self, values: &Values, index: usize) -> Writing {
        let status = values.status.as_ref().and_then(|status| {
            let column = match status.column.as_str() {
                StatusColumn::NEXT => (index + 1 < self.names.len()).then_some(index + 1),
                name => columns::find_asked(&self.names, name),
            };
            Some(Status {
                index: column?,
                missing: status.missing.clone(),
                rejected: status.rejected.clone(),
            })
        });
        Writing {
            // A divisor that is none was refused when the profile was read.
            shift: values.shift().unwrap_or_default(),
            flags: values.flags.clone().unwrap_or_default(),
            code: values.code.clone(),
            status,
            ..Writing::default()
        }
    }

    /// The unit that a column of units has in all rows.
    fn unit_column(&self, index: usize) -> Option<Unit> {
        let is_one = |name: &Name| UNIT_COLUMNS.contains(&name.full_key.as_str());
        let column = (0..self.names.len()).find(|other| *other != index && is_one(&self.names[*other]))?;
        let mut texts = self.rows.iter().map(|row| self.text(row, column)).filter(|text| !text.is_empty());
        let first = texts.next()?;
        texts.all(|text| text == first).then(|| Name::new(&format!("t ({first})")).unit)
    }

    /// The decimal mark of these columns.
    pub fn mark(&self, columns: &[usize]) -> u8 {
        values::decimal_mark(&self.rows, columns)
    }

    /// The text of a field, blanks around it taken off.
    pub fn text(&self, row: &Record, index: usize) -> String {
        row.fields
            .get(index)
            .map_or_else(String::new, |field| decode(self.encoding, field.trim_ascii()).into_owned())
    }

    /// Whether columns are asked for.
    pub fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The variable called `name` that is read so.
    pub fn variable(&self, name: &str, read: &Read) -> Variable {
        Variable {
            name: name.to_owned(),
            role: read.taken.role,
            unit: read.unit,
            scale: (read.sample.scale + read.writing.shift).min(MAX_SCALE),
            missing: read.missing.clone(),
            writing: read.writing.clone(),
        }
    }

    /// The one variable of a table whose columns are stations, months or hours: the profile's first. Also the findings about it.
    pub fn common_variable(&self, columns: &[usize], samples: &[Sample]) -> (Variable, Vec<Finding>) {
        let first = self.profile.temperature.first();
        let name = first.map_or("temperature", |wanted| wanted.name.as_str());
        let mut units = columns.iter().filter_map(|index| self.names.get(*index)).map(|name| name.unit);
        let common = units.next().filter(|first| units.all(|unit| unit == *first)).unwrap_or_default();
        let from_profile = || first.and_then(|first| first.unit).or(self.profile.unit).unwrap_or_default();
        let unit = if common == Unit::Unknown { from_profile() } else { common };
        let unit = if unit == Unit::Unknown { self.legend.unit() } else { unit };
        let role = first.and_then(|first| first.role);
        let taken = Taken {
            index: 0,
            role: role.unwrap_or_else(|| crate::words::role(&Name::new(name))),
            unit,
            values: columns::values(first, self.profile),
            reason: String::new(),
        };
        let values: Vec<Decimal> = samples.iter().flat_map(|sample| sample.values.iter().cloned()).collect();
        let found = sentinels::found(&values);
        let findings = sentinels::finding(name, &found, self.rows.len()).into_iter().collect();
        let mut missing = deduplicated([&self.profile.missing[..], &taken.values.missing].concat());
        missing.extend(found.into_iter().map(|(value, _)| value.to_string()));
        let writing = self.writing(&taken.values, columns.first().copied().unwrap_or_default());
        let sample = Sample {
            scale: samples.iter().map(|sample| sample.scale).max().unwrap_or(0),
            ..Sample::default()
        };
        let read = Read { taken, sample, writing, unit, missing, findings: Vec::new() };
        (self.variable(name, &read), findings)
    }
}

/// Names, run together, of a column that has the unit of the values beside it.
const UNIT_COLUMNS: [&str; 9] =
    ["unit", "units", "uom", "einheit", "unité", "unite", "unidad", "eenheid", "unitofmeasurement"];

fn tenths(name: &str) -> Finding {
    Finding::info(
        "tenths",
        format!(
            "the text above the table says that {} is written in tenths of a degree: 162 is read as 16.2",
            quote(name)
        ),
        "",
    )
}

fn deduplicated(mut texts: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts
}
