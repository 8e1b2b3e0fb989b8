//! What is asked here, as a command of the AWS CLI.

use watchdeck_domain::Timestamp;

/// The command that starts a query, ready for a shell; an option without a value is left out.
pub fn start_query<'a>(
    groups: impl IntoIterator<Item = &'a str>,
    span: (Timestamp, Timestamp),
    query: &str,
    options: &[(&str, Option<&str>)],
) -> String {
    let mut words = vec!["aws logs start-query --log-group-names".to_owned()];
    words.extend(groups.into_iter().map(quoted));
    let seconds = |at: Timestamp| at.as_millis().div_euclid(1000);
    words.push(format!("--start-time {} --end-time {}", seconds(span.0), seconds(span.1)));
    words.push(format!("--query-string {}", quoted(query)));
    for (name, value) in options {
        words.extend(value.map(|value| format!("{name} {}", quoted(value))));
    }
    words.join(" ")
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:#@%+=,".contains(&b);
    if !word.is_empty() && !word.starts_with('#') && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        let check = |word: &str, wanted: &str| assert_eq!(quoted(word), wanted);
        check("/aws/lambda/orders-writer", "/aws/lambda/orders-writer");
        check("filter a = 'b'", r"'filter a = '\''b'\'''");
        check("$(x)", "'$(x)'");
        check("#x", "'#x'");
        check("", "''");
    }

    #[test]
    fn a_query_is_a_command() {
        let at = Timestamp::from_millis;
        let options = [("--profile", None), ("--region", Some("eu-central-1"))];
        assert_eq!(
            start_query(["/a", "/b"], (at(1_000), at(61_500)), "fields a", &options),
            "aws logs start-query --log-group-names /a /b --start-time 1 --end-time 61 --query-string 'fields a' --region eu-central-1"
        );
    }
}
