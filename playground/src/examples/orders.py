"""A shop's order desk. Choose a finding below, and follow its data step by step."""

import sqlite3
import subprocess

from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)


def connected() -> sqlite3.Connection:
    return sqlite3.connect("orders.db")


def where(column: str, value: str) -> str:
    return f"WHERE {column} = '{value}'"


@app.get("/orders")
def orders():
    """The customer's name becomes a part of the query."""
    customer = request.args["customer"]
    condition = where("customer", customer)
    rows = connected().execute("SELECT id, total FROM orders " + condition)
    return {"orders": [list(row) for row in rows]}


@app.get("/order/<int:number>")
def order(number):
    """The same query, but with a number: harmless, and Posse says why."""
    rows = connected().execute(f"SELECT id, total FROM orders WHERE id = {int(number)}")
    return {"order": [list(row) for row in rows]}


@app.post("/label")
def label():
    """The sender of the request chooses the commands that the shell runs."""
    printer = request.form.get("printer", "front-desk")
    command = "lp -d " + printer + " label.pdf"
    subprocess.run(command, shell=True)
    return "printed"


@app.get("/hello")
def hello():
    """A name becomes a part of the page. Wrap it in escape() to see the finding go."""
    name = request.args.get("name", "")
    return "<h1>Hello " + name + "</h1><p>" + str(escape(name)) + "</p>"
