//! What is watched: logs, functions, metrics, alarms, findings, databases, and who calls what.

/// Hands these questions on, behind those that were told before.
macro_rules! watching {
    ({ $($told:tt)* } $next:ident $($rest:ident)*) => {
        $next! { { $($told)*
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
        } $($rest)* }
    };
}
