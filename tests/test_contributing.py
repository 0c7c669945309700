"""CONTRIBUTING.md keeps its word: one new file is a new check, with nothing else touched."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"
SCRIPT = """
import sys
from posse_checks import rules
rules.__path__.append(sys.argv[1])
from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.config.configuration import Configuration
from posse_checks.incremental.document import Document
from posse_checks.rule.documentation import BAD, GOOD, documentation_of
rule = all_rules()["B690"]
documentation = documentation_of(rule.docstring)
(bad,), (good,) = documentation.examples(BAD), documentation.examples(GOOD)
catalogue = Catalogue(Configuration().rules_for("./a.py"))
for source in (bad.code, good.code, bad.code.replace("plain=True)", "plain=True)  # nosec plain_telemetry")):
    print([(finding.rule.id, finding.message) for finding in Document.opened(source, catalogue).findings()])
"""


def test_example_of_a_check_is_a_check(tmp_path: Path) -> None:
    (module,) = re.findall(r"^```python\n(.*?)^```", CONTRIBUTING.read_text(), flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "b690_plain_telemetry.py").write_text(module)
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout
    assert result.splitlines() == ["[('B690', 'Telemetry is sent unencrypted.')]", "[]", "[]"]
