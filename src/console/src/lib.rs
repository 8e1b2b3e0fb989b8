//! watchdeck: the on-call console for AWS.
