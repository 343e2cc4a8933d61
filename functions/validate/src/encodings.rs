//! The encoding of a text: UTF-8 where it can be, else what its bytes and words tell.

use std::collections::BTreeSet;

use chardetng::EncodingDetector;
use shared::{Encoding, Finding, dialect::decode};

/// Bytes in which words are looked for.
const WORD_BYTES: usize = 8 << 10;
/// Words for a temperature that no other encoding has by chance.
const WORDS: [(Encoding, &[&str]); 4] = [
    (Encoding::ShiftJis, &["気温", "温度"]),
    (Encoding::EucKr, &["기온", "온도"]),
    (Encoding::Gb18030, &["气温", "温度"]),
    (Encoding::Big5, &["氣溫", "溫度"]),
];

/// The encoding of a text, and a finding where it is not plain UTF-8. `complete`: the text is the whole file;
/// otherwise its last character may be cut.
pub fn encoding(text: &[u8], complete: bool) -> (Encoding, Option<Finding>) {
    let Err(error) = std::str::from_utf8(text) else { return (Encoding::Utf8, None) };
    if error.error_len().is_none() && !complete {
        return (Encoding::Utf8, None);
    }
    let (mut good, mut bad) = (0, 0);
    for chunk in text.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // In other text bytes hardly ever form valid UTF-8 by chance, so a majority of good characters means
    // UTF-8 with some damage.
    if good > bad {
        let finding = Finding::warning(
            "damaged_utf8",
            format!("the text is UTF-8 with {bad} damaged characters in the part that was looked at"),
            "each damaged byte stands as \\xE5 in names; save the file as UTF-8 again",
        );
        return (Encoding::Utf8, Some(finding));
    }
    let encoding = guess(text, complete);
    let finding = Finding::info(
        "encoding",
        format!("the text is not UTF-8; it is read as {}", encoding.title()),
        "save the file as UTF-8 if names look wrong",
    );
    (encoding, Some(finding))
}

/// The encoding of a text that is not UTF-8.
fn guess(text: &[u8], complete: bool) -> Encoding {
    // A character may be cut at the end, but no line.
    let whole = if complete { text.len() } else { memchr::memrchr(b'\n', text).map_or(0, |end| end + 1) };
    let text = &text[..whole];
    let start = &text
        [..memchr::memrchr(b'\n', &text[..text.len().min(WORD_BYTES)]).map_or(text.len(), |end| end + 1)];
    let says = |(encoding, words): &(Encoding, &[&str])| {
        let (decoded, damaged) = encoding.tables().decode_without_bom_handling(start);
        !damaged && words.iter().any(|word| decoded.contains(word))
    };
    if let Some((encoding, _)) = WORDS.iter().find(|known| says(known)) {
        return *encoding;
    }
    let mut detector = EncodingDetector::new();
    detector.feed(text, true);
    let Some(guess) = Encoding::of(detector.guess(None, false)) else { return Encoding::Windows1252 };
    if guess.is_single_byte() {
        return if is_western(&decode(Encoding::Windows1252, text)) { Encoding::Windows1252 } else { guess };
    }
    let (decoded, damaged) = guess.tables().decode_without_bom_handling(text);
    // One byte and an ASCII letter are a character of East Asia to such an encoding, and `ºC` to others: words are longer.
    let is_word = decoded.split(|c: char| !is_east_asian(c)).any(|word| word.chars().count() > 1);
    if damaged || !is_word || guess == Encoding::Utf8 { Encoding::Windows1252 } else { guess }
}

/// Whether a character is one of the scripts of China, Japan and Korea.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// The letters beyond ASCII of the languages of Western Europe, each on its own.
const WESTERN: [&str; 9] = [
    "áéíóúüñ",
    "ãõáéíóúâêôàçü",
    // Without the ligature and the ÿ, which are rarer than the Polish and Czech letters that share their bytes.
    "àâæçéèêëîïôùûü",
    "äöüßé",
    "åäöæøéüèà",
    "àèéìòùíî",
    "àèéíïòóúüç",
    "ëïéèöüáóê",
    "áéíóúýþæöð",
];

/// Whether all letters beyond ASCII, if there are any, are those of one Western language. Degree signs alone stand in the
/// same place everywhere.
fn is_western(text: &str) -> bool {
    let letters = text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic() && !"ºªµ".contains(*c));
    let letters: BTreeSet<char> = letters.flat_map(char::to_lowercase).collect();
    WESTERN.iter().any(|language| letters.iter().all(|letter| language.contains(*letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_cut_at_the_end_of_the_head_is_no_damage() {
        let text = "temperature (°".as_bytes();
        let cut = &text[..text.len() - 1];
        assert_eq!(encoding(cut, false), (Encoding::Utf8, None));
        assert_eq!(encoding(cut, true).0, Encoding::Windows1252);
    }

    #[test]
    fn other_encodings_are_found() {
        let damaged = ["Straße,°C,Ä\n".as_bytes(), b"\xFF,1\n"].concat();
        let (found, finding) = encoding(&damaged, true);
        assert_eq!((found, finding.unwrap().code.as_str()), (Encoding::Utf8, "damaged_utf8"));
        assert_eq!(encoding("Straße,°C,Ä\n\u{FF}".as_bytes(), true), (Encoding::Utf8, None));
        for (text, written) in [
            ("Temperatur (°C);Straße\n1,5;x\n", Encoding::Windows1252),
            ("Temperature (°C),RH\n1.5,20\n", Encoding::Windows1252),
            ("Année;Température moyenne;Précipitations à l'été\n2020;1,5;0\n", Encoding::Windows1252),
            ("Fecha;Hora;Temperatura (ºC);Humedad (%)\n27/02/2024;10:00;11,5;60\n", Encoding::Windows1252),
            ("\"Data\";\"Średnia temperatura dobowa [°C]\"\n\"2024-02-27\";\"1,5\"\n", Encoding::Windows1250),
            ("Indicativo;Año;Mes;Día;T.Med\nX;1920;1;2;3,5\n", Encoding::Windows1252),
            ("年月日,平均気温(℃)\n2020/1/1,1.5\n", Encoding::ShiftJis),
            ("지점,일시,평균기온(°C)\n108,2020-01-01,-1.5\n", Encoding::EucKr),
            ("日期,平均气温(℃)\n2020-01-01,1.5\n", Encoding::Gb18030),
            ("日期,平均氣溫(℃)\n2020-01-01,1.5\n", Encoding::Big5),
            (
                "Datum;Teplota;Vlhkost;Poznámka\n1.1.20;1,5;60;příliš žluťoučký kůň úpěl\n",
                Encoding::Windows1250,
            ),
            ("Дата;Температура воздуха\n01.01.2020;1,5\n", Encoding::Windows1251),
        ] {
            let bytes = written.tables().encode(text).0;
            let (found, finding) = encoding(&bytes, true);
            assert_eq!((found, finding.unwrap().code.as_str()), (written, "encoding"), "{text}");
        }
    }
}
