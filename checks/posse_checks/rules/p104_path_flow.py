"""Data from outside that decides which file is opened.

With `../../etc/passwd`, or with an absolute path, the sender of the request can read or overwrite files outside the
intended folder. Joining a folder and a name does not help: `os.path.join("/srv", "/etc/passwd")` is `/etc/passwd`.

## Bad

    from flask import Flask, request

    app = Flask(__name__)

    @app.get("/report")
    def report():
        name = request.args["name"]
        with open("/srv/reports/" + name) as file:
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Path traversal: `request.args` reaches `open()` as a part of the
            text = file.read()
        return {"text": text}

## Fixed

Use a safe file name (secure_filename) (review):

    import werkzeug.utils
    from flask import Flask, request

    app = Flask(__name__)

    @app.get("/report")
    def report():
        name = request.args["name"]
        with open("/srv/reports/" + werkzeug.utils.secure_filename(name)) as file:
            text = file.read()
        return {"text": text}

## Good

    import os
    from flask import Flask, request
    from werkzeug.utils import secure_filename

    app = Flask(__name__)

    @app.get("/report")
    def report():
        name = secure_filename(request.args["name"])
        with open(os.path.join("/srv/reports", name)) as file:
            text = file.read()
        return {"text": text}


    from pathlib import Path
    from flask import Flask, abort, request

    app = Flask(__name__)
    REPORTS = Path("/srv/reports").resolve()

    @app.get("/report")
    def report():
        path = (REPORTS / request.args["name"]).resolve()
        if not path.is_relative_to(REPORTS):
            abort(404)
        return {"text": path.read_text()}

`secure_filename` can return an empty name, and the same name for two different ones.

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://owasp.org/www-community/attacks/Path_Traversal
- https://werkzeug.palletsprojects.com/en/stable/utils/#werkzeug.utils.secure_filename
- https://docs.python.org/3/library/pathlib.html#pathlib.PurePath.is_relative_to
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Flow, Source, rule
from posse_checks.rules._shared.built_text import Built, built, rewrites, rewritten
from posse_checks.rules._shared.request_values import as_text, is_sent


@rule("P104", "path_flow", MEDIUM, HIGH, Cwe.PATH_TRAVERSAL)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in a path."""
    yield flow.finding(f"Path traversal: {flow.source} reaches {flow.sink} as a part of the path.")


@check.fix("Use a safe file name (secure_filename)", REVIEW, one_by_one=True)
def use_safe_name(call: Call, source: Source) -> Edits:
    """Keeps of what is joined to a folder only letters, digits and a few marks: a name in that folder."""
    if not call.node.args or not any(map(call.has_import_like, ("flask", "quart", "werkzeug"))):
        return []
    access = source.name_access("werkzeug.utils", "secure_filename")

    def write(value: ast.expr, written: str, before: str, after: str) -> str | None:
        if not before.endswith(("/", "\\")) or not is_sent(value, source):
            return None
        is_name = isinstance(value, ast.Attribute) and value.attr == "filename"
        return f"{access.expression}({written if is_name else as_text(value, written, source)})"

    path = built(call.node.args[0], source)
    node = path.node
    if isinstance(node, ast.Call) and source.qualified(node.func) in ("os.path.join", "posixpath.join"):
        joined = node.args[1:]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        joined = [node.right]
    else:
        return [*access.replacements, *rewritten(path, write)]

    def write_part(value: ast.expr, written: str, before: str, after: str) -> str | None:
        return write(value, written, before or "/", after)

    edits = [edit for part in joined for edit in rewrites(Built(part, path.source), write_part)]
    return [*access.replacements, *edits] if edits else []
