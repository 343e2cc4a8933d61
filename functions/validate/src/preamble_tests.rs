//! Beginnings of files of many kinds, made after the descriptions of their formats.

use super::*;

/// The header, joined by bars, and the number of the line of the first row.
fn found(text: &str) -> (String, u64) {
    let speaks = |names: &[String]| names.iter().any(|name| name.to_lowercase().contains("temp"));
    let start = find(text.as_bytes(), true, Encoding::Utf8, &speaks).expect("there is a table");
    (start.header.unwrap_or_default().join("|"), start.data_line)
}

#[test]
fn the_table_begins_where_its_rows_begin() {
    for (what, text, header, line) in [
        (
            "a title above the header, as HOBOware writes it",
            "Plot Title: pond\n#,Date Time,\"Temp, °C\",Logged\n1,06/01/20 10:00:00 AM,15.5,\n2,06/01/20 11:00:00 AM,15.7,\n3,06/01/20 12:00:00 PM,,Logged\n",
            "|Date Time|Temp, °C|Logged",
            3,
        ),
        (
            "the four lines of TOA5 (Campbell Scientific)",
            "\"TOA5\",\"st\",\"CR1000\",\"1\"\n\"TIMESTAMP\",\"RECORD\",\"AirTemp\",\"RH\"\n\"TS\",\"RN\",\"Deg C\",\"%\"\n\"\",\"\",\"Avg\",\"Smp\"\n\"2020-01-01 00:00:00\",1,1.5,80\n\"2020-01-01 00:10:00\",2,1.6,81\n",
            "TIMESTAMP|RECORD|AirTemp (Deg C)|RH",
            5,
        ),
        (
            "a header behind a mark and a row of units, between blanks (NDBC)",
            "#YY  MM DD hh mm WDIR ATEMP\n#yr  mo dy hr mn degT degC\n2020 01 01 00 00  180  12.1\n2020 01 01 01 00  MM   12.3\n2020 01 01 02 00  190  12.2\n",
            "YY|MM|DD|hh|mm|WDIR|ATEMP (degC)",
            3,
        ),
        (
            "a table of metadata of another width (Open-Meteo)",
            "latitude,longitude,elevation\n52.5,13.4,38.0\n\ntime,temperature_2m (°C)\n2023-01-01T00:00,15.0\n2023-01-01T01:00,14.5\n2023-01-01T02:00,14.0\n",
            "time|temperature_2m (°C)",
            5,
        ),
        (
            "names and values below each other (Environment Canada, before 2018)",
            "\"Station Name\",\"X\"\n\"Latitude\",\"43.68\"\n\n\"Legend\"\n\"A\",\"Accumulated\"\n\n\"Date/Time\",\"Year\",\"Max Temp (°C)\",\"Flag\"\n\"2012-01-01\",\"2012\",\"5.1\",\"\"\n\"2012-01-02\",\"2012\",\"4.1\",\"\"\n\"2012-01-03\",\"2012\",\"\",\"M\"\n",
            "Date/Time|Year|Max Temp (°C)|Flag",
            8,
        ),
        (
            "remarks behind percent signs, and no header",
            "% monthly means\n% of one station, 1900, 2000\n1900 1 -3.2\n1900 2 -2.2\n1900 3 1.2\n",
            "",
            3,
        ),
        (
            "a header behind its mark (Berkeley Earth)",
            "% This file holds\n% temperatures\n% Year, Month, Temperature\n1900, 1, -3.2\n1900, 2, -2.2\n1900, 3, 1.2\n",
            "Year|Month|Temperature",
            4,
        ),
        (
            "rows with a number that the header does not name, as R writes them",
            "\"date\",\"Temperature\"\n\"1\",\"2015-02-02\",23.7\n\"2\",\"2015-02-03\",23.2\n",
            "|date|Temperature",
            2,
        ),
        ("rows that end in a delimiter", "date;temp\n2015-02-02;23.7;\n2015-02-03;23.2;\n", "date|temp|", 2),
        (
            "a header that ends in a delimiter",
            "title\ndate;temp;\n2015-02-02;23.7\n2015-02-03;23.2\n",
            "date|temp",
            3,
        ),
        (
            "two rows of names, the nearer one without temperatures",
            "made on,2023/10/20\n\ndate,mean temp,mean temp\n,,quality\n2022/1/1,1.5,8\n2022/1/2,1.7,8\n2022/1/3,1.9,8\n",
            "date|mean temp|mean temp",
            // The lower row of names is accounted for as a row.
            4,
        ),
        (
            "prose that speaks of temperatures above a header that does not (Berkeley Earth)",
            "% Global Average Temperature Anomaly\n% \n% Year, Month, Anomaly, Unc.\n 1979 2 -0.1 0.04\n 1979 3 0.1 0.05\n 1979 4 0.1 0.05\n",
            "Year|Month|Anomaly|Unc.",
            4,
        ),
        (
            "rows that are longer than the others at first (a HOBO's details)",
            "Plot Title: x\n#,Date Time,Temp\n1,04/06/11 11:34:48 AM,71.7,Details\n2,04/06/11 12:34:48 PM,71.9,Series: a\n3,04/06/11 01:34:48 PM,72.1\n4,04/06/11 02:34:48 PM,72.2\n5,04/06/11 03:34:48 PM,72.3\n",
            "|Date Time|Temp",
            3,
        ),
        (
            "a table of metadata that is as wide as the rows",
            "latitude,longitude\n52.5,13.4\n\ntime,temp\n2020-01-01,1\n2020-01-02,1\n2020-01-03,1\n2020-01-04,1\n2020-01-05,1\n2020-01-06,1\n2020-01-07,1\n",
            "time|temp",
            5,
        ),
        (
            "metadata that look like rows above a header that speaks (SMHI)",
            "Name;Number\nX;71420\n\nFrom;To;Height\n1983-04-01;1995-09-30;23.0\n1969-07-01;1972-04-30;40.0\n\nFrom;To;Lufttemp;Q\n1961-01-01;1961-01-02;1.5;G\n1961-01-02;1961-01-03;1.6;G\n1961-01-03;1961-01-04;1.7;G\n1961-01-04;1961-01-05;1.8;G\n",
            "From|To|Lufttemp|Q",
            9,
        ),
        (
            "a second table of another width below (Open-Meteo)",
            "time,temp,felt\n2024-01-01T00:00,1,0\n2024-01-01T01:00,2,0\n2024-01-01T02:00,2,0\n\ntime,temp\n2024-01-01,1\n2024-01-02,1\n2024-01-03,1\n2024-01-04,1\n2024-01-05,1\n",
            "time|temp|felt",
            2,
        ),
        (
            "remarks at the ends of the header and the first row (SMHI)",
            "From;Lufttemp;Q;;Remark:\n1961-01-01;1.5;G;;Times are UTC\n1961-01-02;1.6;G\n1961-01-03;1.7;G\n1961-01-04;1.8;G\n1961-01-05;1.8;G\n1961-01-06;1.8;G\n1961-01-07;1.8;G\n1961-01-08;1.8;G\n1961-01-09;1.8;G\n",
            "From|Lufttemp|Q",
            2,
        ),
        (
            "rows right below the header that have no number",
            "a title\nplace,temp\nOslo,offline\nOslo,warm\nOslo,1.5\nOslo,2.5\nOslo,2.5\nOslo,2.5\nOslo,2.5\nOslo,2.5\n",
            "place|temp",
            3,
        ),
        ("bars", "day|temp\n2020-01-01|1\n2020-01-02|2\n", "day|temp", 2),
    ] {
        assert_eq!(found(text), (header.to_owned(), line), "{what}");
    }
}

#[test]
fn a_byte_order_mark_belongs_to_no_row() {
    let start = find("\u{feff}1;2.5\n2;2.7\n".as_bytes(), true, Encoding::Utf8, &|_| false).unwrap();
    assert_eq!((start.header, start.data_start, start.data_line), (None, 3, 1));
}

#[test]
fn prose_is_no_table() {
    for text in ["one line\n", "Dear all,\nthe file, as promised,\nis not here.\n", "\n\n", "a b c\nd e f\n"]
    {
        assert_eq!(find(text.as_bytes(), true, Encoding::Utf8, &|_| false), None, "{text}");
    }
}

#[test]
fn a_line_that_may_be_cut_is_not_looked_at() {
    let text = "title\nday,temp\n2020-01-01,1.5\n2020-01-02,1.6\n2020-01-03,\"1";
    let start = find(text.as_bytes(), false, Encoding::Utf8, &|_| true).unwrap();
    assert_eq!((start.data_line, start.width), (3, 2));
}

#[test]
fn a_row_whose_words_are_a_station_or_an_element_is_no_header() {
    let text = "place,what,number\nOslo,TempMax,\nOslo,TempMax,1.5\nOslo,TempMin,0.5\nBergen,TempMax,2.5\n";
    let speaks = |names: &[String]| names.iter().any(|name| name.starts_with("Temp"));
    let start = find(text.as_bytes(), true, Encoding::Utf8, &speaks).unwrap();
    assert_eq!(start.header.unwrap(), ["place", "what", "number"]);
}
