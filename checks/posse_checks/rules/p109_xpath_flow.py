"""Data from outside that becomes a part of an XPath expression.

A quote in the data ends the string that it is put into, and the rest is XPath: `' or '1'='1` finds every user. lxml
takes values as variables, which are never read as a part of the expression.

## Bad

    from flask import Flask, request
    from lxml import etree

    app = Flask(__name__)
    users = etree.parse("users.xml")

    @app.get("/user")
    def user():
        name = request.args["name"]
        found = users.xpath("//user[name='" + name + "']")
    #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ XPath injection: `request.args` reaches `xpath()` as a
        return {"count": len(found)}

## Good

    from flask import Flask, request
    from lxml import etree

    app = Flask(__name__)
    users = etree.parse("users.xml")

    @app.get("/user")
    def user():
        found = users.xpath("//user[name=$name]", name=request.args["name"])
        return {"count": len(found)}

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://owasp.org/www-community/attacks/XPATH_Injection
- https://lxml.de/xpathxslt.html#the-xpath-method
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Cwe, Finding, Flow, rule


@rule("P109", "xpath_flow", MEDIUM, HIGH, Cwe.XPATH_INJECTION)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in an XPath expression."""
    yield flow.finding(f"XPath injection: {flow.source} reaches {flow.sink} as a part of the expression.")
