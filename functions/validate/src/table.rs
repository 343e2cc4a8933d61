//! The head of a table as the layouts look at it.

use shared::dialect::decode;
use shared::{Encoding, Profile, TextColumn, Unit, Variable};

use crate::columns::{self, Taken};
use crate::names::Name;
use crate::records::Record;
use crate::values::{self, Markers, Sample};

/// The head of a table, with what the caller says about it.
#[derive(Debug)]
pub struct Table<'a> {
    /// The columns' names.
    pub names: Vec<Name>,
    /// The rows of the head that have as many fields; all of them when none has.
    pub rows: Vec<&'a Record>,
    /// Whether the head is all there is.
    pub complete: bool,
    /// The field delimiter.
    pub delimiter: u8,
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

    /// What the head has in a column.
    pub fn sample(&self, index: usize, mark: u8) -> Sample {
        values::sample(self.rows.iter().copied(), index, mark, &self.markers)
    }

    /// The decimal mark of these columns.
    pub fn mark(&self, columns: &[usize]) -> u8 {
        values::decimal_mark(&self.rows, columns, self.delimiter)
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

    /// The variable called `name`, of the scale that the head shows.
    pub fn variable(&self, name: &str, taken: &Taken, scale: u8) -> Variable {
        let unit = if taken.unit == Unit::Unknown { self.profile.unit } else { Some(taken.unit) };
        Variable {
            name: name.to_owned(),
            role: taken.role,
            unit: unit.unwrap_or_default(),
            scale,
            missing: self.profile.missing.clone(),
        }
    }

    /// The one variable of a table whose columns are stations or months: the profile's first.
    pub fn common_variable(&self, columns: &[usize], samples: &[Sample]) -> Variable {
        let first = self.profile.temperature.first();
        let name = first.map_or("temperature", |wanted| wanted.name.as_str());
        let mut units = columns.iter().filter_map(|index| self.names.get(*index)).map(|name| name.unit);
        let common = units.next().filter(|first| units.all(|unit| unit == *first)).unwrap_or_default();
        let unit = if common == Unit::Unknown { first.and_then(|first| first.unit) } else { Some(common) };
        let role = first.and_then(|first| first.role);
        let taken = Taken {
            index: 0,
            role: role.unwrap_or_else(|| crate::words::role(&Name::new(name))),
            unit: unit.unwrap_or_default(),
            reason: String::new(),
        };
        self.variable(name, &taken, samples.iter().map(|sample| sample.scale).max().unwrap_or(0))
    }
}
