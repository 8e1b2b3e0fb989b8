# Alarms, findings and databases, as far as a server has them; prints what it lacks.


def made(name, make):
    try:
        make()
    except Exception as error:
        print(f"lacks {name}: {error}")


def alarms():
    watch = client("cloudwatch")
    watch.put_metric_alarm(
        AlarmName="writer-errors", Namespace="AWS/Lambda", MetricName="Errors", Statistic="Sum", Period=60,
        Dimensions=[{"Name": "FunctionName", "Value": "orders-writer"}], EvaluationPeriods=3, DatapointsToAlarm=2,
        Threshold=5, ComparisonOperator="GreaterThanThreshold", TreatMissingData="missing",
        AlarmDescription="the writer fails",
    )
    watch.set_alarm_state(AlarmName="writer-errors", StateValue="OK", StateReason="begun")
    watch.set_alarm_state(AlarmName="writer-errors", StateValue="ALARM", StateReason="a drill")
    watch.put_composite_alarm(AlarmName="shop", AlarmRule='ALARM("writer-errors")', ActionsEnabled=False)


def findings():
    hub = client("securityhub")
    hub.enable_security_hub()
    account = client("sts").get_caller_identity()["Account"]
    product = f"arn:aws:securityhub:eu-central-1:{account}:product/{account}/default"

    def finding(name, label):
        return {
            "SchemaVersion": "2018-10-08", "Id": name, "ProductArn": product, "GeneratorId": "drill",
            "AwsAccountId": account, "Types": ["Unusual Behaviors"], "CreatedAt": "2026-11-22T03:00:00Z",
            "UpdatedAt": "2026-11-22T03:00:01Z", "Severity": {"Label": label}, "Title": f"a {name}",
            "Description": "made for a test", "Resources": [{
                "Type": "AwsS3Bucket", "Id": "arn:aws:s3:::shop", "Details": {"AwsS3Bucket": {"OwnerId": "1"}},
            }],
        }

    answer = hub.batch_import_findings(Findings=[finding("leak", "CRITICAL"), finding("drift", "LOW")])
    assert answer["SuccessCount"] == 2, answer


def databases():
    rds = client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="orders-db", Engine="aurora-postgresql", MasterUsername="shop",
        MasterUserPassword="not-a-secret", DeletionProtection=True,
    )
    rds.create_db_instance(
        DBInstanceIdentifier="orders-db-1", DBClusterIdentifier="orders-db", Engine="aurora-postgresql",
        DBInstanceClass="db.r6g.large",
    )


def globals():
    rds = client("rds")
    source = rds.describe_db_clusters()["DBClusters"][0]["DBClusterArn"]
    rds.create_global_cluster(GlobalClusterIdentifier="orders-global", SourceDBClusterIdentifier=source)


made("alarms", alarms)
made("findings", findings)
made("databases", databases)
made("global databases", globals)
