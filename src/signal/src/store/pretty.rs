//! JSON, indented: members in their own order, numbers and strings as they were written.

use serde::de::IgnoredAny;

/// The text with a line a member or element, if it is a JSON object or array.
pub(super) fn indented(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                out.push(c);
                while let Some(c) = chars.next() {
                    out.push(c);
                    match c {
                        '\\' => out.extend(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                while chars.next_if(char::is_ascii_whitespace).is_some() {}
                out.push(c);
                if let Some(close) = chars.next_if(|c| matches!(c, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    break_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                break_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    Some(out)
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_their_text() {
        let text = r#" {"z":1.50,"a":{"t":"a \"b\": {,","e":{ },"l":[1, [ ],"x"]}} "#;
        let wanted = r#"{
  "z": 1.50,
  "a": {
    "t": "a \"b\": {,",
    "e": {},
    "l": [
      1,
      [],
      "x"
    ]
  }
}"#;
        assert_eq!(indented(text).as_deref(), Some(wanted));
    }

    #[test]
    fn what_is_not_json_stays() {
        for text in ["START RequestId", "{not json}", "", "12", "\"text\"", "{\"a\":1} tail"] {
            assert_eq!(indented(text), None, "{text}");
        }
    }

    #[test]
    fn indenting_changes_no_value() {
        let text = r#"{"a":[{"b":"\\"},null,true,-1e5],"ü":"{[,:]}"}"#;
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&indented(text).unwrap()), read(text));
    }
}
