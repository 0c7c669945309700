"""Fixes of Posse's own checks that follow no data: offered only where they are right."""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.fixes.apply import fixes
from posse_checks.incremental.document import Document

CATALOGUE = Catalogue([rule for rule in all_rules().values() if rule.is_own])
IMPORTS = "import random, uuid\nimport numpy as np\nfrom django.views.decorators.csrf import csrf_exempt\n"
FIXES = {
    "a shuffled token": ("random.shuffle(token)", "secrets.SystemRandom().shuffle(token)"),
    "bytes": ("key = {'api_key': np.random.bytes(8)}", "secrets.token_bytes(8)"),
    "a UUID": ("token = uuid.uuid1()", "token = uuid.uuid4()"),
    "a UUID of a node": ("token = uuid.uuid1(node=1)", None),
    "a distribution": ("token = random.gauss(0, 1)", None),
    "an array": ("token = np.random.bytes(n, x)", None),
    "another random": ("def f(random):\n    random.shuffle(token)", None),
    "an exempt view": ("@csrf_exempt\ndef view(request): ...", "@django.views.decorators.csrf.csrf_protect\ndef view"),
    "an exempt class": ("@csrf.exempt\nclass View: ...", None),
    "an exempt call": ("csrf.exempt(view)", None),
    "a setting": ("WTF_CSRF_ENABLED = False", "WTF_CSRF_ENABLED = True"),
    "a setting of tests": ("import pytest\ndef app():\n    app.config['WTF_CSRF_ENABLED'] = False", None),
    "a keyword": ("form = Form(csrf_enabled=False)", "form = Form(csrf_enabled=True)"),
    "an entry": ("app.config.update({'WTF_CSRF_ENABLED': False})", None),
}


@pytest.mark.parametrize(("code", "written"), FIXES.values(), ids=FIXES)
def test_a_fix_is_offered_where_it_is_right(code: str, written: str | None) -> None:
    document = Document.opened(f"{IMPORTS}{code}\n", CATALOGUE)
    after = [
        str(document.replaced(fix.replacements).text) for each in document.findings() for fix in fixes(document, each)
    ]
    for text in after:
        compile(text, "fixed", "exec")
    assert [written is not None and written in text for text in after] == [True] * (written is not None)
