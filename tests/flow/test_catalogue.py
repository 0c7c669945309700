"""Every row of the catalogue has an example: reported with data from outside, not with a constant."""

from __future__ import annotations

import ast
import re

import pytest

from posse_checks.flow import kinds
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.catalogue.rows import Passer, Sanitizer, Sink, Source
from posse_checks.flow.lower import lower
from posse_checks.flow.module import flows_of
from posse_checks.flow.values import OUTSIDE

PLACEHOLDER = re.compile(r"\bX\b")
SOURCES = [row for row in CATALOGUE.rows if isinstance(row, Source) and row.example]
SINKS = [row for row in CATALOGUE.rows if isinstance(row, Sink) and row.example and not row.is_evidence]
SANITIZERS = [row for row in CATALOGUE.rows if isinstance(row, Sanitizer)]
PASSERS = [row for row in CATALOGUE.rows if isinstance(row, Passer)]
SINK_OF = {
    kinds.SQL: "sqlite3.connect('x').execute({})", kinds.COMMAND: "os.system({})", kinds.CODE: "eval({})",
    kinds.TEMPLATE: "flask.render_template_string({})", kinds.PATH: "open({})", kinds.XSS: "markupsafe.Markup({})",
    kinds.REDIRECT: "flask.redirect({})", kinds.SSRF: "requests.get({})", kinds.DESERIALIZATION: "pickle.loads({})",
    kinds.XPATH: "lxml.etree.XPath({})", kinds.LDAP: "ldap3.Connection().search('x', {})",
    kinds.XXE: "lxml.etree.fromstring({})", kinds.HEADER: "flask.Response(headers={{'X-A': {}}})",
    kinds.LOG: "logging.info({})",
}  # fmt: skip


def program(expression: str) -> str:
    """The expression in a view, with imports of every package that it names."""
    names = set(re.findall(r"[A-Za-z_][\w.]*(?=\.)", expression)) | {"flask"}
    dotted = {".".join(name.split(".")[:count]) for name in names for count in range(1, name.count(".") + 2)}
    imports = "".join(f"import {name}\n" for name in sorted(dotted) if not name[:1].isupper() and "__" not in name)
    return (
        f"{imports}app = flask.Flask('x')\n@app.get('/a/<int:number>')\ndef view(number):\n    value = {expression}\n"
    )


def kinds_found(expression: str, level: int = OUTSIDE) -> set[int]:
    tree = ast.parse(program(expression))
    return {flow.kind for flow in flows_of(lower(tree.body), CATALOGUE).flows if flow.level >= level}


@pytest.mark.parametrize("row", SINKS, ids=lambda row: f"{row.name}-{kinds.NAMES[row.kind]}")
def test_sink_reports_data_of_others_only(row: Sink) -> None:
    assert row.kind in kinds_found(PLACEHOLDER.sub("flask.request.args['x']", row.example))
    assert not kinds_found(PLACEHOLDER.sub("'x'", row.example))


@pytest.mark.parametrize("row", SOURCES, ids=lambda row: row.name)
def test_source_is_reported_where_it_reaches_a_sink(row: Source) -> None:
    assert kinds.COMMAND in kinds_found(f"os.system({row.example})", row.level)


@pytest.mark.parametrize("row", SANITIZERS, ids=lambda row: row.name)
def test_sanitizer_cleans_for_its_kinds_and_no_other(row: Sanitizer) -> None:
    cleaned = PLACEHOLDER.sub("flask.request.args['x']", row.example)
    for kind, sink in SINK_OF.items():
        found = kind in kinds_found(sink.format(cleaned))
        assert found != bool(row.clean & kind), kinds.NAMES[kind]


@pytest.mark.parametrize("row", PASSERS, ids=lambda row: row.name)
def test_passer_hands_on_what_is_true_of_its_argument(row: Passer) -> None:
    assert kinds.COMMAND in kinds_found(f"os.system({PLACEHOLDER.sub('flask.request.args[0]', row.example)})")
    assert not kinds_found(f"os.system({PLACEHOLDER.sub('str(1)', row.example)})")


def test_every_sink_that_is_reported_has_an_example_or_needs_a_handler() -> None:
    without = {row.name for row in CATALOGUE.rows if isinstance(row, Sink) and not row.example and not row.is_evidence}
    assert all(name.startswith(("tornado.Handler.", "xml.sax.Parser.", "xml.dom.")) for name in without)


@pytest.mark.parametrize("row", [row for row in SINKS if row.receivers], ids=lambda row: row.name)
def test_method_of_anything_else_is_no_sink(row: Sink) -> None:
    method = row.example.rpartition(".")[2]
    assert not kinds_found(PLACEHOLDER.sub("flask.request.args['x']", f"thing.{method}"))
