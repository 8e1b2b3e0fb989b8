//! What delivers and serves: pipelines, distributions, APIs, rules, services, reporting copies.

/// Hands these questions on, behind those that were told before.
macro_rules! delivering {
    ({ $($told:tt)* } $next:ident $($rest:ident)*) => {
        $next! { { $($told)*
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
        } $($rest)* }
    };
}
