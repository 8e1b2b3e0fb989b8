//! Databases as a tree: global databases, their clusters, the instances of those, and what stands alone.

use std::borrow::Cow;

use serde::Serialize;
use watchdeck_domain::database::{DbCluster, DbInstance, GlobalDatabase, GlobalMember};

use super::list::{Item, Listed, Record, Rows};
use crate::app::details::Subject;
use crate::app::filter;
use crate::app::listing::Listing;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// The databases, as far as they were read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Databases {
    /// The instances.
    pub instances: Loaded<Vec<DbInstance>>,
    /// The clusters.
    pub clusters: Loaded<Vec<DbCluster>>,
    /// The global databases.
    pub globals: Loaded<Vec<GlobalDatabase>>,
    /// How they are looked at.
    listing: Listing,
}

/// A node of the tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node<'a> {
    /// What it is.
    pub thing: Thing<'a>,
    /// What it does in what it belongs to.
    pub role: Role<'a>,
    /// How deep it stands.
    pub depth: usize,
}

/// What stands in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Thing<'a> {
    /// A global database.
    Global(&'a GlobalDatabase),
    /// A cluster of a global database that is in another region, or not known here.
    Away(&'a GlobalMember),
    /// A cluster.
    Cluster(&'a DbCluster),
    /// An instance.
    Instance(&'a DbInstance),
}

/// What a database does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role<'a> {
    /// It spans regions.
    Global,
    /// It takes the writes.
    Writer,
    /// It serves reads, and takes over.
    Reader,
    /// It replicates this one.
    ReplicaOf(&'a str),
    /// It belongs to nothing.
    Alone,
}

impl Node<'_> {
    /// Its name.
    pub fn name(&self) -> &str {
        match self.thing {
            Thing::Global(global) => &global.id,
            Thing::Away(member) => member.cluster_arn.rsplit(':').next().unwrap_or_default(),
            Thing::Cluster(cluster) => &cluster.id,
            Thing::Instance(instance) => &instance.id,
        }
    }

    /// What is wrong with how it is set up, a word each.
    pub fn marks(&self) -> Vec<&'static str> {
        let (public, encrypted, protected) = match self.thing {
            Thing::Global(_) | Thing::Away(_) => return Vec::new(),
            Thing::Cluster(cluster) => (false, cluster.encrypted, cluster.protected),
            Thing::Instance(instance) => {
                // Instances of a cluster are protected by it.
                let protected = instance.protected || !instance.cluster.is_empty();
                (instance.public, instance.encrypted, protected)
            }
        };
        let all = [(public, "public"), (!encrypted, "unencrypted"), (!protected, "unprotected")];
        all.into_iter().filter(|(there, _)| *there).map(|(_, word)| word).collect()
    }
}

impl Databases {
    /// The whole tree.
    pub fn tree(&self) -> Vec<Node<'_>> {
        let mut nodes = Vec::new();
        let mut told: Vec<&str> = Vec::new();
        for global in self.globals.rows() {
            nodes.push(Node { thing: Thing::Global(global), role: Role::Global, depth: 0 });
            for member in &global.members {
                let role = if member.writer { Role::Writer } else { Role::Reader };
                let known = self.clusters.rows().iter().find(|c| c.arn == member.cluster_arn);
                match known {
                    Some(cluster) => {
                        told.push(&cluster.id);
                        self.cluster(cluster, role, 1, &mut nodes);
                    }
                    None => nodes.push(Node { thing: Thing::Away(member), role, depth: 1 }),
                }
            }
        }
        for cluster in self.clusters.rows() {
            if !told.contains(&cluster.id.as_str()) {
                self.cluster(cluster, Role::Alone, 0, &mut nodes);
            }
        }
        let known = |id: &str| self.clusters.rows().iter().any(|cluster| cluster.id == id);
        for instance in self.instances.rows().iter().filter(|one| !known(&one.cluster)) {
            let role = match instance.replicates.as_str() {
                "" => Role::Alone,
                other => Role::ReplicaOf(other),
            };
            nodes.push(Node { thing: Thing::Instance(instance), role, depth: 0 });
        }
        nodes
    }

    /// What was asked for and not answered: what it is, and why.
    pub fn unanswered(&self) -> Vec<(&'static str, &Problem)> {
        let all = [
            ("instances", &self.instances.failed),
            ("clusters", &self.clusters.failed),
            ("global databases", &self.globals.failed),
        ];
        all.into_iter().filter_map(|(what, failed)| Some((what, failed.as_ref()?))).collect()
    }

    /// A cluster and its instances, the writer first.
    fn cluster<'a>(
        &'a self,
        cluster: &'a DbCluster,
        role: Role<'a>,
        depth: usize,
        nodes: &mut Vec<Node<'a>>,
    ) {
        nodes.push(Node { thing: Thing::Cluster(cluster), role, depth });
        let of = |instance: &&DbInstance| instance.cluster == cluster.id;
        let place = |instance: &DbInstance| {
            cluster.members.iter().position(|member| member.instance == instance.id)
        };
        let mut members: Vec<&DbInstance> = self.instances.rows().iter().filter(of).collect();
        members.sort_by_key(|instance| place(instance).unwrap_or(usize::MAX));
        for instance in members {
            let member = place(instance).and_then(|at| cluster.members.get(at));
            let writes = member.is_some_and(|member| member.writer);
            let role = if writes { Role::Writer } else { Role::Reader };
            nodes.push(Node { thing: Thing::Instance(instance), role, depth: depth + 1 });
        }
    }
}

impl Listed for Databases {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Databases {
    type Item<'a> = Node<'a>;

    fn all(&self) -> impl Iterator<Item = Node<'_>> {
        self.tree().into_iter()
    }

    /// The nodes that pass the filter, and those above them.
    fn kept(&self) -> Vec<(Option<String>, usize)> {
        let filter = self.listing.filter();
        let mut kept = Vec::new();
        let mut depth = 0;
        // From the bottom up: what stands above something that is kept, is kept.
        for (at, node) in self.tree().into_iter().enumerate().rev() {
            let above = node.depth < depth;
            if filter.is_empty() || above || filter::passes(filter, &node.text()) {
                depth = node.depth;
                kept.push((None, at));
            }
        }
        kept.reverse();
        kept
    }
}

impl Item for Node<'_> {
    /// What no other node is called: a cluster and an instance may share a name.
    fn key(&self) -> Cow<'_, str> {
        match self.thing {
            Thing::Global(global) => format!("global {}", global.id),
            Thing::Away(member) => format!("away {}", member.cluster_arn),
            Thing::Cluster(cluster) => format!("cluster {}", cluster.id),
            Thing::Instance(instance) => format!("instance {}", instance.id),
        }
        .into()
    }

    fn text(&self) -> String {
        let more = match self.thing {
            Thing::Global(global) => format!("{} {}", global.status, global.engine),
            Thing::Away(member) => format!("{} {}", member.region(), member.sync),
            Thing::Cluster(cluster) => format!("{} {}", cluster.status, cluster.engine),
            Thing::Instance(instance) => {
                let more = [&instance.status, &instance.engine, &instance.zone, &instance.class];
                more.map(String::as_str).join(" ")
            }
        };
        format!("{} {more} {}", self.name(), self.marks().join(" "))
    }

    fn copied(&self) -> String {
        self.name().to_owned()
    }

    fn record(&self) -> Option<Record> {
        Record::of(self.name(), &self.thing)
    }

    fn opens(&self) -> Option<Subject> {
        Some(Subject::Database(self.key().into()))
    }
}
