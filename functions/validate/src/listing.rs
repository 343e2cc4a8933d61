//! Names and values as messages show them: quoted, and never more than a screen can take.

use shared::shown;

/// The most names that a message lists.
const MAX_LISTED: usize = 30;
/// The most characters of one name.
const MAX_CHARACTERS: usize = 60;

/// `text` in quotation marks, cut where it is long.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", shown::cut(text, MAX_CHARACTERS))
}

/// The names in quotation marks: `"a", "b" … and 95 more`.
pub fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(MAX_LISTED);
    let shown: Vec<_> = names.take(MAX_LISTED).map(quote).collect();
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} … and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_bounded() {
        assert_eq!(list(["a", "b\nc"].into_iter()), "\"a\", \"b⏎c\"");
        let names = vec!["x".repeat(1000); 125];
        let text = list(names.iter().map(String::as_str));
        assert!(text.ends_with("… and 95 more") && text.len() < 3000, "{text}");
    }
}
