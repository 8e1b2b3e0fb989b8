//! From a runbook's name to its proposal: by command, or by a form. Nothing here changes the account: it ends in a plan's
//! question.

use std::collections::BTreeMap;

use watchdeck_domain::{FunctionName, PipelineName, Printable, UserName};
use watchdeck_runbook::{ParamType, Runbook};

use super::choices::choices;
use super::details::Subject;
use super::screens::form::{Form, is_found_out};
use super::screens::list::List;
use super::screens::stock::Shelf;
use super::shell::{Overlay, Purpose, Screen, Tone, Typing};
use super::{Effect, Model, perform, refresh, secrets};

/// Proposes what was typed: `RUNBOOK [NAME=VALUE ...]`. What is lacking is asked for in a form.
pub(super) fn perform(model: &mut Model, argument: &str) -> Vec<Effect> {
    let Some(words) = words(argument) else {
        model.shell.say(Tone::Bad, "a quote is not closed");
        return Vec::new();
    };
    let mut words = words.iter().map(String::as_str);
    let Some(id) = words.next() else {
        return match here(model) {
            Some(_) => open_here(model),
            None => perform::show(model, Screen::Runbooks),
        };
    };
    let Some(runbook) = model.runbooks.sound().find(|runbook| runbook.id == id).cloned() else {
        let known: Vec<_> = model.runbooks.sound().map(|known| known.id.as_str()).collect();
        let said = format!("there is no runbook `{id}`; there are {}", known.join(", "));
        model.shell.say(Tone::Bad, said);
        return Vec::new();
    };
    match given(&runbook, words) {
        Ok(given) => begin(model, &runbook, given),
        Err(why) => {
            model.shell.say(Tone::Bad, why);
            Vec::new()
        }
    }
}

/// Words between blanks; what stands in double quotes is one. Nothing when a quote is not closed.
fn words(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            c if c.is_whitespace() && !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            other => {
                word.push(other);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    (!quoted).then_some(words)
}

/// The parameters that were typed, each with its name.
fn given<'a>(
    runbook: &Runbook,
    words: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>, String> {
    let params = runbook.all_params();
    let mut given = BTreeMap::new();
    for word in words {
        let Some((name, value)) = word.split_once('=') else {
            return Err(format!("`{word}` is no parameter: write `NAME=VALUE`"));
        };
        let known = params.get(name).filter(|_| !is_found_out(&runbook.id, name));
        let Some(param) = known else {
            let names: Vec<_> = params.keys().map(String::as_str).collect();
            let names = names.join(", ");
            return Err(format!("{} has no parameter `{name}`; it has {names}", runbook.id));
        };
        if let Some(fault) = param.fault(&param.kind.read(value)) {
            return Err(format!("`{name}`: {fault}"));
        }
        given.insert(name.to_owned(), value.to_owned());
    }
    Ok(given)
}

/// Opens the form of a runbook with what is known already; makes the plan where nothing is lacking.
pub(super) fn begin(
    model: &mut Model,
    runbook: &Runbook,
    mut given: BTreeMap<String, String>,
) -> Vec<Effect> {
    if let Some(function) = function_here(model) {
        for (name, param) in &runbook.params {
            if param.kind == ParamType::Function {
                given.entry(name.clone()).or_insert_with(|| function.to_string());
            }
        }
    }
    let form = Form::of(runbook, &given);
    if form.lacking().is_none() {
        return wish(model, &form);
    }
    model.shell.overlay = Some(Overlay::Form(form));
    ask(model)
}

/// The function that what is in front is about.
fn function_here(model: &Model) -> Option<FunctionName> {
    let of = |screen: &Screen| {
        if let Screen::Function(name) = screen { Some(name.clone()) } else { None }
    };
    if model.shell.screen == Screen::Functions {
        return FunctionName::parse(model.list().and_then(List::subject)?).ok();
    }
    // Whoever comes to the runbooks from a function's own screen means that function.
    let came_from = || model.shell.past.last().filter(|_| model.shell.screen == Screen::Runbooks);
    of(&model.shell.screen).or_else(|| came_from().and_then(of))
}

/// The runbook under the cursor, or the one that is told of.
pub(super) fn here(model: &Model) -> Option<&Runbook> {
    let subject = match &model.shell.overlay {
        Some(Overlay::Detail { subject, .. }) => subject.clone(),
        None if model.shell.screen == Screen::Runbooks => model.list().and_then(List::opens)?,
        Some(_) | None => return None,
    };
    let Subject::Runbook(id) = subject else { return None };
    model.runbooks.sound().find(|runbook| runbook.id == id)
}

/// Opens the form of the runbook under the cursor.
pub(super) fn open_here(model: &mut Model) -> Vec<Effect> {
    let Some(runbook) = here(model).cloned() else { return Vec::new() };
    begin(model, &runbook, BTreeMap::new())
}

/// Types the value of the chosen field; on the last row makes the plan.
pub(super) fn choose(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = &mut model.shell.overlay else { return Vec::new() };
    if let Some(field) = form.chosen() {
        let (name, value) = (field.name.clone(), field.value.clone());
        if field.kind == ParamType::Secret {
            secrets::ask(model, &name);
            return Vec::new();
        }
        model.shell.type_in(Purpose::Field(name), &value);
        return Vec::new();
    }
    if let Some(lacking) = form.lacking() {
        let said = format!("`{}` is lacking: {}", lacking.name, lacking.help);
        form.go_on();
        model.shell.say(Tone::Bad, said);
        return Vec::new();
    }
    let form = form.clone();
    wish(model, &form)
}

/// Takes the text of a field, if it is one of its type.
pub(super) fn accept(model: &mut Model, name: &str, typing: &Typing) -> Vec<Effect> {
    let text = typing.line.text().trim().to_owned();
    let Some(Overlay::Form(form)) = &mut model.shell.overlay else { return Vec::new() };
    let Some(field) = form.field_mut(name) else { return Vec::new() };
    let fault = field.param.fault(&field.kind.read(&text));
    if let Some(fault) = fault.filter(|_| !(text.is_empty() && field.optional)) {
        let wrong = Some((Printable::new(fault), 0));
        model.shell.typing = Some(Typing { wrong, ..typing.clone() });
        return Vec::new();
    }
    take(model, name, text)
}

/// Puts a value into its field, and goes on to the next.
pub(super) fn take(model: &mut Model, name: &str, value: String) -> Vec<Effect> {
    put(model, name, value);
    if let Some(Overlay::Form(form)) = &mut model.shell.overlay {
        form.go_on();
    }
    ask(model)
}

fn put(model: &mut Model, name: &str, value: String) {
    let Some(Overlay::Form(form)) = &mut model.shell.overlay else { return };
    let Some(field) = form.field_mut(name) else { return };
    let (kind, changed) = (field.kind, field.value != value);
    field.value = value;
    // What belonged to another function, or another source, belongs no longer.
    if changed && kind == ParamType::Function {
        for other in &mut form.fields {
            let of_function = matches!(
                other.kind,
                ParamType::Alias
                    | ParamType::Version
                    | ParamType::Qualifier
                    | ParamType::EventSource
                    | ParamType::SourceName
            );
            if of_function {
                other.value.clear();
            }
        }
    }
    // Nor do the keys of another user, and who is named among the users is none of the roles.
    let narrower = [
        (ParamType::User, ParamType::AccessKey),
        (ParamType::Choice, ParamType::Principal),
        (ParamType::Pipeline, ParamType::Stage),
        (ParamType::Pipeline, ParamType::Execution),
        (ParamType::RestApi, ParamType::ApiStage),
        (ParamType::RestApi, ParamType::ApiDeployment),
        (ParamType::Bus, ParamType::Rule),
        (ParamType::Cluster, ParamType::Service),
        (ParamType::Cluster, ParamType::TaskDefinition),
        (ParamType::Service, ParamType::TaskDefinition),
        (ParamType::HostedZone, ParamType::DnsName),
        (ParamType::Shiftable, ParamType::ZoneId),
    ];
    for (_, narrower) in narrower.into_iter().filter(|(wider, _)| changed && *wider == kind) {
        for other in form.fields.iter_mut().filter(|other| other.kind == narrower) {
            other.value.clear();
        }
    }
    if changed && kind == ParamType::EventSource {
        for other in form.fields.iter_mut().filter(|other| other.kind == ParamType::SourceName) {
            other.value.clear();
        }
    }
    fill(model);
}

/// Fills in what there is no choice about: the only alias, the only source, the name of the chosen source.
pub(super) fn fill(model: &mut Model) {
    let waited = lacks_here(model);
    let of_others = [
        ParamType::Alias,
        ParamType::EventSource,
        ParamType::SourceName,
        ParamType::AccessKey,
        ParamType::Trail,
        ParamType::Pipeline,
        ParamType::Deployment,
        ParamType::Distribution,
        ParamType::ApiStage,
        ParamType::Cluster,
        ParamType::Service,
    ];
    for kind in of_others {
        let Some(Overlay::Form(form)) = &model.shell.overlay else { return };
        let found = choices(model, form, kind);
        let [(only, _)] = found.as_slice() else { continue };
        let only = only.clone();
        let Some(Overlay::Form(form)) = &mut model.shell.overlay else { return };
        let empty = form.fields.iter_mut().filter(|field| field.kind == kind);
        for field in empty.filter(|field| field.value.is_empty()) {
            field.value.clone_from(&only);
        }
    }
    // The cursor waited at a field that is filled in now.
    if waited
        && !lacks_here(model)
        && let Some(Overlay::Form(form)) = &mut model.shell.overlay
    {
        form.go_on();
    }
}

/// Whether the chosen field lacks its value, and nobody types it.
fn lacks_here(model: &Model) -> bool {
    let Some(Overlay::Form(form)) = &model.shell.overlay else { return false };
    let lacks = form.chosen().is_some_and(|field| field.value.is_empty() && !field.optional);
    lacks && model.shell.typing.is_none()
}

/// Takes the next choice for the chosen field, or the one before.
pub(super) fn turn(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = &model.shell.overlay else { return Vec::new() };
    let Some(field) = form.chosen() else { return Vec::new() };
    let found = choices(model, form, field.kind);
    let at = found.iter().position(|(value, _)| *value == field.value);
    let next = match (at, forward) {
        (None, true) => 0,
        (None, false) => found.len().saturating_sub(1),
        (Some(at), true) => (at + 1) % found.len().max(1),
        (Some(at), false) => at.checked_sub(1).unwrap_or(found.len().saturating_sub(1)),
    };
    let name = field.name.clone();
    if let Some(value) = found.get(next).map(|(value, _)| value.clone()) {
        put(model, &name, value);
        return ask(model);
    }
    model.shell.say(Tone::Plain, "there is nothing to choose from: enter, and type it");
    Vec::new()
}

/// Asks for what the fields are chosen from, where it was never asked for.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    fill(model);
    let Some(Overlay::Form(form)) = &model.shell.overlay else { return Vec::new() };
    let kinds: Vec<ParamType> = form.fields.iter().map(|field| field.kind).collect();
    let function = form.value_of(ParamType::Function).map(FunctionName::parse);
    let user = form.value_of(ParamType::User).map(UserName::parse);
    let pipeline = form.value_of(ParamType::Pipeline).map(PipelineName::parse);
    let shelves: Vec<_> = kinds.iter().filter_map(|kind| Shelf::of(*kind, form)).collect();
    let mut effects = Vec::new();
    if kinds.contains(&ParamType::Function) {
        effects.extend(refresh::functions_once(model));
    }
    for shelf in shelves {
        effects.extend(refresh::stock_once(model, shelf));
    }
    if [ParamType::User, ParamType::Role, ParamType::Principal].iter().any(|it| kinds.contains(it))
    {
        effects.extend(refresh::principals_once(model));
    }
    if [ParamType::Findings, ParamType::Threats].iter().any(|it| kinds.contains(it)) {
        effects.extend(refresh::findings_once(model));
    }
    if kinds.contains(&ParamType::Trail) {
        effects.extend(refresh::trails_once(model));
    }
    if let Some(Ok(user)) = user.filter(|_| kinds.contains(&ParamType::AccessKey)) {
        effects.extend(refresh::access_keys(model, &user));
    }
    if let Some(Ok(pipeline)) = pipeline {
        if kinds.contains(&ParamType::Stage) {
            effects.extend(refresh::stages(model, &pipeline));
        }
        if kinds.contains(&ParamType::Execution) {
            effects.extend(refresh::executions(model, &pipeline));
        }
    }
    let Some(Ok(function)) = function else { return effects };
    let wants = |kind: ParamType| kinds.contains(&kind);
    if wants(ParamType::Alias) {
        effects.extend(refresh::aliases_once(model, &function));
    }
    if wants(ParamType::Version) || wants(ParamType::Qualifier) {
        effects.extend(refresh::versions_once(model, &function));
    }
    if wants(ParamType::EventSource) || wants(ParamType::SourceName) {
        effects.extend(refresh::sources(model, &function));
    }
    effects
}

/// Hands the filled form to the guard, as a wish.
fn wish(model: &mut Model, form: &Form) -> Vec<Effect> {
    if model.plan.waits(model.now) {
        model
            .shell
            .say(Tone::Bad, "another plan waits for its answer: answer or withdraw it first");
        return perform::show(model, Screen::Plan);
    }
    let parameters = form.parameters();
    let subject = [
        ParamType::Function,
        ParamType::User,
        ParamType::Role,
        ParamType::Principal,
        ParamType::Pipeline,
        ParamType::Distribution,
        ParamType::Alarm,
    ];
    let about = subject.into_iter().find_map(|kind| form.value_of(kind));
    let about = about.map(|about| format!(" of {about}"));
    let about = about.unwrap_or_default();
    model.plan.wish(format!("{}{about}", form.runbook), model.now);
    let mut effects = perform::show(model, Screen::Plan);
    effects.push(Effect::Propose { runbook: form.runbook.clone(), parameters });
    effects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_blanks_stands_in_quotes() {
        let check = |text: &str, wanted: &[&str]| {
            assert_eq!(words(text).unwrap_or_default(), wanted, "{text}");
        };
        check(
            r#"db.copy  at="last midnight Europe/Berlin" note="#,
            &["db.copy", "at=last midnight Europe/Berlin", "note="],
        );
        check("", &[]);
        check(r#"a="" "b c""#, &["a=", "b c"]);
        assert_eq!(words(r#"a="b"#), None);
    }
}
