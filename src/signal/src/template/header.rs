//! What stands in front of a message: times, levels, hosts, ids and the names of loggers, told by their form.

/// How many words of a line may belong to its header.
const REACH: usize = 12;
/// How long a bracketed part of a header may be.
const BRACKETS: usize = 200;

/// The line without its header. A line that is nothing but a header stays whole.
///
/// The header ends at the last time or level that only names and numbers stand before; of what follows, ids, thread
/// and logger names go too. A line that begins with neither has no header.
pub(super) fn body(line: &str) -> &str {
    let whole = line.trim_ascii();
    let rest = behind_pipes(whole).or_else(|| behind_marks(whole)).map_or(whole, str::trim_ascii);
    if rest.is_empty() { whole } else { rest }
}

/// `20171223-22:15:29:606|Step_LSC|30002312|the message`
fn behind_pipes(line: &str) -> Option<&str> {
    let (first, _) = word(line)?;
    let bar = memchr::memchr(b'|', first.as_bytes())?;
    let (time, mut rest) = (line.get(..bar)?, line.get(bar + 1..)?);
    if !is_time(time) {
        return None;
    }
    for _ in 0..3 {
        match rest.split_once('|') {
            Some((field, behind)) if !field.contains(char::is_whitespace) => rest = behind,
            Some(_) | None => break,
        }
    }
    Some(rest)
}

fn behind_marks(line: &str) -> Option<&str> {
    let mut rest = line;
    let mut behind = None;
    let (mut timed, mut first, mut month, mut sure) = (false, true, false, false);
    for _ in 0..REACH {
        let (word, next) = word(rest)?;
        let time = is_time(word);
        if time || (is_level(word) && (timed || first)) {
            // ten digits alone may be a count as well as seconds
            sure |= timed || !is_number(word);
            timed |= time;
            behind = Some(next);
        } else if is_month(word) || is_weekday(word) {
            month |= is_month(word);
        } else if !is_name(word) {
            break;
        }
        first &= word.len() < 2 || word.starts_with('[');
        rest = next;
        if rest.is_empty() {
            break;
        }
    }
    let behind = behind.filter(|_| sure)?;
    let behind = if month { behind_host(behind) } else { behind };
    Some(behind_names(behind))
}

/// `LabSZ sshd[24200]: the message`, behind a time as syslog writes it.
fn behind_host(rest: &str) -> &str {
    let program = || {
        let (_, rest) = word(rest)?;
        let (program, rest) = word(rest)?;
        program.ends_with(':').then_some(rest)
    };
    program().unwrap_or(rest)
}

fn behind_names(mut rest: &str) -> &str {
    loop {
        rest = rest.trim_ascii_start();
        let Some((first, next)) = word(rest) else { return rest };
        let separated = || word(next).filter(|(word, _)| is_separator(word)).map(|(_, rest)| rest);
        rest = if is_separator(first) || is_id(first) {
            next
        } else if let Some(behind) = behind_brackets(rest) {
            behind
        } else if first.ends_with(':') && is_logger(first) {
            next
        } else if let Some(behind) = separated().filter(|_| is_logger(first) || is_number(first)) {
            behind
        } else {
            return rest;
        };
    }
}

/// `[QuorumPeer[myid=1]/0:2181:Leader@774] the message`
fn behind_brackets(rest: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate().take(BRACKETS) {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return if at == 0 { None } else { Some(rest.get(at + 1..)?.trim_start_matches(':')) };
        }
    }
    None
}

/// The first word and what is behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_ascii_start();
    let end = text.bytes().position(|b| b.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(word, _)| !word.is_empty())
}

/// A date, a time of day, both in one, or seconds or milliseconds since 1970.
fn is_time(word: &str) -> bool {
    let word = match word.as_bytes().first() {
        Some(b't') => bare(TIMES.iter().find_map(|name| word.strip_prefix(name)).unwrap_or(word)),
        _ => bare(word),
    };
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (mut digits, mut marks, mut colons) = (0, 0, 0);
    for byte in word.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b':' => (marks, colons) = (marks + 1, colons + 1),
            b'-' | b'/' | b'.' => marks += 1,
            b'T' | b'Z' | b'+' | b',' => {}
            _ => return false,
        }
    }
    let epoch = marks == 0 && matches!(digits, 10 | 13) && word.len() == digits;
    let address = || colons == 0 && word.split('.').count() == 4;
    epoch && word.starts_with('1') || marks >= 2 && digits >= 5 && !address()
}

/// What may stand before a time.
const TIMES: [&str; 3] = ["time=", "ts=", "timestamp="];

/// `INFO`, `[error]`, `warning:` or `level=info`.
fn is_level(word: &str) -> bool {
    let marked = word.starts_with(['[', '<']) || word.ends_with(':');
    let name = word.strip_prefix("level=").unwrap_or(bare(word));
    let marked = marked || name.len() != word.len();
    let is = |level: &str| if marked { name.eq_ignore_ascii_case(level) } else { name == level };
    name.len() <= 8 && LEVELS.iter().any(|level| is(level))
}

const LEVELS: [&str; 12] = [
    "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "ERR", "FATAL", "CRITICAL",
    "SEVERE", "PANIC",
];

fn is_month(word: &str) -> bool {
    let name = bare(word);
    name.len() == 3
        && "JanFebMarAprMayJunJulAugSepOctNovDec".find(name).is_some_and(|at| at % 3 == 0)
}

fn is_weekday(word: &str) -> bool {
    let name = bare(word);
    name.len() == 3 && "MonTueWedThuFriSatSun".find(name).is_some_and(|at| at % 3 == 0)
}

/// A name or number rather than a word of a sentence.
fn is_name(word: &str) -> bool {
    let word = word.trim_end_matches([':', ',', '.', ';', '!', '?']);
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'' || b >= 0x80);
    !letters || (word.len() >= 2 && word.bytes().all(|b| b.is_ascii_uppercase()))
}

fn is_separator(word: &str) -> bool {
    word.bytes().all(|b| matches!(b, b'-' | b'|' | b':' | b'>'))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// A request id, a trace id or the like.
fn is_id(word: &str) -> bool {
    let word = bare(word);
    word.len() >= 16
        && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && word.bytes().any(|b| b.is_ascii_digit())
}

/// `c.e.Orders`, `sshd[24200]:`, `orders::writer`.
fn is_logger(word: &str) -> bool {
    let word = word.trim_end_matches(':');
    let dotted = word.contains('.') || word.contains("::") || word.contains('$');
    let made = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'_' | b'-' | b'$');
    let program = word.ends_with(']') && word.contains('[');
    (dotted && word.bytes().all(made) && word.starts_with(|c: char| c.is_ascii_alphabetic()))
        || program
}

/// The word without brackets, quotes and marks around it.
fn bare(word: &str) -> &str {
    let inner = |b: &u8| !matches!(b, b'[' | b']' | b'(' | b')' | b'<' | b'>' | b',' | b':' | b'"');
    let bytes = word.as_bytes();
    let start = bytes.iter().position(inner).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(inner).map_or(start, |last| last + 1);
    word.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_goes_and_the_message_stays() {
        let check = |line: &str, wanted: &str| assert_eq!(body(line), wanted, "{line}");
        check(
            "2026-11-22T03:00:00.123Z\t5f1c9c1e-aaaa-4bbb-8ccc-0123456789ab\tINFO\torder 7 written",
            "order 7 written",
        );
        check(
            "[ERROR]\t2026-11-22T03:00:00.123Z\t5f1c9c1e-aaaa-4bbb-8ccc-0123456789ab\tno stock",
            "no stock",
        );
        check("[ERROR] KeyError: 'order_id'", "KeyError: 'order_id'");
        check(
            "2026-11-22T03:00:00Z 5f1c9c1e-aaaa-4bbb-8ccc-0123456789ab Task timed out after 3.00 seconds",
            "Task timed out after 3.00 seconds",
        );
        check(
            "2026-11-22 03:00:00,123 INFO [main] com.example.Orders - started in 3 s",
            "started in 3 s",
        );
        check(
            "2026-11-22 03:00:00.123  WARN 12 --- [nio-8080-exec-1] c.e.Orders : pool is full",
            "pool is full",
        );
        check(
            "2026/11/22 03:00:00 [error] 12#12: *3 connect() failed",
            "12#12: *3 connect() failed",
        );
        check("Nov 22 03:00:00 web-1 sshd[242]: Invalid user admin", "Invalid user admin");
        check("[Sun Nov 22 03:00:00 2026] [notice] child 3 found", "child 3 found");
        check("20261122-03:00:00:606|Writer|30002312|stored 4", "stored 4");
        check(
            "time=2026-11-22T03:00:00Z level=info msg=\"order written\" n=4",
            "msg=\"order written\" n=4",
        );
        check("INFO orders::writer: order written", "order written");
        check("error: no such table", "no such table");
        check("1763780400 ERROR no such table", "no such table");
    }

    #[test]
    fn a_message_without_a_header_stays() {
        for line in [
            "START RequestId: 5f1c9c1e-aaaa-4bbb-8ccc-0123456789ab Version: 42",
            "order 7 of 2026-11-22 is late",
            "HTTP ERROR 500 from upstream",
            "10.0.0.7 - - [22/Nov/2026:03:00:00 +0000] \"GET / HTTP/1.1\" 200 17",
            "2026-11-22T03:00:00Z",
            "1365301360 alignment exceptions",
            "Error: boom",
            "é ü 世界",
            "",
        ] {
            let wanted = if line == "Error: boom" { "boom" } else { line };
            assert_eq!(body(line), wanted, "{line}");
        }
    }
}
