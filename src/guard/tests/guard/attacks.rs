//! The attacks: each must fail to compile, and for its own reason. The controls beside this file compile.

use serde::de::DeserializeOwned;
use static_assertions::assert_not_impl_any;
use watchdeck_guard::run::{Ready, Recorded, Settled, Sighted, Verified};
use watchdeck_guard::{
    Adrift, Approved, Challenge, Checked, Claim, Live, Plan, Proposed, Receipt, Rejection, Run,
    Sim, Unserved, Unsettled, Warrant,
};

assert_not_impl_any!(Warrant<Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Warrant<Sim>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Receipt: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Rejection: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Unsettled: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Unserved: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Plan<Proposed, Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Plan<Checked, Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Plan<Approved, Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Challenge<Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Run<Ready, Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Run<Verified, Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Run<Recorded, Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Adrift<Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Sighted<Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Settled<Live>: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Claim: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Live: Clone, Copy, Default, DeserializeOwned);
assert_not_impl_any!(Sim: Clone, Copy, Default, DeserializeOwned);

#[test]
fn no_attack_compiles() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/attacks/attack_*.rs");
}
