//! Plans of tables in each layout, written out.

use proptest::prelude::*;
use shared::transcoding::Transcoding;
use shared::{
    Compression, Finding, Layout, ObjectRef, Plan, Profile, Role, RunOptions, Severity, TableLayout,
    TimeFormat, Unit, ValidateTask, Verdict, Wanted,
};

use crate::plan::{Head, plan_head};

fn plan_with(text: &str, options: RunOptions) -> Plan {
    let object = ObjectRef {
        bucket: "uploads".to_owned(),
        key: "incoming/a.csv".to_owned(),
        version_id: None,
        etag: "e".to_owned(),
        size: text.len() as u64,
    };
    let task =
        ValidateTask { run_id: "r".to_owned(), object, options, single_split: false, other_order: false };
    let head = Head {
        text: text.as_bytes(),
        complete: true,
        compression: Compression::None,
        transcoding: Transcoding::default(),
    };
    plan_head(head, &task, 64 << 20)
}

fn plan_of(text: &str) -> Plan {
    plan_with(text, RunOptions::default())
}

fn wide() -> RunOptions {
    RunOptions { wide: true, ..RunOptions::default() }
}

fn asked(names: &[&str]) -> RunOptions {
    RunOptions { columns: names.iter().map(|name| (*name).to_owned()).collect(), ..RunOptions::default() }
}

fn with_profile(profile: Profile) -> RunOptions {
    RunOptions { profile: Some(profile), ..RunOptions::default() }
}

fn finding(plan: &Plan, code: &str) -> Finding {
    let found = plan.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} in {:?}", plan.findings)).clone()
}

/// Name, role and scale of each variable.
fn variables(plan: &Plan) -> Vec<(&str, Role, u8)> {
    let columns = plan.columns.as_ref().unwrap_or_else(|| panic!("{:?}", plan.findings));
    columns.variables.iter().map(|one| (one.name.as_str(), one.role, one.scale)).collect()
}

fn layout(plan: &Plan) -> Layout {
    plan.columns.as_ref().unwrap().layout.clone()
}

#[test]
fn rows_hold_a_variable_a_column() {
    let plan = plan_of("date,tmax_c,tavg (K),tmin,dew\n2024-01-01,5.25,273,-1.5,x\n2024-01-02,6,274,NA,x\n");
    assert_eq!(
        variables(&plan),
        [("tavg (K)", Role::Mean, 0), ("tmax_c", Role::Max, 2), ("tmin", Role::Min, 1)]
    );
    assert_eq!(layout(&plan), Layout::Rows { columns: vec![2, 1, 3] });
    let units: Vec<Unit> = plan.columns.as_ref().unwrap().variables.iter().map(|one| one.unit).collect();
    assert_eq!(units, [Unit::Kelvin, Unit::Celsius, Unit::Unknown]);
    // The plausible range is the primary's, in kelvin.
    assert_eq!(plan.plausible, Some((-90.0 + 273.15, 60.0 + 273.15)));
    assert_eq!(
        finding(&plan, "temperature_column").message,
        "temperatures are read from column 3, \"tavg (K)\": the profile \"generic\" knows it as \"tavg\"; \
         it leads the statistics (mean); also read: \"tmax_c\", \"tmin\""
    );
    assert_eq!(finding(&plan, "unit_unknown").message, "the name \"tmin\" does not tell the unit");
    let plan = plan_of("temp_max,temp_min\n1,2\n");
    assert_eq!(
        finding(&plan, "unit_unknown").message,
        "these names do not tell the unit: \"temp_max\", \"temp_min\""
    );
}

#[test]
fn one_column_of_several_may_hold_no_numbers() {
    let text = "date,temp,temp_max\n2024-01-01,cold,5\n2024-01-02,mild,6\n";
    let plan = plan_of(text);
    assert_eq!(variables(&plan), [("temp_max", Role::Max, 0)]);
    let left_out = finding(&plan, "column_without_numbers");
    assert_eq!(left_out.severity, Severity::Warning);
    assert!(left_out.message.contains("\"temp\"; such as \"cold\" (line 2)"), "{}", left_out.message);
    let plan = plan_with(text, asked(&["temp_max", "temp"]));
    assert_eq!((plan.verdict, finding(&plan, "no_numbers").severity), (Verdict::Rejected, Severity::Error));
}

#[test]
fn a_sparse_column_leads_no_full_one() {
    // Hours, and at midnight the mean of the day, as in NOAA's Local Climatological Data.
    let rows: String = (0..48)
        .map(|hour| format!("2024-01-01T{:02},5,{}\n", hour % 24, if hour % 24 == 23 { "4.5" } else { "" }))
        .collect();
    let plan = plan_of(&format!("DATE,HourlyDryBulbTemperature,DailyAverageDryBulbTemperature\n{rows}"));
    assert_eq!(
        variables(&plan),
        [("HourlyDryBulbTemperature", Role::Instant, 0), ("DailyAverageDryBulbTemperature", Role::Mean, 1)]
    );
}

#[test]
fn columns_may_be_asked_for() {
    let text = "date,a,b,temp\n2024-01-01,1.5,2,3\n";
    let plan = plan_with(text, asked(&["b", "a"]));
    assert_eq!(variables(&plan), [("b", Role::Instant, 0), ("a", Role::Instant, 1)]);
    assert!(finding(&plan, "temperature_column").message.contains("as asked for"));
    for names in [&["a", "a"][..], &["a", "b", "A"]] {
        let plan = plan_with(text, asked(names));
        assert_eq!(plan.verdict, Verdict::Rejected);
        assert!(finding(&plan, "same_column_twice").message.contains("\"a\""));
    }
    let plan = plan_with(text, asked(&["a", "c"]));
    assert!(finding(&plan, "no_such_column").message.contains("\"c\""));
}

#[test]
fn columns_of_the_same_name_stay_apart() {
    let plan = plan_of("time,temp,temp\n2024-01-01,1,2\n");
    assert_eq!(variables(&plan), [("temp", Role::Instant, 0), ("temp (column 3)", Role::Instant, 0)]);
    assert!(finding(&plan, "same_name").message.contains("\"temp\""));
}

#[test]
fn wide_tables_hold_a_station_a_column() {
    let text = "date,Oslo,Bergen,remark,,year\n2024-01-01,-1.5,2.25,fog,0,2024\n2024-01-02,NA,3,,1,2024\n";
    let plan = plan_with(text, wide());
    assert_eq!(variables(&plan), [("temperature", Role::Instant, 2)]);
    assert_eq!(layout(&plan), Layout::Wide { columns: vec![1, 2] });
    let columns = plan.columns.as_ref().unwrap();
    assert_eq!((columns.station.as_ref(), columns.time.as_ref().unwrap().index), (None, 0));
    let text_column = finding(&plan, "text_column");
    assert!(text_column.message.contains("\"remark\"; such as \"fog\" (line 2)"), "{}", text_column.message);
    assert!(
        finding(&plan, "temperature_column")
            .message
            .contains("2 columns, a station each: \"Oslo\", \"Bergen\"")
    );

    let options = RunOptions { wide: true, ..asked(&["Bergen"]) };
    assert_eq!(layout(&plan_with(text, options)), Layout::Wide { columns: vec![2] });
    let options = RunOptions { wide: true, ..asked(&["Bergen", "remark"]) };
    assert_eq!(finding(&plan_with(text, options), "no_numbers").severity, Severity::Error);
    let plan = plan_with("date,remark\n2024-01-01,fog\n", wide());
    assert_eq!(finding(&plan, "no_stations").severity, Severity::Error);
    let plan = plan_with("date,Oslo (°C),Oslo (°C)\n2024-01-01,1,2\n", wide());
    assert_eq!(finding(&plan, "same_station").severity, Severity::Warning);
    assert_eq!(plan.columns.unwrap().variables[0].unit, Unit::Celsius);

    let temperature = vec![Wanted {
        name: "tm".into(),
        role: Some(Role::Mean),
        unit: Some(Unit::Kelvin),
        ..Wanted::default()
    }];
    let profile = Profile {
        layout: Some(TableLayout::Wide),
        temperature,
        element: Vec::new(),
        value: Vec::new(),
        ..Profile::generic()
    };
    profile.check().unwrap();
    let plan = plan_with(text, with_profile(profile));
    assert_eq!(variables(&plan), [("tm", Role::Mean, 2)]);
    assert_eq!(plan.columns.unwrap().variables[0].unit, Unit::Kelvin);
}

#[test]
fn a_table_of_numbers_without_a_temperature_may_be_wide() {
    let plan = plan_of("date,Oslo,Bergen,Voss\n2024-01-01,1,2,3\n");
    assert!(finding(&plan, "no_temperature_column").hint.contains("3 columns of numbers"));
    for text in ["date,Oslo,Bergen\n2024-01-01,1,2\n", "a,Oslo,Bergen,Voss\n2024-01-01,1,2,3\n"] {
        assert!(!finding(&plan_of(text), "no_temperature_column").hint.contains("--wide"), "{text}");
    }
}

#[test]
fn long_tables_hold_a_variable_an_element() {
    let text = "station,date,element,value\nA,20240101,TMIN,-1.5\nA,20240101,PRCP,12\nA,20240101,TMAX ,3\n\
                A,20240102,TAVG,1.25\n";
    let plan = plan_of(text);
    assert_eq!(variables(&plan), [("TAVG", Role::Mean, 2), ("TMAX", Role::Max, 0), ("TMIN", Role::Min, 1)]);
    let Layout::Long { element, value } = layout(&plan) else { panic!("{:?}", plan.columns) };
    assert_eq!((element.index, value.index), (2, 3));
    let columns = plan.columns.as_ref().unwrap();
    assert_eq!((columns.station.as_ref().unwrap().index, columns.time.as_ref().unwrap().index), (0, 1));
    let others = finding(&plan, "elements_not_read");
    assert!(others.severity == Severity::Info && others.message.contains("\"PRCP\""), "{}", others.message);

    let plan = plan_with(text, asked(&["tmin"]));
    assert_eq!(variables(&plan), [("TMIN", Role::Min, 1)]);
    let plan = plan_with(text, asked(&["PRCP", "TMIN"]));
    assert_eq!(variables(&plan), [("PRCP", Role::Instant, 0), ("TMIN", Role::Min, 1)]);
    assert_eq!(
        finding(&plan_with(text, asked(&["TMIN", "snow"])), "no_such_column").severity,
        Severity::Error
    );
    // No temperature among the elements, and no long table because a column is a temperature itself.
    let rain = plan_of("date,parameter,value\n2024-01-01,rain,1\n");
    assert_eq!(finding(&rain, "no_temperature_column").severity, Severity::Error);
    assert_eq!(
        layout(&plan_of("date,type,value,temp\n2024-01-01,tmax,1,2\n")),
        Layout::Rows { columns: vec![3] }
    );
    let plan =
        plan_of("time,observed_property,Value\n2024-01-01,air_temperature,1\n2024-01-01,humidity,80\n");
    assert_eq!(variables(&plan), [("air_temperature", Role::Instant, 0)]);
}

#[test]
fn a_profile_tells_a_long_table_and_its_elements() {
    let elements = ["Lufttemp max", "Lufttemp min"].map(Wanted::from).to_vec();
    let list = |name: &str| vec![name.to_owned()];
    let profile = Profile {
        layout: Some(TableLayout::Long),
        temperature: elements,
        element: list("Mätning"),
        value: list("Utfall"),
        ..Profile::generic()
    };
    let text = "date,Mätning,Utfall\n2024-01-01,Lufttemp max,1.5\n2024-01-01,Regn,3\n";
    assert_eq!(variables(&plan_with(text, with_profile(profile.clone()))), [("Lufttemp max", Role::Max, 1)]);
    // There is more of the file than the head: the other element may come.
    let object = ObjectRef { size: 1 << 20, ..task_object() };
    let options = with_profile(profile.clone());
    let task =
        ValidateTask { run_id: "r".to_owned(), object, options, single_split: false, other_order: false };
    let head = Head {
        text: text.as_bytes(),
        complete: false,
        compression: Compression::None,
        transcoding: Transcoding::default(),
    };
    let plan = plan_head(head, &task, 64 << 20);
    assert_eq!(variables(&plan), [("Lufttemp max", Role::Max, 1), ("Lufttemp min", Role::Min, 0)]);
    let plan = plan_with("date,b\n2024-01-01,1\n", with_profile(profile));
    assert!(finding(&plan, "no_such_column").message.contains("\"Mätning\""));
}

fn task_object() -> ObjectRef {
    ObjectRef {
        bucket: "uploads".to_owned(),
        key: "incoming/a.csv".to_owned(),
        version_id: None,
        etag: "e".to_owned(),
        size: 0,
    }
}

#[test]
fn months_may_be_columns() {
    let rows = "1880,-.18,-.24,-.08,-.16,-.09,-.21,-.18,-.10,-.14,-.23,-.21,-.17,-.16\n\
                1881,-.19,-.13,.04,.06,.07,-.18,.01,-.03,-.15,-.21,-.18,-.066,-.08\n";
    for header in [
        "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,J-D",
        "year,January,February,March,April,May,June,July,August,September,October,November,December,Annual",
        "Jahr,Jan,Feb,Mrz,Apr,Mai,Jun,Jul,Aug,Sep,Okt,Nov,Dez,Jahresmittel",
        "année,janv.,févr.,mars,avr.,mai,juin,juil.,août,sept.,oct.,nov.,déc.,an",
        "AÑO,ENE,FEB,MAR,ABR,MAY,JUN,JUL,AGO,SEP,OCT,NOV,DIC,ANUAL",
        "Year,1,2,3,4,5,6,7,8,9,10,11,12,Mean",
        "Year,M01,M02,M03,M04,M05,M06,M07,M08,M09,M10,M11,M12,Mean",
        "YEAR,tmean_jan,tmean_feb,tmean_mar,tmean_apr,tmean_may,tmean_jun,tmean_jul,tmean_aug,tmean_sep,tmean_oct,tmean_nov,tmean_dec,x",
    ] {
        let plan = plan_of(&format!("{header}\n{rows}"));
        let [(_, _, scale)] = variables(&plan)[..] else { panic!("{header}: {:?}", plan.findings) };
        assert_eq!((scale, layout(&plan)), (3, Layout::Months { columns: std::array::from_fn(|at| at + 1) }));
        let time = plan.columns.clone().unwrap().time.unwrap();
        assert_eq!((time.index, time.format), (0, TimeFormat::Year), "{header}");
        let last = header.rsplit(',').next().unwrap();
        assert!(finding(&plan, "columns_not_read").message.ends_with(&format!("\"{last}\"")), "{header}");
        let named = header.starts_with("YEAR");
        assert_eq!(plan.findings.iter().any(|one| one.code == "taken_for_temperatures"), !named, "{header}");
    }
}

#[test]
fn days_and_half_years_are_no_months() {
    let days: Vec<String> = (1..=31).map(|day| format!("{day}.")).collect();
    let zeros = ",0".repeat(31);
    let half = "Year,Jan,Feb,Mar,Apr,May,Jun";
    for text in [
        format!("rok,měsíc,{}\n2024,1{zeros}\n", days.join(",")),
        format!("year,{}\n2024{zeros}\n", days.join(",")),
        format!("{half}\n2024,1,2,3,4,5,6\n"),
    ] {
        assert_eq!(plan_of(&text).verdict, Verdict::Rejected, "{text}");
        let profile = Profile {
            layout: Some(TableLayout::Months),
            element: Vec::new(),
            value: Vec::new(),
            ..Profile::generic()
        };
        assert_eq!(finding(&plan_with(&text, with_profile(profile)), "no_months").severity, Severity::Error);
    }
}

#[test]
fn ten_thousand_columns_are_planned() {
    let columns = 10_000;
    let text = |name: &str| {
        let header: String = (0..columns).map(|column| format!(",{name}{column}")).collect();
        let row = "2024-01-01".to_owned() + &",1.5".repeat(columns) + "\n";
        format!("date{header}\n{row}{row}{row}")
    };
    // One name too many fits no row; the stations of a wide table fit the plan.
    let plan = plan_with(&text("temp"), RunOptions::default());
    let too_many = finding(&plan, "too_many_temperatures");
    assert!(too_many.message.starts_with("10000 columns"), "{}", too_many.message);
    assert!(too_many.hint.contains("--wide") && too_many.hint.contains("--column"), "{}", too_many.hint);
    assert_eq!(plan.verdict, Verdict::Rejected);
    let plan = plan_with(&text("temp"), wide());
    assert_eq!(
        (plan.verdict, layout(&plan)),
        (Verdict::Accepted, Layout::Wide { columns: (1..=columns).collect() })
    );
    assert!(serde_json::to_vec(&plan).unwrap().len() < 200 << 10);
    assert_eq!(plan_with(&text("s"), RunOptions::default()).verdict, Verdict::Rejected);
    // Names too long to be carried along.
    let plan = plan_with(&text("a long name "), wide());
    assert_eq!(finding(&plan, "header_too_large").severity, Severity::Error);
    let plan =
        plan_with(&format!("date,temp {}\n2024-01-01,1\n", "x".repeat(110_000)), RunOptions::default());
    assert_eq!(finding(&plan, "plan_too_large").severity, Severity::Error);
}

#[test]
fn a_row_number_is_no_station() {
    let table = |rows: u32, station: &dyn Fn(u32) -> u32, day: &dyn Fn(u32) -> u32| {
        let rows: String =
            (0..rows).map(|row| format!("{},2024-01-{:02},1.5\n", station(row), 1 + day(row))).collect();
        let plan = plan_of(&format!("station,date,temp\n{rows}"));
        plan.findings.iter().any(|finding| finding.code == "stations_all_differ")
    };
    let days = |row: u32| row % 28;
    assert!(table(51, &|row| row, &days));
    assert!(!table(50, &|row| row, &days));
    assert!(!table(51, &|row| row / 2, &days));
    // One moment: each row is a station.
    assert!(!table(51, &|row| row, &|_| 3));
    // What is called an id and counts the rows is no station.
    let ids = |step: u32| {
        let rows: String = (0..20).map(|row| format!("{},2024-01-01,1.5\n", row * step)).collect();
        plan_of(&format!("id,date,temp\n{rows}")).columns.unwrap().station
    };
    assert_eq!((ids(1), ids(2).is_some()), (None, true));
}

fn a_name() -> impl Strategy<Value = String> {
    let words = [
        "temp", "max", "min", "avg", "t2m", "soil", "dew", "tx", "tn", "tg", "date", "value", "element",
        "jan",
    ];
    let word =
        prop_oneof![prop::sample::select(words.to_vec()).prop_map(str::to_owned), "[a-zA-Z0-9 °_]{0,6}"];
    prop::collection::vec(word, 1..3).prop_map(|words| words.join("_"))
}

fn a_field() -> impl Strategy<Value = String> {
    prop_oneof![4 => "-?[0-9]{1,3}(\\.[0-9]{0,3})?", 1 => "TMAX|TMIN|NA||-9999|2024-01-0[1-9]|fog"]
}

proptest! {
    /// Whatever the table: a plan that is accepted reads existing columns, each once, and each finding has its say.
    #[test]
    fn plans_are_sound(
        names in prop::collection::vec(a_name(), 1..16),
        fields in prop::collection::vec(prop::collection::vec(a_field(), 16), 1..8),
        options in prop_oneof![Just(RunOptions::default()), Just(wide()), Just(asked(&["temp"])), Just(asked(&["TMAX", "tmin"]))],
    ) {
        let rows: Vec<String> = fields.iter().map(|row| row[..names.len()].join(",")).collect();
        let text = format!("{}\n{}\n", names.join(","), rows.join("\n"));
        let plan = plan_with(&text, options.clone());
        prop_assert_eq!(&plan, &plan_with(&text, options.clone()));
        prop_assert!(!plan.findings.is_empty());
        let errors = plan.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        prop_assert_eq!(errors, usize::from(plan.verdict == Verdict::Rejected));
        if let Some(columns) = &plan.columns {
            let slots = columns.slots();
            let header = &plan.dialect.as_ref().unwrap().header;
            let mut taken: Vec<usize> = slots.iter().map(|slot| slot.index).collect();
            taken.sort_unstable();
            let long = matches!(columns.layout, Layout::Long { .. });
            prop_assert!(long || taken.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(taken.iter().all(|index| *index < header.len()));
            prop_assert!(slots.iter().all(|slot| slot.variable < columns.variables.len()));
            prop_assert!(columns.time.as_ref().is_none_or(|time| !taken.contains(&time.index)));
            prop_assert!(columns.station.as_ref().is_none_or(|station| !taken.contains(&station.index)));
            let mut names: Vec<&str> = columns.variables.iter().map(|one| one.name.as_str()).collect();
            names.sort_unstable();
            prop_assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", names);
            let is_wide = matches!(columns.layout, Layout::Wide { .. });
            prop_assert_eq!(is_wide, options.wide);
        }
    }
}
