//! The gate: an interceptor on every client that sends reads and stamped changes, and nothing else.
//!
//! It fails closed: an operation that is neither on the reading list nor stamped for is refused before it
//! is serialized, so that not one byte of it reaches the wire.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::EndpointPrefix;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, BeforeSerializationInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// Every operation that may be sent without a warrant: service and operation, as the SDK names them.
pub const READING: &[(&str, &str)] = &[
    ("CloudTrail", "LookupEvents"),
    ("CloudWatch", "GetMetricData"),
    ("CloudWatch Logs", "DescribeLogGroups"),
    ("CloudWatch Logs", "FilterLogEvents"),
    ("CloudWatch Logs", "StartLiveTail"),
    ("CodeDeploy", "GetDeployment"),
    ("CodeDeploy", "ListDeployments"),
    ("Lambda", "GetAlias"),
    ("Lambda", "GetFunctionConcurrency"),
    ("Lambda", "GetFunctionConfiguration"),
    ("Lambda", "GetPolicy"),
    ("Lambda", "GetProvisionedConcurrencyConfig"),
    ("Lambda", "ListAliases"),
    ("Lambda", "ListEventSourceMappings"),
    ("Lambda", "ListFunctions"),
    ("Lambda", "ListVersionsByFunction"),
    ("STS", "GetCallerIdentity"),
];

/// An operation that the gate did not let through.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the gate refused {service} {operation}: it is not on the reading list and carries no warrant"
)]
pub(crate) struct Barred {
    pub(crate) service: String,
    pub(crate) operation: String,
}

/// The client-level interceptor.
#[derive(Debug)]
pub(crate) struct Gate;

#[dyn_dispatch_hint]
impl Intercept for Gate {
    fn name(&self) -> &'static str {
        "watchdeck gate"
    }

    // Not read_before_execution: there a client's interceptors run before the operation has said which it is.
    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(metadata) = cfg.load::<Metadata>() else {
            return Err(Barred { service: "unnamed".into(), operation: "unnamed".into() }.into());
        };
        let asked = (metadata.service(), metadata.name());
        let stamped =
            cfg.load::<Stamp>().is_some_and(|stamp| (stamp.service, stamp.operation) == asked);
        if stamped || READING.contains(&asked) {
            return Ok(());
        }
        Err(Barred { service: asked.0.into(), operation: asked.1.into() }.into())
    }
}

/// What opens the gate for one operation.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    service: &'static str,
    operation: &'static str,
}

impl Storable for Stamp {
    type Storer = StoreReplace<Self>;
}

/// Puts a stamp on the one request it is given to.
#[derive(Debug)]
pub(crate) struct Stamper(pub(crate) Stamp);

#[dyn_dispatch_hint]
impl Intercept for Stamper {
    fn name(&self) -> &'static str {
        "watchdeck stamp"
    }

    fn modify_before_serialization(
        &self,
        _: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().store_put(self.0.clone());
        Ok(())
    }
}

/// Takes the `stream-` host prefix away: under an endpoint override there is no such host.
#[derive(Debug)]
pub(crate) struct NoHostPrefix;

#[dyn_dispatch_hint]
impl Intercept for NoHostPrefix {
    fn name(&self) -> &'static str {
        "watchdeck no host prefix"
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().unset::<EndpointPrefix>();
        Ok(())
    }
}
