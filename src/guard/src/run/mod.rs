//! A run: an approved plan on its way through verify, record and act, once a step.

mod warrant;

pub use warrant::{Doubt, Receipt, Rejection, Unserved, Unsettled, Warrant};
