"""Prints the man page of `posse`, the same whenever it is written.

python packaging/man_page.py > posse.1
"""

from __future__ import annotations

import re
import sys

from build_manpages.manpage import Manpage

from posse_server.cli import COMMANDS, parser_for


def man_page() -> str:
    """Returns the page."""
    parser = parser_for(COMMANDS)
    parser.man_short_description = "security findings in Python code, in the editor and in CI"  # type: ignore[attr-defined]
    page = str(Manpage(parser, format="single-commands-section"))
    page = re.sub(r"^\.TH .*$", '.TH POSSE 1 "" "Posse" "User Commands"', page, count=1, flags=re.MULTILINE)
    return re.sub(r"^\.(?=[a-z]{3,}|\w*,)", r"\\&.", page, flags=re.MULTILINE)  # a text such as `.git` is no macro


if __name__ == "__main__":
    sys.stdout.write(man_page())
