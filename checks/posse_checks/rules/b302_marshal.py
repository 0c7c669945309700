"""Data read with `marshal`, Python's private format for compiled code.

The reader trusts its input: malformed bytes can crash the interpreter or corrupt its memory, where other formats raise
an exception. The format also contains code objects, so anyone who supplies the bytes can supply the body of a function,
which runs if the program calls or `exec`s what it loaded.

## Bad

    import marshal

    def restore(connection):
        return marshal.loads(connection.recv(65536))
    #          ^^^^^^^^^^^^^ Deserialization with the marshal module is possibly dangerous.

## Good

    import json

    def restore(connection):
        return json.loads(connection.recv(65536))

## When to suppress

If the same interpreter wrote the bytes and nobody else can write to the place they come from, as in a tool that
inspects its own `.pyc` files.

## References

- https://docs.python.org/3/library/marshal.html
- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html
"""

from posse_checks.rule import MEDIUM, Cwe, blocked_calls

check = blocked_calls(
    "B302",
    "marshal",
    MEDIUM,
    Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA,
    "Deserialization with the marshal module is possibly dangerous.",
    ["marshal.load", "marshal.loads"],
    unfixable="the program that writes the data must write another format as well",
)
