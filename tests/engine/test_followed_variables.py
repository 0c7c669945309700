"""B703, the only rule that follows variables: it treats each way of binding one as Bandit does."""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.incremental.document import Document
from tests.oracle import bandit_rows, difference, posse_rows

HEAD = "from django.utils.safestring import mark_safe\n"
CATALOGUE = Catalogue([all_rules()["B703"]])
VALUES = [
    "'x'",
    "a",
    "str(a)",
    "'%s' % a",
    "'%s' % 'b'",
    "'{}'.format(a)",
    "'{}'.format('b')",
    "'x' + a",
    "None",
    "f'{a}'",
]
BODIES = [
    "b = {}\n    mark_safe(b)",
    "b = 'x'\n    b = {}\n    mark_safe(b)",
    "b = {}\n    b = 'x'\n    mark_safe(b)",
    "if a:\n        b = {}\n    else:\n        b = 'y'\n    mark_safe(b)",
    "if a:\n        pass\n    elif c:\n        b = {}\n    mark_safe(b)",
    "b = 'x'\n    b += {}\n    mark_safe(b)",
    "for b in [{}]:\n        mark_safe(b)",
    "while a:\n        b = {}\n    else:\n        b = 'y'\n    mark_safe(b)",
    "try:\n        b = {}\n    except E:\n        b = 'y'\n    finally:\n        pass\n    mark_safe(b)",
    "with a as b:\n        c = {}\n    mark_safe(b)",
    "with open({}) as b:\n        mark_safe(b)",
    "b, c = {}, 'y'\n    mark_safe(b)",
    "b, c = a, {}\n    mark_safe(b)",
    "(b, c) = ('x', {})\n    mark_safe(c)",
    "b = c = {}\n    mark_safe(b)",
    "mark_safe({})",
    "mark_safe('%s %s' % (a, {}))",
    "mark_safe('{{}} {{}}'.format('x', {}))",
    "mark_safe('{{}}'.format(*[{}]))",
    "mark_safe('%s' % b)\n    b = {}",
    "b = {}\n    c = b\n    mark_safe(c)",
    "def b(): return {}\n    mark_safe(b)",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("function", ["def f(a):", "def f(b='x', *c, **d):", "class C:"])
def test_a_value_is_judged_as_by_bandit(function: str, body: str, value: str) -> None:
    source = f"{HEAD}{function}\n    {body.format(value)}\n"
    posse = posse_rows(Document.opened(source, CATALOGUE).findings())
    assert not difference(bandit_rows(source, only=["B703"]), posse, source)
