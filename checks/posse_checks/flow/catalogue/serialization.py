"""Serialization and remote commands: PyYAML, pickle and kin, paramiko."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import REMOTE_SHELL, Row, Sink
from posse_checks.flow.kinds import CODE, COMMAND, DESERIALIZATION

ROWS: tuple[Row, ...] = (
    *[
        Sink(f"yaml.{name}", DESERIALIZATION, (0, "stream"), f"yaml.{name}(X)")
        for name in ("unsafe_load", "unsafe_load_all", "full_load", "full_load_all")
    ],
    *[
        Sink(f"yaml.{name}", DESERIALIZATION, (0, "stream"), f"yaml.{name}(X, Loader=yaml.Loader)")
        for name in ("load", "load_all")
    ],
    *[
        Sink(f"{module}.{name}", DESERIALIZATION, (0,), f"{module}.{name}(X)")
        for module in ("dill", "cloudpickle", "joblib", "torch", "jsonpickle", "pandas", "numpy")
        for name in {
            "joblib": ("load",),
            "torch": ("load",),
            "jsonpickle": ("decode", "loads"),
            "pandas": ("read_pickle",),
            "numpy": ("loads",),
        }.get(module, ("load", "loads"))
    ],
    Sink("jsonpickle.unpickler.decode", DESERIALIZATION, (0,), "jsonpickle.unpickler.decode(X)"),
    Sink("*.exec_command", COMMAND, (0, "command"), "client.exec_command(X)", receivers=REMOTE_SHELL),
    Sink("*.invoke_shell", COMMAND, (), "", is_evidence=True),
    Sink("numexpr.evaluate", CODE, (0,), "numexpr.evaluate(X)"),
    Sink("pandas.eval", CODE, (0,), "pandas.eval(X)"),
)
