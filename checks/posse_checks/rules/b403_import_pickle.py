"""An import of `pickle`, or of a module that uses it, as a reminder that loading its data runs code.

The import itself is harmless, and so is writing pickles. It marks the files that may load data from an untrusted
source, so that a reviewer knows where to look.

## Bad

    import pickle
    #      ^^^^^^ Consider possible security implications associated with pickle module.


    import pickle
    #      ^^^^^^ Consider possible security implications associated with pickle module.

    def save(settings, path):
        with open(path, "wb") as file:
            pickle.dump(settings, file)

    def load(path):
        with open(path, "rb") as file:
            return pickle.load(file)

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

    def restore(text):
        return json.loads(text)

## When to suppress

After the loading calls in the file have been reviewed: B301 reports them. Many projects turn this rule off with `skips:
[B403]`.

## References

- https://docs.python.org/3/library/pickle.html
- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html
"""

import ast

from posse_checks.rule import LOW, REVIEW, Call, Cwe, Edits, Import, Source, UnfixableError, blocked_imports
from posse_checks.rules._shared.json_for_pickle import use_json
from posse_checks.rules._shared.purpose import refuse_test

check = blocked_imports(
    "B403",
    "import_pickle",
    LOW,
    Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA,
    "Consider possible security implications associated with {name} module.",
    ["pickle", "cPickle", "dill", "shelve"],
    unfixable="an import does no harm; what counts is each call that loads data, which B301 reports",
)


@check.fix("Use JSON in the whole file", REVIEW)
def write_json(view: Import | Call, source: Source) -> Edits:
    """Reads and writes JSON, if the file does both. Pickles that were written before can no longer be read."""
    refuse_test(view, source)
    match view.node:
        case ast.Import(names=[ast.alias(name="pickle" | "dill" as module)]):
            return use_json(module, source)
    raise UnfixableError("json has no counterpart to what is imported")
