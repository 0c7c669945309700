"""Texts of any size that are hard on an engine: many of everything, nothing closed, all on one line, all nested."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Text = Callable[[int], str]


def repeated(unit: str, before: str = "", behind: str = "") -> Text:
    """A number of repetitions."""
    return lambda size: before + unit * size + behind


def nested(size: int) -> str:
    """Nested blocks; the text grows with the square of their number."""
    depth = int(size**0.5) + 1
    return "".join(f"{' ' * level}if a:\n" for level in range(depth)) + " " * depth + "pass\nexec(x)\n"


def unfinished(size: int) -> str:
    """Nested blocks, each with an unfinished line."""
    depth = int(size**0.5) + 1
    return "".join(f"{' ' * level}def f(a):\n{' ' * level} x = (\n" for level in range(depth)) + "exec(x)\n"


LINES: Mapping[str, Text] = {
    "imports": lambda size: "".join(f"import a{n} as b{n}\nb{n}.c()\n" for n in range(size)),
    "imports in a function": lambda size: (
        "def f():\n" + "".join(f" import a{n} as b{n}\n b{n}.c()\n" for n in range(size))
    ),
    "statements": repeated("exec(a)\n"),
    "comments": repeated("# nosec\n"),
    "comments that name much": repeated("exec(a)  # nosec B101, B102,B103 a_b, B999\n"),
    "blank lines": repeated("\n"),
    "form feeds": repeated("\f\n"),
    "ignores that name much": repeated("a.verify = b  # posse: ignore[P101, P203,B101, a_b]\n", "import requests\n"),
    "ignores that name nothing": repeated("a.verify = False  # posse: ignore\n", "import requests\n"),
    "ignored items": repeated(" a(verify_ssl=False),  # posse: ignore[P101]\n", "import requests\nx = [\n", "]\n"),
    "lone returns": repeated("exec(a)  # nosec\r"),
    "decorators": repeated("@a\n"),
    "decorators of one": repeated("@exec(a)\n", behind="def f(): pass\n"),
    "if in a row": repeated("if a: exec(b)\n"),
    "arms": repeated("elif a:\n exec(b)\n", "if a:\n pass\n"),
    "broken arms": repeated("elif a:\n exec(b\n", "if a:\n pass\n"),
    "arms without a beginning": repeated("elif a:\n exec(b)\n"),
    "cases": repeated(" case 1:\n  exec(b)\n", "match a:\n"),
    "broken cases": repeated(" case 1:\n  exec(b\n", "match a:\n"),
    "exceptions": repeated("except A:\n exec(b)\n", "try:\n pass\n"),
    "tries": repeated("try:\n pass\nexcept: pass\n"),
    "open heads": repeated("if a:\n"),
    "open functions": repeated("def f(a\n"),
    "open classes": repeated("class A(\n x = 1\n"),
    "open brackets": repeated("(\n"),
    "open calls": repeated("x = a(\n"),
    "open calls in a row": repeated("exec(a,\n"),
    "closing brackets": repeated(")\n"),
    "brackets over lines": repeated(" exec(a),\n", "x = [\n", "]\n"),
    "commented items": repeated(" exec(a),  # nosec\n", "x = [\n", "]\n"),
    "broken items": repeated(" exec(a) b,\n", "x = [\n", "]\n"),
    "open strings": repeated("x = '''\n"),
    "two kinds of strings": repeated("x = '''\ny = \"\"\"\n"),
    "escaped quotes": repeated('x = \\"""\n'),
    "strings that go on": repeated('x = " \\\n'),
    "strings that meet": repeated('x = " """ """\n'),
    "half strings": repeated("x = '\n"),
    "backslashes": repeated("\\\n"),
    "statements that go on": repeated("x = 1 + \\\n"),
    "broken statements": repeated("x = = 1\n"),
    "broken blocks": repeated("if a:\n x = = 1\n"),
    "broken functions": repeated("def f():\n  if a:\n    x = (\n  else:\n    exec(x)\n"),
    "colons": repeated(":\n"),
    "words": repeated("a b c\n"),
    "commas": repeated(",\n"),
    "dedents": repeated("  a\n a\n"),
    "staircases": repeated("if a:\n  if b:\n    exec(c)\n  x\n y\n"),
    "a long class": repeated("    def m(self):\n        assert self\n", "class A:\n"),
    "a long broken class": repeated("    def m(self):\n        assert self\n", "class A:\n  x = (\n"),
    "a long string": repeated("select from update\n", "x = '''", "''' % a\n"),
    "nested": nested,
    "unfinished": unfinished,
    "characters that tell": repeated("x = '\u202e'\n"),
}
"""Many lines."""
LINE: Mapping[str, Text] = {
    "spaces": repeated(" ", "y = 1\n", "x"),
    "spaces at the end": repeated(" ", "exec(a)"),
    "backslashes": repeated("\\", "x = '"),
    "brackets": repeated("("),
    "pairs": repeated("()"),
    "quotes": repeated("'"),
    "double quotes": repeated('"'),
    "hashes": repeated("#"),
    "colons": repeated(":"),
    "commas": repeated(",", "x = [", "]"),
    "semicolons": repeated("exec(a);"),
    "equal signs": repeated("a = ", behind="1"),
    "question marks": repeated("? "),
    "percent signs": repeated("%"),
    "equal signs and magic": repeated("= ", "x ", "%"),
    "nosec": repeated("# nosec "),
    "nosec and commas": repeated("B101,", "exec(a)  # nosec "),
    "nosec and blanks": repeated("B101 ", "exec(a)  # nosec "),
    "unknown IDs": repeated("B999, ", "exec(a)  # nosec "),
    "unknown names": repeated("exec_use, ", "exec(a)  # nosec "),
    "ignores": repeated("# posse: ignore "),
    "ignores with lists": repeated("# posse: ignore[P101] "),
    "ignored IDs": repeated("P101, ", "exec(a)  # posse: ignore[", "]"),
    "ignored IDs without an end": repeated("P101, ", "exec(a)  # posse: ignore["),
    "ignored IDs of Bandit": repeated("B101, ", "exec(a)  # posse: ignore[", "] # nosec B102"),
    "ignored names": repeated("sql_flwo, ", "exec(a)  # posse: ignore[", "]"),
    "own IDs in nosec": repeated("P101, ", "exec(a)  # nosec "),
    "form feeds": repeated("\f", behind="exec(a)"),
    "null characters": repeated("\0", "x = '", "'"),
    "surrogates": repeated("\ud800", "x = '", "'"),
    "byte order marks": repeated("\ufeff"),
    "astral characters": repeated("𝛼", "exec('", "')"),
    "findings": repeated("exec(a), ", "x = [", "]"),
    "findings behind astral characters": repeated("exec('𝛼'), ", "x = [", "]"),
    "sums": repeated("1 + ", "x = ", "1"),
    "sums of strings": repeated("'select ' + ", "x = ", "a"),
    "sums of statements": repeated("'select a from b' + ", "x = ", "a"),
    "attributes": repeated(".a", "x = a"),
    "attributes called": repeated(".a()", "x = a"),
    "items": repeated("[0]", "x = a"),
    "comparisons": repeated(" < a", "x = a"),
    "alternatives": repeated(" or exec(a)", "x = a"),
    "negations": repeated("not ", "x = ", "a"),
    "signs": repeated("-", "x = ", "1"),
    "lambdas": repeated("lambda: ", "x = ", "exec(a)"),
    "conditions": repeated("a if b else ", "x = ", "exec(a)"),
    "strings in a row": repeated("'a' ", "x = "),
    "formatted strings": repeated("f'{a}' ", "x = "),
    "fields": repeated("{exec(a)}", "x = f'", "'"),
    "select": repeated("select ", "x = '", "' % a"),
    "update": repeated("update ", "x = f'", "{a}'"),
    "insert": repeated("insert  into ", "x = '", "'.format(a)"),
    "delete": repeated("delete  ", "x = '", "'.format(a)"),
    "arguments": repeated("a, ", "exec(", ")"),
    "keywords": lambda size: "exec(" + "".join(f"a{n}=b, " for n in range(size)) + ")",
    "targets": repeated("a = ", behind="exec(b)"),
    "names imported": lambda size: "from a import " + ", ".join(f"b{n}" for n in range(size + 1)),
    "letters": repeated("a"),
    "digits": repeated("1", "x = "),
}
"""One long line."""
