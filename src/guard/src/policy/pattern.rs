//! Patterns over names: `*` stands for any characters, `?` for one. Case counts.

/// Whether the whole of `text` fits `pattern`.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut seen) = (0, 0);
    // Where the last `*` stood, and how much of the text it has swallowed.
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || text.get(seen) == Some(wanted) => {
                at += 1;
                seen += 1;
            }
            Some(_) | None => match &mut star {
                Some((back, swallowed)) => {
                    *swallowed += 1;
                    at = *back + 1;
                    seen = *swallowed;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_what_they_say() {
        let check = |pattern: &str, text: &str, fits: bool| {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        };
        check("lambda.*", "lambda.rollback", true);
        check("lambda.*", "rds.restore", false);
        check("*", "", true);
        check("", "", true);
        check("", "a", false);
        check("a?c", "abc", true);
        check("a?c", "ac", false);
        check("arn:*:role/on*call", "arn:aws:iam::1:role/on-the-call", true);
        check("*a*b", "xxaxxbxb", true);
        check("*a*b", "xxaxxbx", false);
        check("Lambda.*", "lambda.rollback", false);
        check("**", "anything", true);
    }
}
