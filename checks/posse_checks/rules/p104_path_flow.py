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

## When to suppress

If something checks the data that Posse does not know: a validator of your own, or one of another package. Say which
in the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://owasp.org/www-community/attacks/Path_Traversal
- https://werkzeug.palletsprojects.com/en/stable/utils/#werkzeug.utils.secure_filename
- https://docs.python.org/3/library/pathlib.html#pathlib.PurePath.is_relative_to
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Cwe, Finding, Flow, rule


@rule("P104", "path_flow", MEDIUM, HIGH, Cwe.PATH_TRAVERSAL)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in a path."""
    yield flow.finding(f"Path traversal: {flow.source} reaches {flow.sink} as a part of the path.")
