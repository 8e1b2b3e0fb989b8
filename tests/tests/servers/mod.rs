//! Readers, the rollback and the live tail against two servers that nobody here wrote, over real HTTP.

mod reading;
