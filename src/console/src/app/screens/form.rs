//! The form of a runbook: its parameters, filled in before a plan is made of it.

use std::collections::BTreeMap;

use serde::Serialize;
use watchdeck_runbook::{Param, ParamType, Runbook, SURVEYING};

use crate::app::cursor::Cursor;

/// What a runbook wants to know. Nothing is proposed before it is filled in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Form {
    /// The runbook's id.
    pub runbook: String,
    /// What it is for.
    pub summary: String,
    /// Its parameters, those without a default first.
    pub fields: Vec<Field>,
    /// The chosen row: the fields, then the making of the plan.
    pub cursor: Cursor,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it may be.
    pub kind: ParamType,
    /// All that the runbook says of it.
    pub param: Param,
    /// What it means.
    pub help: String,
    /// What it is, as typed; empty for nothing.
    pub value: String,
    /// Whether it may stay empty: then the runbook finds it out.
    pub optional: bool,
}

impl Form {
    /// The form of a runbook, with its defaults, and with what is known already in their place.
    pub fn of(runbook: &Runbook, given: &BTreeMap<String, String>) -> Self {
        let params = runbook.all_params();
        let mut fields: Vec<Field> = params
            .iter()
            .filter(|(name, _)| !is_found_out(&runbook.id, name))
            .map(|(name, param)| {
                let default = param.default.as_ref().map(ToString::to_string);
                let default = default.map(|text| text.trim_matches('"').to_owned());
                Field {
                    name: name.clone(),
                    kind: param.kind,
                    param: param.clone(),
                    help: param.help.clone(),
                    value: given.get(name).cloned().or(default).unwrap_or_default(),
                    optional: may_stay_empty(&runbook.id, name),
                }
            })
            .collect();
        let has_default =
            |field: &Field| params.get(&field.name).is_some_and(|param| param.default.is_some());
        // First what it is about, then what of it, then what may stay as it is.
        fields.sort_by_key(|field| (has_default(field), field.kind.rank()));
        let mut form = Self {
            runbook: runbook.id.clone(),
            summary: runbook.summary.clone(),
            fields,
            cursor: Cursor::default(),
        };
        form.go_on();
        form
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.fields.len() + 1
    }

    /// Whether there is nothing to choose: never, the last row is always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The chosen field; nothing on the row that makes the plan.
    pub fn chosen(&self) -> Option<&Field> {
        self.fields.get(self.cursor.at(self.len()))
    }

    /// The field of that name.
    pub fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.name == name)
    }

    /// What the first field of this type holds.
    pub fn value_of(&self, kind: ParamType) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.kind == kind)?;
        (!field.value.is_empty()).then_some(field.value.as_str())
    }

    /// The first field that lacks its value.
    pub fn lacking(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.value.is_empty() && !field.optional)
    }

    /// Goes to the first field that lacks its value, or to the making of the plan.
    pub fn go_on(&mut self) {
        let lacking =
            self.fields.iter().position(|field| field.value.is_empty() && !field.optional);
        let len = self.len();
        self.cursor.put(lacking.unwrap_or(len.saturating_sub(1)), len, len);
    }

    /// The parameters, as typed; what is empty is left out.
    pub fn parameters(&self) -> BTreeMap<String, String> {
        let filled = self.fields.iter().filter(|field| !field.value.is_empty());
        filled.map(|field| (field.name.clone(), field.value.clone())).collect()
    }
}

/// What a rollback finds out by itself, out of the account's history.
pub fn is_found_out(runbook: &str, name: &str) -> bool {
    SURVEYING.contains(&runbook) && ["current", "proven"].contains(&name)
}

/// What may be left to the runbook: the version to roll back to is then the last known good one.
fn may_stay_empty(runbook: &str, name: &str) -> bool {
    SURVEYING.contains(&runbook) && name == "version"
}
