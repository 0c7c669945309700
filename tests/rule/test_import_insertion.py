"""Position of an inserted import: among those of its kind, in order, below what must stay first."""

from __future__ import annotations

import pytest

from posse_checks.rule import UnfixableError
from posse_checks.rule.import_insertion import import_added
from tests.rule.marked import edited, marked


@pytest.mark.parametrize(
    ("text", "standard", "other"),
    [
        ("here()\n", "import os\n\nhere()\n", "import yaml\n\nhere()\n"),
        ("here()", "import os\n\nhere()", "import yaml\n\nhere()"),
        ("import sys\nhere()\n", "import os\nimport sys\nhere()\n", "import sys\n\nimport yaml\nhere()\n"),
        ("import abc\nhere()\n", "import abc\nimport os\nhere()\n", "import abc\n\nimport yaml\nhere()\n"),
        (
            "import abc, sys\n\nimport requests\n\nhere()\n",
            "import abc, sys\nimport os\n\nimport requests\n\nhere()\n",
            "import abc, sys\n\nimport requests\nimport yaml\n\nhere()\n",
        ),
        (
            "import requests\n\nhere()\n",
            "import os\n\nimport requests\n\nhere()\n",
            "import requests\nimport yaml\n\nhere()\n",
        ),
        (
            "from . import a\nhere()\n",
            "import os\n\nfrom . import a\nhere()\n",
            "import yaml\nfrom . import a\nhere()\n",
        ),
        (
            "from __future__ import annotations\nhere()\n",
            "from __future__ import annotations\n\nimport os\n\nhere()\n",
            "from __future__ import annotations\n\nimport yaml\n\nhere()\n",
        ),
        (
            "#!/usr/bin/python\n# coding: utf-8\nhere()\n",
            "#!/usr/bin/python\n# coding: utf-8\n\nimport os\n\nhere()\n",
            "#!/usr/bin/python\n# coding: utf-8\n\nimport yaml\n\nhere()\n",
        ),
        ("# note\nhere()\n", "import os\n\n# note\nhere()\n", "import yaml\n\n# note\nhere()\n"),
        ('"""Doc."""\nhere()\n', '"""Doc."""\n\nimport os\n\nhere()\n', '"""Doc."""\n\nimport yaml\n\nhere()\n'),
        (
            '# License\n\n"""Doc."""\nimport sys\nhere()\n',
            '# License\n\n"""Doc."""\nimport os\nimport sys\nhere()\n',
            '# License\n\n"""Doc."""\nimport sys\n\nimport yaml\nhere()\n',
        ),
        (
            "import sys\r\nhere()\r\n",
            "import os\r\nimport sys\r\nhere()\r\n",
            "import sys\r\n\r\nimport yaml\r\nhere()\r\n",
        ),
        (
            "import sys\nx = 1\nimport abc\nhere()\n",
            "import os\nimport sys\nx = 1\nimport abc\nhere()\n",
            "import sys\n\nimport yaml\nx = 1\nimport abc\nhere()\n",
        ),
    ],
)
def test_where_an_import_goes(text: str, standard: str, other: str) -> None:
    source = marked(text).source
    assert edited(text, [import_added(source, "os")]) == standard
    assert edited(text, [import_added(source, "yaml")]) == other


def test_no_import_goes_into_the_line_of_a_docstring() -> None:
    with pytest.raises(UnfixableError, match="docstring"):
        import_added(marked("'''Doc.'''; here()\n").source, "os")
