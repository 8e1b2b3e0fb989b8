//! What the fields of a form can be chosen from: what the console knows of the account.

use watchdeck_runbook::ParamType;

use super::Model;
use super::screens::form::Form;
use super::screens::stock::Shelf;
/// What a field of this type can be chosen from, with what is known of each; nothing where it is typed.
pub fn choices(model: &Model, form: &Form, kind: ParamType) -> Vec<(String, String)> {
    let function = form.value_of(ParamType::Function);
    let details = function.and_then(|function| {
        let mut known = model.functions.details.iter();
        known.find(|(name, _)| name.as_str() == function).map(|(_, details)| details)
    });
    let sources = || details.map(|details| details.sources.rows()).unwrap_or_default();
    match kind {
        ParamType::Function => {
            let functions = model.functions.list.rows().iter();
            functions.map(|known| (known.name.to_string(), known.runtime.clone())).collect()
        }
        ParamType::Alias => {
            let aliases = details.map(|details| details.aliases.rows()).unwrap_or_default().iter();
            let said = |alias: &watchdeck_domain::function::Alias| format!("at {}", alias.version);
            aliases.map(|alias| (alias.name.to_string(), said(alias))).collect()
        }
        ParamType::Version | ParamType::Qualifier => {
            let versions = details.map(|details| details.versions.rows()).unwrap_or_default();
            let fit = versions
                .iter()
                .filter(|config| kind == ParamType::Qualifier || config.version.is_published());
            fit.map(|config| (config.version.to_string(), config.last_modified.clone())).collect()
        }
        ParamType::EventSource => sources()
            .iter()
            .map(|source| (source.uuid.clone(), format!("{}, {}", source.source(), source.state)))
            .collect(),
        ParamType::SourceName => {
            let chosen = form.value_of(ParamType::EventSource);
            let fit =
                sources().iter().filter(|source| chosen.is_none_or(|chosen| source.uuid == chosen));
            fit.map(|source| (source.source().to_owned(), source.state.clone())).collect()
        }
        ParamType::User => model.identities.named(true),
        ParamType::Role => model.identities.named(false),
        ParamType::Principal => match form.value_of(ParamType::Choice) {
            Some("user") => model.identities.named(true),
            Some("role") => model.identities.named(false),
            Some(_) | None => Vec::new(),
        },
        ParamType::Trail => {
            let trails = model.identities.trails.rows().iter();
            trails.map(|trail| (trail.to_string(), String::new())).collect()
        }
        ParamType::AccessKey => {
            let user = form.value_of(ParamType::User);
            user.map(|user| model.identities.keys_of(user)).unwrap_or_default()
        }
        ParamType::Findings => findings(model),
        ParamType::Threats => threats(model),
        ParamType::Stage => {
            let pipeline = form.value_of(ParamType::Pipeline);
            pipeline.map(|pipeline| model.pipelines.stages_of(pipeline)).unwrap_or_default()
        }
        ParamType::Execution => {
            let pipeline = form.value_of(ParamType::Pipeline);
            pipeline.map(|pipeline| model.pipelines.executions_of(pipeline)).unwrap_or_default()
        }
        ParamType::Flag => ["false", "true"].map(|word| (word.to_owned(), String::new())).into(),
        ParamType::Choice => {
            let chosen = form.chosen().filter(|field| field.kind == kind);
            let values = chosen.map(|field| field.param.values.as_slice()).unwrap_or_default();
            values.iter().map(|value| (value.clone(), String::new())).collect()
        }
        ParamType::Queue
        | ParamType::SecretName
        | ParamType::Bucket
        | ParamType::IpSet
        | ParamType::Pipeline
        | ParamType::Deployment
        | ParamType::Distribution
        | ParamType::Alarm
        | ParamType::RestApi
        | ParamType::ApiStage
        | ParamType::ApiDeployment
        | ParamType::Rule
        | ParamType::Cluster
        | ParamType::Service
        | ParamType::TaskDefinition
        | ParamType::Database
        | ParamType::Snapshot
        | ParamType::HostedZone
        | ParamType::DnsName
        | ParamType::HealthCheck
        | ParamType::Shiftable
        | ParamType::ZoneId => {
            let shelf = Shelf::of(kind, form);
            shelf.map(|shelf| model.stock.rows(&shelf).to_vec()).unwrap_or_default()
        }
        ParamType::Number
        | ParamType::Text
        | ParamType::Secret
        | ParamType::Duration
        | ParamType::Instant
        | ParamType::Bus
        | ParamType::Cidr
        | ParamType::Arn
        | ParamType::Region
        | ParamType::Account => Vec::new(),
    }
}

/// The findings that are known, with what each says.
fn findings(model: &Model) -> Vec<(String, String)> {
    let found = model.findings.list.rows().iter();
    found.map(|finding| (finding.id.clone(), finding.title.clone())).collect()
}

/// Those of `GuardDuty` among them, by its own ids.
fn threats(model: &Model) -> Vec<(String, String)> {
    let found = model.findings.list.rows().iter();
    let threats = found.filter_map(|finding| Some((finding.threat()?, &finding.title)));
    threats.map(|(id, title)| (id.to_string(), title.clone())).collect()
}
