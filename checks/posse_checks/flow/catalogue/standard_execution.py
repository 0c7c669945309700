"""The standard library: commands, code and serialized data."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Passer, Row, Sink
from posse_checks.flow.kinds import CODE, COMMAND, DESERIALIZATION

_COMMANDS: list[Row] = [
    *[Sink(f"os.{name}", COMMAND, (0,), f"os.{name}(X)") for name in ("system", "popen", "startfile")],
    *[
        Sink(f"subprocess.{name}", COMMAND, (0, "args"), f"subprocess.{name}(X, shell=True)")
        for name in ("run", "call", "Popen", "check_call", "check_output", "getoutput", "getstatusoutput")
    ],
    *[
        Sink(f"os.{name}", COMMAND, (0, 1), f"os.{name}(X, ['a'])")
        for name in ("execv", "execve", "execvp", "execvpe", "posix_spawn", "posix_spawnp")
    ],
    *[Sink(f"os.{name}", COMMAND, (0, 1), f"os.{name}(X, 'a')") for name in ("execl", "execle", "execlp", "execlpe")],
    *[
        Sink(f"os.{name}", COMMAND, (1, 2), f"os.{name}(os.P_WAIT, X, ['a'])")
        for name in ("spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe")
    ],
    Sink("asyncio.create_subprocess_shell", COMMAND, (0, "cmd"), "asyncio.create_subprocess_shell(X)"),
    Sink("asyncio.create_subprocess_exec", COMMAND, (0, "program"), "asyncio.create_subprocess_exec(X)"),
    Sink("pty.spawn", COMMAND, (0,), "pty.spawn(X)"),
    Sink("commands.getoutput", COMMAND, (0,), "commands.getoutput(X)"),
    Sink("commands.getstatusoutput", COMMAND, (0,), "commands.getstatusoutput(X)"),
    Sink("popen2.popen2", COMMAND, (0,), "popen2.popen2(X)"),
]
_CODE: list[Row] = [
    *[Sink(name, CODE, (0,), f"{name}(X)") for name in ("eval", "exec", "__import__")],
    Sink("compile", CODE, (0,), "compile(X, 'a', 'exec')"),
    Sink("builtins.eval", CODE, (0,), "builtins.eval(X)"),
    Sink("builtins.exec", CODE, (0,), "builtins.exec(X)"),
    Sink("importlib.import_module", CODE, (0,), "importlib.import_module(X)"),
    Sink("runpy.run_path", CODE, (0,), "runpy.run_path(X)"),
    Sink("code.InteractiveInterpreter.runsource", CODE, (0,), "code.InteractiveInterpreter().runsource(X)"),
    Maker("code.InteractiveInterpreter", "code.InteractiveInterpreter"),
]
_LOADERS: list[Row] = [
    *[
        Sink(f"{module}.{name}", DESERIALIZATION, (0,), f"{module}.{name}(X)")
        for module in ("pickle", "_pickle", "cPickle", "marshal")
        for name in ("loads", "load")
    ],
    Sink("pickle.Unpickler", DESERIALIZATION, (0,), "pickle.Unpickler(X)"),
    Sink("shelve.open", DESERIALIZATION, (0,), "shelve.open(X)"),
    *[Passer(f"pickle.{name}", f"pickle.{name}(X)") for name in ("dumps",)],
    Sink("logging.config.listen", CODE, (), "", is_evidence=True),
]
ROWS: tuple[Row, ...] = (*_COMMANDS, *_CODE, *_LOADERS)
