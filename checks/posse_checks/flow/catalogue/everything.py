"""The whole catalogue."""

from __future__ import annotations

from posse_checks.flow.catalogue import (
    aiohttp,
    aws_lambda,
    bottle,
    databases,
    directories,
    django,
    flask,
    http_clients,
    markup,
    quart,
    sanic,
    serialization,
    standard_execution,
    standard_files,
    standard_network,
    standard_text,
    starlette,
    templates,
    tornado,
)
from posse_checks.flow.catalogue.table import Catalogue

_MODULES = (
    aiohttp,
    aws_lambda,
    bottle,
    databases,
    directories,
    django,
    flask,
    http_clients,
    markup,
    quart,
    sanic,
    serialization,
    standard_execution,
    standard_files,
    standard_network,
    standard_text,
    starlette,
    templates,
    tornado,
)
CATALOGUE = Catalogue.of([row for module in _MODULES for row in module.ROWS])
