"""Data read with `pickle`, or with a module that uses it.

A pickle is a program that builds objects, and it can call any function while doing so. Anyone who can write the data,
in a cache, a cookie or a file of model weights, executes arbitrary code when it is loaded.

## Bad

    import pickle

    def restore(request):
        return pickle.loads(request.body)
    #          ^^^^^^^^^^^^ Pickle and modules that wrap it can be unsafe

## Good

    import json

    def restore(request):
        return json.loads(request.body)

## When to suppress

If the program itself wrote the data, to a place where nobody else can write. For data that is sent elsewhere, it is
enough to verify a signature before loading, for example with `hmac`.

## References

- https://docs.python.org/3/library/pickle.html
- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html
"""

from posse_checks.rule import MEDIUM, Cwe, blocked_calls

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
    unfixable="whoever writes the data must write another format as well",
)
