//! Databases as a tree: global databases, their clusters, the instances of those, and what stands alone.

use serde::Serialize;
use watchdeck_domain::Printable;
use watchdeck_domain::database::{DbCluster, DbInstance, GlobalDatabase, GlobalMember};

use super::list::{List, Record};
use crate::app::cursor::Cursor;
use crate::app::details::Subject;
use crate::app::filter;
use crate::app::loaded::Loaded;

/// The databases, as far as they were read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Databases {
    /// The instances.
    pub instances: Loaded<Vec<DbInstance>>,
    /// The clusters.
    pub clusters: Loaded<Vec<DbCluster>>,
    /// The global databases.
    pub globals: Loaded<Vec<GlobalDatabase>>,
    /// The chosen row among those that pass the filter.
    pub cursor: Cursor,
    /// The filter, as typed.
    filter: String,
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

    /// What no other node is called: a cluster and an instance may share a name.
    pub fn key(&self) -> String {
        match self.thing {
            Thing::Global(global) => format!("global {}", global.id),
            Thing::Away(member) => format!("away {}", member.cluster_arn),
            Thing::Cluster(cluster) => format!("cluster {}", cluster.id),
            Thing::Instance(instance) => format!("instance {}", instance.id),
        }
    }

    /// What the filter looks at.
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

    /// The nodes that pass the filter, and those above them.
    pub fn shown(&self) -> Vec<Node<'_>> {
        let tree = self.tree();
        if self.filter.is_empty() {
            return tree;
        }
        let mut kept: Vec<Node<'_>> = Vec::new();
        let mut depth = 0;
        // From the bottom up: what stands above something that is kept, is kept.
        for node in tree.into_iter().rev() {
            let above = node.depth < depth;
            if above || filter::passes(&self.filter, &node.text()) {
                depth = node.depth;
                kept.push(node);
            }
        }
        kept.reverse();
        kept
    }

    /// The row under the cursor.
    pub fn chosen(&self) -> Option<Node<'_>> {
        let shown = self.shown();
        shown.get(self.cursor.at(shown.len())).copied()
    }

    /// The node of that key.
    pub fn get(&self, key: &str) -> Option<Node<'_>> {
        self.tree().into_iter().find(|node| node.key() == key)
    }
}

impl List for Databases {
    fn len(&self) -> usize {
        self.shown().len()
    }

    fn cursor(&mut self) -> &mut Cursor {
        &mut self.cursor
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter);
    }

    fn copied(&self) -> Option<Printable> {
        self.chosen().map(|node| Printable::new(node.name()))
    }

    fn record(&self) -> Option<Record> {
        let node = self.chosen()?;
        Record::of(node.name(), &node.thing)
    }

    fn opens(&self) -> Option<Subject> {
        self.chosen().map(|node| Subject::Database(node.key()))
    }
}
