//! Texts that come from the file, on their way to the page.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod fixture;
mod memory;

use fixture::{Learned, REPORT, UPLOAD, day, object, plan, ready, run};
use memory::Memory;
use shared::{Finding, ObjectRef, Reason, ReportTask};

#[tokio::test]
async fn what_comes_from_the_file_cannot_become_markup() {
    let (memory, task) = ready().await;
    run(&memory, task).await.unwrap();
    let report = memory.text(REPORT).unwrap().1;
    assert!(report.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    assert!(report.contains("&#60;b&#62;warm&#60;/b&#62;"));
    for forbidden in ["<script", "<b>", "http:", "https:", "src=", "href=", "@import"] {
        assert!(!report.contains(forbidden), "{forbidden}");
    }
}

/// A key as it stands in a request.
fn percent_encoded(key: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    key.bytes().map(|b| if is_plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Every text that is not ours, with characters that drive a terminal or move others about, and far too long.
#[tokio::test]
async fn what_cannot_be_seen_or_does_not_fit_does_not_reach_the_page() {
    let unseen = "\u{1b}[31m\u{202e}\u{2066}\u{200b}\u{feff}\u{85}\u{7}";
    let name = |name: &str| format!("{name}{unseen}{}", "x".repeat(20_000));
    let object = ObjectRef { key: format!("incoming/{unseen}{}.csv", "y".repeat(980)), ..object() };
    let mut plan = plan(1);
    plan.profile = name("profile");
    plan.findings = vec![Finding::warning("c", name("finding"), name("hint"))];
    let columns = plan.columns.as_mut().unwrap();
    columns.variables[0].name = name("temperature");
    columns.variables[0].missing = (0..2000).map(|marker| name(&marker.to_string())).collect();
    columns.station.as_mut().unwrap().name = name("station");
    columns.time.as_mut().unwrap().name = name("time");
    plan.dialect.as_mut().unwrap().header = (0..300).map(|column| name(&column.to_string())).collect();
    let mut learned = Learned::new(1);
    learned.partial.bytes = 1_800;
    for station in 0..300 {
        learned.rows(&name(&station.to_string()), day(28), &[1]);
    }
    learned.missing(1000);
    learned.partial.rows_without_day = 1;
    for line in 1..300 {
        learned.reject(line, Some(2), Reason::NotANumber, &name("row"));
    }
    let memory = Memory::default();
    memory.insert(&format!("/weather/{}", percent_encoded(&object.key)), &object.etag, &UPLOAD);
    let partials = vec![learned.store(&memory, "r", 0).await];
    let outcome = run(&memory, ReportTask { run_id: "r".into(), object, plan, partials }).await.unwrap();

    let report_at = format!("/weather/{}", percent_encoded(&outcome.report.unwrap().key));
    let page = memory.text(&report_at).unwrap().1;
    let marks = unseen.trim_matches(|c: char| c.is_ascii());
    assert_eq!(page.chars().find(|c| c.is_control() && *c != '\n' || marks.contains(*c)), None);
    for shown in
        ["profile␛[31m\u{fffd}", "finding␛", "temperature␛", "row␛", "299 rejected rows", "and 240 more"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    // 200 stations, 100 rows, 60 columns and 30 markers of up to 120 or 200 characters, and our own words.
    assert!(page.len() < 160_000, "{}", page.len());
}
