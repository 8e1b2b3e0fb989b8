//! One file a screen: the model of the same name, drawn.

pub(super) mod function;
pub(super) mod functions;
pub(super) mod journal;
pub(super) mod logs;
pub(super) mod plan;
pub(super) mod problems;
pub(super) mod run;
