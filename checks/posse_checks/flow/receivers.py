"""Evidence about the receiver of a method, if its type is unknown.

Many libraries have an `execute` or a `save`. A method that only its last name tells is a sink where the name of its
receiver, the function that made it, where it comes from, or the argument says that it is the method meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.rows import DATABASE, QUERY_SET, REMOTE_SHELL, UPLOAD, Sink
from posse_checks.flow.machine import Machine
from posse_checks.flow.site import CallSite
from posse_checks.flow.state import State, beginning
from posse_checks.flow.values import UNKNOWN, Value

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_WORDS = {
    DATABASE: re.compile(
        r"c|cn|con|conns?|connect|connections?|cnx|cr|crsr|cur|curs|cursor|databases?|db|dbc|dbh|engine|mariadb|mysql"
        r"|oracle|pg|pool|postgres|postgresql|session|sess|sql|sqlite|tx|txn|transaction"
    ),
    QUERY_SET: re.compile(r"objects|querysets?|qs"),
    UPLOAD: re.compile(
        r"attachment|avatar|doc|document|f|files?|im|image|img|logo|photo|picture|thumb|thumbnail|uploaded|uploads?|video"
        r"|workbook|wb"
    ),
    REMOTE_SHELL: re.compile(r"chan|channel|client|host|remote|shell|ssh|sshclient|transport"),
}
"""Words in the names of receivers, by the kind of receiver."""
_WEAK = re.compile(r"c|engine|pool|session|sess|tx|txn|transaction")
"""Words that stand for a database only where no other word says what the thing is."""
_NEUTRAL = re.compile(
    r"async|sync|local|scoped|get|make|create|new|open|current|my|main|read|write|the|self|begin|start"
)
"""Words that say nothing of what the thing is."""
_OTHER = re.compile(
    r"ssh|http|https|ws|redis|amqp|mq|rabbit|rabbitmq|kafka|ldap|socket|smtp|imap|ftp|graph|graphql|gql|neo|cypher"
    r"|elastic|search|mongo|shell|remote|rpc|grpc|user|client|workflow|rule|template|policy"
)
"""Words of connections and sessions that speak no SQL."""
_QUERY_LANGUAGES = frozenset({"gql", "graphene", "graphql", "strawberry", "ariadne", "tartiflette", "neo4j"})
"""Packages whose sessions have an `execute`, too."""
_STATEMENT = re.compile(
    r"\s*(?:select|insert|update|delete|replace|with|create|drop|alter|truncate|merge|call|exec|grant|pragma|begin|set"
    r"|show|explain|values|copy|lock|use|vacuum|analyze)\s",
    re.IGNORECASE,
)
_FILES = re.compile(r"\bfiles?\b", re.IGNORECASE)


def is_evident(machine: Machine, site: CallSite, sink: Sink) -> bool:
    """Whether there is evidence that a method of an unknown receiver is the one that a row means."""
    wanted = sink.receivers
    if not wanted or site.receiver is None:
        return True
    function = site.operation.function
    assert isinstance(function, ops.Attribute)
    names = list(_names(function.value))
    if wanted == DATABASE:
        is_named = bool(names) and _is_database(names[0], machine.frameworks)
        return is_named or any(_STATEMENT.match(beginning(value)) for value in site.arguments.every())
    if wanted == UPLOAD and any(_FILES.search(taint.steps[0].what) for taint in site.receiver.taints if taint.steps):
        return True
    return _is_any(names, wanted)


def without_claim(value: Value, state: State) -> Value:
    """Ignores an unknown value unless it is evident that it does harm."""
    taints = state.contents(value)
    return Value(tuple([taint._replace(level=UNKNOWN, steps=()) for taint in taints]), value.constant)


def _is_database(name: str, packages: frozenset[str]) -> bool:
    """Whether a name is that of a database, a connection to one or a cursor."""
    words = [word.lower() for word in _WORD.findall(name)]
    if any(map(_OTHER.fullmatch, words)):
        return False
    found = [word for word in words if _WORDS[DATABASE].fullmatch(word)]
    if all(map(_WEAK.fullmatch, found)):
        others = [word for word in words if not _NEUTRAL.fullmatch(word)]
        return 0 < len(found) == len(others) and packages.isdisjoint(_QUERY_LANGUAGES)
    return True


def _is_any(names: list[str], wanted: str) -> bool:
    return any(_WORDS[wanted].fullmatch(word.lower()) for name in names for word in _WORD.findall(name))


def _names(operation: ops.Expression) -> Iterator[str]:
    """The names in an expression, the last one first."""
    while True:
        if isinstance(operation, ops.Name):
            yield operation.id
            return
        if isinstance(operation, ops.Attribute):
            yield operation.name
            operation = operation.value
        elif isinstance(operation, ops.Call):
            operation = operation.function
        elif isinstance(operation, ops.Subscript):
            operation = operation.value
        else:
            return
