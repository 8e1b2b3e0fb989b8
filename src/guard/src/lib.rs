//! The guard: nothing changes AWS but what was planned, checked, approved, recorded and verified.
