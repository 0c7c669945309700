"""Data from outside that is deserialized by a format that can run code.

Pickle, marshal, shelve, jsonpickle and the unsafe loaders of YAML create any object that the data names, which is
enough to run any program. JSON has numbers, strings, lists and dicts only.

## Bad

    import base64
    import jsonpickle
    from flask import Flask, request

    app = Flask(__name__)

    @app.post("/cart")
    def cart():
        saved = base64.b64decode(request.cookies["cart"])
        items = jsonpickle.decode(saved)
    #           ^^^^^^^^^^^^^^^^^^^^^^^^ Unsafe deserialization: `request.cookies` reaches `decode()`, which can
        return {"count": len(items)}

## Good

    import base64
    import json
    from flask import Flask, request

    app = Flask(__name__)

    @app.post("/cart")
    def cart():
        items = json.loads(base64.b64decode(request.cookies["cart"]))
        return {"count": len(items)}

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html
- https://docs.python.org/3/library/pickle.html
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, Cwe, Finding, Flow, rule


@rule("P108", "deserialization_flow", HIGH, HIGH, Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside that is deserialized."""
    yield flow.finding(f"Unsafe deserialization: {flow.source} reaches {flow.sink}, which can run code.")
