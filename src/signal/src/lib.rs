//! The engine of what we know: the honest tail and the log store.
