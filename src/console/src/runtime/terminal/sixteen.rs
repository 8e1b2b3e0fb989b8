//! Colours for terminals that have no more than sixteen: crossterm numbers every colour among 256, which those do not know.

/// The frame with its colours as `31` or `104` in place of `38;5;1` and `48;5;12`.
pub(super) fn rewritten(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(frame.len());
    let mut rest = frame;
    while let Some(at) = begins(rest) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(before);
        let inner = from.get(2..).unwrap_or_default();
        let long = inner.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
        let (numbers, after) = inner.split_at_checked(long).unwrap_or((inner, &[]));
        out.extend_from_slice(b"\x1b[");
        match after.first() {
            Some(b'm') => out.extend_from_slice(colours(numbers).as_bytes()),
            Some(_) | None => out.extend_from_slice(numbers),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// Where the next sequence begins.
fn begins(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\x1b[")
}

/// The numbers of one sequence, each colour among the sixteen in its short form.
fn colours(numbers: &[u8]) -> String {
    let text = String::from_utf8_lossy(numbers);
    let mut parts = text.split(';');
    let mut out: Vec<String> = Vec::new();
    while let Some(part) = parts.next() {
        let (dark, light) = match part {
            "38" => (30, 90),
            "48" => (40, 100),
            _ => {
                out.push(part.to_owned());
                continue;
            }
        };
        let kind = parts.next().unwrap_or_default();
        let number: u16 = parts.next().and_then(|number| number.parse().ok()).unwrap_or_default();
        match (kind, number) {
            ("5", 0..8) => out.push((dark + number).to_string()),
            ("5", 8..16) => out.push((light + number - 8).to_string()),
            // The theme was brought down to sixteen, so there are no others.
            _ => {}
        }
    }
    out.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_among_the_sixteen_are_written_as_old_terminals_know_them() {
        let check = |given: &str, wanted: &str| {
            let found = rewritten(given.as_bytes());
            assert_eq!(String::from_utf8_lossy(&found), wanted, "{given:?}");
        };
        check("\x1b[38;5;1;48;5;12mred\x1b[0m", "\x1b[31;104mred\x1b[0m");
        check("\x1b[39;49mplain\x1b[2;3H", "\x1b[39;49mplain\x1b[2;3H");
        check("\x1b[38;5;15m38;5;15\x1b[48;5;8m", "\x1b[97m38;5;15\x1b[100m");
        check("\x1b[?2026hgröße\x1b[1m\x1b[", "\x1b[?2026hgröße\x1b[1m\x1b[");
        check("", "");
    }
}
