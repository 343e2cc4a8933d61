//! JSON on one line.

/// `json` without the blanks and line ends between its parts: what writing the same values without any would have given,
/// in a fraction of the time that reading and writing them takes.
#[must_use]
pub fn one_line(json: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = memchr::memchr(b'"', rest) {
        add_without_blanks(&mut line, &rest[..start]);
        let text = &rest[start..];
        let end = end_of_text(text);
        line.extend_from_slice(&text[..end]);
        rest = &text[end..];
    }
    add_without_blanks(&mut line, rest);
    line
}

fn add_without_blanks(line: &mut Vec<u8>, json: &[u8]) {
    // All of it, and then those that were not to be added are written over: nothing is to be guessed.
    let mut end = line.len();
    line.extend_from_slice(json);
    for byte in json {
        line[end] = *byte;
        end += usize::from(!byte.is_ascii_whitespace());
    }
    line.truncate(end);
}

/// Where the text in quotes ends that `json` begins with.
fn end_of_text(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at + 1,
            // What is behind it belongs to it, a quote above all.
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn it_is_what_is_written_without_blanks() {
        let texts = ["", " ", "a b", "\"", "\\", "\\\"", " \" : , \n\r\t ", "ä\u{2028}", "{\"a\": [1, 2]}"];
        let values = json!({
            "texts": texts,
            "numbers": [0, -1, 1.5, 1e-300, 12345678901234567_u64],
            "others": [null, true, false, {}, [], [[]], { " a ": { "\"": " " } }],
        });
        for value in [values, Value::Null, json!(" x "), json!([1])] {
            let pretty = serde_json::to_vec_pretty(&value).unwrap();
            assert_eq!(String::from_utf8(one_line(&pretty)).unwrap(), value.to_string());
        }
    }

    #[test]
    fn what_is_no_json_is_no_panic() {
        for broken in ["\"", "\"\\", "{\"a\": \"\\\"", "\\\"", ""] {
            assert!(one_line(broken.as_bytes()).len() <= broken.len());
        }
    }
}
