"""A small Flask application that keeps a list of people; it is started in a way that must never reach production."""

from flask import Flask, redirect, render_template_string, request, url_for
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///people.db"
db = SQLAlchemy(app)

PAGE = """
<form method="post">
  <input name="name" placeholder="Name"> <input name="email" placeholder="E-mail address"> <button>Save</button>
</form>
<ul>{% for person in people %}<li>{{ person.name }} ({{ person.email }})</li>{% endfor %}</ul>
"""


class Person(db.Model):
    """Somebody who entered a name and an e-mail address."""

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), nullable=False)
    email = db.Column(db.String(120), unique=True, nullable=False)


@app.route("/", methods=["GET", "POST"])
def people():
    """Show everybody, or add one person."""
    if request.method == "POST":
        db.session.add(Person(name=request.form["name"], email=request.form["email"]))
        db.session.commit()
        return redirect(url_for("people"))
    return render_template_string(PAGE, people=Person.query.order_by(Person.name).all())


if __name__ == "__main__":
    with app.app_context():
        db.create_all()
    app.run(debug=True)
