"""An import of `pickle`, or of a module that uses it, as a reminder that loading its data runs code.

The import itself is harmless, and so is writing pickles. It marks the files that may load data from an untrusted
source, so that a reviewer knows where to look.

## Bad

    import pickle
    #      ^^^^^^ Consider possible security implications associated with pickle module.

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

from posse_checks.rule import LOW, Cwe, blocked_imports

check = blocked_imports(
    "B403",
    "import_pickle",
    LOW,
    Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA,
    "Consider possible security implications associated with {name} module.",
    ["pickle", "cPickle", "dill", "shelve"],
    unfixable="an import does no harm; what counts is each call that loads data, which B301 reports",
)
