//! Findings about the stations and days of a file as a whole.

use shared::{Finding, Layout, layout};

use crate::findings::About;
use crate::format;

/// Code of the finding that stations may be none; the plan has it already where the first rows show it.
const ALL_DIFFER: &str = "stations_all_differ";
/// So many rows, each of another station, are no list of places that somebody made.
const FEWEST: u64 = 100;

/// Every row is of another station.
pub fn all_differ(about: About<'_>) -> Option<Finding> {
    let columns = about.plan.columns.as_ref()?;
    let station = columns.station.as_ref()?;
    if matches!(columns.layout, Layout::Wide { .. })
        || about.plan.findings.iter().any(|finding| finding.code == ALL_DIFFER)
    {
        return None;
    }
    // Rows of the primary variable; a row whose reading was rejected lists no station.
    let slots = columns.slots().iter().filter(|slot| slot.variable == 0).count() as u64;
    let readings = &about.partial.primary()?.readings;
    let rows = (readings.used + readings.missing) / slots.max(1);
    if about.listed.stations < FEWEST || about.listed.stations != rows {
        return None;
    }
    let message = format!(
        "Each of the {} rows has another station in “{}”: these may be numbers of rows.",
        format::count(rows),
        format::name(&station.name)
    );
    let hint =
        "Figures by station then say nothing. If the stations stand in another column, name it in a profile.";
    Some(Finding::warning(ALL_DIFFER, message, hint))
}

/// The statistics hold the first stations only.
pub fn not_all_listed(about: About<'_>) -> Option<Finding> {
    let (listed, all) = (about.listed.groups.stations.len() as u64, about.listed.stations);
    (listed < all).then(|| {
        let message = format!(
            "The file has {} stations; the statistics list the first {} by name.",
            format::count(all),
            format::count(listed)
        );
        let hint = format!("All of them are in {}.", layout::table_key(about.name, "stations"));
        Finding::info("stations_not_all_listed", message, hint)
    })
}

/// The statistics hold the first days only.
pub fn days_not_all_listed(about: About<'_>) -> Option<Finding> {
    let (listed, all) = (about.listed.groups.days.len() as u64, about.listed.days);
    (listed < all).then(|| {
        let message = format!(
            "The file has {} days; the statistics list the first {}.",
            format::count(all),
            format::count(listed)
        );
        let hint = format!("All of them are in {}.", layout::table_key(about.name, "days"));
        Finding::info("days_not_all_listed", message, hint)
    })
}
