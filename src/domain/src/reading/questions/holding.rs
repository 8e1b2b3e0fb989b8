//! What holds data and rights: queues, secrets, buckets, the firewall, users and roles.

/// Hands these questions on, behind those that were told before.
macro_rules! holding {
    ({ $($told:tt)* } $next:ident $($rest:ident)*) => {
        $next! { { $($told)*
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
        } $($rest)* }
    };
}
