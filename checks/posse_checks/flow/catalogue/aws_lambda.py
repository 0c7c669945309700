"""AWS Lambda: the events of its functions are parameters; here is what Powertools and Chalice make of them."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import request_rows
from posse_checks.flow.catalogue.rows import Maker, Row

_RESOLVERS = ("APIGatewayRestResolver", "APIGatewayHttpResolver", "ALBResolver", "LambdaFunctionUrlResolver")
_POWERTOOLS = "aws_lambda_powertools.event_handler"
ROWS: tuple[Row, ...] = (
    *[
        Maker(f"{module}.{name}", "aws_lambda_powertools.App")
        for module in (_POWERTOOLS, f"{_POWERTOOLS}.api_gateway")
        for name in (*_RESOLVERS, "VPCLatticeResolver", "VPCLatticeV2Resolver", "BedrockAgentResolver", "Router")
    ],
    Maker("aws_lambda_powertools.App.current_event", "aws.Event"),
    *request_rows(
        "aws.Event",
        f"{_POWERTOOLS}.APIGatewayRestResolver().current_event",
        (
            *("body", "decoded_body", "json_body", "headers", "query_string_parameters", "path_parameters"),
            *("get_query_string_value", "get_multi_value_query_string_values", "get_header_value"),
            *("multi_value_query_string_parameters", "multi_value_headers", "cookies", "raw_query_string"),
        ),
        "app.current_event",
    ),
    Maker("chalice.Chalice", "chalice.Chalice"),
    Maker("chalice.Blueprint", "chalice.Chalice"),
    Maker("chalice.Chalice.current_request", "chalice.Request"),
    Maker("chalice.Request.method", "str"),
    *request_rows(
        "chalice.Request",
        "chalice.Chalice().current_request",
        ("query_params", "headers", "json_body", "raw_body", "uri_params", "to_dict", "to_original_event"),
        "app.current_request",
    ),
)
