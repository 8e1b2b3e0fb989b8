#!/usr/bin/env python3
"""Calls every operation of the simulated account through boto3 and walks each answer against botocore's shapes.

The endpoint, credentials and region come from the environment (AWS_ENDPOINT_URL and so on, as `sim serve` prints them).
The operations are those of the models in the folder given as first argument. The report is JSON on standard output;
the exit status is 0 only if nothing is violated.

  answered     operations that gave an output, and how often
  refused      operations that gave an error their model knows, with its code
  unserved     operations that the account knows but does not serve
  violations   everything that is not as botocore's own model says
  pages        paginators that were followed to their end: pages and items
"""

import collections
import datetime
import io
import json
import pathlib
import re
import socket
import sys
import time
import xml.etree.ElementTree as ElementTree

import botocore.exceptions
import botocore.parsers
import botocore.session
from botocore.config import Config

ACCOUNT = "123456784021"
REGION = "eu-central-1"
FUNCTION = "orders-writer"
GROUP = "/aws/lambda/orders-writer"
NOW = datetime.datetime.now(datetime.timezone.utc)
AGO = NOW - datetime.timedelta(hours=1)


def millis(moment):
    """A moment as CloudWatch Logs counts."""
    return int(moment.timestamp() * 1000)


MUTATIONS = re.compile(r"^(Create|Update|Put|Delete|Modify|Start|Stop|Batch|Publish|Invoke|Restore|Reboot|Failover|"
                       r"Promote|Remove|Revoke|Send|Set|Tag|Enable|Disable|Rotate|Change|Copy|Apply|Cancel|Retry|"
                       r"Approve|Test|Attach|Detach|Associate|Submit|Add|Register|Import|Assume|Purge|Rollback|Switchover)")
LATE = re.compile(r"^(Delete|Remove|Revoke|Purge|Failover|Reboot|Switchover|Cancel|Stop)")
COMMON_ERRORS = {
    "AccessDenied", "AccessDeniedException", "ValidationException", "ValidationError", "ValidationErrorException",
    "InvalidParameterException", "InvalidParameterValue", "InvalidParameterCombination", "MissingParameter",
    "InvalidInputException", "BadRequestException", "InvalidArgument", "InvalidInput", "InvalidRequest",
    "InvalidRequestException", "NotFoundException", "UnauthorizedOperation", "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError", "NoSuchBucketPolicy", "NoSuchBucket", "NoSuchKey", "404",
    "InvalidInstanceID.NotFound", "InvalidGroup.NotFound", "InvalidGroup.Duplicate", "InvalidNetworkInterfaceID.NotFound",
    "InvalidPermission.NotFound", "InvalidGroupId.Malformed", "InvalidInstanceID.Malformed", "InvalidID",
    "WAFInvalidParameterException",
}

# Seconds between two pages, where AWS allows only a few calls a second.
PAUSES = {"cloudtrail.LookupEvents": 0.6}

# Where three items a page would take all day.
PAGES = {"logs.FilterLogEvents": 500, "cloudtrail.LookupEvents": 50}

# What the fixture is called, by member name; the first that the constraints allow is taken.
FIXTURE = {
    "FunctionName": [FUNCTION], "functionName": [FUNCTION], "logGroupName": [GROUP], "logGroupIdentifier": [GROUP],
    "logGroupIdentifiers": [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}"], "logGroupNames": [GROUP],
    "RoleArn": [f"arn:aws:iam::{ACCOUNT}:role/oncall-read"], "RoleSessionName": ["walk"], "RoleName": ["oncall-write"],
    "UserName": ["ci-deploy"], "Bucket": [f"shop-assets-{ACCOUNT}"], "AccountId": [ACCOUNT], "accountId": [ACCOUNT],
    "DBInstanceIdentifier": ["orders-db-1"], "DBClusterIdentifier": ["orders-db"], "GlobalClusterIdentifier": ["orders-global"],
    "CacheClusterId": ["orders-cache-001"], "ReplicationGroupId": ["orders-cache"], "TableName": ["sessions"],
    "pipelineName": ["orders-deploy"], "repositoryName": ["orders"], "SecretId": ["orders/db"], "AlarmName": ["orders-writer-errors"],
    "AlarmNames": ["orders-writer-errors"], "Namespace": ["AWS/Lambda"], "MetricName": ["Errors"], "QueueName": ["orders-queue"],
    "applicationName": ["orders"], "FunctionVersion": ["41"], "Qualifier": ["live"], "StatisticType": ["Average"],
    "startTime": [AGO], "endTime": [NOW], "StartTime": [AGO], "EndTime": [NOW], "filterPattern": ["ERROR"],
    "logStreamNamePrefix": ["20"], "Name": ["live", "orders"], "name": ["orders-deploy"], "pipeline": ["orders-deploy"],
    "Scope": ["REGIONAL"], "PolicyDocument": ['{"Version":"2012-10-17","Statement":[]}'], "HostedZoneId": [],
    "queryString": ["fields @timestamp, @message | limit 5"], "Password": ["correct-horse-battery-1"],
}
# Where an input is called otherwise than the output it comes from: service and input, then names learnt from answers
# (a member, or a shape and its member).
LEARNT = {
    ("accessanalyzer", "analyzerArn"): ["AnalyzerSummary.arn"],
    ("apigateway", "restApiId"): ["RestApi.id"],
    ("apigateway", "deploymentId"): ["Deployment.id"],
    ("apigatewayv2", "ApiId"): ["Api.ApiId"],
    ("arc-zonal-shift", "resourceIdentifier"): ["ManagedResourceSummary.arn"],
    ("arc-zonal-shift", "zonalShiftId"): ["ZonalShiftSummary.zonalShiftId"],
    ("cloudfront", "Id"): ["DistributionSummary.Id"], ("cloudfront", "DistributionId"): ["DistributionSummary.Id"],
    ("cloudfront", "IfMatch"): ["GetDistributionConfigResult.ETag"],
    ("cloudtrail", "TrailName"): ["Trail.Name"], ("cloudtrail", "Name"): ["Trail.Name"],
    ("codedeploy", "deploymentId"): ["deployment"],
    ("iam", "PolicyName"): ["policyName", "PolicyName"],
    ("kms", "KeyId"): ["AliasListEntry.TargetKeyId"],
    ("rds", "ResourceName"): ["DBInstance.DBInstanceArn"],
    ("rds", "TargetDbClusterIdentifier"): ["GlobalClusterMember.DBClusterArn"],
    ("route53", "HostedZoneId"): ["HostedZone.Id"], ("route53", "Id"): ["HostedZone.Id"],
    ("route53", "HealthCheckId"): ["HealthCheck.Id"],
    ("ssm", "AutomationExecutionId"): ["AutomationExecutionMetadata.AutomationExecutionId"],
}
OVERRIDES = {
    "iam.GetUser": {"UserName": "ci-deploy"},
    # Not of the role that walks: it may do nothing afterwards.
    "iam.PutRolePolicy": {
        "RoleName": "oncall-read", "PolicyName": "walked", "PolicyDocument": '{"Version":"2012-10-17","Statement":[]}',
    },
    "iam.DeleteRolePolicy": {"RoleName": "oncall-read", "PolicyName": "walked"},
    "lambda.UpdateAlias": {"FunctionName": FUNCTION, "Name": "live", "Description": "walked"},
    "lambda.GetAlias": {"FunctionName": FUNCTION, "Name": "live"},
    "lambda.Invoke": {"FunctionName": FUNCTION, "Payload": b"{}"},
    "cloudwatch.GetMetricData": {
        "StartTime": AGO, "EndTime": NOW,
        "MetricDataQueries": [{"Id": "errors", "MetricStat": {"Period": 60, "Stat": "Sum", "Metric": {
            "Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": FUNCTION}]}}}],
    },
    "cloudwatch.GetMetricStatistics": {
        "Namespace": "AWS/Lambda", "MetricName": "Errors", "StartTime": AGO, "EndTime": NOW, "Period": 60,
        "Statistics": ["Sum"], "Dimensions": [{"Name": "FunctionName", "Value": FUNCTION}],
    },
    "logs.DescribeLogStreams": {"logGroupName": GROUP},
    "logs.FilterLogEvents": {"logGroupName": GROUP, "filterPattern": "START", "startTime": millis(AGO), "endTime": millis(NOW)},
    "logs.GetLogEvents": {"logGroupName": GROUP},
    "logs.CreateLogGroup": {"logGroupName": "/walk/new"},
    "logs.CreateLogStream": {"logGroupName": "/walk/new", "logStreamName": "one"},
    "logs.PutLogEvents": {"logGroupName": "/walk/new", "logStreamName": "one",
                          "logEvents": [{"timestamp": millis(NOW), "message": "walked"}]},
    "logs.PutMetricFilter": {
        "logGroupName": GROUP, "filterName": "walk", "filterPattern": "ERROR",
        "metricTransformations": [{"metricName": "walked", "metricNamespace": "Walk", "metricValue": "1"}],
    },
    "logs.StartQuery": {"logGroupName": GROUP, "startTime": millis(AGO) // 1000, "endTime": millis(NOW) // 1000,
                        "queryString": "fields @timestamp, @message | limit 5"},
    "logs.GetQueryResults": lambda known: {"queryId": known("logs", "StartQueryResponse.queryId")},
    "logs.StopQuery": lambda known: {"queryId": known("logs", "StartQueryResponse.queryId")},
    "logs.DescribeQueries": {},
    "logs.StartLiveTail": {"logGroupIdentifiers": [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}"]},
    "logs.TestMetricFilter": {"filterPattern": "ERROR", "logEventMessages": ["ERROR 1", "INFO 2"]},
    "sts.AssumeRole": {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/oncall-read", "RoleSessionName": "walk"},
    "codepipeline.RollbackStage": {"pipelineName": "orders-deploy", "stageName": "Deploy",
                                   "targetPipelineExecutionId": "3abeaa7b-90a0-582d-b1bd-c3d2bbaf72f4"},
    "cloudwatch.PutAlarmMuteRule": {"Name": "walked", "Rule": {"Schedule": {
        "Expression": "at(2100-01-01T00:00)", "Duration": "PT5M"}}},
    "cloudwatch.DeleteAlarmMuteRule": {"AlarmMuteRuleName": "walked"},
    "cloudwatch.GetAlarmMuteRule": {"AlarmMuteRuleName": "walked"},
    "lambda.ListTags": {"Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}"},
    "lambda.CreateAlias": {"FunctionName": FUNCTION, "Name": "walked", "FunctionVersion": "41"},
    "lambda.UpdateFunctionCode": {"FunctionName": "report-builder", "ZipFile": b"PK"},
    "cloudwatch.PutMetricData": {"Namespace": "Walk", "MetricData": [{"MetricName": "walked", "Value": 1.0}]},
    "cloudwatch.PutMetricAlarm": {
        "AlarmName": "walked", "Namespace": "Walk", "MetricName": "walked", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold",
    },
    "dynamodb.GetItem": {"TableName": "sessions", "Key": {"id": {"S": "walk"}}},
    "ecs.DescribeServices": {"cluster": "shop", "services": ["shop-web"]},
    "ecs.ListServices": {"cluster": "shop"},
    "ecs.DescribeTaskDefinition": {"taskDefinition": "shop-web:117"},
    "ecs.UpdateService": {"cluster": "shop", "service": "shop-web", "desiredCount": 4},
    "events.DescribeRule": {"Name": "nightly-report"},
    "events.ListTargetsByRule": {"Rule": "nightly-report"},
    "events.DisableRule": {"Name": "nightly-report"},
    "events.EnableRule": {"Name": "nightly-report"},
    "securityhub.BatchUpdateFindings": lambda known: {
        "FindingIdentifiers": [{"Id": known("securityhub", "AwsSecurityFinding.Id"),
                                "ProductArn": known("securityhub", "AwsSecurityFinding.ProductArn")}],
        "Workflow": {"Status": "NOTIFIED"}},
    "ssm.GetParameter": {"Name": "/shop/orders/batch-size"},
    "elbv2.DescribeListeners": lambda known: {"LoadBalancerArn": known("elbv2", "LoadBalancer.LoadBalancerArn")},
    "iam.ListAccessKeys": {"UserName": "ci-deploy"},
    "iam.ListMFADevices": {"UserName": "ci-deploy"},
    "route53.GetChange": lambda known: {"Id": known("route53", "ChangeInfo.Id")},
    "wafv2.GetWebACL": lambda known: web_acl(known),
    "wafv2.GetRateBasedStatementManagedKeys": lambda known: {
        "Scope": "REGIONAL", "WebACLName": web_acl(known).get("Name"), "WebACLId": web_acl(known).get("Id"),
        "RuleName": known("wafv2", "Rule.Name")},
    "wafv2.UpdateWebACL": lambda known: {**web_acl(known), "LockToken": known("wafv2", "GetWebACLResponse.LockToken")},
    "wafv2.GetIPSet": lambda known: ip_set(known),
    "wafv2.UpdateIPSet": lambda known: {
        **ip_set(known), "LockToken": known("wafv2", "IPSetSummary.LockToken"), "Addresses": ["192.0.2.0/24"]},
}


def web_acl(known):
    """The web ACL in front of the API's stages; their ARN tells its name and id."""
    parts = known("apigateway", "Stage.webAclArn").split("/")
    return {"Scope": "REGIONAL", "Name": parts[-2], "Id": parts[-1]} if len(parts) > 2 else {}


def ip_set(known):
    """The first IP set that was listed."""
    return {"Scope": "REGIONAL", "Name": known("wafv2", "IPSetSummary.Name"), "Id": known("wafv2", "IPSetSummary.Id")}


class Walk:
    """One walk over all operations."""

    def __init__(self, models):
        self.models = models
        self.known = collections.defaultdict(list)  # (service, member name) -> values seen in answers
        self.report = {"answered": {}, "refused": {}, "unserved": [], "violations": [], "pages": {}}
        self.session = botocore.session.get_session()
        self.raw = None

    def run(self):
        """All reads twice (the second time with what the first taught), then the changes, deletions last."""
        clients = {}
        operations = []
        for path in sorted(pathlib.Path(self.models).glob("*.json")):
            client = self.client(path.stem)
            clients[path.stem] = client
            operations += [(path.stem, name) for name in json.loads(path.read_text())["operations"]]
        reads = [pair for pair in operations if not MUTATIONS.match(pair[1])]
        changes = [pair for pair in operations if MUTATIONS.match(pair[1])]
        changes.sort(key=lambda pair: bool(LATE.match(pair[1])))
        for service, name in reads + reads + changes:
            self.call(clients[service], service, name)
        for service, name in reads:
            self.paginate(clients[service], service, name)
        for key in self.report["answered"]:
            self.report["refused"].pop(key, None)
        return self.report

    def client(self, service):
        """A client that remembers the raw answer."""
        config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, inject_host_prefix=False,
                        read_timeout=30, parameter_validation=True)
        client = self.session.create_client(service, region_name=REGION, config=config)

        def remember(http_response, **_):
            self.raw = http_response

        client.meta.events.register("after-call", remember)
        return client

    def violate(self, key, what):
        """Notes a violation once."""
        text = f"{key}: {what}"
        if text not in self.report["violations"]:
            self.report["violations"].append(text)

    def call(self, client, service, name):
        """One call; harvests and walks what it answers."""
        key = f"{service}.{name}"
        if key in self.report["unserved"]:
            return
        model = client.meta.service_model.operation_model(name)
        params = self.params(key, service, model)
        self.raw = None
        try:
            answer = client._make_api_call(name, params)
        except botocore.exceptions.ClientError as error:
            self.error(key, client, model, error)
            return
        except botocore.exceptions.ParamValidationError as error:
            self.violate(key, f"this checker made no valid input: {error}")
            return
        except Exception as error:  # a parse error or a broken connection is a violation, whatever it is
            self.violate(key, f"{type(error).__name__}: {error} for {params!r}")
            return
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        if not answer["ResponseMetadata"].get("RequestId"):
            self.violate(key, "no request id")
        if status >= 300:
            self.violate(key, f"status {status}")
        self.report["answered"][key] = self.report["answered"].get(key, 0) + 1
        if model.output_shape is None:
            return
        if model.has_event_stream_output:
            self.stream(key, model, answer)
            return
        self.harvest(service, model.output_shape, answer)
        Typed(self, key).walk(model.output_shape, {k: v for k, v in answer.items() if k != "ResponseMetadata"}, "")
        Raw(self, key, client, model, self.raw).walk()

    def error(self, key, client, model, error):
        """An error must be one that the model knows, and never a fault of the service."""
        code = error.response["Error"].get("Code", "")
        message = error.response["Error"].get("Message", "")
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if "does not serve" in message or (model.http["method"] == "HEAD" and status == 501):
            self.report["unserved"].append(key)
            return
        if (status >= 500 and model.http["method"] != "HEAD") or "Internal" in code:
            self.violate(key, f"{status} {code}: {message}")
        modelled = set()
        for shape in model.error_shapes:
            modelled |= {shape.name, shape.metadata.get("error", {}).get("code")}
        if code not in modelled | COMMON_ERRORS:
            self.violate(key, f"unmodelled error {status} {code}: {message}")
        if not error.response["ResponseMetadata"].get("RequestId"):
            self.violate(key, f"error {code} without request id")
        self.report["refused"][key] = f"{code}: {message}"

    def stream(self, key, model, answer):
        """The first events of a stream."""
        name = next(n for n, s in model.output_shape.members.items() if getattr(s, "is_eventstream", False) or
                    s.serialization.get("eventstream"))
        kinds = []
        for event in answer[name]:
            for kind, payload in event.items():
                kinds.append(kind)
                shape = model.output_shape.members[name].members.get(kind)
                if shape is None:
                    self.violate(key, f"unknown event {kind}")
                else:
                    Typed(self, key).walk(shape, payload, f".{kind}")
            if len(kinds) >= 3:
                break
        answer[name].close()
        if kinds[:1] != ["sessionStart"] or "sessionUpdate" not in kinds:
            self.violate(key, f"events came as {kinds}")

    def paginate(self, client, service, name):
        """Follows a paginator to its end, with small pages, and finds no item twice."""
        key = f"{service}.{name}"
        method = botocore.xform_name(name)
        if key not in self.report["answered"] or not client.can_paginate(method):
            return
        paginator = client.get_paginator(method)
        model = client.meta.service_model.operation_model(name)
        params = self.params(key, service, model)
        limit = paginator._limit_key
        params.pop(limit, None)
        for token in paginator._input_token:
            params.pop(token, None)
        config = {}
        if limit:
            least = model.input_shape.members[limit].metadata.get("min", 1)
            config["PageSize"] = max(least, PAGES.get(key, 3))
        pages, items, seen = 0, 0, set()
        try:
            for page in paginator.paginate(**params, PaginationConfig=config):
                pages += 1
                time.sleep(PAUSES.get(key, 0))
                for result in paginator.result_keys:
                    for item in result.search(page) or []:
                        items += 1
                        identity = json.dumps(item, sort_keys=True, default=str)
                        if identity in seen and isinstance(item, (dict, str)):
                            self.violate(key, f"page {pages} repeats {identity[:120]}")
                        seen.add(identity)
                if pages > 400 or items > 20_000:
                    break  # a long log; it is honest work, not an endless loop, as long as nothing repeats
        except botocore.exceptions.ClientError as error:
            # The first page may be refused: what was learnt may be gone. Whoever began must be able to go on.
            if pages > 0 or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                self.violate(key, f"page {pages + 1}: {error}")
        except Exception as error:
            self.violate(key, f"page {pages + 1}: {type(error).__name__}: {error}")
        self.report["pages"][key] = [pages, items]

    def params(self, key, service, model):
        """The input of a call: its own, where one is written down, over what is required."""
        own = OVERRIDES.get(key, {})
        if callable(own):
            own = own(lambda owner, name: (self.known[(owner, name)] or [""])[0])
            own = {name: value for name, value in own.items() if value}
        return {**self.inputs(service, model.input_shape), **own}

    def inputs(self, service, shape, name="", depth=0):
        """Plausible inputs: what is required, filled with what is known under that name."""
        if shape is None:
            return {}
        return {member: self.input(service, shape.members[member], member, depth + 1) for member in shape.required_members}

    def input(self, service, shape, name, depth):
        """One plausible value."""
        kind = shape.type_name
        if kind == "structure":
            inner = self.inputs(service, shape, name, depth)
            for member in shape.members if not inner else []:  # an empty structure says nothing: give it two members
                if shape.members[member].type_name in ("string", "integer") and len(inner) < 2:
                    inner[member] = self.input(service, shape.members[member], member, depth + 1)
            return inner
        if kind == "list":
            count = max(1, shape.metadata.get("min", 1))
            singular = name[:-1] if name.endswith("s") else name
            return [self.input(service, shape.member, singular if name not in FIXTURE else name, depth + 1)] * min(count, 1)
        if kind == "map":
            return {self.input(service, shape.key, name, depth + 1): self.input(service, shape.value, name, depth + 1)}
        if kind in ("integer", "long"):
            return max(shape.metadata.get("min", 1), min(60, shape.metadata.get("max", 60)))
        if kind in ("float", "double"):
            return float(shape.metadata.get("min", 1))
        if kind == "boolean":
            return False
        if kind == "timestamp":
            return AGO if "tart" in name else NOW
        if kind == "blob":
            return b"{}"
        if shape.enum:
            return next((v for v in self.candidates(service, name) if v in shape.enum), shape.enum[0])
        for value in self.candidates(service, name):
            if isinstance(value, str) and self.fits(shape, value):
                return value
        for value in ("orders", f"arn:aws:iam::{ACCOUNT}:role/oncall-read", ACCOUNT, "1", "a" * shape.metadata.get("min", 1),
                      "0b7c1f5e-6a3d-4c7e-9a53-1f0a7c9b2d11"):
            if self.fits(shape, value):
                return value
        made = example_of(shape.metadata.get("pattern", "a"))
        return made if self.fits(shape, made) else "a" * max(1, shape.metadata.get("min", 1))

    def candidates(self, service, name):
        """Values seen or known under a name, those of the same service first."""
        learnt = [value for source in LEARNT.get((service, name), []) for value in self.known[(service, source)]]
        return learnt + self.known[(service, name)] + FIXTURE.get(name, []) + self.known[("*", name)]

    @staticmethod
    def fits(shape, value):
        """Whether a text keeps to the bounds."""
        if not shape.metadata.get("min", 0) <= len(value) <= shape.metadata.get("max", 10**9):
            return False
        pattern = shape.metadata.get("pattern")
        try:
            return not pattern or re.fullmatch(pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w\s"), value) is not None
        except re.error:
            return True

    def harvest(self, service, shape, value, name=""):
        """Learns the scalars of an answer under the names of their members."""
        if isinstance(value, dict) and shape.type_name == "structure":
            for member, inner in value.items():
                if member in shape.members:
                    self.harvest(service, shape.members[member], inner, member)
                    if isinstance(inner, str) and inner:
                        self.learn(service, f"{shape.name}.{member}", inner)
        elif isinstance(value, list) and shape.type_name == "list":
            for inner in value[:5]:
                self.harvest(service, shape.member, inner, name[:-1] if name.endswith("s") else name)
        elif isinstance(value, str) and value:
            self.learn(service, name, value)
            self.learn("*", name, value)

    def learn(self, owner, name, value):
        """Keeps a value under a name; the latest of a lock or a tag comes first."""
        values = self.known[(owner, name)]
        if value in values:
            return
        if name.endswith(("LockToken", "ETag")):
            values.insert(0, value)
        elif len(values) < 20:
            values.append(value)


class Typed:
    """Walks what botocore parsed: required members, enums, types."""

    TYPES = {
        "integer": int, "long": int, "float": (int, float), "double": (int, float), "boolean": bool, "string": str,
        "timestamp": datetime.datetime, "list": list, "map": dict, "structure": dict,
    }

    def __init__(self, walk, key):
        self.report, self.key = walk, key

    def walk(self, shape, value, path):
        """Violations of one value and all it holds."""
        kind = shape.type_name
        if getattr(shape, "is_document_type", False):
            return
        wanted = self.TYPES.get(kind)
        if kind == "blob":
            return
        if wanted and not isinstance(value, wanted):
            # botocore reads some documents (IAM policies) for us.
            if not (kind == "string" and isinstance(value, (dict, datetime.datetime))):
                self.report.violate(self.key, f"{path or '.'} is {type(value).__name__}, not {kind}")
            return
        if kind == "structure":
            for member in shape.required_members:
                if member not in value:
                    self.report.violate(self.key, f"{path}.{member} is required and missing")
            for member, inner in value.items():
                if member in shape.members:
                    self.walk(shape.members[member], inner, f"{path}.{member}")
        elif kind == "list":
            for inner in value:
                self.walk(shape.member, inner, f"{path}[]")
        elif kind == "map":
            for inner in value.values():
                self.walk(shape.value, inner, f"{path}{{}}")
        elif kind == "string" and shape.enum and value not in shape.enum:
            self.report.violate(self.key, f"{path} = {value!r} is no {shape.name}")


class Raw:
    """Walks the bytes on the wire: names that no shape knows, which botocore's parsers pass over in silence."""

    def __init__(self, walk, key, client, model, response):
        self.report, self.key, self.model, self.response = walk, key, model, response
        self.protocol = client.meta.service_model.resolved_protocol

    def walk(self):
        """Unknown names in the body."""
        shape, body = self.model.output_shape, self.response.content
        payload = shape.serialization.get("payload")
        if payload:
            shape = shape.members[payload]
        if not body or shape.type_name in ("blob", "string") or getattr(self.model, "has_event_stream_output", False):
            return
        if self.protocol in ("json", "rest-json"):
            self.json(shape, json.loads(body), "")
        elif self.protocol == "smithy-rpc-v2-cbor":
            parser = botocore.parsers.create_parser("smithy-rpc-v2-cbor")
            self.json(shape, parser.parse_data_item(io.BufferedReader(io.BytesIO(body))), "")
        else:
            root = ElementTree.fromstring(body)
            if self.protocol == "query":
                wrapper = shape.serialization.get("resultWrapper")
                found = [child for child in root if tag(child) == wrapper] if wrapper else [root]
                if not found:
                    self.report.violate(self.key, f"no <{wrapper}>")
                    return
                root = found[0]
            if self.model.name != "GetBucketLocation":
                self.xml(shape, root, "", top=True)

    def json(self, shape, value, path):
        """Unknown keys of a JSON or CBOR body."""
        if getattr(shape, "is_document_type", False) or value is None:
            return
        if shape.type_name == "structure":
            names = {inner.serialization.get("name", name): inner for name, inner in shape.members.items()}
            for name, inner in value.items():
                if name in names:
                    self.json(names[name], inner, f"{path}.{name}")
                elif name != "__type":
                    self.report.violate(self.key, f"unknown member {path}.{name}")
        elif shape.type_name == "list":
            for inner in value:
                self.json(shape.member, inner, f"{path}[]")
        elif shape.type_name == "map":
            for inner in value.values():
                self.json(shape.value, inner, f"{path}{{}}")

    def xml(self, shape, node, path, top=False):
        """Unknown elements of an XML body."""
        if shape.type_name == "structure":
            names = {}
            for name, inner in shape.members.items():
                flat = inner.serialization.get("flattened") and inner.type_name == "list"
                item = inner.member.serialization.get("name") if flat else None
                names[item or inner.serialization.get("name", name)] = inner
            for child in node:
                name = tag(child)
                inner = names.get(name)
                if inner is None:
                    if not (top and name in ("ResponseMetadata", "requestId", "RequestId")):
                        self.report.violate(self.key, f"unknown element {path}/{name}")
                elif inner.type_name == "list" and inner.serialization.get("flattened"):
                    self.xml(inner.member, child, f"{path}/{name}")
                elif not (inner.type_name == "map" and inner.serialization.get("flattened")):
                    self.xml(inner, child, f"{path}/{name}")
        elif shape.type_name == "list":
            wanted = shape.member.serialization.get("name", "member")
            for child in node:
                if tag(child) != wanted:
                    self.report.violate(self.key, f"unknown element {path}/{tag(child)}, wanted {wanted}")
                else:
                    self.xml(shape.member, child, f"{path}/{wanted}")
        elif shape.type_name == "map":
            for child in node:
                for inner in child:
                    if tag(inner) == shape.value.serialization.get("name", "value"):
                        self.xml(shape.value, inner, f"{path}/{tag(inner)}")


def example_of(pattern):
    """A text that a pattern takes, as short as can be; good enough for the patterns of the models."""
    def make(parsed):
        out = ""
        for op, argument in parsed:
            op = str(op)
            if op == "LITERAL":
                out += chr(argument)
            elif op == "IN":
                kind, first = argument[0]
                kind = str(kind)
                out += {"LITERAL": lambda: chr(first), "RANGE": lambda: chr(first[0]), "NEGATE": lambda: "a",
                        "CATEGORY": lambda: "1" if "DIGIT" in str(first) else "a"}[kind]()
            elif op in ("MAX_REPEAT", "MIN_REPEAT"):
                least, _, inner = argument
                out += make(inner) * least
            elif op == "SUBPATTERN":
                out += make(argument[-1])
            elif op == "BRANCH":
                out += make(argument[1][0])
            elif op in ("ANY", "CATEGORY", "NOT_LITERAL"):
                out += "a"
        return out

    try:
        return make(re._parser.parse(pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w\s")))
    except (re.error, KeyError):
        return "a"


def tag(node):
    """An element's name without its namespace."""
    return node.tag.rsplit("}", 1)[-1]


def main():
    """Walks, prints the report, and says whether all is well."""
    # S3 Control puts the account before the host, whatever the endpoint; on loopback that name must still resolve.
    resolve = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *rest, **more: resolve(
        "127.0.0.1" if isinstance(host, str) and host.endswith(".127.0.0.1") else host, *rest, **more)
    report = Walk(sys.argv[1]).run()
    json.dump(report, sys.stdout, indent=1, sort_keys=True, default=str)
    print()
    return 1 if report["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
