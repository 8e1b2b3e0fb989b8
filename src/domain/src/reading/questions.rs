//! Every question there is, with its members and its answer.

use serde::{Deserialize, Serialize};

use super::{Elsewhere, FindingsAnswer, LogPageAnswer, Question, TrailAnswer};
use crate::alarm::{Alarm, AlarmChange, MuteStanding};
use crate::bucket::{Bucket, PublicBlock};
use crate::calendar::CalendarStanding;
use crate::database::{DbCluster, DbInstance, GlobalDatabase};
use crate::delivery::{Deployment, DeploymentStanding, Execution, Stage};
use crate::dns::{
    DnsAnswer, DnsChange, Follower, HealthCheck, HealthCheckStanding, HostedZone, WeightedName,
};
use crate::edge::{Distribution, Invalidation};
use crate::finding::{Threats, Triaged, Workflow};
use crate::firewall::{IpSet, WebAcl};
use crate::foresight::Foresight;
use crate::function::{
    Alias, Caller, EventSource, Function, ProvisionedConcurrency, VersionConfig,
};
use crate::gateway::{ApiDeployment, ApiStage, DeploymentsCompared, RestApi};
use crate::iam::{AccessKey, InlinePolicies, Moment, Principal, SessionVerdicts};
use crate::insights::{InsightsAnswer, InsightsId};
use crate::log::LogGroup;
use crate::metric::{MetricName, MetricQuery, Series};
use crate::queue::{MoveTask, Queue};
use crate::recovery::{ClusterStanding, CopyLag, GlobalStanding, NodeStanding};
use crate::report::{InstanceStanding, RestoreGround};
use crate::rotation::Rotation;
use crate::rule::{Rule, RuleStanding};
use crate::service::{Service, TaskDefinition};
use crate::trail::{TrailFilter, TrailStanding};
use crate::zonal::{ShiftableResource, ZonalStanding};
use crate::{
    AccessKeyId, AccountId, AliasName, ApiDeploymentId, ApiStageName, Arn, BucketName, BusName,
    ChangeCalendar, ClusterName, DatabaseName, DeploymentId, DistributionId, DnsName, ExecutionId,
    FindingId, FunctionName, HealthCheckId, HostedZoneId, Identity, IpSetName, LogGroupName,
    Permission, PipelineName, PrincipalName, QueueName, Region, RestApiName, RuleName, SecretName,
    ServiceName, StageName, TaskDefinitionName, ThreatId, Timestamp, TrailName, UserName, Version,
};

questions! {
    /// Who are we?
    WhoAmI {} -> Identity, "sts:GetCallerIdentity";
    /// What is the account called, if it has a name of its own?
    AccountAlias {} -> Option<String>, "iam:ListAccountAliases";
    /// What would IAM say to calls that are not made yet?
    Foresee {
        /// Who would make them: a role, a user, or a session of a role.
        principal: Arn,
        /// The actions and their resources.
        needs: Vec<Permission>,
        /// The region in which they would be made.
        region: Region
    } -> Foresight, "iam:SimulatePrincipalPolicy";
    /// How does a change calendar stand at an instant?
    CalendarAt {
        /// The calendar.
        calendar: ChangeCalendar,
        /// The instant; whole seconds count.
        at: Timestamp
    } -> CalendarStanding, "ssm:GetCalendarState";
    /// Which log groups are there? At most `limit`, in order of name.
    LogGroups {
        /// Only names that begin so; empty for all.
        prefix: String,
        /// The most to list.
        limit: u32
    } -> Vec<LogGroup>, "logs:DescribeLogGroups";
    /// One page of a group's events between two instants, both included.
    LogPage {
        /// The group.
        group: LogGroupName,
        /// From, included.
        start: Timestamp,
        /// To, included.
        end: Timestamp,
        /// A filter pattern for the server; nothing for all.
        pattern: Option<String>,
        /// Where the page before ended.
        next: Option<String>
    } -> LogPageAnswer, "logs:FilterLogEvents";
    /// What is the id of a new query of Logs Insights? The account runs it, bills what it scans, and changes nothing.
    InsightsStart {
        /// The groups, 50 at most.
        groups: Vec<LogGroupName>,
        /// From, included; whole seconds count.
        start: Timestamp,
        /// To, included; whole seconds count.
        end: Timestamp,
        /// The query.
        query: String,
        /// The most rows, unless the query says; nothing for AWS's own number.
        limit: Option<u32>
    } -> InsightsId, "logs:StartQuery";
    /// How far is a query, and what came of it? All pages.
    InsightsResults {
        /// The query.
        id: InsightsId
    } -> InsightsAnswer, "logs:GetQueryResults";
    /// Was a query that we began stopped, now that nobody waits for it?
    InsightsStop {
        /// The query.
        id: InsightsId
    } -> bool, "logs:StopQuery";
    /// Which functions are there?
    Functions {} -> Vec<Function>, "lambda:ListFunctions";
    /// Which versions has a function, `$LATEST` included?
    Versions {
        /// The function.
        function: FunctionName
    } -> Vec<VersionConfig>, "lambda:ListVersionsByFunction";
    /// Which aliases has a function?
    Aliases {
        /// The function.
        function: FunctionName
    } -> Vec<Alias>, "lambda:ListAliases";
    /// What does an alias point at?
    AliasOf {
        /// The function.
        function: FunctionName,
        /// The alias.
        alias: AliasName
    } -> Alias, "lambda:GetAlias";
    /// How is one version configured?
    VersionOf {
        /// The function.
        function: FunctionName,
        /// The version.
        version: Version
    } -> VersionConfig, "lambda:GetFunctionConfiguration";
    /// How much concurrency is reserved for all versions together, if any?
    ReservedConcurrency {
        /// The function.
        function: FunctionName
    } -> Option<u32>, "lambda:GetFunctionConcurrency";
    /// What provisioned concurrency has an alias, if any?
    Provisioned {
        /// The function.
        function: FunctionName,
        /// The alias.
        alias: AliasName
    } -> Option<ProvisionedConcurrency>, "lambda:GetProvisionedConcurrencyConfig";
    /// Which queues and streams call a function?
    EventSources {
        /// The function.
        function: FunctionName
    } -> Vec<EventSource>, "lambda:ListEventSourceMappings";
    /// How does one queue or stream stand to its function?
    EventSourceOf {
        /// The mapping's id.
        uuid: String
    } -> EventSource, "lambda:GetEventSourceMapping";
    /// Who may call a function, or one alias of it?
    Callers {
        /// The function.
        function: FunctionName,
        /// The alias; nothing for the unqualified function.
        alias: Option<AliasName>
    } -> Vec<Caller>, "lambda:GetPolicy";
    /// Which deployments have not ended?
    Deployments {} -> Vec<Deployment>, "codedeploy:ListDeployments";
    /// Metric series between two instants.
    Metrics {
        /// The series, 500 at most.
        series: Vec<MetricQuery>,
        /// From, included.
        start: Timestamp,
        /// To, excluded.
        end: Timestamp,
        /// Seconds a point; a multiple of 60.
        period_s: u32
    } -> Vec<Series>, "cloudwatch:GetMetricData";
    /// Which metrics of a namespace were written to in the last three hours?
    MetricNames {
        /// The namespace, such as `AWS/Lambda`.
        namespace: String
    } -> Vec<MetricName>, "cloudwatch:ListMetrics";
    /// Which alarms are there, composite ones included?
    Alarms {} -> Vec<Alarm>, "cloudwatch:DescribeAlarms";
    /// How does one alarm stand?
    AlarmOf {
        /// The alarm.
        alarm: String
    } -> Alarm, "cloudwatch:DescribeAlarms";
    /// How did an alarm change between two instants, newest first? A hundred entries at most.
    AlarmHistory {
        /// The alarm.
        alarm: String,
        /// From, included.
        start: Timestamp,
        /// To, included.
        end: Timestamp
    } -> Vec<AlarmChange>, "cloudwatch:DescribeAlarmHistory";
    /// One page of the findings that still stand, the worst and newest first.
    Findings {
        /// Only those of which people made this; empty for all.
        workflow: Vec<Workflow>,
        /// Where the page before ended.
        next: Option<String>
    } -> FindingsAnswer, "securityhub:GetFindings";
    /// Which database instances are there?
    DbInstances {} -> Vec<DbInstance>, "rds:DescribeDBInstances";
    /// Which database clusters are there?
    DbClusters {} -> Vec<DbCluster>, "rds:DescribeDBClusters";
    /// Which global databases is this account's region part of?
    GlobalDatabases {} -> Vec<GlobalDatabase>, "rds:DescribeGlobalClusters";
    /// One page of CloudTrail, newest first. The account allows two calls a second in a region.
    Trail {
        /// The one attribute to narrow by.
        filter: Option<TrailFilter>,
        /// From, included.
        start: Timestamp,
        /// To, included.
        end: Timestamp,
        /// Where the page before ended.
        next: Option<String>
    } -> TrailAnswer, "cloudtrail:LookupEvents";
    /// Which queues are there?
    Queues {} -> Vec<QueueName>, "sqs:ListQueues";
    /// What does a queue hold, about, and where do its dead letters go?
    QueueOf {
        /// The queue.
        queue: QueueName
    } -> Queue, "sqs:GetQueueAttributes";
    /// Which tasks have moved messages out of a queue, the newest first? SQS tells ten.
    MoveTasks {
        /// The queue of dead letters.
        queue: QueueName
    } -> Vec<MoveTask>, "sqs:ListMessageMoveTasks";
    /// Which secrets are there?
    Secrets {} -> Vec<SecretName>, "secretsmanager:ListSecrets";
    /// How does a secret stand, its value left out: versions, labels, rotation?
    RotationOf {
        /// The secret.
        secret: SecretName
    } -> Rotation, "secretsmanager:DescribeSecret";
    /// Which buckets are there?
    Buckets {} -> Vec<BucketName>, "s3:ListBuckets";
    /// Where is a bucket, and whom does its policy let in?
    BucketOf {
        /// The bucket.
        bucket: BucketName,
        /// The account whose own it is: who is of another is a guest.
        account: AccountId
    } -> Bucket, "s3:GetBucketPolicyStatus";
    /// What keeps the public out of a bucket, if anything is configured?
    PublicBlockOf {
        /// The bucket.
        bucket: BucketName
    } -> Option<PublicBlock>, "s3:GetPublicAccessBlock";
    /// Which IP sets has the firewall of the region?
    IpSets {} -> Vec<IpSetName>, "wafv2:ListIPSets";
    /// What does an IP set of the region hold, and under which lock?
    IpSetOf {
        /// The set.
        set: IpSetName
    } -> IpSet, "wafv2:GetIPSet";
    /// Which ranges of an IP set have an address in common with a range?
    Overlap {
        /// The set.
        set: IpSetName,
        /// The range.
        range: String
    } -> Vec<String>, "wafv2:GetIPSet";
    /// Which rules has a web ACL?
    WebAclOf {
        /// Its ARN.
        acl: Arn
    } -> WebAcl, "wafv2:GetWebACL";
    /// Which trails write this region down?
    Trails {} -> Vec<TrailName>, "cloudtrail:DescribeTrails";
    /// How does a trail stand?
    TrailOf {
        /// The trail.
        trail: TrailName
    } -> TrailStanding, "cloudtrail:GetTrailStatus";
    /// Which users and roles are there?
    Principals {} -> Vec<Principal>, "iam:ListRoles";
    /// What is known of a user or role?
    PrincipalOf {
        /// The user or role.
        principal: PrincipalName
    } -> Principal, "iam:GetRole";
    /// Which access keys has a user?
    AccessKeys {
        /// The user.
        user: UserName
    } -> Vec<AccessKey>, "iam:ListAccessKeys";
    /// How does one access key of a user stand?
    AccessKeyOf {
        /// The user.
        user: UserName,
        /// The key.
        key: AccessKeyId
    } -> AccessKey, "iam:ListAccessKeys";
    /// Which inline policies has a user or role, and what room is left for more?
    InlinePoliciesOf {
        /// The user or role.
        principal: PrincipalName
    } -> InlinePolicies, "iam:GetRolePolicy";
    /// What does one inline policy of a user or role say, if there is one of that name?
    InlinePolicyOf {
        /// The user or role.
        principal: PrincipalName,
        /// The policy's name.
        policy: String
    } -> Option<String>, "iam:GetRolePolicy";
    /// How would IAM decide of an action of a user or role? Simulated: it may differ from what happens.
    Simulated {
        /// The user or role.
        principal: PrincipalName,
        /// The action, such as `s3:ListAllMyBuckets`.
        action: String
    } -> String, "iam:SimulatePrincipalPolicy";
    /// The same of sessions that began before and after an instant.
    SimulatedSessions {
        /// The role.
        principal: PrincipalName,
        /// The action.
        action: String,
        /// The instant.
        cutoff: Moment
    } -> SessionVerdicts, "iam:SimulatePrincipalPolicy";
    /// How do these findings stand with people, in this order? One that there is not is left out.
    TriageOf {
        /// The findings.
        findings: Vec<FindingId>
    } -> Triaged, "securityhub:GetFindings";
    /// How do these findings stand in `GuardDuty`, in this order? One that there is not is left out.
    ThreatsOf {
        /// The findings: fifty at most.
        threats: Vec<ThreatId>
    } -> Threats, "guardduty:GetFindings";
    /// Which account administers `GuardDuty` for this one? Empty where it does so itself.
    DetectorAdministrator {} -> String, "guardduty:GetAdministratorAccount";
    /// Which addresses does a rule of a web ACL hold to its limit just now?
    Limited {
        /// The web ACL, by its ARN.
        acl: Arn,
        /// The rule's name.
        rule: String
    } -> Vec<String>, "wafv2:GetRateBasedStatementManagedKeys";
    /// Which pipelines are there?
    Pipelines {} -> Vec<PipelineName>, "codepipeline:ListPipelines";
    /// How do the stages of a pipeline stand, in their order?
    Stages {
        /// The pipeline.
        pipeline: PipelineName
    } -> Vec<Stage>, "codepipeline:GetPipelineState";
    /// How does one stage of a pipeline stand?
    StageOf {
        /// The pipeline.
        pipeline: PipelineName,
        /// The stage.
        stage: StageName
    } -> Stage, "codepipeline:GetPipelineState";
    /// Which executions had a pipeline, the newest first? A hundred at most.
    Executions {
        /// The pipeline.
        pipeline: PipelineName
    } -> Vec<Execution>, "codepipeline:ListPipelineExecutions";
    /// Which executions came through a stage of a pipeline as it is built now, the newest first? A hundred at most.
    CameThrough {
        /// The pipeline.
        pipeline: PipelineName,
        /// The stage.
        stage: StageName
    } -> Vec<Execution>, "codepipeline:ListPipelineExecutions";
    /// What is known of one execution of a pipeline?
    ExecutionOf {
        /// The pipeline.
        pipeline: PipelineName,
        /// The execution.
        execution: ExecutionId
    } -> Execution, "codepipeline:GetPipelineExecution";
    /// How does one deployment stand?
    DeploymentOf {
        /// The deployment.
        deployment: DeploymentId
    } -> DeploymentStanding, "codedeploy:GetDeployment";
    /// Which distributions are there?
    Distributions {} -> Vec<Distribution>, "cloudfront:ListDistributions";
    /// How does a distribution stand?
    DistributionOf {
        /// The distribution.
        distribution: DistributionId
    } -> Distribution, "cloudfront:GetDistribution";
    /// What came of the invalidation that bears a reference, if there is one?
    InvalidationBy {
        /// The distribution.
        distribution: DistributionId,
        /// The reference.
        reference: String,
        /// It is not older than this.
        since: Timestamp
    } -> Option<Invalidation>, "cloudfront:ListInvalidations";
    /// What does a rule mute, and how does it stand, if there is one of that name?
    MuteOf {
        /// The rule.
        rule: String
    } -> Option<MuteStanding>, "cloudwatch:GetAlarmMuteRule";
    /// Which REST APIs are there?
    RestApis {} -> Vec<RestApi>, "apigateway:GetRestApis";
    /// Which stages has a REST API?
    ApiStages {
        /// The API.
        api: RestApiName
    } -> Vec<ApiStage>, "apigateway:GetStages";
    /// How does a stage of a REST API stand?
    ApiStageOf {
        /// The API.
        api: RestApiName,
        /// The stage.
        stage: ApiStageName
    } -> ApiStage, "apigateway:GetStage";
    /// Which deployments has a REST API, the newest first?
    ApiDeployments {
        /// The API.
        api: RestApiName
    } -> Vec<ApiDeployment>, "apigateway:GetDeployments";
    /// What would become another if a stage served another deployment?
    CompareDeployments {
        /// The API.
        api: RestApiName,
        /// The stage.
        stage: ApiStageName,
        /// The other deployment.
        deployment: ApiDeploymentId
    } -> DeploymentsCompared, "apigateway:GetDeployment";
    /// Which rules has an event bus?
    Rules {
        /// The bus.
        bus: BusName
    } -> Vec<Rule>, "events:ListRules";
    /// How does a rule stand, and whom does it call?
    RuleOf {
        /// The bus.
        bus: BusName,
        /// The rule.
        rule: RuleName
    } -> RuleStanding, "events:DescribeRule";
    /// Which clusters of ECS are there?
    Clusters {} -> Vec<ClusterName>, "ecs:ListClusters";
    /// Which services has a cluster?
    Services {
        /// The cluster.
        cluster: ClusterName
    } -> Vec<ServiceName>, "ecs:ListServices";
    /// What does a service run, and how far is it?
    ServiceOf {
        /// The cluster.
        cluster: ClusterName,
        /// The service.
        service: ServiceName
    } -> Service, "ecs:DescribeServices";
    /// Which task definitions of what a service runs are active, the newest first? A hundred at most.
    TaskDefinitions {
        /// The cluster.
        cluster: ClusterName,
        /// The service.
        service: ServiceName
    } -> Vec<TaskDefinitionName>, "ecs:ListTaskDefinitions";
    /// What does a task definition run, and are its images still there?
    TaskDefinitionOf {
        /// The task definition.
        definition: TaskDefinitionName
    } -> TaskDefinition, "ecs:DescribeTaskDefinition";
    /// How does a database instance stand? Nothing where there is none of that name.
    InstanceOf {
        /// The instance.
        instance: DatabaseName
    } -> Option<InstanceStanding>, "rds:DescribeDBInstances";
    /// Which reporting copies are there?
    Reports {} -> Vec<InstanceStanding>, "rds:DescribeDBInstances";
    /// What is there to restore a database from, and to?
    RestoreGroundOf {
        /// The database.
        source: DatabaseName,
        /// The instant that is asked about.
        at: Option<Timestamp>,
        /// The subnet group that is meant.
        subnets: String,
        /// The parameter group that is meant.
        parameters: String
    } -> RestoreGround, "rds:DescribeDBInstances";
    /// Which hosted zones are there?
    HostedZones {} -> Vec<HostedZone>, "route53:ListHostedZones";
    /// Which names of a zone have weighted records? Without the health of what they follow.
    WeightedNames {
        /// The zone.
        zone: HostedZoneId
    } -> Vec<WeightedName>, "route53:ListResourceRecordSets";
    /// Which weighted records has a name, with their shares, what they answer and how healthy it is?
    WeightedRecordsOf {
        /// The zone.
        zone: HostedZoneId,
        /// The name.
        name: DnsName,
        /// The type, such as `A`.
        kind: String
    } -> WeightedName, "route53:ListResourceRecordSets";
    /// What do the name servers of a zone answer, once?
    DnsAnswerOf {
        /// The zone.
        zone: HostedZoneId,
        /// The name.
        name: DnsName,
        /// The type.
        kind: String
    } -> DnsAnswer, "route53:TestDNSAnswer";
    /// How far is a change of records? Nothing where there is none of that id.
    DnsChangeOf {
        /// The change, as it was answered when it was made.
        change: String
    } -> Option<DnsChange>, "route53:GetChange";
    /// Which health checks are there? Without what their checkers say.
    HealthChecks {} -> Vec<HealthCheck>, "route53:ListHealthChecks";
    /// How does a health check stand?
    HealthCheckOf {
        /// The check.
        check: HealthCheckId
    } -> HealthCheckStanding, "route53:GetHealthCheck";
    /// Which names of a zone have a record that follows a health check?
    FollowersOf {
        /// The zone.
        zone: HostedZoneId,
        /// The check.
        check: HealthCheckId
    } -> Vec<Follower>, "route53:ListResourceRecordSets";
    /// In which resources of the region can traffic be led away from a zone?
    ShiftableResources {} -> Vec<ShiftableResource>, "arc-zonal-shift:ListManagedResources";
    /// How is traffic shared among the zones of a resource, and which shift goes on?
    ZonalStandingOf {
        /// The resource.
        resource: Arn
    } -> ZonalStanding, "arc-zonal-shift:GetManagedResource";
    /// Who writes in a cluster, who could, and what has RDS told of it in the last hour?
    ClusterOf {
        /// The cluster.
        cluster: DatabaseName
    } -> ClusterStanding, "rds:DescribeDBClusters";
    /// Which region writes in a global database, which could, and is one on its way?
    GlobalOf {
        /// The global database.
        global: DatabaseName
    } -> GlobalStanding, "rds:DescribeGlobalClusters";
    /// Where is an instance and its standby, and what does it replicate?
    NodeOf {
        /// The instance.
        instance: DatabaseName
    } -> NodeStanding, "rds:DescribeDBInstances";
    /// How far is a cluster behind the primary of its global database?
    LagOf {
        /// The cluster.
        cluster: DatabaseName,
        /// From, included.
        start: Timestamp,
        /// To, excluded.
        end: Timestamp
    } -> CopyLag, "cloudwatch:GetMetricData";
}
