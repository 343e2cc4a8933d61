//! Findings that the rows give rise to, after those of the plan.

use std::cmp::Reverse;

use shared::{Decimal, Finding, Histogram, Location, Partial, Plan};

use crate::{damage, dates, format};

/// From this share of rows on that lack something, in percent, the figures need a second look.
pub const MANY_PERCENT: u64 = 20;

/// Code of the plan's finding that a refuted guess supersedes.
const AMBIGUOUS_DATE_ORDER: &str = "ambiguous_date_order";

/// The plan's findings, then those about the rows of `partial`; first of all what takes figures away.
/// `rejected_at` is where the rejected rows will lie.
pub fn all(plan: &Plan, partial: &Partial, rejected_at: &Location) -> Vec<Finding> {
    // What was not read comes before what was.
    let mut findings: Vec<Finding> = damage::finding(partial).into_iter().collect();
    findings.extend(plan.findings.iter().cloned());
    let Some(columns) = &plan.columns else {
        return findings;
    };
    let name = &format::name(&columns.temperature.name);
    if let Some(refuted) = dates::order_refuted(plan, partial) {
        findings.retain(|finding| finding.code != AMBIGUOUS_DATE_ORDER);
        findings.insert(0, refuted);
    }
    findings.extend(no_usable_values(partial, name));
    findings.extend(rows_rejected(partial, rejected_at));
    findings.extend(undecodable_rows(plan, partial));
    findings.extend(rows_missing(partial, name));
    findings.extend(implausible_values(plan, partial, columns.temperature.scale));
    findings.extend(dates::mixed_order(plan, partial));
    findings.extend(dates::rows_without_day(plan, partial));
    findings.extend(blank_lines(partial));
    findings
}

fn no_usable_values(partial: &Partial, name: &str) -> Option<Finding> {
    let account = &partial.account;
    if account.rows_used > 0 {
        return None;
    }
    let rows = format::counted(account.rows_read, "data row has", "data rows has");
    let message = match account.rows_read {
        0 => "The file has no data rows.".to_owned(),
        1 => format!("The only data row has no usable temperature in the column “{name}”."),
        _ => format!("None of the {rows} a usable temperature in the column “{name}”."),
    };
    let hint = "Check whether this is the file, and the column, that was meant; --column names another one.";
    Some(Finding::warning("no_usable_values", message, hint))
}

fn rows_rejected(partial: &Partial, rejected_at: &Location) -> Option<Finding> {
    let account = &partial.account;
    if account.rows_rejected == 0 {
        return None;
    }
    let mut reasons: Vec<_> = account.rejected_by_reason.iter().collect();
    reasons.sort_by_key(|(reason, rows)| (Reverse(**rows), **reason));
    let reasons: Vec<_> =
        reasons.iter().map(|(reason, rows)| format!("{} {reason}", format::count(**rows))).collect();
    let message = format!(
        "{} of {} rejected: {}.",
        format::count(account.rows_rejected),
        format::counted(account.rows_read, "row was", "rows were"),
        reasons.join(", ")
    );
    let hint = format!("They count in no figure. {} lists each with its line number.", rejected_at.key);
    Some(Finding::warning("rows_rejected", message, hint))
}

fn undecodable_rows(plan: &Plan, partial: &Partial) -> Option<Finding> {
    if partial.undecodable_rows == 0 {
        return None;
    }
    let rows = format::counted(partial.undecodable_rows, "row holds", "rows hold");
    let message = format!("{rows} bytes that are not UTF-8, as the rest of the file is.");
    // Without stations no name comes out of a row.
    let hint = match plan.columns.as_ref().and_then(|columns| columns.station.as_ref()) {
        Some(_) => {
            "In stations' names each such byte stands as \\xE5, so that the stations stay apart. Save the file as UTF-8 to have their names."
        }
        None => "No figure depends on them. Save the file as UTF-8 to have all of its text.",
    };
    Some(Finding::warning("undecodable", message, hint))
}

fn rows_missing(partial: &Partial, name: &str) -> Option<Finding> {
    let account = &partial.account;
    if account.rows_missing == 0 {
        return None;
    }
    let message = format!(
        "{} of {} no temperature ({}).",
        format::count(account.rows_missing),
        format::counted(account.rows_read, "row has", "rows have"),
        format::share(account.rows_missing, account.rows_read)
    );
    let many =
        u128::from(account.rows_missing) * 100 > u128::from(account.rows_read) * u128::from(MANY_PERCENT);
    Some(if many {
        let hint = format!(
            "The figures describe the other rows only. Check whether “{name}” is the column that was meant, \
             and whether what is missing falls on certain times or stations."
        );
        Finding::warning("rows_missing", message, hint)
    } else {
        Finding::info("rows_missing", message, "The figures describe the other rows.")
    })
}

fn implausible_values(plan: &Plan, partial: &Partial, scale: u8) -> Option<Finding> {
    let (low, high) = plan.plausible?;
    let (min, max) = (partial.total.min(scale)?, partial.total.max(scale)?);
    let extremes = [
        (min.to_f64() < low).then(|| ("lowest", shown(&min))),
        (max.to_f64() > high).then(|| ("highest", shown(&max))),
    ];
    let extremes: Vec<_> = extremes.into_iter().flatten().collect();
    if extremes.is_empty() {
        return None;
    }
    let unit = match plan.columns.as_ref().map_or("", |columns| columns.temperature.unit.symbol()) {
        "" => "in Celsius, Fahrenheit and Kelvin together",
        symbol => symbol,
    };
    let named: Vec<_> = extremes.iter().map(|(which, value)| format!("the {which} is {value}")).collect();
    let (certain, exact) = beyond(&partial.histogram, low, high);
    let message = format!(
        "{}{} of {} cannot be air temperatures: {}; plausible is {} to {} {unit}.",
        if exact { "" } else { "At least " },
        format::count(certain.max(extremes.len() as u64)),
        format::counted(partial.account.rows_used, "value", "values"),
        named.join(", "),
        tidy(low),
        tidy(high)
    );
    // A value that was cut is no marker that would be found again.
    let markers: Vec<_> = extremes.iter().map(|(_, value)| format!("\"{value}\"")).collect();
    let example = if markers.iter().any(|marker| marker.contains('…')) {
        String::new()
    } else {
        format!(": \"missing\": [{}]", markers.join(", "))
    };
    let hint = format!(
        "They count in all figures. If they stand for missing values, declare these in a profile, beside the file's \
         other markers{example}. If the unit is another one, name it there."
    );
    Some(Finding::warning("implausible_values", message, hint))
}

/// How many values certainly lie outside of a range, and whether that is all of them: a bin with an end of the
/// range in it may hold more.
fn beyond(histogram: &Histogram, low: f64, high: f64) -> (u64, bool) {
    // In halves of the finest bins: that is where bins begin and end.
    let (low, high) = ((low * 200.0).round() as i64, (high * 200.0).round() as i64);
    let span = histogram.span();
    let (mut outside, mut exact) = (0, true);
    for bin in histogram.bins() {
        let (first, end) = (2 * bin.first - 1, 2 * (bin.first + span) - 1);
        if end <= low || first >= high {
            outside += bin.count;
        } else if first < low || end > high {
            exact = false;
        }
    }
    (outside, exact)
}

/// A value as the file wrote it, unless nobody could read that.
fn shown(value: &Decimal) -> String {
    format::excerpt(&value.to_string(), 40)
}

/// A bound converted from Celsius, without the noise of the conversion: `-130`, `183.15`.
fn tidy(bound: f64) -> String {
    let text = format!("{bound:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn blank_lines(partial: &Partial) -> Option<Finding> {
    (partial.blank_lines > 0).then(|| {
        let lines =
            format::counted(partial.blank_lines, "line is blank and counts", "lines are blank and count");
        Finding::info("blank_lines", format!("{lines} as no row."), "")
    })
}

#[cfg(test)]
mod tests {
    use shared::unit::PLAUSIBLE_IN_ANY_UNIT;
    use shared::{Reason, Severity, TimeFormat, Unit};

    use super::*;
    use crate::testing;

    fn of(plan: &Plan, partial: &Partial) -> Vec<Finding> {
        all(plan, partial, &Location::new("b", "rejected/a_rows.csv"))
    }

    fn codes(findings: &[Finding]) -> Vec<(Severity, &str)> {
        findings.iter().map(|finding| (finding.severity, finding.code.as_str())).collect()
    }

    fn with_values(tenths: &[i64]) -> Partial {
        let mut partial = Partial::default();
        testing::add(&mut partial, "s", None, tenths);
        partial
    }

    #[test]
    fn a_clean_file_gives_rise_to_none() {
        assert_eq!(of(&testing::plan(), &with_values(&[10, 20])), []);
    }

    #[test]
    fn rejected_rows_are_named_by_reason_most_frequent_first() {
        let mut partial = with_values(&[200; 996]);
        partial.account.rejected(Reason::TooFewFields);
        for _ in 0..3 {
            partial.account.rejected(Reason::LineTooLong);
        }
        let findings = of(&testing::plan(), &partial);
        assert_eq!(codes(&findings), [(Severity::Warning, "rows_rejected")]);
        assert_eq!(findings[0].message, "4 of 1,000 rows were rejected: 3 line_too_long, 1 too_few_fields.");
        assert!(findings[0].hint.contains("rejected/a_rows.csv"));
    }

    #[test]
    fn missing_rows_warn_above_a_fifth() {
        let mut partial = with_values(&[200; 80]);
        partial.account.missing(20);
        assert_eq!(codes(&of(&testing::plan(), &partial)), [(Severity::Info, "rows_missing")]);
        assert_eq!(of(&testing::plan(), &partial)[0].message, "20 of 100 rows have no temperature (20.0 %).");
        partial.account.missing(1);
        assert_eq!(codes(&of(&testing::plan(), &partial)), [(Severity::Warning, "rows_missing")]);
    }

    #[test]
    fn nothing_usable_is_said_first() {
        let mut partial = Partial::default();
        partial.account.missing(3);
        let findings = of(&testing::plan(), &partial);
        assert_eq!(
            codes(&findings),
            [(Severity::Warning, "no_usable_values"), (Severity::Warning, "rows_missing")]
        );
        assert_eq!(
            findings[0].message,
            "None of the 3 data rows has a usable temperature in the column “temperature”."
        );
    }

    #[test]
    fn implausible_extremes_are_quoted() {
        let findings = of(&testing::plan(), &with_values(&[-99990, 200]));
        assert_eq!(codes(&findings), [(Severity::Warning, "implausible_values")]);
        assert_eq!(
            findings[0].message,
            "1 of 2 values cannot be air temperatures: the lowest is -9999; plausible is -90 to 60 °C."
        );
        // 60.0 lies in the same bin as 60.004.
        let findings = of(&testing::plan(), &with_values(&[-99990, 600, 601, 99999]));
        assert_eq!(
            findings[0].message,
            "At least 3 of 4 values cannot be air temperatures: the lowest is -9999, the highest is 9999.9; \
             plausible is -90 to 60 °C."
        );
        assert!(findings[0].hint.contains("\"missing\": [\"-9999\", \"9999.9\"]"), "{}", findings[0].hint);
        let mut unknown = Plan { plausible: Some(PLAUSIBLE_IN_ANY_UNIT), ..testing::plan() };
        unknown.columns.as_mut().unwrap().temperature.unit = Unit::Unknown;
        assert_eq!(of(&unknown, &with_values(&[-1300, 3331])), []);
        assert_eq!(
            of(&unknown, &with_values(&[-1301, 200, 3332]))[0].message,
            "2 of 3 values cannot be air temperatures: the lowest is -130.1, the highest is 333.2; \
             plausible is -130 to 333.15 in Celsius, Fahrenheit and Kelvin together."
        );
    }

    #[test]
    fn a_value_of_hundreds_of_digits_does_not_fill_the_page() {
        let mut partial = with_values(&[200]);
        let long = Decimal::parse(format!("1234.{}", "7".repeat(500)).as_bytes(), b'.').unwrap();
        partial.account.used(1);
        partial.total.add_odd(&long);
        partial.histogram.add_odd(&long);
        let findings = of(&testing::plan(), &partial);
        assert!(findings[0].message.len() < 200 && findings[0].message.contains("7…"), "{findings:?}");
        assert!(!findings[0].hint.contains('…'), "{findings:?}");
    }

    #[test]
    fn small_things_are_worth_knowing() {
        let mut partial = with_values(&[200; 5]);
        partial.rows_without_day = 1;
        partial.blank_lines = 2;
        let findings = of(&testing::plan(), &partial);
        assert_eq!(codes(&findings), [(Severity::Info, "rows_without_day"), (Severity::Info, "blank_lines")]);
        assert_eq!(findings[1].message, "2 lines are blank and count as no row.");
    }

    #[test]
    fn many_rows_without_a_day_warn() {
        let mut partial = with_values(&[200; 5]);
        partial.rows_without_day = 2;
        assert_eq!(codes(&of(&testing::plan(), &partial)), [(Severity::Warning, "rows_without_day")]);
    }

    /// A plan for dates with the month first; the order may be a guess.
    fn month_first(guessed: bool) -> Plan {
        let mut plan = testing::plan();
        let time = plan.columns.as_mut().unwrap().time.as_mut().unwrap();
        (time.format, time.guessed) = (TimeFormat::MonthFirst, guessed);
        plan.findings.push(Finding::info("temperature_column", "m", ""));
        if guessed {
            plan.findings.push(Finding::warning("ambiguous_date_order", "m", "h"));
        }
        plan
    }

    #[test]
    fn a_refuted_guess_leads_and_takes_the_place_of_the_guess() {
        let mut partial = with_values(&[200; 9]);
        assert_eq!(codes(&of(&month_first(true), &partial))[1], (Severity::Warning, "ambiguous_date_order"));
        partial.rows_without_day = 4;
        partial.rows_in_other_order = 3;
        let findings = of(&month_first(true), &partial);
        assert_eq!(
            codes(&findings),
            [(Severity::Warning, "date_order_refuted"), (Severity::Info, "temperature_column")]
        );
        assert!(
            findings[0].message.contains("3 rows have a date in “time” that is none with the month first")
        );
        assert!(findings[0].hint.contains("\"time_format\": \"day_first\""));
    }

    #[test]
    fn a_known_order_that_some_rows_do_not_have_warns() {
        let mut partial = with_values(&[200; 9]);
        partial.rows_without_day = 2;
        partial.rows_in_other_order = 1;
        assert_eq!(
            codes(&of(&month_first(false), &partial))[1..],
            [(Severity::Warning, "mixed_date_order"), (Severity::Info, "rows_without_day")]
        );
    }

    #[test]
    fn a_rejected_plan_keeps_its_findings_alone() {
        let finding = Finding::error("no_header", "m", "h");
        assert_eq!(of(&testing::rejected_plan(vec![finding.clone()]), &Partial::default()), [finding]);
    }
}
