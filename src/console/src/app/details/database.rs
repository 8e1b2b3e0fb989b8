//! A database, told: what it does, where it is, how it is protected, and how far it can be restored.

use watchdeck_domain::Timestamp;
use watchdeck_domain::database::{DbCluster, DbInstance, GlobalDatabase, GlobalMember};

use super::{Detail, Look};
use crate::app::Model;
use crate::app::screens::databases::{Node, Role, Thing};

/// What RDS knows of it.
pub(super) fn told(model: &Model, node: &Node<'_>) -> Detail {
    let mut detail = Detail::new(node.name());
    match node.thing {
        Thing::Global(global) => of_global(&mut detail, global),
        Thing::Away(member) => away(&mut detail, member),
        Thing::Cluster(cluster) => of_cluster(&mut detail, model, cluster, node.role),
        Thing::Instance(instance) => of_instance(&mut detail, model, instance, node.role),
    }
    detail
}

/// The word for what a database does.
fn role(role: Role<'_>) -> String {
    match role {
        Role::Global => "spans regions".into(),
        Role::Writer => "takes the writes".into(),
        Role::Reader => "serves reads, and takes over".into(),
        Role::ReplicaOf(other) => format!("replicates {other}"),
        Role::Alone => String::new(),
    }
}

fn status(detail: &mut Detail, status: &str) {
    let look = if status == "available" { Look::Good } else { Look::Warn };
    detail.marked("status", status, look);
}

fn yes(detail: &mut Detail, name: &'static str, is: bool, wanted: bool) {
    let look = if is == wanted { Look::Plain } else { Look::Warn };
    detail.marked(name, if is { "yes" } else { "no" }, look);
}

fn restorable(
    detail: &mut Detail,
    model: &Model,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) {
    if let Some(from) = from {
        detail.field("restorable from", model.whole(from));
    }
    match until {
        Some(until) => detail.field("restorable to", model.whole(until)),
        None => detail.marked("restorable", "not told: are backups kept?", Look::Warn),
    }
}

fn of_global(detail: &mut Detail, global: &GlobalDatabase) {
    detail.heading("GLOBAL DATABASE");
    status(detail, &global.status);
    detail.field("engine", global.engine.clone());
    detail.marked("moving to", global.moving_to.clone(), Look::Warn);
    detail.heading("CLUSTERS");
    for member in &global.members {
        let role = if member.writer { "writer" } else { "reader" };
        detail.field(role, format!("{}  {}", member.cluster_arn, member.sync));
    }
}

fn away(detail: &mut Detail, member: &GlobalMember) {
    detail.heading("CLUSTER IN ANOTHER REGION");
    detail.field("region", member.region());
    detail.field("role", if member.writer { "takes the writes" } else { "keeps a copy" });
    let look = if member.sync == "connected" { Look::Good } else { Look::Warn };
    detail.marked("copy", member.sync.clone(), look);
    detail.field("ARN", member.cluster_arn.clone());
    detail.text("Open the console in that region to see its instances.", Look::Dim);
}

fn of_cluster(detail: &mut Detail, model: &Model, cluster: &DbCluster, does: Role<'_>) {
    detail.heading("CLUSTER");
    status(detail, &cluster.status);
    detail.field("role", role(does));
    detail.field("engine", cluster.engine.clone());
    detail.field("writes to", cluster.writer_endpoint.clone());
    detail.field("reads from", cluster.reader_endpoint.clone());
    detail.heading("INSTANCES, THE NEXT WRITER FIRST");
    for member in &cluster.members {
        let role = if member.writer { "writer" } else { "reader" };
        let tier = member.tier.map_or_else(String::new, |tier| format!("  tier {tier}"));
        detail.field(role, format!("{}{tier}", member.instance));
    }
    detail.heading("PROTECTION");
    yes(detail, "encrypted", cluster.encrypted, true);
    yes(detail, "not deletable", cluster.protected, true);
    yes(detail, "several zones", cluster.multi_az, true);
    restorable(detail, model, cluster.restorable_from, cluster.restorable_until);
    detail.field("ARN", cluster.arn.clone());
}

fn of_instance(detail: &mut Detail, model: &Model, instance: &DbInstance, does: Role<'_>) {
    detail.heading("INSTANCE");
    status(detail, &instance.status);
    detail.field("role", role(does));
    detail.field("cluster", instance.cluster.clone());
    detail.field("engine", instance.engine.clone());
    detail.field("class", instance.class.clone());
    detail.field("zone", instance.zone.clone());
    detail.field("standby in", instance.standby_zone.clone());
    detail.field("endpoint", instance.endpoint.clone());
    let all = &model.databases;
    let copies = all.instances.rows().iter().filter(|other| other.replicates == instance.id);
    for copy in copies {
        detail.field("replica", copy.id.clone());
    }
    detail.heading("PROTECTION");
    yes(detail, "public", instance.public, false);
    yes(detail, "encrypted", instance.encrypted, true);
    if instance.cluster.is_empty() {
        yes(detail, "not deletable", instance.protected, true);
        restorable(detail, model, None, instance.restorable_until);
    } else {
        detail.text("Deletion and restoring are its cluster's.", Look::Dim);
    }
    detail.field("ARN", instance.arn.clone());
}
