//! What a call is given, held against the operation contract: required, known, allowed, and safe to send.

use serde_json::Value;
use watchdeck_domain::dns::{ALL_ZERO, read_weights};

use super::Lint;
use super::place::At;
use super::step::Said;
use crate::action::Action;
use crate::contract::{Member, Operation};
use crate::param::ParamType;
use crate::reversal::is_before;
use crate::template;

/// Words that stand for what is only known later: the lock that was read or left, the token that is drawn.
const LATER: [&str; 3] = ["as-read", "as-left", "of-the-run"];

impl Lint<'_> {
    pub(super) fn members(&mut self, at: &At, step: Said<'_>, called: &str, operation: &Operation) {
        let with = at.name("with");
        let action = Action::named(step.action);
        if let Some(action) = action {
            for member in action.required().filter(|member| Some(*member) != action.lock) {
                if !step.with.contains_key(member) {
                    let what = format!("`{}` needs the member `{member}`", step.action);
                    self.complain(&with, what, "add it under `[step.with]`");
                }
            }
            for member in step.with.keys() {
                if action.sent_as(member).is_none() {
                    let what = format!("`{}` has no member `{member}`", step.action);
                    self.complain(&with.name(member), what, "take it out, or correct its name");
                }
            }
            self.weights(&with, step, called);
        } else {
            let needed = operation.members.iter().filter(|(_, member)| member.required);
            for (member, _) in needed.filter(|(member, _)| !step.with.contains_key(*member)) {
                let what = format!("`{called}` needs the member `{member}`");
                self.complain(&with, what, "AWS refuses the call without it");
            }
            for member in step.with.keys().filter(|it| !operation.members.contains_key(*it)) {
                let what = format!("`{called}` has no member `{member}`");
                self.complain(&with.name(member), what, "take it out, or correct its name");
            }
            self.traps(&with, step, called);
        }
        for (ours, value) in step.with {
            let theirs = action.map_or(Some(ours.as_str()), |action| action.sent_as(ours));
            let member = theirs.and_then(|theirs| Some((theirs, operation.members.get(theirs)?)));
            if let Some((theirs, member)) = member {
                self.value(&with.name(ours), theirs, member, value);
            }
        }
    }

    /// One value, as far as it is known already.
    fn value(&mut self, at: &At, name: &str, member: &Member, value: &Value) {
        let text = match value {
            Value::String(text) => text,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                if let Some(fault) = member.fault(value) {
                    self.complain(at, fault, format!("AWS would refuse `{name}`"));
                }
                return;
            }
        };
        if LATER.contains(&text.as_str()) {
            return;
        }
        // What was there before is AWS's own.
        if template::places(text).into_iter().any(is_before) {
            return;
        }
        if template::places(text).is_empty() {
            if let Some(fault) = member.fault(value) {
                self.complain(at, fault, format!("AWS would refuse `{name}`"));
            }
            return;
        }
        let runbook = self.runbook;
        for place in template::raw_places(text) {
            let Some(param) = runbook.params.get(place) else { continue };
            let text_param = param.kind == ParamType::Text;
            if text_param && member.pattern.is_some() && param.pattern.is_none() {
                self.complain(
                    at,
                    format!("the free text `{place}` reaches `{name}`, of which AWS takes only some characters"),
                    format!("write {{{place}|plain}}, or give the parameter a `pattern`"),
                );
            }
            let whole = *text == format!("{{{place}}}");
            let mut choices = param.values.iter().filter(|_| whole);
            if let Some(fault) = choices.find_map(|it| member.fault(&Value::String(it.clone()))) {
                self.complain(at, fault, format!("AWS would refuse `{name}`"));
            }
            let most = member.max.filter(|_| text_param);
            if most.is_some_and(|most| {
                u32::try_from(param.longest()).map_or(f64::MAX, f64::from) > most
            }) {
                self.complain(
                    at,
                    format!(
                        "`{place}` may be {} characters, and AWS takes fewer of `{name}`",
                        param.longest()
                    ),
                    "give the parameter a `max_length`",
                );
            }
        }
    }

    /// What AWS takes without a word, and means otherwise.
    fn traps(&mut self, with: &At, step: Said<'_>, called: &str) {
        let said = |name: &str| step.with.get(name).filter(|value| **value != Value::Bool(false));
        let latest = said("UseLatestRestorableTime").is_some();
        let time = said("RestoreTime").or_else(|| said("RestoreToTime")).is_some();
        match called {
            "rds:FailoverGlobalCluster" if said("AllowDataLoss").is_none() => self.complain(
                with,
                "without `AllowDataLoss` this is a switchover, which needs a healthy primary",
                "say `AllowDataLoss = true`, or call `rds:SwitchoverGlobalCluster`",
            ),
            "rds:RestoreDBInstanceToPointInTime" | "rds:RestoreDBClusterToPointInTime"
                if latest == time =>
            {
                self.complain(
                    with,
                    "either a time or `UseLatestRestorableTime`",
                    "say exactly one of them: AWS refuses both and neither",
                );
            }
            _ => {}
        }
        if said("RestoreType").is_some_and(|kind| kind == "copy-on-write") && time {
            self.complain(
                with,
                "a copy-on-write clone is of now: it takes no `RestoreToTime`",
                "say `RestoreType = \"full-copy\"`, or `UseLatestRestorableTime = true`",
            );
        }
        if called == "cloudwatch:PutAlarmMuteRule" && said("ExpireDate").is_none() {
            self.complain(with, "a mute without an end is forgotten", "say its `ExpireDate`");
        }
    }

    /// Weights of which each is 0, as far as they stand in the file.
    fn weights(&mut self, with: &At, step: Said<'_>, called: &str) {
        let weights = step.with.get("records").and_then(|records| records.get("weights"));
        let weights = weights.and_then(Value::as_str).map(read_weights);
        if called == "route53:ChangeResourceRecordSets" && weights == Some(Err(ALL_ZERO.into())) {
            self.complain(
                &with.name("records").name("weights"),
                ALL_ZERO,
                "write weights such as home=0,west=100: a record that is not named keeps its own",
            );
        }
    }
}
