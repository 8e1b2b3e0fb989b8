//! The values of a runbook's places: its own, and those of each runbook that it calls.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use watchdeck_domain::{Region, RunId};

use crate::compile::{CompileError, Place, holds};
use crate::composed::call_of;
use crate::format::Runbook;
use crate::given;
use crate::param::{ParamType, Params};
use crate::template;

/// The values of all of them.
pub(crate) struct Values {
    own: Part,
    called: BTreeMap<String, Part>,
}

/// The values of one runbook.
pub(crate) struct Part {
    /// Its parameters.
    pub(crate) params: Params,
    /// These, and the places that every runbook has.
    pub(crate) places: Params,
    /// Where it works.
    pub(crate) region: Region,
    /// Whether the plan has it: whoever calls it may do without.
    pub(crate) wanted: bool,
}

impl Values {
    /// What is given, made whole and handed on to what is called.
    pub(crate) fn of(
        runbook: &Runbook,
        given: Params,
        run: &RunId,
        place: &Place,
    ) -> Result<Self, CompileError> {
        let part = |runbook: &Runbook, given: Params, region: Region| {
            let params = given::complete(runbook, given.clone(), place.now)?;
            let mut places = params.clone();
            places.insert("run".into(), json!(run));
            places.insert("account".into(), json!(place.scope.account));
            places.insert("region".into(), json!(region));
            places.insert("home".into(), json!(place.scope.region));
            places.extend(given::instants(runbook, &given, place.now));
            given::name(runbook, run, place.now, &mut places)?;
            Ok::<_, CompileError>(Part { params, places, region, wanted: true })
        };
        let own = part(runbook, given, place.scope.region.clone())?;
        let mut values = Self { own, called: BTreeMap::new() };
        // Whoever calls stands before what it calls.
        for called in &runbook.called {
            let caller = values.at(&called.name);
            let what = format!("whether `{}` is wanted", called.name);
            if !caller.wanted || !holds(&what, called.when.as_deref(), &caller.params)? {
                values.called.insert(called.name.clone(), Part::unwanted(caller.region.clone()));
                continue;
            }
            let region = region_of(called.region.as_deref(), &caller.places)?;
            let with = template::fill_members(&called.with, &caller.places)
                .map_err(CompileError::place)?;
            let known = called.runbook.all_params();
            let with = with.into_iter().map(|(name, value)| {
                // The caller's own length of time is a number of seconds by now.
                let is_time = known.get(&name).is_some_and(|it| it.kind == ParamType::Duration);
                let value =
                    if is_time && value.is_u64() { json!(format!("{value}s")) } else { value };
                (name, value)
            });
            let part = part(&called.runbook, with.collect(), region)?;
            values.called.insert(called.name.clone(), part);
        }
        Ok(values)
    }

    /// The values for what has this id.
    pub(crate) fn at(&self, id: &str) -> &Part {
        self.called.get(call_of(id)).unwrap_or(&self.own)
    }

    /// All parameters: those of a called runbook as one object under the name of its call.
    pub(crate) fn params(self) -> Params {
        let mut all = self.own.params;
        for (name, part) in self.called.into_iter().filter(|(_, part)| part.wanted) {
            let mut names = name.split('/');
            let Some(first) = names.next() else { continue };
            let mut there = all.entry(first.to_owned()).or_insert_with(|| json!({}));
            for name in names {
                let Value::Object(members) = there else { break };
                there = members.entry(name).or_insert_with(|| json!({}));
            }
            if let Value::Object(members) = there {
                members.extend(Map::from_iter(part.params));
            }
        }
        all
    }
}

impl Part {
    fn unwanted(region: Region) -> Self {
        Self { params: Params::new(), places: Params::new(), region, wanted: false }
    }
}

/// The region that a text with places names; that of the place `region` where there is no text.
pub(crate) fn region_of(text: Option<&str>, places: &Params) -> Result<Region, CompileError> {
    let named = template::fill(text.unwrap_or("{region}"), places).map_err(CompileError::place)?;
    Region::parse(&named).map_err(|error| {
        CompileError::new(
            format!("`{}` is no region: {error}", named.escape_debug()),
            "name one such as eu-west-1",
        )
    })
}
