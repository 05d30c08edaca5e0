"""One request a line on stdin, one answer a line on stdout: an AWS account in memory, that checks what it is sent.

A request is {"service", "operation", "parameters", "check"}; with check nothing is sent, for what the simulator does not have. An answer is {"result"} or {"error"}. Parameters are checked first against the
service's own model: names, types and required ones by botocore, and its enums, patterns and lengths here, which botocore leaves to AWS.
"""

import json
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.validate import ParamValidator
from moto import mock_aws


def findings(value, shape, path):
    """What the model forbids, deep in a value."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        for key, child in value.items():
            if key in shape.members:
                yield from findings(child, shape.members[key], f"{path}.{key}")
    elif kind == "list" and isinstance(value, list):
        for index, child in enumerate(value):
            yield from findings(child, shape.member, f"{path}[{index}]")
    elif kind == "map" and isinstance(value, dict):
        for key, child in value.items():
            yield from findings(child, shape.value, f"{path}.{key}")
    elif kind == "string" and isinstance(value, str):
        allowed = shape.metadata.get("enum")
        if allowed and value not in allowed:
            yield f"{path}: {value} is none of {', '.join(allowed)}"
        pattern = shape.metadata.get("pattern")
        try:
            if pattern and not re.search(pattern, value):
                yield f"{path}: {value} does not fit {pattern}"
        except re.error:
            pass  # Written for another language's regular expressions.
        longest = shape.metadata.get("max")
        if longest is not None and len(value) > longest:
            yield f"{path}: longer than {longest}"


def answer(request, clients):
    service, operation = request["service"], request["operation"]
    if service not in clients:
        clients[service] = boto3.client(
            service, region_name=request["region"], config=Config(retries={"max_attempts": 0})
        )
    client = clients[service]
    parameters = request["parameters"]
    model = client.meta.service_model.operation_model(operation)
    wrong = list(findings(parameters, model.input_shape, operation)) if model.input_shape else []
    if wrong:
        return {"error": "; ".join(wrong)}
    if request["check"]:
        report = ParamValidator().validate(parameters, model.input_shape).generate_report()
        return {"error": report} if report else {"result": {}}
    method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == operation)
    try:
        result = getattr(client, method)(**parameters)
    except (ClientError, ParamValidationError) as error:
        return {"error": str(error)}
    result.pop("ResponseMetadata", None)
    return {"result": result}


@mock_aws
def main():
    clients = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            said = answer(request, clients)
        except Exception as error:  # The simulator's own fault: told as one, and the next request is served.
            said = {"error": f"simulator: {type(error).__name__}: {error}"}
        print(json.dumps({"id": request["id"], **said}, default=str), flush=True)


main()
