"""Data from outside that becomes a part of a command.

A shell reads `;`, `|`, `$(...)` and line ends in the data as parts of the command line, so the sender of the request
can run any program on the server. Without a shell, the same is true of the program's name. A list of arguments in which
only later ones come from outside does not run a shell.

## Bad

    import os
    from flask import Flask, request

    app = Flask(__name__)

    @app.post("/ping")
    def ping():
        host = request.form["host"]
        command = "ping -c 1 " + host
        os.popen(command).read()
    #   ^^^^^^^^^^^^^^^^^ Command injection: `request.form` reaches `popen()` as a part of the
        return "done"

## Fixed

Quote the values with shlex.quote (review):

    import os
    import shlex
    from flask import Flask, request

    app = Flask(__name__)

    @app.post("/ping")
    def ping():
        host = request.form["host"]
        command = "ping -c 1 " + shlex.quote(host)
        os.popen(command).read()
        return "done"

## Good

    import subprocess
    from flask import Flask, request

    app = Flask(__name__)

    @app.post("/ping")
    def ping():
        subprocess.run(["ping", "-c", "1", "--", request.form["host"]], check=True, timeout=10)
        return "done"


    import os
    import shlex
    from flask import Flask, request

    app = Flask(__name__)

    @app.post("/ping")
    def ping():
        os.popen("ping -c 1 -- " + shlex.quote(request.form["host"])).read()
        return "done"

An argument that begins with `-` is an option to many programs; `--` ends the options. `shlex.quote` is for POSIX
shells: on Windows, it does not protect.

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://docs.python.org/3/library/shlex.html#shlex.quote
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, Edits, Finding, Flow, Source, rule
from posse_checks.rules._shared.built_text import built, rewritten
from posse_checks.rules._shared.request_values import as_text, is_sent
from posse_checks.rules._shared.shell_places import is_quotable

RUN_BY_A_SHELL = ("system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell", "exec_command")


@rule("P102", "command_flow", HIGH, HIGH, Cwe.OS_COMMAND_INJECTION)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in a command, or as the program to run."""
    yield flow.finding(f"Command injection: {flow.source} reaches {flow.sink} as a part of the command.")


@check.fix("Quote the values with shlex.quote", REVIEW, one_by_one=True)
def quote(call: Call, source: Source) -> Edits:
    """Makes each value one word of the command, for a POSIX shell. An option in it still is one."""
    if call.function not in RUN_BY_A_SHELL or not call.node.args:
        return []
    access = source.name_access("shlex", "quote")

    def write(value: ast.expr, written: str, before: str, after: str) -> str | None:
        if not is_sent(value, source) or not is_quotable(before, after):
            return None
        return f"{access.expression}({as_text(value, written, source)})"

    return [*access.replacements, *rewritten(built(call.node.args[0], source), write)]
