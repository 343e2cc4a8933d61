//! What compressed data that could not be read to their end give rise to: a finding that leads the report.

use shared::{Damage, Finding, Partial};

use crate::format;

/// The finding about the damage that reading met, if it met any.
pub fn finding(partial: &Partial) -> Option<Finding> {
    let damage = partial.damage.as_ref()?;
    let rows = format::counted(partial.account.rows_read, "row", "rows");
    let (message, stands) = match damage {
        Damage::Checksum => (
            format!("{}: any of the {rows} that were read may be wrong.", sentence(damage)),
            "Do not rely on the figures",
        ),
        Damage::Trailing(_) => (
            format!("{}; the {rows} before it are complete.", sentence(damage)),
            "The figures describe these rows only",
        ),
        _ => (
            format!("{}; {rows} could be read before that.", sentence(damage)),
            "The figures describe these rows only",
        ),
    };
    Some(Finding::warning(damage.code(), message, format!("{stands}: {}.", damage.hint())))
}

fn sentence(damage: &Damage) -> String {
    let text = damage.to_string();
    let (first, rest) = text.split_at(text.ceil_char_boundary(1));
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use shared::Severity;

    use super::*;

    #[test]
    fn each_damage_says_what_the_figures_are_worth() {
        let mut partial = Partial::default();
        assert_eq!(finding(&partial), None);
        partial.account.missing(1_234);
        for (damage, code, message, hint) in [
            (
                Damage::CutShort,
                "damaged",
                "The compressed data end before the text does; 1,234 rows could be read before that.",
                "The figures describe these rows only: upload",
            ),
            (
                Damage::Checksum,
                "damaged",
                "The text does not match the check sum behind it: any of the 1,234 rows that were read may be wrong.",
                "Do not rely on the figures: compress",
            ),
            (
                Damage::Broken,
                "damaged",
                "The compressed data are damaged; 1,234 rows could be read before that.",
                "The figures describe these rows only: compress",
            ),
            (
                Damage::Window(128 << 20),
                "window_too_large",
                "The data are compressed with a window of 128 MiB (zstd --long or --ultra), and 8 MiB is the most that is read; 1,234 rows could be read before that.",
                "The figures describe these rows only: compress the file again without --long",
            ),
            (
                Damage::Trailing(40),
                "trailing_bytes",
                "From byte 40 on, the file holds something other than compressed data; the 1,234 rows before it are complete.",
                "The figures describe these rows only: if the file",
            ),
        ] {
            partial.damage = Some(damage);
            let finding = finding(&partial).unwrap();
            assert_eq!((finding.severity, finding.code.as_str()), (Severity::Warning, code));
            assert_eq!(finding.message, message);
            assert!(finding.hint.starts_with(hint) && finding.hint.ends_with('.'), "{}", finding.hint);
        }
    }
}
