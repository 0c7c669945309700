"""A call of `exec`, which runs a string as Python code.

Anyone who can write a part of that string controls the program: its data, its secrets and its rights. Removing names
from the code with an empty `__builtins__` does not help, because every object leads back to all the others.

## Bad

    def configure(path):
        settings = {}
        with open(path) as file:
            exec(file.read(), settings)
    #       ^^^^ Use of exec detected.
        return settings

## Good

    import tomllib

    def configure(path):
        with open(path, "rb") as file:
            return tomllib.load(file)

## When to suppress

If running code is what the program is for, as in a debugger, a notebook or a code generator, and the code comes from
the user who runs it.

## References

- https://docs.python.org/3/library/functions.html#exec
- https://owasp.org/www-community/attacks/Code_Injection
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Call, Cwe, Finding, rule


@rule(
    "B102",
    "exec_used",
    MEDIUM,
    HIGH,
    Cwe.OS_COMMAND_INJECTION,
    called={"exec"},
    unfixable="only the author can say what the code is for; a table of functions, or JSON, often replaces it",
)
def check(call: Call) -> Iterator[Finding]:
    """Report every call of `exec`."""
    yield call.finding("Use of exec detected.", span=call.span)
