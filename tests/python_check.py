"""A check in Python of a project's own, as tests write it."""

CHECK = '''"""Documents that are loaded with `marshal`.

They can crash the interpreter.
"""

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, rule


@rule("X901", "marshal_loads", HIGH, MEDIUM, Cwe(502), called=["marshal.loads"])
def marshal_loads(call: Call):
    yield call.finding(f"{call.name} of what a stranger wrote")


@marshal_loads.fix("Load it as JSON", REVIEW)
def as_json(call, source):
    yield source.replaced(call.node.func, "json.loads")
'''
