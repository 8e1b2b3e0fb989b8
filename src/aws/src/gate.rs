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
use watchdeck_guard::{Realm, Warrant};

use crate::credentials::role::Role;
use crate::lender::{self, Lending};
use crate::shipper::{self, Bound};
use crate::signin::{SignIn, Step};

/// Every operation that may be sent without a warrant: service and operation, as the SDK names them.
///
/// A query and a live tail are begun, and yet are reads: AWS looks at what is there, and nothing of the account is another
/// afterwards. `StopQuery` ends a query that this program began, by the id it was given for it. `SimulatePrincipalPolicy`
/// asks what IAM would say, `TestDNSAnswer` what a name server would answer.
pub const READING: &[(&str, &str)] = &[
    ("CloudFront", "GetDistribution"),
    ("CloudFront", "GetInvalidation"),
    ("CloudFront", "ListDistributions"),
    ("CloudFront", "ListInvalidations"),
    ("API Gateway", "GetDeployment"),
    ("API Gateway", "GetDeployments"),
    ("API Gateway", "GetRestApis"),
    ("API Gateway", "GetStage"),
    ("API Gateway", "GetStages"),
    ("ARC Zonal Shift", "GetManagedResource"),
    ("ARC Zonal Shift", "ListManagedResources"),
    ("CloudTrail", "DescribeTrails"),
    ("CloudTrail", "GetEventSelectors"),
    ("CloudTrail", "GetTrailStatus"),
    ("CloudTrail", "LookupEvents"),
    ("CloudWatch", "DescribeAlarmHistory"),
    ("CloudWatch", "DescribeAlarms"),
    ("CloudWatch", "GetAlarmMuteRule"),
    ("CloudWatch", "GetMetricData"),
    ("CloudWatch", "ListMetrics"),
    ("CloudWatch Logs", "DescribeLogGroups"),
    ("CloudWatch Logs", "FilterLogEvents"),
    ("CloudWatch Logs", "GetQueryResults"),
    ("CloudWatch Logs", "StartLiveTail"),
    ("CloudWatch Logs", "StartQuery"),
    ("CloudWatch Logs", "StopQuery"),
    ("CodeDeploy", "GetDeployment"),
    ("CodeDeploy", "ListDeployments"),
    ("GuardDuty", "GetAdministratorAccount"),
    ("GuardDuty", "GetFindings"),
    ("GuardDuty", "ListDetectors"),
    ("CodePipeline", "GetPipelineExecution"),
    ("CodePipeline", "GetPipelineState"),
    ("CodePipeline", "ListPipelineExecutions"),
    ("CodePipeline", "ListPipelines"),
    ("ECR", "DescribeImages"),
    ("ECS", "DescribeServices"),
    ("ECS", "DescribeTaskDefinition"),
    ("ECS", "ListClusters"),
    ("ECS", "ListServices"),
    ("ECS", "ListTaskDefinitions"),
    ("EventBridge", "DescribeRule"),
    ("EventBridge", "ListRules"),
    ("EventBridge", "ListTargetsByRule"),
    ("IAM", "GetAccessKeyLastUsed"),
    ("IAM", "GetRole"),
    ("IAM", "GetRolePolicy"),
    ("IAM", "GetUser"),
    ("IAM", "GetUserPolicy"),
    ("IAM", "ListAccessKeys"),
    ("IAM", "ListAccountAliases"),
    ("IAM", "ListRolePolicies"),
    ("IAM", "ListRoles"),
    ("IAM", "ListUserPolicies"),
    ("IAM", "ListUsers"),
    ("IAM", "SimulatePrincipalPolicy"),
    ("Lambda", "GetAlias"),
    ("Lambda", "GetEventSourceMapping"),
    ("Lambda", "GetFunctionConcurrency"),
    ("Lambda", "GetFunctionConfiguration"),
    ("Lambda", "GetPolicy"),
    ("Lambda", "GetProvisionedConcurrencyConfig"),
    ("Lambda", "ListAliases"),
    ("Lambda", "ListEventSourceMappings"),
    ("Lambda", "ListFunctions"),
    ("Lambda", "ListVersionsByFunction"),
    ("RDS", "DescribeAccountAttributes"),
    ("RDS", "DescribeDBClusters"),
    ("RDS", "DescribeDBInstanceAutomatedBackups"),
    ("RDS", "DescribeDBInstances"),
    ("RDS", "DescribeDBParameterGroups"),
    ("RDS", "DescribeDBSnapshotAttributes"),
    ("RDS", "DescribeDBSnapshots"),
    ("RDS", "DescribeDBSubnetGroups"),
    ("RDS", "DescribeEvents"),
    ("RDS", "DescribeGlobalClusters"),
    ("Route 53", "GetChange"),
    ("Route 53", "GetHealthCheck"),
    ("Route 53", "GetHealthCheckStatus"),
    ("Route 53", "ListHealthChecks"),
    ("Route 53", "ListHostedZones"),
    ("Route 53", "ListResourceRecordSets"),
    ("Route 53", "TestDNSAnswer"),
    ("S3", "GetBucketLocation"),
    ("S3", "GetBucketPolicy"),
    ("S3", "GetBucketPolicyStatus"),
    ("S3", "GetPublicAccessBlock"),
    ("S3", "ListBuckets"),
    ("Secrets Manager", "DescribeSecret"),
    ("Secrets Manager", "ListSecrets"),
    ("SecurityHub", "GetFindings"),
    ("SSM", "GetCalendarState"),
    ("SQS", "GetQueueAttributes"),
    ("SQS", "GetQueueUrl"),
    ("SQS", "ListMessageMoveTasks"),
    ("SQS", "ListQueues"),
    ("STS", "GetCallerIdentity"),
    ("WAFV2", "GetIPSet"),
    ("WAFV2", "GetRateBasedStatementManagedKeys"),
    ("WAFV2", "GetWebACL"),
    ("WAFV2", "ListIPSets"),
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
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(metadata) = cfg.load::<Metadata>() else {
            return Err(Barred { service: "unnamed".into(), operation: "unnamed".into() }.into());
        };
        let asked = (metadata.service(), metadata.name());
        let stamped = cfg.load::<Stamp>().is_some_and(|stamp| {
            let within = stamp.within.as_ref().is_none_or(|bound| bound.holds(context.input()));
            (stamp.service, stamp.operation) == asked && within
        });
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
    /// The one place that the call may be about, where it is confined to one.
    within: Option<Bound>,
}

impl Stamp {
    fn bare(service: &'static str, operation: &'static str) -> Self {
        Self { service, operation, within: None }
    }

    /// Opens the gate for the one call that carries out the warrant's change. A warrant yields one stamp: whoever
    /// asks again gets nothing.
    pub(crate) fn of<R: Realm>(warrant: &Warrant<R>) -> Option<Self> {
        let (service, operation) = warrant.take_call()?;
        Some(Self::bare(service, operation))
    }

    /// Opens the gate for the session of the role that one reads with. It changes nothing, and what is done in it passes
    /// the gate again (docs/decisions/0018).
    pub(crate) fn for_reading_as(_: &Role) -> Self {
        Self::bare("STS", "AssumeRole")
    }

    /// Opens the gate for one deed at the table where leases are kept. It is bookkeeping of the guard, not a change that
    /// somebody asked for: it is made for a claim, and only the guard makes those (docs/decisions/0024).
    pub(crate) fn for_lease(_: &Lending, deed: lender::Deed) -> Self {
        let operation = match deed {
            lender::Deed::Look => "GetItem",
            lender::Deed::Take => "PutItem",
            lender::Deed::GiveBack => "DeleteItem",
        };
        Self::bare("DynamoDB", operation)
    }

    /// Opens the gate for one deed in the place where checkpoints of the journal are kept, and for no other place. It is
    /// bookkeeping of the guard: what is put there is a parcel, and only a journal makes those (docs/decisions/0027).
    pub(crate) fn for_checkpoints(bound: Bound, deed: shipper::Deed) -> Self {
        let (service, operation) = deed.call();
        Self { service, operation, within: Some(bound) }
    }

    /// Opens the gate for one step of signing in. It changes nothing in an account: what comes of it is a token of whoever
    /// approves it (docs/decisions/0020).
    pub(crate) fn for_signing_in(_: &SignIn, step: Step) -> Self {
        let operation = match step {
            Step::Register => "RegisterClient",
            Step::Begin => "StartDeviceAuthorization",
            Step::Ask => "CreateToken",
        };
        Self::bare("SSO OIDC", operation)
    }

    /// Opens the gate for the session in which the warrant's change will be made.
    pub(crate) fn for_session_of<R: Realm>(_: &Warrant<R>) -> Self {
        Self::bare("STS", "AssumeRole")
    }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::clients::Clients;
    use crate::fake::{self, Fake};

    const ALIAS: &str = r#"{"AliasArn":"a","Name":"live","FunctionVersion":"41","RevisionId":"r"}"#;

    async fn clients() -> (Arc<Fake>, Clients) {
        let fake = Fake::new(|_| fake::json(200, ALIAS));
        let connection = fake::connection(&fake).await;
        (fake, Clients::new(connection.config()))
    }

    fn barred<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Barred> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(barred) = error.downcast_ref::<Barred>() {
                return Some(barred);
            }
            cause = error.source();
        }
        None
    }

    #[tokio::test]
    async fn a_read_on_the_list_is_sent() {
        let (fake, clients) = clients().await;
        clients.lambda.get_alias().function_name("f").name("live").send().await.unwrap();
        assert_eq!(fake.seen().len(), 1);
    }

    #[tokio::test]
    async fn a_change_without_a_warrant_does_not_reach_the_wire() {
        let (fake, clients) = clients().await;
        let update = clients.lambda.update_alias().function_name("f").name("live");
        let error = update.send().await.unwrap_err();
        assert_eq!(barred(&error).unwrap().operation, "UpdateAlias");
        assert!(fake.seen().is_empty(), "something was sent");
    }

    #[tokio::test]
    async fn a_read_that_is_not_on_the_list_does_not_reach_the_wire() {
        let (fake, clients) = clients().await;
        let error = clients.lambda.get_account_settings().send().await.unwrap_err();
        assert_eq!(barred(&error).unwrap().operation, "GetAccountSettings");
        let error = clients.sts.get_session_token().send().await.unwrap_err();
        assert_eq!(barred(&error).unwrap().service, "STS");
        assert!(fake.seen().is_empty(), "something was sent");
    }

    #[tokio::test]
    async fn a_stamp_opens_its_own_operation_and_no_other() {
        let (fake, clients) = clients().await;
        let stamp = Stamp::bare("Lambda", "UpdateAlias");
        let delete = clients.lambda.delete_alias().function_name("f").name("live");
        let error =
            delete.customize().interceptor(Stamper(stamp.clone())).send().await.unwrap_err();
        assert_eq!(barred(&error).unwrap().operation, "DeleteAlias");
        assert!(fake.seen().is_empty(), "something was sent");
        let update = clients.lambda.update_alias().function_name("f").name("live");
        update.customize().interceptor(Stamper(stamp)).send().await.unwrap();
        assert_eq!(fake.seen().len(), 1);
        // The stamp was on that one request: the next is refused again.
        let update = clients.lambda.update_alias().function_name("f").name("live");
        assert!(barred(&update.send().await.unwrap_err()).is_some());
        assert_eq!(fake.seen().len(), 1);
    }

    #[test]
    fn the_reading_list_holds_no_word_of_changing() {
        let reads = ["Describe", "Filter", "Get", "List", "Lookup", "Simulate", "TestDNSAnswer"];
        let begun = ["StartLiveTail", "StartQuery", "StopQuery"];
        for (service, operation) in READING {
            let read = reads.iter().any(|read| operation.starts_with(read));
            assert!(read || begun.contains(operation), "{service} {operation}");
        }
        let once: BTreeSet<_> = READING.iter().collect();
        assert_eq!(once.len(), READING.len(), "an operation stands twice");
    }
}
