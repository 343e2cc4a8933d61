//! What rows give rise to.

use shared::statistics::Groups;
use shared::unit::PLAUSIBLE_IN_ANY_UNIT;
use shared::{Decimal, Reason, Role, Severity, Summary, TextColumn, TimeFormat, Unit, VariablePartial};

use super::*;
use crate::testing;

fn of(plan: &Plan, partial: &Partial) -> Vec<Finding> {
    with_listed(plan, partial, &Listed::default())
}

fn with_listed(plan: &Plan, partial: &Partial, listed: &Listed) -> Vec<Finding> {
    let rejected_at = &Location::new("b", "rejected/a_rows.csv");
    all(About { plan, partial, listed, name: "a.csv", rejected_at })
}

fn codes(findings: &[Finding]) -> Vec<(Severity, &str)> {
    findings.iter().map(|finding| (finding.severity, finding.code.as_str())).collect()
}

fn with_values(tenths: &[i64]) -> Partial {
    let mut partial = Partial::new(1);
    testing::add(&mut partial, tenths);
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
    let mut partial = Partial::new(1);
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
    unknown.columns.as_mut().unwrap().variables[0].unit = Unit::Unknown;
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
    partial.variables[0].readings.used(1);
    partial.variables[0].total.add_odd(&long);
    partial.variables[0].histogram.add_odd(&long);
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

/// 10 rows of three variables: `used` readings of each, the others as `change` has them.
fn of_three(used: [u64; 3], change: impl Fn(&mut [VariablePartial])) -> Partial {
    let mut partial = Partial::new(3);
    partial.account.used(10);
    for (variable, used) in partial.variables.iter_mut().zip(used) {
        testing::add_readings(variable, &vec![200; used as usize]);
    }
    change(&mut partial.variables);
    partial
}

#[test]
fn readings_rejected_beside_used_ones_are_one_finding() {
    let mut partial = of_three([10, 7, 9], |variables| {
        variables[1].readings.rejected(3);
        variables[2].readings.rejected(1);
    });
    let findings = of(&testing::three_variables(), &partial);
    assert_eq!(codes(&findings), [(Severity::Warning, "readings_rejected")]);
    assert_eq!(findings[0].message, "4 readings were rejected, in “tmax” (3 of 10) and “tmin_f” (1 of 10).");
    assert!(findings[0].hint.contains("rejected/a_rows.csv lists each"), "{}", findings[0].hint);

    // What cannot be taken apart is a rejected reading of each variable, and another finding's.
    partial = of_three([10, 10, 10], |variables| {
        variables.iter_mut().for_each(|variable| variable.readings.rejected(1));
    });
    partial.account.rejected(Reason::TooFewFields);
    assert_eq!(codes(&of(&testing::three_variables(), &partial)), [(Severity::Warning, "rows_rejected")]);
}

#[test]
fn a_variable_without_many_of_its_readings_is_named() {
    let findings = of(
        &testing::three_variables(),
        &of_three([10, 7, 0], |variables| {
            variables[1].readings.missing(3);
            variables[2].readings.missing(10);
        }),
    );
    assert_eq!(
        codes(&findings),
        [(Severity::Warning, "variables_without_values"), (Severity::Warning, "readings_missing")]
    );
    assert_eq!(findings[0].message, "There is no usable temperature in “tmin_f”.");
    assert_eq!(findings[1].message, "Many readings are missing in “tmax” (30.0 %).");
    // What is missing with the whole row is said of the rows.
    let mut rows = of_three([10, 10, 10], |variables| {
        variables.iter_mut().for_each(|variable| variable.readings.missing(10));
    });
    rows.account.missing(10);
    assert_eq!(codes(&of(&testing::three_variables(), &rows)), [(Severity::Warning, "rows_missing")]);
    let few = of_three([10, 8, 10], |variables| variables[1].readings.missing(2));
    assert_eq!(of(&testing::three_variables(), &few), []);
}

#[test]
fn implausible_values_of_several_variables_are_one_finding() {
    // 130 °F are 54.4 °C; 150 °F are 65.6 °C.
    let partial = of_three([10, 10, 10], |variables| {
        testing::add_readings(&mut variables[1], &[1300, -99990]);
        testing::add_readings(&mut variables[2], &[1300, 1500, 1500]);
    });
    let findings = of(&testing::three_variables(), &partial);
    assert_eq!(codes(&findings), [(Severity::Warning, "implausible_values")]);
    assert_eq!(
        findings[0].message,
        "Some values cannot be air temperatures: “tmax” has 2 of 12 values (the lowest is -9999, the highest is 130; \
         plausible is -90 to 60 °C) and “tmin_f” has 2 of 13 values (the highest is 150; plausible is -130 to 140 °F)."
    );
}

#[test]
fn many_variables_do_not_flood_the_report() {
    let mut plan = testing::plan();
    plan.columns.as_mut().unwrap().variables =
        (0..500).map(|at| testing::variable(&format!("city {at}"), Role::Instant, Unit::Celsius)).collect();
    plan.columns.as_mut().unwrap().layout = Layout::Rows { columns: (2..502).collect() };
    let mut partial = Partial::new(500);
    partial.account.used(10);
    for variable in &mut partial.variables {
        testing::add_readings(variable, &[9999]);
        variable.readings.rejected(5);
        variable.readings.missing(5);
    }
    let findings = of(&plan, &partial);
    assert_eq!(findings.len(), 3);
    for finding in findings {
        assert!(
            finding.message.contains("“city 9” ") && finding.message.ends_with(" and 490 more."),
            "{finding:?}"
        );
        assert!(finding.message.len() + finding.hint.len() < 2_000);
    }
}

#[test]
fn rows_of_other_elements_are_not_missing_temperatures() {
    let mut plan = testing::plan();
    let column = |index, name: &str| TextColumn { index, name: name.into() };
    plan.columns.as_mut().unwrap().layout =
        Layout::Long { element: column(1, "element"), value: column(2, "value") };
    let mut partial = with_values(&[200; 10]);
    partial.account.missing(91);
    partial.rows_of_other_elements = 90;
    let findings = of(&plan, &partial);
    assert_eq!(
        codes(&findings),
        [(Severity::Info, "rows_missing"), (Severity::Info, "rows_of_other_elements")]
    );
    assert_eq!(findings[0].message, "1 of 11 rows have no temperature (9.1 %).");
    assert_eq!(findings[1].message, "90 of 101 rows have another element in “element” than “temperature”.");
}

#[test]
fn a_station_for_every_row_is_no_station() {
    let listed = |stations| Listed { stations, ..Listed::default() };
    let partial = |rows: usize| with_values(&vec![200; rows]);
    let findings = with_listed(&testing::plan(), &partial(1_000), &listed(1_000));
    assert_eq!(codes(&findings)[0], (Severity::Warning, "stations_all_differ"));
    assert_eq!(
        findings[0].message,
        "Each of the 1,000 rows has another station in “station”: these may be numbers of rows."
    );
    let of_all_differ = |plan: &Plan, rows, stations| {
        let findings = with_listed(plan, &partial(rows), &listed(stations));
        findings.into_iter().filter(|finding| finding.code == "stations_all_differ").count()
    };
    // Two rows of one station; a list of a few places; a finding that the plan has already.
    assert_eq!(of_all_differ(&testing::plan(), 1_001, 1_000), 0);
    assert_eq!(of_all_differ(&testing::plan(), 99, 99), 0);
    let mut known = testing::plan();
    known.findings.push(Finding::warning("stations_all_differ", "m", "h"));
    assert_eq!(of_all_differ(&known, 1_000, 1_000), 1);
    let mut refused = partial(1_000);
    refused.account.rejected(Reason::TooManyFields);
    refused.variables[0].readings.rejected(1);
    let findings = with_listed(&testing::plan(), &refused, &listed(1_000));
    assert_eq!(codes(&findings)[1], (Severity::Warning, "stations_all_differ"));
}

#[test]
fn what_is_not_listed_is_said_to_be_in_the_tables() {
    let station = ("s".to_owned(), Summary::default());
    let groups = Groups { stations: vec![station; 2], days: Vec::new() };
    let findings =
        with_listed(&testing::plan(), &with_values(&[200; 9]), &Listed { groups, stations: 3_000, days: 5 });
    assert_eq!(
        codes(&findings),
        [(Severity::Info, "stations_not_all_listed"), (Severity::Info, "days_not_all_listed")]
    );
    assert_eq!(findings[0].message, "The file has 3,000 stations; the statistics list the first 2 by name.");
    assert_eq!(findings[0].hint, "All of them are in tables/a/stations.parquet.");
    assert_eq!(findings[1].hint, "All of them are in tables/a/days.parquet.");
}
