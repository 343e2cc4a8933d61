//! Rows of units between a header and its data, as loggers and buoys write them.

use shared::Unit;

use crate::names::Name;
use crate::values::is_number_or_time;

/// Units of other quantities, what was done to a column, and what stands there where there is no unit: in lower case,
/// without brackets and blanks.
const OTHERS: [&str; 92] = [
    "", "%", "%rh", "-", "--", "a", "amps", "avg", "bool", "cm", "code", "count", "counts", "d", "date",
    "datetime", "day", "deg", "degree", "degrees", "degt", "dy", "ft", "ft/s", "g/kg", "g/m3", "gm", "h",
    "hh:mm", "hour", "hours", "hpa", "hr", "in", "inch", "inches", "inhg", "j/m2", "kg/m2", "km", "km/h",
    "kmh", "knots", "kpa", "kph", "kt", "kts", "kw/m2", "ly/day", "m", "m/s", "ma", "max", "mb", "mbar",
    "mi", "min", "mins", "minutes", "miles", "mj/m2", "mm", "mm/h", "mmhg", "mn", "mo", "month", "mph",
    "ms-1", "mv", "n/a", "nmi", "none", "num", "oktas", "pa", "ppb", "ppm", "rn", "s", "sec", "seconds",
    "smp", "std", "text", "tot", "ts", "unitless", "utc", "v", "volts", "w/m2",
];
/// More of them, with other characters.
const MORE: [&str; 14] = [
    "mm",
    "days",
    "times",
    "wm-2",
    "yr",
    "yyyy",
    "yyyy-mm-dd",
    "yyyymmdd",
    "m s-1",
    "°",
    "µmol/m2/s",
    "year",
    "yy",
    "um",
];

/// The most characters of a unit.
const LONGEST: usize = 16;

/// Whether every field is a unit, or what stands there where there is none.
pub fn is_row_of_units(fields: &[String]) -> bool {
    let is_one = |field: &String| {
        let plain = plain(field);
        // `umol/s/m^2`: what is written as a quotient is a unit.
        let is_quotient = plain.contains('/') && plain.len() <= LONGEST && !plain.starts_with('/');
        let is_known = OTHERS.contains(&plain.as_str()) || MORE.contains(&plain.as_str());
        // `yyyy-MM-dd hh:mm:ss a`: how a time is written.
        let is_form = ["yy", "hh"].iter().any(|part| plain.contains(part))
            && plain.chars().all(|c| "ymdhsaz-/:,t".contains(c));
        is_known || is_form || unit(field) != Unit::Unknown || is_quotient && !is_number_or_time(field)
    };
    let filled = || fields.iter().filter(|field| !field.is_empty());
    let is_bracketed = |field: &String| {
        let field = field.trim_start_matches(['#', '%', '!', ' ']);
        let brackets = [('(', ')'), ('[', ']'), ('{', '}')];
        brackets.iter().any(|(open, close)| field.starts_with(*open) && field.ends_with(*close))
    };
    filled().count() > 0 && fields.iter().all(is_one) || filled().count() > 1 && filled().all(is_bracketed)
}

/// Puts the units of temperatures behind the names that tell none.
pub fn add(names: &mut [String], units: &[String]) {
    for (name, field) in names.iter_mut().zip(units) {
        if unit(field) != Unit::Unknown && !name.is_empty() && Name::new(name).unit == Unit::Unknown {
            *name = format!("{name} ({})", field.trim_matches(|c| "()[]{} ".contains(c)));
        }
    }
}

/// The unit of temperature that a field is.
fn unit(field: &str) -> Unit {
    Name::new(&format!("t ({})", field.trim_matches(|c: char| "()[]{}.#%! ".contains(c)))).unit
}

/// In lower case, without brackets, blanks and full stops.
fn plain(field: &str) -> String {
    let field = field.trim_start_matches(['#', '%', '!']);
    field
        .chars()
        .filter(|c| !c.is_whitespace() && !"()[]{}.^\"'".contains(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn rows_of_units_are_known() {
        for text in [
            "TS,RN,Deg C,%,m/s",
            "#yr,mo,dy,hr,mn,degT,m/s,degC",
            ",,(°C),[mm]",
            ",,Avg,Smp",
            "TS,RN,Deg C,umol/s/m^2",
            "yyyy-MM-dd hh:mm:ss a,°C,%",
            "(Unix Second),(UTC),(Volt),(deg C),(-)",
            "degC,degC,days,mm,hours",
        ] {
            assert!(is_row_of_units(&row(text)), "{text}");
        }
        for text in [",,", "time,temp", "date,station,°C"] {
            assert!(!is_row_of_units(&row(text)), "{text}");
        }
    }

    #[test]
    fn a_unit_is_added_to_a_name_that_tells_none() {
        let mut names = row("time,AirT,TempF,RH");
        add(&mut names, &row(",Deg C,°C,%"));
        assert_eq!(names, row("time,AirT (Deg C),TempF,RH"));
    }
}
