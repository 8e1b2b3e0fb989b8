//! The built-in runbooks, tried on a small shop: every trap they know, and what they propose.
#![cfg(test)]

mod compile;
mod containment;
mod contract;
mod identities;
mod lint;
mod rollback;
mod setting;
mod shop;
mod stores;
mod survey;
