"""Data read with `pickle`, or with a module that uses it.

A pickle is a program that builds objects, and it can call any function while doing so. Anyone who can write the data,
in a cache, a cookie or a file of model weights, executes arbitrary code when it is loaded.

## Bad

    import pickle

    def restore(request):
        return pickle.loads(request.body)
    #          ^^^^^^^^^^^^ Pickle and modules that wrap it can be unsafe


    import pickle

    def save(settings, path):
        with open(path, "wb") as file:
            pickle.dump(settings, file)

    def load(path):
        with open(path, "rb") as file:
            return pickle.load(file)
    #              ^^^^^^^^^^^ Pickle and modules that wrap it can be unsafe

## Fixed

Use JSON in the whole file (review):

    import json

    def save(settings, path):
        with open(path, "wb") as file:
            file.write(json.dumps(settings).encode())

    def load(path):
        with open(path, "rb") as file:
            return json.load(file)

## Good

    import json

    def restore(request):
        return json.loads(request.body)

JSON has text, numbers, true, false, null, lists, and dictionaries whose keys are text: a tuple becomes a list, and an
object needs a dictionary of its own. Existing pickles must be converted once, by a program that trusts them.

JSON runs no code, but a large document takes time and memory: limit its size, as Python's documentation advises.

## When to suppress

If the program itself wrote the data, to a place where nobody else can write. For data that is sent elsewhere, it is
enough to verify a signature before loading, for example with `hmac`.

## References

- https://docs.python.org/3/library/pickle.html
- https://docs.python.org/3/library/json.html
- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html
"""

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Source, UnfixableError, blocked_calls
from posse_checks.rules._shared.json_for_pickle import use_json
from posse_checks.rules._shared.purpose import refuse_test

check = blocked_calls(
    "B301",
    "pickle",
    MEDIUM,
    Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA,
    "Pickle and modules that wrap it can be unsafe when used to deserialize untrusted data, possible security issue.",
    [
        "pickle.loads",
        "pickle.load",
        "pickle.Unpickler",
        "dill.loads",
        "dill.load",
        "dill.Unpickler",
        "shelve.open",
        "shelve.DbfilenameShelf",
        "jsonpickle.decode",
        "jsonpickle.unpickler.decode",
        "jsonpickle.unpickler.Unpickler",
        "pandas.read_pickle",
    ],
    unfixable="the program that writes the data must write another format as well",
)


@check.fix("Use JSON in the whole file", REVIEW)
def write_json(call: Call, source: Source) -> Edits:
    """Reads and writes JSON, if the file does both. Pickles that were written before can no longer be read."""
    refuse_test(call, source)
    module, _, function = call.name.rpartition(".")
    if module not in ("pickle", "dill") or function not in ("load", "loads"):
        raise UnfixableError("json has no such function")
    source.verify(call.node.func, call.name)
    return use_json(module, source)
