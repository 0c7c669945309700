"""An object that is built from what a document says.

Whoever writes the document decides which Python objects are created, and so which code runs. Read plain data instead.
"""

import bandit
from bandit.core import issue
from bandit.core import test_properties as test

UNSAFE = ("yaml.unsafe_load", "yaml.unsafe_load_all", "jsonpickle.decode", "dill.loads")


@test.checks("Call")
@test.test_id("X911")
def prohibit_unsafe_deserialization(context):
    """An object that is built from what a document says."""
    name = context.call_function_name_qual
    if name in UNSAFE:
        return bandit.Issue(
            severity=bandit.HIGH,
            confidence=bandit.HIGH,
            cwe=issue.Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA,
            text=f"{name} creates any object that the document asks for.",
        )
