"""A dangerous call in a form that Bandit does not recognize.

Bandit knows `subprocess.run(command, shell=True)`, `requests.get(verify=False)`, `yaml.load` and `extractall`. The same
is dangerous when it is written in another way: with the command as a keyword, on a session, or member by member.

## Bad

    import subprocess

    def run(command):
        subprocess.run(args=command, shell=True)
    #                                ^^^^^^^^^^ A shell runs the command, in which it reads `;`, `|` and `$(...)`.


    import requests

    def fetch(address):
        return requests.Session().get(address, verify=False)
    #                                          ^^^^^^^^^^^^ The server's certificate is not verified.


    import yaml

    def read(text):
        return list(yaml.load_all(text, Loader=yaml.Loader))
    #               ^^^^^^^^^^^^^ YAML is loaded with a loader that creates any object and can run code.


    import tarfile

    def unpack(name, member):
        with tarfile.open(name) as archive:
            archive.extract(member, "/srv/incoming")
    #       ^^^^^^^^^^^^^^^ A member of the archive may be written outside of the folder.

## Fixed

Verify the certificate (review):

    import requests

    def fetch(address):
        return requests.Session().get(address, verify=True)

Extract with the filter for data (review):

    import tarfile

    def unpack(name, member):
        with tarfile.open(name) as archive:
            archive.extract(member, "/srv/incoming", filter="data")

## Good

    import subprocess
    import tarfile

    import yaml

    def run(name):
        subprocess.run(args=["ls", "--", name])

    def read(text):
        return list(yaml.safe_load_all(text))

    def unpack(name, member):
        with tarfile.open(name) as archive:
            archive.extract(member, "/srv/incoming", filter="data")

No filter limits the size of the unpacked files: look at the members of other people's archives first.

## When to suppress

As for Bandit's check of the usual form: B602, B501, B506 or B202.

## References

- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://docs.python.org/3/library/tarfile.html#extraction-filters
- https://pyyaml.org/wiki/PyYAMLDocumentation
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, exact, is_string, last, rule
from posse_checks.rules._shared.http_clients import REQUEST, VERBS
from posse_checks.rules._shared.settings import is_constant

STARTERS = exact(*(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")))
LOADERS = exact("yaml.load_all", "yaml.unsafe_load", "yaml.unsafe_load_all")
SAFE_LOADERS = {"SafeLoader", "CSafeLoader"}
OTHERS = exact("builtins.eval", "builtins.exec", "asyncio.create_subprocess_shell")
FUNCTIONS = STARTERS | LOADERS | OTHERS | last("extract")
CLIENTS = ("requests", "httpx")


@rule("P208", "other_forms", MEDIUM, HIGH, Cwe.IMPROPER_INPUT_VALIDATION, called=FUNCTIONS, keyword={"verify"})
def check(call: Call) -> Iterator[Finding]:
    """Report what Bandit's checks B602, B501, B506, B202, B307 and B102 say of other forms of these calls."""
    if STARTERS.matches(call.name, {}):
        shell, command = call.keyword("shell"), call.keyword("args")
        if command is None or call.node.args or is_string(command.value):
            return
        if shell is not None and is_constant(shell.value, True):
            yield call.finding("A shell runs the command, in which it reads `;`, `|` and `$(...)`.", span=shell)
    elif LOADERS.matches(call.name, {}):
        if not _is_safe(call):
            yield call.finding(
                "YAML is loaded with a loader that creates any object and can run code.", span=call.node.func
            )
    elif OTHERS.matches(call.name, {}):
        if call.node.args and not isinstance(call.node.args[0], ast.Constant):
            what = "A shell command" if call.name.startswith("asyncio") else "Code to run"
            yield call.finding(f"{what} is built at run time.", span=call.node.func)
    elif call.function == "extract":
        if call.has_import("tarfile") and call.keyword("filter") is None and isinstance(call.node.func, ast.Attribute):
            yield call.finding("A member of the archive may be written outside of the folder.", span=call.node.func)
    else:
        yield from _unverified(call)


def _is_safe(call: Call) -> bool:
    """Whether YAML is loaded by a loader that makes plain values only."""
    if call.name != "yaml.load_all":
        return False
    keyword = call.keyword("Loader")
    loader = keyword.value if keyword is not None else call.node.args[1] if len(call.node.args) > 1 else None
    name = loader.attr if isinstance(loader, ast.Attribute) else getattr(loader, "id", "")
    return name in SAFE_LOADERS


def _unverified(call: Call) -> Iterator[Finding]:
    """Requests that B501 does not see: those of a session, and those by `requests.request`."""
    verify = call.keyword("verify")
    if verify is None or not is_constant(verify.value, False) or REQUEST.matches(call.name, {}):
        return
    if call.function in (*VERBS, "request", "stream") and any(map(call.has_import_like, CLIENTS)):
        yield call.finding("The server's certificate is not verified.", span=verify)


@check.fix("Verify the certificate", REVIEW)
def verify(call: Call, source: Source) -> Edits:
    """Verifies certificates, so that servers without one from a known authority are refused."""
    if call.keyword("verify") is None:
        return []
    return source.keyword_set(call.node, "verify", "True")


@check.fix("Extract with the filter for data", REVIEW)
def use_filter(call: Call, source: Source) -> Edits:
    """Passes the filter of Python 3.12, which refuses members that lead out of the folder."""
    if call.function != "extract":
        return []
    return source.keyword_set(call.node, "filter", '"data"')
