"""An object that is built from what a document says.

Whoever writes the document decides which Python objects are created, and so which code runs. Read plain data instead.
"""

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, rule

UNSAFE = ("yaml.unsafe_load", "yaml.unsafe_load_all", "jsonpickle.decode", "dill.loads")


@rule("X910", "prohibit_unsafe_deserialization_in_python", HIGH, HIGH, Cwe(502), called=UNSAFE)
def prohibit_unsafe_deserialization(call: Call):
    yield call.finding(f"{call.name} creates any object that the document asks for.")


@prohibit_unsafe_deserialization.fix("Load plain data", REVIEW)
def load_plain_data(call, source):
    function = source.slice(call.node.func)
    if "unsafe_load" in function:
        yield source.replaced(call.node.func, function.replace("unsafe_load", "safe_load"))
