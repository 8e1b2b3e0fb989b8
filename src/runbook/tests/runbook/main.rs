//! `lambda.rollback`, tried on a small shop: every trap it knows, and what it proposes.
#![cfg(test)]

mod lint;
mod rollback;
mod shop;
mod survey;
