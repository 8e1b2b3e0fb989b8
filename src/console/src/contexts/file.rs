//! Reading `contexts.toml`: a context with a mistake is left out, and every mistake is told with its line and column.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use watchdeck_domain::{
    Arn, ChangeCalendar, CheckpointStore, LeaseTable, Region, Retention, RetentionMode,
};

use super::{AccountContext, Colour, Environment};
use crate::app::command::nearest;
use crate::keymap::{Origin, line_and_column};

/// The keys of a context.
pub(super) const KEYS: [&str; 15] = [
    "name",
    "profile",
    "region",
    "endpoint_url",
    "write_role",
    "role_arn",
    "environment",
    "colour",
    "read_only",
    "policy",
    "lease",
    "calendar",
    "checkpoints",
    "checkpoints_retention_days",
    "checkpoints_retention_mode",
];

/// One mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextError {
    /// Where it is.
    pub at: Origin,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
    /// Whether it costs its context; an environment that is unknown costs nothing, it is production.
    pub skipped: bool,
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.at, self.what, self.hint)
    }
}

impl std::error::Error for ContextError {}

/// Reads a file: its contexts in their order, and its mistakes.
pub fn read(name: &str, text: &str) -> (Vec<AccountContext>, Vec<ContextError>) {
    let (table, broken) = DeTable::parse_recoverable(text);
    let mut reading = Reading { name: name.into(), text, errors: Vec::new() };
    for error in &broken {
        let hint = "the file is TOML: `[[context]]`, then lines such as `profile = \"prod\"`";
        reading.wrong(&error.span().unwrap_or_default(), error.message(), hint);
    }
    if !broken.is_empty() {
        // What the parser makes of such a file is a guess, and no account is opened on a guess.
        return (Vec::new(), reading.errors);
    }
    let mut contexts: Vec<AccountContext> = Vec::new();
    for (key, value) in table.get_ref() {
        let tables = value.get_ref().as_array().filter(|_| key.get_ref() == "context");
        let Some(tables) = tables else {
            let hint = "a context begins with `[[context]]`, in double brackets";
            reading.wrong(&key.span(), format!("`{}` is no context", key.get_ref()), hint);
            continue;
        };
        for table in tables {
            let Some(context) = reading.context(table) else { continue };
            if let Some(first) = contexts.iter().find(|known| known.name == context.name) {
                let what = format!("`{}` stands in line {} already", context.name, first.at.line);
                reading.wrong(&table.span(), what, "give this one another name");
                continue;
            }
            contexts.push(context);
        }
    }
    let mut errors = reading.errors;
    errors.sort_by_key(|error| (error.at.line, error.at.column));
    (contexts, errors)
}

struct Reading<'a> {
    name: Arc<str>,
    text: &'a str,
    errors: Vec<ContextError>,
}

impl Reading<'_> {
    fn at(&self, span: &Range<usize>) -> Origin {
        let (line, column) = line_and_column(self.text, span.start);
        Origin { file: Arc::clone(&self.name), line, column }
    }

    fn wrong(&mut self, span: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        let at = self.at(span);
        self.errors.push(ContextError { at, what: what.into(), hint: hint.into(), skipped: true });
    }

    /// One context; none if anything in it is wrong.
    fn context(&mut self, value: &Spanned<DeValue<'_>>) -> Option<AccountContext> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(&value.span(), "this is no context", "begin it with `[[context]]`");
            return None;
        };
        let before = self.errors.iter().filter(|error| error.skipped).count();
        for (key, _) in table {
            if !KEYS.contains(&&**key.get_ref()) {
                let hint = nearest(key.get_ref(), KEYS).map_or_else(
                    || format!("a context has {}", KEYS.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                self.wrong(&key.span(), format!("a context has no `{}`", key.get_ref()), hint);
            }
        }
        let mut fields = Fields { reading: self, table };
        let name = fields.text("name").filter(|name| !name.contains(char::is_whitespace));
        let profile = fields.text("profile");
        let region = fields.parsed("region", "such as `eu-central-1`", Region::parse);
        let endpoint_url = fields.text("endpoint_url");
        let arn = "such as `arn:aws:iam::123456789012:role/oncall`";
        let write_role = fields.parsed("write_role", arn, Arn::parse);
        let role_arn = fields.parsed("role_arn", arn, Arn::parse);
        let environment = fields.environment();
        let colour = fields.colour().unwrap_or_else(|| Colour::of(environment));
        let read_only = fields.truth("read_only");
        let policy = fields.text("policy");
        let lease =
            fields.parsed("lease", "such as `dynamodb:watchdeck-leases`", LeaseTable::parse);
        let calendars = fields.calendars();
        let place = "such as `logs:/watchdeck/checkpoints` or `s3:shop-audit/watchdeck`";
        let checkpoints = fields.parsed("checkpoints", place, CheckpointStore::parse);
        let retention = fields.retention(checkpoints.as_ref());
        let Some(name) = name else {
            let hint = "add a line such as `name = \"shop-prod\"`; a name is one word";
            self.wrong(&value.span(), "this context has no name", hint);
            return None;
        };
        let sound = self.errors.iter().filter(|error| error.skipped).count() == before;
        let at = self.at(&value.span());
        sound.then_some(AccountContext {
            name,
            profile,
            region,
            endpoint_url,
            write_role,
            role_arn,
            environment,
            colour,
            read_only,
            policy,
            lease,
            checkpoints,
            retention,
            calendars,
            at,
        })
    }
}

/// The values of one context.
struct Fields<'r, 'a, 't> {
    reading: &'r mut Reading<'a>,
    table: &'r DeTable<'t>,
}

impl<'t> Fields<'_, '_, 't> {
    fn value(&self, key: &str) -> Option<&Spanned<DeValue<'t>>> {
        self.table.get(key)
    }

    /// A text that is not empty.
    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        let (span, text) = (value.span(), value.get_ref().as_str().unwrap_or_default().to_owned());
        if text.is_empty() {
            let hint = format!("write it in quotes, or leave `{key}` out");
            self.reading.wrong(&span, format!("`{key}` is a text"), hint);
            return None;
        }
        Some(text)
    }

    fn parsed<T, E: fmt::Display>(
        &mut self,
        key: &str,
        hint: &str,
        parse: impl Fn(String) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(key)?;
        let span = self.value(key)?.span();
        let parsed = parse(text);
        if let Err(error) = &parsed {
            self.reading.wrong(&span, format!("`{key}`: {error}"), hint);
        }
        parsed.ok()
    }

    /// Change calendars: one as a text, or several in a list.
    fn calendars(&mut self) -> Vec<ChangeCalendar> {
        let Some(value) = self.table.get("calendar") else { return Vec::new() };
        let all = match value.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            None => vec![value],
        };
        let mut calendars = Vec::new();
        for value in all {
            let parsed = ChangeCalendar::parse(value.get_ref().as_str().unwrap_or_default());
            match parsed {
                Ok(calendar) => calendars.push(calendar),
                Err(error) => {
                    let hint = "such as `ssm:shop-changes`, or several in `[\"..\", \"..\"]`";
                    self.reading.wrong(&value.span(), format!("`calendar`: {error}"), hint);
                }
            }
        }
        calendars
    }

    /// How long Object Lock is to keep each checkpoint: in a bucket, and with a number of days.
    fn retention(&mut self, store: Option<&CheckpointStore>) -> Option<Retention> {
        const DAYS: &str = "checkpoints_retention_days";
        const MODE: &str = "checkpoints_retention_mode";
        let mode = self.text(MODE);
        let mode_span = self.value(MODE).map(Spanned::span);
        let mode = mode.map_or(Some(RetentionMode::default()), |name| RetentionMode::parse(&name));
        if let (None, Some(span)) = (mode, &mode_span) {
            let names = RetentionMode::ALL.map(RetentionMode::name).join(" or ");
            self.reading.wrong(span, format!("`{MODE}` is {names}"), "in small letters");
        }
        let days = self.table.get(DAYS).map(|value| {
            let number = value.get_ref().as_integer().and_then(|it| {
                u16::from_str_radix(it.as_str(), it.radix()).ok().filter(|days| *days > 0)
            });
            (value.span(), number)
        });
        let Some((span, days)) = days else {
            if let Some(span) = mode_span {
                let hint = format!("add `{DAYS} = 365`, or leave it to the default of the bucket");
                self.reading.wrong(&span, format!("`{MODE}` means nothing without days"), hint);
            }
            return None;
        };
        if !matches!(store, Some(CheckpointStore::Bucket { .. })) {
            let hint = "Object Lock is of S3: `checkpoints = \"s3:BUCKET\"`";
            self.reading.wrong(&span, format!("`{DAYS}` is about a bucket"), hint);
        }
        if days.is_none() {
            let hint = "such as `365`, without quotes";
            self.reading.wrong(&span, format!("`{DAYS}` is a number from 1 to 65535"), hint);
        }
        Some(Retention { days: days?, mode: mode? })
    }

    fn truth(&mut self, key: &str) -> bool {
        let Some(value) = self.value(key) else { return false };
        let (span, truth) = (value.span(), value.get_ref().as_bool());
        if truth.is_none() {
            let hint = "write `true` or `false`, without quotes";
            self.reading.wrong(&span, format!("`{key}` is true or false"), hint);
        }
        // Whoever wrote it meant to forbid something.
        truth.unwrap_or(true)
    }

    /// The environment. One that is missing or unknown is production: that costs nothing but care.
    fn environment(&mut self) -> Environment {
        let Some(value) = self.value("environment") else { return Environment::default() };
        let (span, name) = (value.span(), value.get_ref().as_str().unwrap_or_default().to_owned());
        let Some(environment) = Environment::parse(&name) else {
            let all = Environment::ALL.map(Environment::name);
            let hint = nearest(&name, all).map_or_else(
                || format!("there are {}", all.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let what = format!("there is no environment `{name}`: it counts as production");
            let at = self.reading.at(&span);
            self.reading.errors.push(ContextError { at, what, hint, skipped: false });
            return Environment::Production;
        };
        environment
    }

    fn colour(&mut self) -> Option<Colour> {
        let name = self.text("colour")?;
        let span = self.value("colour")?.span();
        let colour = Colour::parse(&name);
        if colour.is_none() {
            let all = Colour::ALL.map(Colour::name);
            let hint = nearest(&name, all).map_or_else(
                || format!("there are {}", all.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            self.reading.wrong(&span, format!("there is no colour `{name}`"), hint);
        }
        colour
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> (Vec<String>, Vec<String>) {
        let (contexts, errors) = read("contexts.toml", text);
        let names = contexts.into_iter().map(|context| context.name).collect();
        (names, errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_context_says_where_and_what_is_allowed_there() {
        let text = r#"
            [[context]]
            name = "prod"
            profile = "shop-prod"
            region = "eu-central-1"
            endpoint_url = "http://127.0.0.1:4599"
            write_role = "arn:aws:iam::123456784021:role/oncall-write"
            role_arn = "arn:aws:iam::123456784021:role/oncall-read"
            environment = "production"
            colour = "purple"
            read_only = true
            lease = "dynamodb:watchdeck-leases"
            calendar = ["ssm:shop-changes", "ssm:arn:aws:ssm:eu-central-1:1:document/holidays"]
            checkpoints = "s3:shop-audit/watchdeck"
            checkpoints_retention_days = 365
            checkpoints_retention_mode = "compliance"
            [[context]]
            name = "dev"
            environment = "development"
            checkpoints = "logs:/watchdeck/checkpoints"
        "#;
        let (contexts, errors) = read("contexts.toml", text);
        assert_eq!(errors, []);
        let [prod, dev] = contexts.as_slice() else { panic!("{contexts:?}") };
        assert_eq!(prod.profile.as_deref(), Some("shop-prod"));
        assert_eq!(prod.region.as_ref().unwrap().as_str(), "eu-central-1");
        assert!(prod.role_arn.is_some() && prod.write_role.is_some() && prod.read_only);
        assert_eq!((prod.environment, prod.colour), (Environment::Production, Colour::Purple));
        assert_eq!((dev.environment, dev.colour), (Environment::Development, Colour::Blue));
        assert!(!dev.read_only && dev.profile.is_none());
        assert_eq!(prod.lease, Some(LeaseTable::built_in()));
        assert_eq!(prod.calendars.len(), 2);
        assert_eq!(prod.calendars.first(), Some(&ChangeCalendar::built_in()));
        assert_eq!((dev.at.line, &dev.lease, dev.calendars.len()), (17, &None, 0));
        assert_eq!(prod.checkpoints, CheckpointStore::parse("s3:shop-audit/watchdeck").ok());
        let mode = RetentionMode::Compliance;
        assert_eq!(prod.retention, Some(Retention { days: 365, mode }));
        assert_eq!(dev.checkpoints, Some(CheckpointStore::built_in()));
        assert_eq!(dev.retention, None);
    }

    #[test]
    fn what_is_missing_or_unknown_is_production() {
        let (contexts, errors) = read("c", "[[context]]\nname = \"a\"\n");
        assert_eq!((contexts[0].environment, errors), (Environment::Production, vec![]));
        let (contexts, errors) = read("c", "[[context]]\nname = \"a\"\nenvironment = \"prd\"\n");
        assert_eq!(contexts[0].environment, Environment::Production);
        assert_eq!(
            errors[0].to_string(),
            "c:3:15: there is no environment `prd`: it counts as production: there are \
             production, staging, development, sandbox"
        );
    }

    #[test]
    fn a_context_with_a_mistake_is_left_out_and_told_and_the_others_stand() {
        let text = "[[context]]\nname = \"a\"\nregoin = \"eu-west-1\"\n\
                    [[context]]\nname = \"b\"\nregion = \"Frankfurt\"\n\
                    [[context]]\nprofile = \"c\"\n\
                    [[context]]\nname = \"d\"\ncolour = \"gren\"\n\
                    [[context]]\nname = \"e\"\nread_only = \"no\"\n\
                    [[context]]\nname = \"f\"\n\
                    [[context]]\nname = \"f\"\n\
                    [contexts]\nname = \"g\"\n";
        let (names, errors) = names(text);
        assert_eq!(names, ["f"]);
        assert_eq!(errors.len(), 7, "{errors:#?}");
        assert_eq!(
            errors[0],
            "contexts.toml:3:1: a context has no `regoin`: did you mean `region`?"
        );
        assert!(errors[1].starts_with("contexts.toml:6:10: `region`:"), "{}", errors[1]);
        assert!(errors[2].starts_with("contexts.toml:7:1: this context has no name"));
        assert_eq!(
            errors[3],
            "contexts.toml:11:10: there is no colour `gren`: did you mean `green`?"
        );
        assert!(errors[4].starts_with("contexts.toml:14:13: `read_only` is true or false"));
        assert!(errors[5].starts_with("contexts.toml:17:1: `f` stands in line 15 already"));
        assert!(errors[6].starts_with("contexts.toml:19:2: `contexts` is no context"));
    }

    #[test]
    fn what_makes_no_sense_of_shipped_checkpoints_is_told() {
        let of = |lines: &str| names(&format!("[[context]]\nname = \"a\"\n{lines}\n")).1;
        let bucket = "checkpoints = \"s3:shop-audit\"\n";
        let days = "checkpoints_retention_days";
        let mode = "checkpoints_retention_mode";
        assert_eq!(of(&format!("{bucket}{days} = 365")), Vec::<String>::new());
        assert_eq!(of(&format!("{bucket}{days} = 0x10")), Vec::<String>::new());
        for (lines, wanted) in [
            ("checkpoints = \"/watchdeck\"".to_owned(), "must begin with `logs:` or `s3:`"),
            (format!("{bucket}{days} = 0"), "is a number from 1 to 65535"),
            (format!("{bucket}{days} = \"365\""), "is a number from 1 to 65535"),
            (format!("{bucket}{days} = 1\n{mode} = \"FOREVER\""), "is governance or compliance"),
            (format!("{bucket}{mode} = \"compliance\""), "means nothing without days"),
            (format!("checkpoints = \"logs:/audit\"\n{days} = 1"), "is about a bucket"),
            (format!("{days} = 1"), "is about a bucket"),
        ] {
            let told = of(&lines);
            assert!(told.len() == 1 && told[0].contains(wanted), "{lines}: {told:?}");
        }
    }

    #[test]
    fn of_a_file_that_is_no_toml_no_account_is_opened_on_a_guess() {
        let (names, errors) = names("[[context]]\nname = \"a\"\nprofile = prod\n");
        assert_eq!(names, Vec::<String>::new());
        assert!(errors[0].starts_with("contexts.toml:3:11:"), "{errors:?}");
    }
}
