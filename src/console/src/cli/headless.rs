//! An account opened for a command that prints: no screen, no desk, nothing that could change it.

use watchdeck_aws::Connection;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::LogGroups;
use watchdeck_domain::{LogGroupName, ask};

use super::arguments::FileArguments;
use super::failure::{Failure, FailureKind};
use super::reading::SourceArguments;
use super::{console, output};
use crate::app::RealmName;
use crate::config::Settings;
use crate::runtime;
use crate::runtime::accounts::Opened;
use crate::runtime::contexts::Contexts;
use crate::runtime::settings;
use crate::runtime::signals::{Signal, Signals, stop_here};

/// Groups that a name with a `*` may stand for, at most: as many as one query takes.
const MOST: u32 = 50;

/// Opens the account, and says on stderr what should be known first.
pub(super) async fn open(
    asked: &SourceArguments,
    files: &FileArguments,
) -> Result<(Opened, Settings), Failure> {
    let place = asked.place();
    let settings = settings::load(files, &place).sound()?;
    let contexts = Contexts::load().await;
    let opened =
        console::reach(&place, &settings, &contexts).await.map_err(|error| error.failure)?;
    if let Some(notice) = &opened.notice {
        let (what, why) = (notice.what.as_str(), notice.why.as_str());
        output::complain(&format!("watchdeck: {what}: {why}\n"));
    }
    Ok((opened, settings))
}

/// The groups of these names; with none, those of the settings or of the story, and on a simulated account, where nothing
/// is billed, all there are.
pub(super) async fn groups(
    opened: &Opened,
    settings: &Settings,
    asked: &[String],
) -> Result<Vec<LogGroup>, Failure> {
    let usual = if asked.is_empty() { runtime::groups(opened, settings) } else { Vec::new() };
    let names = if asked.is_empty() { &usual } else { asked };
    if names.is_empty() && opened.realm != RealmName::Live {
        return beginning(&opened.connection, "").await;
    }
    if names.is_empty() {
        return Err(Failure::new(
            FailureKind::Usage,
            "no log group was named, and the settings name none",
            "name one, such as /aws/lambda/orders-writer, or all that begin alike: '/aws/lambda/*'",
        ));
    }
    named(&opened.connection, names).await
}

/// The groups of these names, or that begin so where a name ends in `*`.
pub(super) async fn named(
    connection: &Connection,
    names: &[String],
) -> Result<Vec<LogGroup>, Failure> {
    let mut groups = Vec::new();
    for name in names {
        match name.strip_suffix('*') {
            Some(prefix) => groups.extend(beginning(connection, prefix).await?),
            None => groups.push(whole(connection, name)?),
        }
    }
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups.dedup_by(|a, b| a.name == b.name);
    Ok(groups)
}

/// The groups that begin so, as the account lists them.
async fn beginning(connection: &Connection, prefix: &str) -> Result<Vec<LogGroup>, Failure> {
    let ask_for = LogGroups { prefix: prefix.to_owned(), limit: MOST + 1 };
    let source = connection.source();
    let found = ask(source.as_ref(), ask_for)
        .await
        .map_err(|error| Failure::new(FailureKind::Failed, error.to_string(), error.hint()))?;
    if found.is_empty() {
        let what = format!("no log group begins with `{prefix}`");
        return Err(Failure::new(FailureKind::Failed, what, "names are case-sensitive"));
    }
    if found.len() > MOST as usize {
        let what = format!("more than {MOST} log groups begin with `{prefix}`");
        return Err(Failure::new(FailureKind::Usage, what, "write more of the name"));
    }
    Ok(found)
}

/// A group by its whole name. Whether it is there is seen when it is read.
fn whole(connection: &Connection, name: &str) -> Result<LogGroup, Failure> {
    let name = LogGroupName::parse(name).map_err(|error| {
        let what = format!("`{name}` is no name of a log group: {}", error.why);
        Failure::new(FailureKind::Usage, what, "")
    })?;
    let scope = connection.scope();
    let (partition, region, account) = (scope.region.partition(), &scope.region, &scope.account);
    let arn = format!("arn:{partition}:logs:{region}:{account}:log-group:{name}");
    Ok(LogGroup { name, arn, stored_bytes: 0 })
}

/// What the system wants from now on.
pub(super) fn signals() -> Result<Signals, Failure> {
    Signals::listen().map_err(|error| {
        Failure::new(FailureKind::Failed, format!("signals cannot be heard: {error}"), "")
    })
}

/// The number of the signal that ends the program.
pub(super) async fn ended(signals: &mut Signals) -> u8 {
    loop {
        match signals.next().await {
            Signal::End(number) => return number,
            Signal::Stop => drop(stop_here()),
        }
    }
}

/// Does this, unless a signal ends the program before.
pub(super) async fn unless_ended<T>(
    signals: &mut Signals,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        number = ended(signals) => Err(Failure::signalled(number)),
    }
}

/// A text that was given as an argument and cannot be parsed: the text, a caret under the fault, and what to do.
pub(super) fn pointed(message: &str, at: usize, caret: &str, hint: &str) -> Failure {
    let mut text = format!("watchdeck: {message} at character {}\n", at + 1);
    for line in caret.lines() {
        text = format!("{text}  {}\n", watchdeck_domain::Printable::new(line).as_str());
    }
    output::complain(&text);
    Failure::new(FailureKind::Usage, "", hint)
}
