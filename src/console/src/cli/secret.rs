//! Secrets from outside: out of a variable of the environment or from standard input, and never off the command line, which
//! everybody on the machine can read.

use std::io::BufRead as _;

use watchdeck_domain::Secret;

use super::failure::{Failure, FailureKind};

/// Where a secret is said to come from.
const VARIABLE: &str = "@env:";

/// The word for standard input.
const STDIN: &str = "@-";

/// Reads the secret of a parameter from where its text says.
///
/// # Errors
/// It says no such place, or there is nothing.
pub(super) fn from_outside(name: &str, text: &str) -> Result<Secret, Failure> {
    let refuse = |what: String| {
        let hint = format!("write -p {name}=@env:VARIABLE, or -p {name}=@- for a line of stdin");
        Failure::new(FailureKind::Usage, what, hint)
    };
    if text == STDIN {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        read.map_err(|error| refuse(format!("`{name}` could not be read from stdin: {error}")))?;
        let end = line.trim_end_matches(['\r', '\n']).len();
        line.truncate(end);
        return Ok(Secret::new(line));
    }
    let Some(variable) = text.strip_prefix(VARIABLE) else {
        return Err(refuse(format!("`{name}` is a secret, and a command line is read by many")));
    };
    let found = std::env::var(variable);
    let found = found.map_err(|_| refuse(format!("there is no variable `{variable}` to read")))?;
    Ok(Secret::new(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
        let failure = from_outside("token", "hunter2-canary").unwrap_err();
        let told = format!("{failure:?}");
        assert!(told.contains("read by many") && !told.contains("canary"), "{told}");
        assert!(from_outside("token", "@env:NO_SUCH_VARIABLE_ANYWHERE").is_err());
    }
}
