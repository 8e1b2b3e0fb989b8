//! What lies over the screen.

pub(super) mod bookmarks;
pub(super) mod destinations;
pub(super) mod detail;
pub(super) mod form;
pub(super) mod groups;
pub(super) mod help;
pub(super) mod line;
pub(super) mod palette;
pub(super) mod record;
pub(super) mod sequence;
pub(super) mod signin;
pub(super) mod targets;
