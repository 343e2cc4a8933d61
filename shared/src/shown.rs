//! Texts from outside as people see them: on one line, with a stand-in for every character that cannot be
//! seen or that would move others about, and never longer than fits.
//!
//! Headers, file names and cells are somebody else's. A control character in them drives the terminal, and a
//! direction mark lets a text pass for another one. What people are shown goes through here: findings when
//! they are made, the report where it is escaped, the command line where it prints. What programs read keeps
//! the exact text.

/// What stands for a character that has no picture of its own.
const UNSEEN: char = char::REPLACEMENT_CHARACTER;

/// The visible character that is shown for `c`; `None` for a character that is shown as it is.
pub fn stand_in(c: char) -> Option<char> {
    match c {
        '\t' => Some('⇥'),
        '\n' | '\r' => Some('⏎'),
        // Unicode has a picture of each: ␀, ␛, ␡.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)),
        '\x7f' => Some('␡'),
        _ if is_unseen(c) => Some(UNSEEN),
        _ => None,
    }
}

/// Controls, direction marks, separators of lines, and what Unicode calls default ignorable: characters
/// without width. Variation selectors pass, for they only choose between the forms of the letter before.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}'
        | '\u{17b5}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}')
}

/// `text` on one line.
pub fn line(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// `text` on one line, cut behind `chars` characters.
pub fn cut(text: &str, chars: usize) -> String {
    let mut rest = text.chars().map(shown);
    let mut cut: String = rest.by_ref().take(chars).collect();
    if rest.next().is_some() {
        cut.push('…');
    }
    cut
}

/// `text` with its own line ends: for messages of ours that hold names of others.
pub fn lines(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { shown(c) }).collect()
}

fn shown(c: char) -> char {
    stand_in(c).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_seen() {
        assert_eq!(line("a\tb\r\nc\x1b[31m\0\x7f"), "a⇥b⏎⏎c␛[31m␀␡");
        assert_eq!(lines("a\tb\nc\rd"), "a⇥b\nc⏎d");
        // UAX #9's marks, embeddings and isolates; zero-width characters; C1 controls; tags.
        for c in
            "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\
                  \u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{85}\u{9b}\u{2028}\u{2029}\u{ad}\u{e0041}"
                .chars()
        {
            assert_eq!(line(&c.to_string()), "\u{fffd}", "{c:?}");
        }
    }

    #[test]
    fn letters_of_all_scripts_stay() {
        for text in ["Zürich", "東京", "القاهرة", "תל אביב", "🌡\u{fe0f}", "a\u{308}", "−4 °C", "नई दिल्ली"]
        {
            assert_eq!(line(text), text);
            assert_eq!(lines(text), text);
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("äöü", 2), "äö…");
        assert_eq!(cut("äö", 2), "äö");
        assert_eq!(cut("", 0), "");
    }
}
