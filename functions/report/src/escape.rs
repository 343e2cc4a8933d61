//! Rows in the file of rejected rows: as they stand where that is safe, else escaped so that every byte can be
//! had back. `docs/rejected-rows.md` is the contract.
//!
//! Two readers want opposite things. Whoever mends the file wants the very bytes, those too that are no
//! character or cannot be seen: they may be what is wrong. A spreadsheet takes a field that begins with `=` for
//! a formula and runs it. Both are served by writing such bytes as `\xHH`.

use std::fmt::Write;

use shared::{Encoding, dialect, shown};

/// How the column's name and the row are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they stand in the file.
    Text,
    /// With escapes, all of the row.
    Escaped,
    /// With escapes, the beginning of a row.
    Cut,
}

impl Form {
    /// The form's name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Form::Text => "text",
            Form::Escaped => "escaped",
            Form::Cut => "cut",
        }
    }
}

/// A column's name and a row as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// How to read the other two.
    pub form: Form,
    /// The column's name.
    pub column: String,
    /// The row.
    pub row: String,
}

impl Written {
    /// Writes the row of a file in `encoding`; `cut` says that there is more of it in the file.
    pub fn new(column: &str, row: &[u8], encoding: Encoding, cut: bool) -> Self {
        let (column, row) = (Field::of_name(column), Field::of_row(row, encoding));
        if cut || column.escapes || row.escapes {
            let form = if cut { Form::Cut } else { Form::Escaped };
            Written { form, column: column.escaped, row: row.escaped }
        } else {
            Written { form: Form::Text, column: column.plain, row: row.plain }
        }
    }
}

/// A text in both forms.
#[derive(Default)]
struct Field {
    plain: String,
    escaped: String,
    /// Whether the plain form will not do.
    escapes: bool,
}

impl Field {
    fn of_name(name: &str) -> Self {
        Field::of_row(name.as_bytes(), Encoding::Utf8)
    }

    fn of_row(row: &[u8], encoding: Encoding) -> Self {
        let mut field = Field::default();
        let mut cells = Cells::default();
        match encoding {
            Encoding::Utf8 => {
                let mut at = 0;
                for chunk in row.utf8_chunks() {
                    for c in chunk.valid().chars() {
                        let bytes = &row[at..at + c.len_utf8()];
                        field.push(c, bytes, cells.runs(c, &row[at..]));
                        at += bytes.len();
                    }
                    field.push_bytes(chunk.invalid());
                    at += chunk.invalid().len();
                }
            }
            // One byte, one character.
            _ if encoding.is_single_byte() => {
                for (at, c) in dialect::decode(encoding, row).chars().enumerate() {
                    field.push(c, &row[at..=at], cells.runs(c, &row[at..]));
                }
            }
            _ => field.push_multibyte(row, encoding, &mut cells),
        }
        field
    }

    /// Characters of one byte or of several; all bytes but ASCII's are escaped where the text would not come back the same.
    fn push_multibyte(&mut self, row: &[u8], encoding: Encoding, cells: &mut Cells) {
        let tables = encoding.tables();
        let text = dialect::decode(encoding, row);
        if tables.encode(&text).0.as_ref() != row {
            for (at, byte) in row.iter().enumerate() {
                match byte.is_ascii() {
                    true => {
                        self.push(char::from(*byte), &row[at..=at], cells.runs(char::from(*byte), &row[at..]))
                    }
                    false => self.push_bytes(&row[at..=at]),
                }
            }
            return;
        }
        let mut at = 0;
        for c in text.chars() {
            let length = tables.encode(c.encode_utf8(&mut [0; 4])).0.len();
            self.push(c, &row[at..at + length], cells.runs(c, &row[at..]));
            at += length;
        }
    }

    fn push(&mut self, c: char, bytes: &[u8], runs: bool) {
        self.plain.push(c);
        match c {
            _ if runs => self.push_bytes(bytes),
            '\\' => self.escaped.push_str("\\\\"),
            '\n' => self.push_escape("\\n"),
            '\r' => self.push_escape("\\r"),
            '\t' => self.push_escape("\\t"),
            _ if shown::stand_in(c).is_some() => self.push_bytes(bytes),
            _ => self.escaped.push(c),
        }
    }

    fn push_escape(&mut self, escape: &str) {
        self.escaped.push_str(escape);
        self.escapes = true;
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            // Writing to a string does not fail.
            let _ = write!(self.escaped, "\\x{byte:02X}");
            self.escapes = true;
        }
    }
}

/// Where a spreadsheet sees cells in a row, one character after the other.
///
/// The row is one field of the file. In a country that writes 1,5 a spreadsheet parts fields by semicolons,
/// though, and does not take the quotes in the middle of such a field for quotes: a cell begins behind each one.
struct Cells {
    /// Whether nothing but blanks and quotes stands before the next character in its cell.
    begins: bool,
    /// Whether the cell begins behind a semicolon.
    within: bool,
}

impl Default for Cells {
    fn default() -> Self {
        Cells { begins: true, within: false }
    }
}

impl Cells {
    /// Whether `c`, with which `rest` begins, makes its cell a formula; see OWASP's "CSV Injection".
    fn runs(&mut self, c: char, rest: &[u8]) -> bool {
        let begins = self.begins;
        self.begins = c == ';' || begins && (c == '"' || c.is_whitespace());
        self.within |= c == ';';
        let number = || self.within && is_number(rest);
        begins && matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') && !number()
    }
}

/// Whether the cell at the start of `rest` is a signed number, which a spreadsheet reads as one.
fn is_number(rest: &[u8]) -> bool {
    let cell = rest.split(|byte| *byte == b';').next().unwrap_or(rest);
    let digits = cell.strip_prefix(b"-").or_else(|| cell.strip_prefix(b"+")).unwrap_or_default();
    !digits.is_empty() && digits.iter().all(|byte| byte.is_ascii_digit() || b".,".contains(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf8(row: &[u8]) -> Written {
        Written::new("temperature", row, Encoding::Utf8, false)
    }

    fn form_and_row(row: &[u8], encoding: Encoding) -> (Form, String) {
        let written = Written::new("temperature", row, encoding, false);
        assert_eq!(written.column, "temperature");
        (written.form, written.row)
    }

    /// The reverse, as `docs/rejected-rows.md` tells others to do it.
    fn read_back(form: Form, text: &str, encoding: Encoding) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut characters = text.chars();
        while let Some(c) = characters.next() {
            if c != '\\' || form == Form::Text {
                match encoding {
                    Encoding::Utf8 => bytes.extend(c.to_string().bytes()),
                    Encoding::Windows1252 => bytes.extend(&*western_byte(c)),
                    other => bytes.extend(&*other.tables().encode(&c.to_string()).0),
                }
                continue;
            }
            bytes.push(match characters.next().unwrap() {
                '\\' => b'\\',
                'n' => b'\n',
                'r' => b'\r',
                't' => b'\t',
                'x' => {
                    let digits: String = characters.by_ref().take(2).collect();
                    u8::from_str_radix(&digits, 16).unwrap()
                }
                other => panic!("\\{other}"),
            });
        }
        bytes
    }

    /// The byte of a character in Windows-1252, from the code page's table as Microsoft has published it.
    fn western_byte(c: char) -> Vec<u8> {
        const FROM_80: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
        let upper = FROM_80.chars().position(|other| other == c).map(|at| 0x80 + at as u8);
        vec![upper.unwrap_or_else(|| u8::try_from(u32::from(c)).unwrap())]
    }

    #[test]
    fn rows_stay_as_they_stand_where_they_can() {
        for row in ["2024-01-01,Zürich,warm,-1.5", "a\\b;-4,2;x", "say \"x\"", " ", "1;+3", "2024;-1,5"] {
            assert_eq!(form_and_row(row.as_bytes(), Encoding::Utf8), (Form::Text, row.to_owned()));
        }
        assert_eq!(
            form_and_row(b"Z\xfcrich;warm", Encoding::Windows1252),
            (Form::Text, "Zürich;warm".into())
        );
        assert_eq!(form_and_row(b"\x93\x8c\x8b\x9e,w", Encoding::ShiftJis), (Form::Text, "東京,w".into()));
    }

    #[test]
    fn bytes_that_are_no_character_or_cannot_be_seen_are_written_as_such() {
        let escaped = |row: &[u8], encoding| {
            let (form, text) = form_and_row(row, encoding);
            assert_eq!(form, Form::Escaped);
            text
        };
        assert_eq!(escaped(b"M\xe5,\\,w", Encoding::Utf8), r"M\xE5,\\,w");
        assert_eq!(escaped(b"\"a\nb\r\n\",\tw", Encoding::Utf8), r#""a\nb\r\n",\tw"#);
        assert_eq!(
            escaped("a\u{202e}b,\u{feff}2".as_bytes(), Encoding::Utf8),
            r"a\xE2\x80\xAEb,\xEF\xBB\xBF2"
        );
        assert_eq!(escaped(b"\x1b[31m\x7f", Encoding::Utf8), r"\x1B[31m\x7F");
        assert_eq!(escaped(b"\x81\x80", Encoding::Windows1252), r"\x81€");
        // A lone first byte of two.
        assert_eq!(escaped(b"\x93\x8c\x8b,w", Encoding::ShiftJis), r"\x93\x8C\x8B,w");
    }

    #[test]
    fn a_spreadsheet_runs_nothing() {
        let row = |row: &str| utf8(row.as_bytes()).row;
        assert_eq!(row("=1+1,warm"), r"\x3D1+1,warm");
        assert_eq!(row("+1"), r"\x2B1");
        assert_eq!(row("-4.2+cmd|' /C calc'!A0"), r"\x2D4.2+cmd|' /C calc'!A0");
        assert_eq!(row("@SUM(A1)"), r"\x40SUM(A1)");
        assert_eq!(row("\t=1"), r"\t\x3D1");
        assert_eq!(row("\r=1"), r"\r\x3D1");
        assert_eq!(row("＝1"), r"\xEF\xBC\x9D1");
        // Where a semicolon parts fields, a cell begins behind it.
        assert_eq!(row("a;=1+1;warm"), r"a;\x3D1+1;warm");
        assert_eq!(row("a; \"\"=1"), r#"a; ""\x3D1"#);
        assert_eq!(row("a;-1,5+cmd|' /C calc'!A0;x"), r"a;\x2D1,5+cmd|' /C calc'!A0;x");
        assert_eq!(row("a;-"), r"a;\x2D");
        let written = Written::new("=temp", b"warm", Encoding::Utf8, false);
        assert_eq!(
            (written.form, written.column, written.row),
            (Form::Escaped, r"\x3Dtemp".into(), "warm".into())
        );
    }

    #[test]
    fn a_part_of_a_row_says_so() {
        let written = Written::new("", b"a\\b", Encoding::Utf8, true);
        assert_eq!((written.form.name(), written.row.as_str()), ("cut", r"a\\b"));
    }

    /// Bytes as broken files have them: any, and those that matter here.
    fn row() -> impl Strategy<Value = Vec<u8>> {
        let telling = "= + - @ ; , \" \\ \n \r \t 1 a é \u{202e} \u{200b} ＝ \u{85}";
        let piece = prop_oneof![
            prop::sample::select(telling.split(' ').map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>()),
            prop::collection::vec(any::<u8>(), 0..4),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    fn encoding() -> impl Strategy<Value = Encoding> {
        prop::sample::select(vec![
            Encoding::Utf8,
            Encoding::Windows1252,
            Encoding::Windows1250,
            Encoding::ShiftJis,
            Encoding::EucKr,
            Encoding::Gb18030,
            Encoding::Big5,
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(5_000) })]

        #[test]
        fn every_byte_comes_back(row in row(), name in row(), encoding in encoding(), cut in any::<bool>()) {
            let name = String::from_utf8_lossy(&name).into_owned();
            let written = Written::new(&name, &row, encoding, cut);
            prop_assert_eq!(read_back(written.form, &written.row, encoding), row);
            prop_assert_eq!(read_back(written.form, &written.column, Encoding::Utf8), name.as_bytes());
            prop_assert_eq!(written.form == Form::Cut, cut);
        }

        #[test]
        fn no_cell_is_a_formula_and_nothing_is_unseen(row in row(), encoding in encoding()) {
            let written = Written::new("t", &row, encoding, false).row;
            prop_assert!(!written.contains(|c: char| c.is_control() || "\u{202e}\u{200b}".contains(c)), "{written:?}");
            for (at, cell) in written.split(';').enumerate() {
                let cell = cell.trim_start_matches(|c: char| c == '"' || c.is_whitespace());
                let digits = cell.as_bytes().get(1..).unwrap_or_default();
                let number = at > 0 && !digits.is_empty() && digits.iter().all(|b| b.is_ascii_digit() || b".,".contains(b));
                prop_assert!(number || !cell.starts_with(['=', '+', '-', '@', '＝']), "{written:?}");
            }
        }
    }
}
