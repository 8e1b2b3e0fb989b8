//! AWS's subset of regular expressions, checked and written out for the engine that runs them.

use regex::RegexBuilder;

use crate::grammar::Rex;

/// Symbols that stand for themselves, and the space of AWS's own examples.
const SYMBOLS: &[char] = &[':', '_', '#', '=', '@', '/', ';', ',', '-', ' '];
const OPERATORS: &[char] = &['^', '$', '?', '[', ']', '{', '}', '|', '\\', '*', '+', '.'];

/// Where in the expression it fails, and why.
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) message: String,
    pub(crate) hint: &'static str,
}

/// Compiles what stands between the percent signs.
pub(crate) fn compile(source: &str) -> Result<Rex, Fault> {
    if source.is_empty() {
        return Err(fault(
            0,
            "empty regular expression",
            "write it between percent signs: `%colou?r%`",
        ));
    }
    let translated = translate(&source.chars().collect::<Vec<_>>())?;
    let regex = RegexBuilder::new(&translated)
        .size_limit(1 << 20)
        .dfa_size_limit(1 << 20)
        .nest_limit(64)
        .build()
        .map_err(|error| fault(0, reason(&error), "check brackets, braces and repetitions"))?;
    Ok(Rex { source: source.into(), regex })
}

/// The last line of the engine's message, which names the fault.
pub(crate) fn reason(error: &regex::Error) -> String {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return "the regular expression is too large".into();
    }
    let text = error.to_string();
    let last = text.lines().last().unwrap_or("not a regular expression");
    last.trim_start_matches("error: ").to_owned()
}

/// Writes every construct out so that the engine cannot read more into it than AWS defines: classes are
/// ASCII, `{,n}` counts from zero, `$` tolerates a final line feed, set operators in classes are literal.
fn translate(chars: &[char]) -> Result<String, Fault> {
    let mut out = String::with_capacity(chars.len() * 2);
    let mut class: Option<usize> = None; // where the open class began
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        match c {
            '\\' => {
                at += escape(chars, at, &mut out)?;
                continue;
            }
            '[' if class.is_none() => {
                class = Some(at);
                out.push('[');
                if next == Some('^') {
                    out.push('^');
                    at += 1;
                }
                // a closing bracket in first place stands for itself
                if chars.get(at + 1) == Some(&']') {
                    out.push_str("\\]");
                    at += 1;
                }
            }
            ']' if class.is_some() => {
                class = None;
                out.push(']');
            }
            '-' if class.is_some() => {
                let range = next.is_some_and(|n| n != ']' && n != '-')
                    && class.is_some_and(|began| at > began + 1)
                    && chars.get(at.wrapping_sub(1)).is_some_and(|p| *p != '^' && *p != '-');
                out.push_str(if range { "-" } else { "\\-" });
            }
            '[' | '^' | '{' | '}' | '|' | '.' | '*' | '+' | '?' | '$' if class.is_some() => {
                out.push('\\');
                out.push(c);
            }
            '$' => out.push_str("(?:\\n?\\z)"),
            ']' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '{' => at += repetition(chars, at, &mut out)?,
            '^' | '|' | '.' | '*' | '+' | '?' => out.push(c),
            c if c.is_ascii_alphanumeric() || SYMBOLS.contains(&c) => out.push(c),
            '(' | ')' => {
                return Err(fault(
                    at,
                    "parentheses are not supported in a regular expression",
                    "spell the alternatives out, or write `\\x28` and `\\x29` for the characters themselves",
                ));
            }
            c if !c.is_ascii() => {
                return Err(fault(
                    at,
                    format!("`{}` is not supported in a regular expression", c.escape_debug()),
                    "only ASCII characters may stand there; `.` matches any one character",
                ));
            }
            c => {
                return Err(fault(
                    at,
                    format!("`{}` is not supported in a regular expression", c.escape_debug()),
                    "write its code as `\\xhh`",
                ));
            }
        }
        at += 1;
    }
    if let Some(began) = class {
        return Err(fault(
            began,
            "the bracket `[` is never closed",
            "close it with `]`, or escape it as `\\[`",
        ));
    }
    Ok(out)
}

/// Writes an escape out and returns how many characters it took.
fn escape(chars: &[char], at: usize, out: &mut String) -> Result<usize, Fault> {
    match chars.get(at + 1).copied() {
        Some('d') => out.push_str("[0-9]"),
        Some('D') => out.push_str("[^0-9]"),
        Some('w') => out.push_str("[a-zA-Z_0-9]"),
        Some('W') => out.push_str("[^a-zA-Z_0-9]"),
        Some('s') => out.push_str("[ \\t\\n\\r\\x0b\\x0c]"),
        Some('S') => out.push_str("[^ \\t\\n\\r\\x0b\\x0c]"),
        Some('x') => {
            let digits: String = chars.iter().skip(at + 2).take(2).collect();
            return match u8::from_str_radix(&digits, 16) {
                Ok(code) if digits.len() == 2 && code < 0x80 => {
                    out.push_str("\\x");
                    out.push_str(&digits);
                    Ok(4)
                }
                Ok(_) | Err(_) => Err(fault(
                    at,
                    "`\\x` needs two hexadecimal digits of an ASCII character",
                    "such as `\\x3A` for a colon",
                )),
            };
        }
        Some(c) if OPERATORS.contains(&c) || c.is_ascii_punctuation() => {
            out.push('\\');
            out.push(c);
        }
        Some(' ') => out.push(' '),
        Some(c) => {
            return Err(fault(
                at,
                format!("the escape `\\{}` is not supported", c.escape_debug()),
                "there are \\d \\D \\s \\S \\w \\W \\xhh and escaped operators",
            ));
        }
        None => {
            return Err(fault(
                at,
                "the escape at the end escapes nothing",
                "write `\\\\` for a backslash",
            ));
        }
    }
    Ok(2)
}

/// Writes `{m,n}` out and returns how many characters beyond the brace it took.
fn repetition(chars: &[char], at: usize, out: &mut String) -> Result<usize, Fault> {
    let bad = || {
        fault(
            at,
            "a repetition is written `{m}`, `{m,}`, `{,n}` or `{m,n}`",
            "escape the brace as `\\{` if the character is meant",
        )
    };
    let body: String = chars.iter().skip(at + 1).take_while(|c| **c != '}').collect();
    let taken = body.chars().count() + 1;
    if chars.get(at + taken) != Some(&'}') {
        return Err(bad());
    }
    let count = |text: &str| -> Result<String, Fault> {
        let text = text.trim();
        if text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 3 {
            Ok(text.into())
        } else {
            Err(bad())
        }
    };
    match body.split_once(',') {
        None => {
            let exactly = count(&body)?;
            if exactly.is_empty() {
                return Err(bad());
            }
            out.extend(["{", &exactly, "}"]);
        }
        Some((least, most)) => {
            let (least, most) = (count(least)?, count(most)?);
            let least = if least.is_empty() { "0".into() } else { least };
            out.extend(["{", &least, ",", &most, "}"]);
        }
    }
    Ok(taken)
}

fn fault(at: usize, message: impl Into<String>, hint: &'static str) -> Fault {
    Fault { at, message: message.into(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, text: &str, wanted: bool) {
        let rex = compile(source).map_err(|f| f.message).unwrap();
        assert_eq!(rex.regex.is_match(text), wanted, "%{source}% on {text:?} ({})", rex.regex);
    }

    #[test]
    fn every_documented_construct_works() {
        check("[abcx-z]", "y", true);
        check("[abcx-z]", "w", false);
        check("[^c]$", "abc", false);
        check("[\\d-]+$", "1-2", true);
        check("[\\D]", "12", false);
        check("[]a]", "]", true);
        check("[a-]", "-", true);
        check("[[]", "[", true);
        check("a{,2}b", "b", true);
        check("^a{2}$", "aaa", false);
        check("^a{2,}$", "aaa", true);
        check("\\w\\W\\s\\S", "a- b", true);
        check("\\w", "é", false);
        check("\\$5", "it costs $5", true);
        check("end$", "the end\n", true);
        check("a#b c", "a#b c", true);
        check("a}", "a}", true);
    }

    #[test]
    fn what_aws_does_not_define_is_refused() {
        for source in [
            "", "a(b)", "a!", "é", "\\b", "\\x", "\\xZZ", "[a", "a{", "a{b}", "*a", "\\", "a{9999}",
        ] {
            assert!(compile(source).is_err(), "{source}");
        }
    }
}
