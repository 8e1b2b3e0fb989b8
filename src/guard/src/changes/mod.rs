//! The changes, one file each. `preview`, `probe` and `undo` ask them.

pub(crate) mod alias; // PointAlias: compared by AWS
pub(crate) mod provisioned; // ProvisionConcurrency: set, and compared by nobody but us
pub(crate) mod reserved; // ReserveConcurrency: alike
pub(crate) mod source; // SwitchSource: alike

mod amount; // what the two concurrencies have in common
