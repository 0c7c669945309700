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

An argument that begins with `-` is an option to many programs; `--` ends the options.

## When to suppress

If something checks the data that Posse does not know: a validator of your own, or one of another package. Say which
in the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://docs.python.org/3/library/shlex.html#shlex.quote
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, Cwe, Finding, Flow, rule


@rule("P102", "command_flow", HIGH, HIGH, Cwe.OS_COMMAND_INJECTION)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in a command, or as the program to run."""
    yield flow.finding(f"Command injection: {flow.source} reaches {flow.sink} as a part of the command.")
