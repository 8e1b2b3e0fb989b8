//! One file a screen: the model of the same name, drawn.

pub(super) mod alarms;
pub(super) mod component;
pub(super) mod databases;
pub(super) mod findings;
pub(super) mod function;
pub(super) mod functions;
pub(super) mod journal;
pub(super) mod logs;
pub(super) mod overview;
pub(super) mod plan;
pub(super) mod problems;
pub(super) mod run;
pub(super) mod runbooks;
pub(super) mod trail;
