//! Databases: global databases, clusters and instances.

use serde::Serialize;
use watchdeck_domain::Printable;
use watchdeck_domain::database::{DbCluster, DbInstance, GlobalDatabase};

use super::list::{List, Record};
use crate::app::cursor::Cursor;
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
    pub filter: String,
}

/// A row of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Row<'a> {
    /// A global database.
    Global(&'a GlobalDatabase),
    /// A cluster.
    Cluster(&'a DbCluster),
    /// An instance.
    Instance(&'a DbInstance),
}

impl Row<'_> {
    /// Its identifier.
    pub fn id(&self) -> &str {
        match self {
            Self::Global(global) => &global.id,
            Self::Cluster(cluster) => &cluster.id,
            Self::Instance(instance) => &instance.id,
        }
    }
}

impl Databases {
    /// The rows that pass the filter: global databases, then each cluster with its instances, then what stands alone.
    pub fn shown(&self) -> Vec<Row<'_>> {
        let globals = self.globals.rows().iter().map(Row::Global);
        let clusters = self.clusters.rows().iter().flat_map(|cluster| {
            let members = self.instances.rows().iter();
            let members = members.filter(|instance| instance.cluster == cluster.id);
            std::iter::once(Row::Cluster(cluster)).chain(members.map(Row::Instance))
        });
        let alone = self.instances.rows().iter();
        let alone = alone.filter(|instance| instance.cluster.is_empty()).map(Row::Instance);
        let all = globals.chain(clusters).chain(alone);
        all.filter(|row| filter::passes(&self.filter, row.id())).collect()
    }

    /// The row under the cursor.
    pub fn chosen(&self) -> Option<Row<'_>> {
        let shown = self.shown();
        shown.get(self.cursor.at(shown.len())).copied()
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

    fn filter_mut(&mut self) -> &mut String {
        &mut self.filter
    }

    fn copied(&self) -> Option<Printable> {
        self.chosen().map(|row| Printable::new(row.id()))
    }

    fn record(&self) -> Option<Record> {
        let row = self.chosen()?;
        Record::of(row.id(), &row)
    }

    fn subject(&self) -> Option<String> {
        self.chosen().map(|row| row.id().to_owned())
    }
}
