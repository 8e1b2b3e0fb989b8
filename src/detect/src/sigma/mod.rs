//! Rules of Sigma for CloudTrail, taken as they are.
//!
//! Values are compared without regard to case, `*` and `?` are wildcards, names lead through arrays into every element,
//! and a field that is not there is null.

mod condition; // `selection and not 1 of filter_*`
mod detection; // selections: fields, modifiers, values
mod document; // YAML that knows its lines
mod field; // what is asked of a field
mod rule; // the whole of a file

pub(crate) use field::FieldTest;
pub(crate) use rule::rules;

use std::sync::Arc;

use watchdeck_pattern::Segment;

/// What a detection asks, as a tree.
#[derive(Clone, Debug)]
pub enum Tree {
    /// All hold.
    All(Vec<Tree>),
    /// One holds.
    Any(Vec<Tree>),
    /// It does not hold.
    Not(Box<Tree>),
    /// A field is what was asked.
    Field {
        /// The way to it; none is the record as a whole.
        path: Vec<Segment>,
        /// What is asked of it.
        test: Arc<FieldTest>,
    },
}
