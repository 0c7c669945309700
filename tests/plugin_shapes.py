"""Plug-ins in the shapes that published and in-house ones have, in what they look at and use of Bandit's API."""

from __future__ import annotations

from textwrap import dedent

_HEAD = '''
"""{doc}"""
import ast, json, re
import bandit
from bandit.core import issue, test_properties as test
'''


def _source(doc: str, code: str) -> str:
    return _HEAD.format(doc=doc) + dedent(code)


SHAPES = {
    "hardcoded_cloud_key": _source(
        "Cloud keys in strings.",
        r"""
        @test.checks("Str")
        @test.test_id("C100")
        def hardcoded_cloud_key(context):
            if re.search(r"[A-Z]{8}|/[a-z]{3}/", context.string_val or ""):
                return bandit.Issue(severity=bandit.LOW, confidence=bandit.MEDIUM, text=f"Key {context.string_val!r}")
        """,
    ),
    "allowed_modules": _source(
        "Modules that are not on a list.",
        """
        def gen_config(name):
            if name == "allowed_modules":
                return {"allowed": ["os", "sys"]}

        @test.takes_config("allowed_modules")
        @test.checks("Import", "ImportFrom")
        @test.test_id("TBT001")
        def allowed_modules(context, config):
            for name in context.node.names:
                if context.is_module_being_imported(name.name) and name.name not in config["allowed"]:
                    text = f"{name.name} is not allowed"
                    return bandit.Issue(severity=bandit.HIGH, confidence=bandit.HIGH, text=text, cwe=829)
        """,
    ),
    "no_network": _source(
        "Modules for the network.",
        """
        @test.checks("Import", "ImportFrom", "Call")
        @test.test_id("TBT001")
        def no_network(context):
            if context.is_module_imported_like("socket") and "socket" in (context.call_function_name_qual or ""):
                return bandit.Issue(severity=bandit.MEDIUM, confidence=bandit.LOW, text="uses the network", cwe=0)
        """,
    ),
    "card_numbers": _source(
        "Long numbers.",
        r"""
        @test.checks("Str", "Bytes")
        @test.test_id("B142")
        def card_numbers(context):
            text = context.string_val or (context.bytes_val or b"").decode("latin-1")
            if sum(map(str.isdigit, text)) > 8:
                return bandit.Issue(severity=bandit.HIGH, confidence=bandit.LOW, text="looks like a number", cwe=359)
        """,
    ),
    "clients_without_region": _source(
        "Has the ID of a check of Bandit's.",
        """
        @test.checks("Call")
        @test.test_id("B307")
        def clients_without_region(context):
            if context.call_function_name in ("open", "get") and not context.check_call_arg_value("mode"):
                return bandit.Issue(severity=bandit.MEDIUM, confidence=bandit.HIGH, text=repr(context.call_args)[:80])
        """,
    ),
    "guarded_methods": _source(
        "Methods without a decorator.",
        """
        @test.checks("FunctionDef", "ClassDef")
        @test.test_id("C701")
        def guarded_methods(context):
            parent = getattr(context.node, "_bandit_parent", None)
            if isinstance(parent, ast.ClassDef) and not context.node.decorator_list:
                name = context.function_def_defaults_qual if isinstance(context.node, ast.FunctionDef) else []
                text = f"{context.node.name} of {parent.name} has no decorator, {len(name)} defaults"
                return bandit.Issue(severity=bandit.LOW, confidence=bandit.HIGH, text=text, lineno=context.node.lineno)
        """,
    ),
    "timeouts": _source(
        "Calls without a timeout.",
        """
        @test.checks("Call")
        @test.test_id("B202")
        def timeouts(context):
            if context.call_keywords and "timeout" not in context.call_keywords and context.call_args_count:
                line = context.get_lineno_for_call_arg(list(context.call_keywords)[0])
                return bandit.Issue(
                    severity=bandit.MEDIUM, confidence=bandit.MEDIUM, text="no timeout", lineno=line,
                    cwe=issue.Cwe.MULTIPLE_BINDS,
                )
        """,
    ),
    "policy": _source(
        "Reads a file of the project.",
        """
        @test.checks("Call")
        @test.test_id("B351")
        def policy(context):
            with open("./policy/policy.json") as file:
                if context.call_function_name_qual in json.load(file)["forbidden"]:
                    return bandit.Issue(severity=bandit.LOW, confidence=bandit.LOW, text="against the policy")
        """,
    ),
    "prints": _source(
        "Prints what it looks at.",
        """
        @test.checks("Assign")
        @test.test_id("B666")
        def prints(context):
            print(repr(context)[:200])
            if len(context.node.targets) > 1:
                return bandit.Issue(severity=bandit.LOW, confidence=bandit.LOW, text=context.filename)
        """,
    ),
    "fails": _source(
        "Fails on each call.",
        """
        @test.checks("Import", "Raise")
        @test.test_id("C900")
        def fails(context):
            return context.no_such_attribute.of_it
        """,
    ),
    "whole_files": _source(
        "Looks at whole files.",
        """
        @test.checks("File")
        @test.test_id("C901")
        def whole_files(context):
            context.file_data.seek(0)
            for number, line in enumerate(context.file_data, start=1):
                if b"TODO" in line:
                    return bandit.Issue(severity=bandit.LOW, confidence=bandit.HIGH, text="to do", lineno=number)
        """,
    ),
}
"""The source of each plug-in, by the name of its entry point."""
