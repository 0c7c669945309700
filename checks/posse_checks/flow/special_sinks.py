"""Sinks that a table cannot describe: the data that matters depends on other arguments."""

from __future__ import annotations

from collections.abc import Callable

from posse_checks.flow import kinds
from posse_checks.flow.catalogue.request_sources import MULTIDICT
from posse_checks.flow.machine import Machine
from posse_checks.flow.responses import as_written, written_type
from posse_checks.flow.site import CallSite
from posse_checks.flow.values import ANYTHING, Value, merge_taints, worst

SpecialSink = Callable[[Machine, CallSite], "tuple[list[Value] | None, str]"]


_SHELLS = {"sh", "bash", "zsh", "dash", "ksh", "cmd", "cmd.exe", "powershell", "pwsh", "fish", "busybox"}


_RUNNERS = _SHELLS | {
    *(
        "ssh",
        "sudo",
        "env",
        "xargs",
        "find",
        "tar",
        "git",
        "rsync",
        "curl",
        "wget",
        "python",
        "python3",
        "perl",
        "ruby",
    ),
    *("node", "php", "awk", "sed", "ffmpeg", "zip", "nice", "timeout", "su", "docker", "kubectl", "make", "psql"),
}
"""Programs whose arguments may make them run or overwrite something."""


def _subprocess(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    """The program and, with a shell, the whole command."""
    from posse_checks.flow.operators import truth

    arguments = site.arguments
    command = arguments.get(0, "args")
    if command is None:
        return (arguments.every(), "") if arguments.has_stars else (None, "")
    executable = arguments.keywords.get("executable")
    extra = [] if executable is None else [executable]
    shell = arguments.keywords.get("shell")
    if shell is not None and truth(shell, site.state) is not False:
        return [command, *extra], ""
    cell = site.state.cell(command)
    if cell is None or cell.kind not in ("list", "tuple"):
        return [command, *extra], ""
    program = cell.entries.get(0)
    if program is None:
        return [command, *extra], ""
    others = [entry for key, entry in cell.entries.items() if key != 0]
    others += [cell.rest] if cell.rest is not None else []
    name = (program.text or "").replace("\\", "/").rpartition("/")[2]
    if name in _SHELLS:
        runs_text = any(entry.text in ("-c", "/c", "-Command", "-lc", "/C") for entry in others)
        return ([command, *extra] if runs_text else [program, *extra, ANYTHING]), ""
    if name in _RUNNERS or not name:
        tainted = any(worst(site.state.contents(entry), kinds.COMMAND) for entry in others)
        if tainted and not name:
            return [program, *extra, ANYTHING], ""
        if tainted:
            return [program, *extra, ANYTHING], ""
    return [program, *extra], "the list form runs no shell, and the program is constant"


def _yaml_load(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    loader = site.arguments.get(1, "Loader")
    if loader is not None and loader.name.rpartition(".")[2] in ("SafeLoader", "CSafeLoader", "BaseLoader"):
        return [], "the loader makes plain values only"
    data = site.arguments.get(0, "stream")
    return ([data] if data is not None else None), ""


def _xml_parse(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    """XML parsers of lxml, which read external entities unless their settings say otherwise."""
    parser = site.arguments.get(1, "parser")
    if parser is not None and parser.type == "lxml.SafeParser":
        return [], "the parser resolves no entities"
    data = site.arguments.get(0)
    if data is None:
        return None, ""
    if parser is not None and parser.type != "lxml.UnsafeParser" and parser.taints:
        return [Value(merge_taints(ANYTHING.taints))], ""
    return [data], ""


def _sax_parse(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    """A SAX parser, which reads external entities only on request."""
    parser = site.arguments.get(1, "parser") if site.receiver is None or site.receiver.name else site.receiver
    cell = site.state.cell(parser) if parser is not None else None
    external = cell.entries.get("external") if cell is not None else None
    data = site.arguments.get(0)
    if data is None or external is None or not external.is_constant or not external.constant:
        return None, ""
    return [data], ""


def _written(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    """Output of Tornado, which is HTML unless it is a dict or another type was set."""
    chunk = site.arguments.get(0, "chunk")
    if chunk is None or site.receiver is None or site.state.cell(chunk) is not None:
        return None, ""
    if chunk.type == MULTIDICT:
        return None, ""  # which becomes JSON
    judged = as_written(chunk, written_type(machine, site.receiver, site.state), site.state)
    return ([], "the response is not HTML") if judged is None else ([judged], "")


SPECIAL_SINKS: dict[str, SpecialSink] = {
    **{f"subprocess.{name}": _subprocess for name in ("run", "call", "Popen", "check_call", "check_output")},
    "tornado.Handler.write": _written,
    "tornado.Handler.finish": _written,
    "xml.sax.Parser.parse": _sax_parse,
    **{f"xml.dom.{name}": _sax_parse for name in ("minidom.parse", "minidom.parseString", "pulldom.parse")},
    "yaml.load": _yaml_load,
    "yaml.load_all": _yaml_load,
    **{f"lxml.etree.{name}": _xml_parse for name in ("parse", "fromstring", "XML", "iterparse", "fromstringlist")},
}
