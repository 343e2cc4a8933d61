//! The file of rejected rows, read as `docs/rejected-rows.md` says: what its users do, not what its writer does.

use shared::Encoding;
use shared::statistics::Quality;

/// A rejected row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The column whose reading was refused; empty when the row as a whole was.
    pub column: String,
    /// Why.
    pub reason: String,
    /// `text`, `escaped` or `cut`.
    pub form: String,
    /// The row's bytes.
    pub bytes: Vec<u8>,
}

impl RejectedRow {
    /// All rows of a file of rejected rows that were read in `encoding`.
    pub fn all(file: &[u8], encoding: Encoding) -> Vec<RejectedRow> {
        let mut reader = csv::Reader::from_reader(file);
        assert_eq!(reader.headers().unwrap(), vec!["line", "column", "reason", "form", "row"]);
        let row = |record: csv::StringRecord| RejectedRow {
            line: record[0].parse().unwrap(),
            column: String::from_utf8(bytes(&record[1], &record[3], Encoding::Utf8)).unwrap(),
            reason: record[2].to_owned(),
            form: record[3].to_owned(),
            bytes: bytes(&record[4], &record[3], encoding),
        };
        reader.records().map(|record| row(record.unwrap())).collect()
    }
}

/// The encoding in which a file was read: a finding says so when it is not UTF-8.
pub fn encoding(quality: &Quality) -> Encoding {
    let western = quality.findings.iter().any(|finding| finding.code == "encoding");
    if western { Encoding::Windows1252 } else { Encoding::Utf8 }
}

fn bytes(text: &str, form: &str, encoding: Encoding) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, form) {
            ('\\', "escaped" | "cut") => bytes.push(match characters.next().unwrap() {
                '\\' => b'\\',
                'n' => b'\n',
                'r' => b'\r',
                't' => b'\t',
                'x' => {
                    let digits: String = characters.by_ref().take(2).collect();
                    u8::from_str_radix(&digits, 16).unwrap()
                }
                other => panic!("\\{other} is no escape"),
            }),
            _ if encoding == Encoding::Windows1252 => bytes.push(western(c)),
            _ => bytes.extend(c.to_string().bytes()),
        }
    }
    bytes
}

/// The byte of a character in Windows-1252: of 80 to 9F the code page has a table, of the others the numbers
/// are Unicode's.
fn western(c: char) -> u8 {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match FROM_80.iter().position(|other| *other == c) {
        Some(at) => 0x80 + at as u8,
        None => u8::try_from(u32::from(c)).unwrap(),
    }
}
