# Fills an empty server: a function with two published versions, an alias, a log group with lines, and metrics.
import io
import time
import zipfile

trust = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
role = client("iam").create_role(RoleName="orders-lambda", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


def package(text):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("index.py", text)
    return data.getvalue()


functions = client("lambda")
name = {"FunctionName": "orders-writer"}
functions.create_function(
    **name, Runtime="python3.12", Role=role, Handler="index.handler", MemorySize=256, Timeout=7,
    Code={"ZipFile": package("def handler(event, context): return 1")},
)
assert functions.publish_version(**name, Description="works")["Version"] == "1"
functions.update_function_code(**name, ZipFile=package("def handler(event, context): return event['total']"))
assert functions.publish_version(**name, Description="fails")["Version"] == "2"
functions.create_alias(**name, Name="live", FunctionVersion="2", Description="what callers use")
for _ in range(100):
    states = [version.get("State") for version in functions.list_versions_by_function(**name)["Versions"]]
    if states == ["Active"] * 3:
        break
    time.sleep(0.1)

logs = client("logs")
place = {"logGroupName": "/aws/lambda/orders-writer", "logStreamName": "2026/11/22/[2]0f1e"}
logs.create_log_group(logGroupName=place["logGroupName"])
logs.create_log_stream(**place)
now = int(time.time() * 1000)
lines = ["START RequestId: 1 Version: 2", "ERROR total is undefined \u2713", "END RequestId: 1"]
logs.put_log_events(**place, logEvents=[{"timestamp": now - 3000 + n, "message": line} for n, line in enumerate(lines)])


def count(metric, value, **dimensions):
    return {
        "MetricName": metric, "Value": value, "Timestamp": now / 1000 - 120,
        "Dimensions": [{"Name": key, "Value": of} for key, of in dimensions.items()],
    }


client("cloudwatch").put_metric_data(
    Namespace="AWS/Lambda",
    MetricData=[
        count("Invocations", 30, FunctionName="orders-writer"),
        count("Invocations", 30, FunctionName="orders-writer", Resource="orders-writer:live"),
        count("Errors", 10, FunctionName="orders-writer"),
    ],
)
