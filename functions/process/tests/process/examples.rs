//! Texts that once were read wrongly, or might be: each with what it holds.

use process::limits::Limits;
use shared::{Encoding, ProcessTask, TimeFormat};

use crate::support::read::{Read, carefully, in_pieces};
use crate::support::shape::{Kind, task as task_of};

/// The length of the longest line.
const LINE_BYTES: usize = 1 << 20;

/// Time, station and temperature, in tenths of a degree.
fn task(only: bool) -> ProcessTask {
    let mut task = task_of(&[Kind::Time, Kind::Station, Kind::Value(0)], "rows", &[1], TimeFormat::YearFirst);
    task.split.only = only;
    task
}

/// All of the text, in pieces of so many bytes.
fn read_in(task: &ProcessTask, text: &[u8], piece_bytes: usize) -> Read {
    in_pieces(task, text, Limits::default(), &[piece_bytes]).unwrap()
}

fn read(text: &[u8]) -> Read {
    read_in(&task(true), text, usize::MAX)
}

/// The stations that have cells, each with its usable readings.
fn stations(read: &Read) -> Vec<(&str, u64)> {
    let mut stations = Vec::<(&str, u64)>::new();
    for (key, cell) in &read.cells {
        match stations.last_mut() {
            Some((name, count)) if *name == key.station => *count += cell.summary.count(),
            _ => stations.push((&key.station, cell.summary.count())),
        }
    }
    stations
}

/// `Z\xFCrich` makes the file a Windows-1252 one; a piece that happens to be valid UTF-8 is one all the same.
#[test]
fn the_encoding_does_not_depend_on_the_piece() {
    let mut task = task(true);
    task.dialect.encoding = Encoding::Windows1252;
    let text = b"2024-01-01,Z\xFCrich,1.0\n2024-01-01,Z\xC3\xBCrich,2.0\n";
    for piece_bytes in [1, 1000] {
        let read = read_in(&task, text, piece_bytes);
        assert_eq!(stations(&read), [("Z\u{C3}\u{BC}rich", 1), ("Z\u{FC}rich", 1)]);
    }
}

/// A byte order mark anywhere but at the start of the file is text, and so is a `\r` anywhere but at a line's
/// end.
#[test]
fn marks_and_returns_inside_a_file_are_text() {
    let text = b"\xEF\xBB\xBF2024-01-01,s,1.0\n2024-01-01,s\r,2.0\n\
        2024-01-01,\xEF\xBB\xBFs,3.0\n\xEF\xBB\xBF2024-01-01,\"s\r\",4.0\n";
    for piece_bytes in [1, 1000] {
        let read = read_in(&task(true), text, piece_bytes);
        assert_eq!(stations(&read), [("s", 1), ("s\r", 2), ("\u{FEFF}s", 1)]);
        assert_eq!(read.partial.rows_without_day, 2);
    }
}

#[test]
fn bytes_that_do_not_decode_keep_stations_apart() {
    let text = b"2024-01-01,M\xE5,1.0\n2024-01-01,M\xF6,2.0\n2024-01-01,M\xC3\xA5,3.0\n2024-01-01,\xE5,x\n";
    let read = read(text);
    assert_eq!(stations(&read), [("M\\xE5", 1), ("M\\xF6", 1), ("M\u{E5}", 1), ("\\xE5", 0)]);
    assert_eq!(read.partial.undecodable_rows, 3);
}

/// Found by a property test before: the last field is empty, and the line holds a `\r` that does not end it.
#[test]
fn a_return_before_a_delimiter_belongs_to_its_field() {
    let read = read(b",-\r,");
    assert_eq!((read.partial.account.rows_missing, read.rejected.len()), (1, 0));
}

/// Found by a property test before: a stray quote, lines too long, and numbers that are none.
#[test]
fn a_quote_that_stays_open_over_lines_too_long_costs_its_own_line() {
    let text = b"1e-15120,station with a long name,0.0\n 3 M\xE5,8.9\r 2024-01-01\",\"\0\0\0999,1.5";
    let limits = Limits { line_bytes: 15, ..Limits::default() };
    let careful = carefully(&task(true), text, limits);
    let in_pieces = in_pieces(&task(true), text, limits, &[1]).unwrap();
    assert_eq!(in_pieces.rejected, careful.rejected);
    let reasons: Vec<_> = careful.rejected.iter().map(|rejected| rejected.reason.as_str()).collect();
    assert_eq!(reasons, ["line_too_long", "line_too_long"]);
}

/// The day of the row before is compared with ten bytes, and a day is more than these.
#[test]
fn a_day_with_a_digit_more_is_none() {
    let read = read(b"2024-01-01,s,1\n2024-01-011,s,2\n2024-01-01T00:00,s,3\n");
    assert_eq!(read.partial.rows_without_day, 1);
    let days: Vec<_> =
        read.cells.iter().map(|(key, cell)| (key.day.is_some(), cell.summary.count())).collect();
    assert_eq!(days, [(false, 1), (true, 2)]);
}

#[test]
fn each_bad_row_is_named_with_its_line_and_reason() {
    let text = "2024-01-01,s,1.5\n\
                2024-01-01,s\n\
                2024-01-01,s,2,3\n\
                2024-01-01,s,warm\n\
                2024-01-01,s,inf\n\
                2024-01-01,s,1e400\n\
                \n\
                2024-01-01,s,\n\
                2024-01-01,s,NaN\n\
                2024-01-01,\"s, \"\"t\"\"\nu\",1e1\n\
                2024-01-01,\"open,2\n\
                2024-01-01,s,-9999.0\n\
                2024-01-01,s,2.125";
    let read = read(text.as_bytes());
    let named: Vec<_> = read
        .rejected
        .iter()
        .map(|rejected| (rejected.line, rejected.column, rejected.reason.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            (2, None, "too_few_fields"),
            (3, None, "too_many_fields"),
            (4, Some(2), "not_a_number"),
            (5, Some(2), "not_finite"),
            (6, Some(2), "out_of_range"),
            (12, None, "unclosed_quote")
        ]
    );
    assert_eq!(read.rejected[2].raw, b"2024-01-01,s,warm");
    let (partial, total) = (&read.partial, &read.partial.variables[0].total);
    assert_eq!((partial.account.rows_used, partial.account.rows_missing), (3, 3));
    assert_eq!((partial.lines, partial.blank_lines), (14, 1));
    assert_eq!(total.max(1).unwrap().to_string(), "10");
    assert_eq!(total.mean(1), Some((1.5 + 10.0 + 2.125) / 3.0));
    assert_eq!(stations(&read), [("s", 2), ("s, \"t\"\nu", 1)]);
}

/// A reading that is refused does not take the others of its row with it; a row without any other is refused,
/// too.
#[test]
fn a_rejected_reading_is_named_with_its_column() {
    let kinds = [Kind::Value(0), Kind::Other, Kind::Value(1)];
    let task = task_of(&kinds, "rows", &[1, 0], TimeFormat::YearFirst);
    let read = read_in(&task, b"1.5,x,cold\nhot,x,cold\n,x,NA\n,x,cold\nhot,x,7\n", usize::MAX);
    let named: Vec<_> = read.rejected.iter().map(|rejected| (rejected.line, rejected.column)).collect();
    assert_eq!(named, [(1, Some(2)), (2, Some(0)), (2, Some(2)), (4, Some(2)), (5, Some(0))]);
    let account = &read.partial.account;
    assert_eq!((account.rows_used, account.rows_missing, account.rows_rejected), (2, 1, 2));
    let readings = |variable: usize| {
        let readings = &read.partial.variables[variable].readings;
        (readings.read, readings.used, readings.missing, readings.rejected)
    };
    assert_eq!((readings(0), readings(1)), ((5, 1, 2, 2), (5, 1, 1, 3)));
}

/// Every length up to the longest row, and every byte: what a row is rejected for may be the very byte.
#[test]
fn a_rejected_row_is_kept_with_all_of_its_bytes() {
    let every_byte: Vec<u8> = (0..=u8::MAX).filter(|byte| !b"\n\"".contains(byte)).collect();
    for length in [1, 64 << 10, (64 << 10) + 1, LINE_BYTES] {
        let row: Vec<u8> = every_byte.iter().copied().cycle().take(length).collect();
        let rejected = read(&[&row[..], b"\n"].concat()).rejected;
        assert!(rejected.len() == 1 && rejected[0].raw == row, "{length}");
    }
    let quoted = b"2024-01-01,\"a\r\n\"\"b\"\"\xff\",warm\r\n";
    let rejected = read(quoted).rejected;
    assert_eq!((rejected.len(), rejected[0].line, rejected[0].column), (1, 1, Some(2)));
    assert_eq!(rejected[0].raw, quoted[..quoted.len() - 2]);
}

/// What is kept of a line that cannot be a row does not depend on the pieces it came in.
#[test]
fn of_a_line_too_long_the_beginning_is_kept() {
    for more in [1, 2, LINE_BYTES] {
        let line = vec![b'x'; LINE_BYTES + more];
        for piece_bytes in [1 << 10, LINE_BYTES + 1, usize::MAX] {
            let rejected = read_in(&task(true), &line, piece_bytes).rejected;
            assert_eq!(rejected[0].reason, "line_too_long");
            assert!(rejected[0].raw == line[..LINE_BYTES], "{more} {piece_bytes}");
        }
    }
}

#[test]
fn a_quoted_line_end_in_one_of_several_splits_is_refused() {
    let read = |text: &[u8]| in_pieces(&task(false), text, Limits::default(), &[100]);
    for text in ["2024-01-01,\"s\nt\",1\n", "2024-01-01,\"s,1\n2024-01-01,s,1\n", "2024-01-01,\"s,1"] {
        assert_eq!(read(text.as_bytes()).unwrap_err().error_type(), "SplitUnsafe", "{text}");
    }
    let partial = read(b"2024-01-01,\"s\",1\n2024-01-01,\"s,\"\"t\"\"\",2\n").unwrap().partial;
    assert_eq!(partial.account.rows_used, 2);
}

#[test]
fn a_line_too_long_is_rejected_and_the_next_one_is_read() {
    for length in [LINE_BYTES - 1, LINE_BYTES, LINE_BYTES + 1, 3 * LINE_BYTES] {
        let long = "x".repeat(length);
        let text = format!("2024-01-01,s,1\n{long}\n2024-01-02,s,3\n");
        for piece_bytes in [LINE_BYTES / 3, usize::MAX] {
            let partial = read_in(&task(true), text.as_bytes(), piece_bytes).partial;
            let account = &partial.account;
            assert_eq!((partial.lines, account.rows_used, account.rows_rejected), (3, 2, 1), "{length}");
            let reason = account.rejected_by_reason.keys().next().unwrap().code();
            assert_eq!(reason, if length > LINE_BYTES { "line_too_long" } else { "too_few_fields" });
        }
    }
}

#[test]
fn a_quoted_field_may_go_over_the_end_of_a_piece() {
    let mut text = "2024-01-01,s,1.0\n".repeat(1000);
    text.push_str(&format!("2024-01-02,\"{}\",5.0\n", "long\n".repeat(40)));
    text.push_str(&"2024-01-01,s,1.0\n".repeat(10));
    for piece_bytes in [1, 17_050, 17_100] {
        let partial = read_in(&task(true), text.as_bytes(), piece_bytes).partial;
        assert_eq!((partial.account.rows_read, partial.account.rows_rejected), (1011, 0));
        assert_eq!(partial.lines, text.lines().count() as u64);
        assert_eq!(partial.variables[0].total.max(1).unwrap().to_string(), "5");
    }
}
