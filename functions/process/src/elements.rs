//! The elements of a long table: which variable a row is about.

use shared::{Columns, Dialect, Layout};

/// The elements that are variables of the plan.
pub struct Elements {
    /// Index of the field that names the element.
    pub index: usize,
    names: Vec<String>,
    /// The column's own name.
    name: String,
    dialect: Dialect,
}

impl Elements {
    /// Those of `columns`; `None` where the table is not a long one.
    pub fn new(dialect: &Dialect, columns: &Columns) -> Option<Self> {
        let Layout::Long { element, .. } = &columns.layout else { return None };
        let names = columns.variables.iter().map(|variable| variable.name.clone()).collect();
        let name = element.name.clone();
        Some(Elements { index: element.index, names, name, dialect: dialect.clone() })
    }

    /// Whether `text`, blanks around it aside, is the column's own name.
    pub fn is_named(&self, text: &[u8]) -> bool {
        self.name.as_bytes() == text.trim_ascii()
    }

    /// Position of the variable that `text`, blanks around it aside, names.
    pub fn find(&self, text: &[u8]) -> Option<usize> {
        let text = text.trim_ascii();
        if text.is_ascii() {
            return self.names.iter().position(|name| name.as_bytes() == text);
        }
        let decoded = self.dialect.decode_name(text);
        self.names.iter().position(|name| *name == decoded)
    }
}
