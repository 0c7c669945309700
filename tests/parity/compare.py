"""One file, checked by both tools under several settings; the differences, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from tests.oracle import Skipped, bandit_rows, difference, posse_rows


@dataclass(frozen=True)
class Setting:
    """Settings of both tools: with or without `# nosec`, with sections of options, with selected IDs only."""

    name: str
    ignore_nosec: bool = False
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    only: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def ids(self) -> tuple[str, ...]:
        """The IDs that run: the selected ones, else all of Bandit's."""
        return self.only or tuple(rule.id for rule in bandit_rules().values() if not rule.optional)


EVERY_OPTION: Mapping[str, Mapping[str, Any]] = {
    "assert_used": {"skips": ["*/nowhere.py"]},
    "hardcoded_tmp_directory": {"tmp_dirs": ["/t", "/usr", "test", "C:"]},
    "markupsafe_xss": {
        "extend_markup_names": ["markupsafe.escape", "Markup", "django.utils.safestring.mark_safe", "str"],
        "allowed_calls": ["len", "bleach.clean", "escape"],
    },
    "shell_injection": {
        "subprocess": ["subprocess.run", "subprocess.Popen", "os.path.join", "open"],
        "shell": ["os.system", "len", "os.getenv"],
        "no_shell": ["os.execv", "os.spawnv", "print"],
    },
    "ssl_with_bad_version": {"bad_protocol_versions": ["PROTOCOL_TLS", "PROTOCOL_SSLv23", "GET", "None"]},
    "try_except_continue": {"check_typed_exception": True},
    "try_except_pass": {"check_typed_exception": True},
    "weak_cryptographic_key": {
        "weak_key_size_dsa_high": 2048,
        "weak_key_size_dsa_medium": 4096,
        "weak_key_size_rsa_high": 3072,
        "weak_key_size_rsa_medium": 8192,
        "weak_key_size_ec_high": 300,
        "weak_key_size_ec_medium": 600,
    },
}
"""Every option of every check, with values that are not the default and matter in ordinary programs."""

SETTINGS = (
    Setting("default"),
    Setting("ignoring nosec", ignore_nosec=True),
    Setting("every option set", ignore_nosec=True, options=EVERY_OPTION),
)


@dataclass(frozen=True)
class Comparison:
    """The result for a file: Bandit's number of findings, and the differences; `skipped` if Bandit failed."""

    path: Path
    findings: int = 0
    skipped: str = ""
    differences: tuple[str, ...] = ()


def compare(path: Path, settings: Sequence[Setting]) -> Comparison:
    """Run both tools on a file under each setting."""
    data = path.read_bytes()
    findings, differences = 0, []
    for setting in settings:
        try:
            bandit = bandit_rows(data, ignore_nosec=setting.ignore_nosec, options=setting.options, only=setting.only)
        except Skipped as reason:
            return Comparison(path, skipped=str(reason))
        assessed = check_module(data, _catalogue(setting))
        source = data.decode(errors="replace")
        if isinstance(assessed, Broken):
            differences.append(
                f"[{setting.name}] only Bandit parses it; Posse: line {assessed.line}, {assessed.message}"
            )
            continue
        posse = posse_rows(j.finding for j in assessed if setting.ignore_nosec or j.suppressed_by is None)
        found = difference(bandit, posse, source)
        if found:
            differences.append(f"[{setting.name}]\n{found}")
        findings += sum(bandit.values())
    differences += _unlike_as_document(data, settings[0])
    return Comparison(path, findings, differences=tuple(differences))


def _unlike_as_document(data: bytes, setting: Setting) -> list[str]:
    """The differences of an open document from a scan of its file."""
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return []
    document, module = Document.opened(source, _catalogue(setting)), check_module(data, _catalogue(setting))
    if isinstance(module, Broken) or [j for j in document.assessed if j not in module]:
        return [f"as a document it is assessed otherwise than as a file: {document.broken}"]
    return [] if len(module) == len(document.assessed) else ["as a document it has fewer findings than as a file"]


@cache
def _catalogue(setting: Setting) -> Catalogue:
    return Catalogue((bandit_rules()[id] for id in setting.ids), setting.options)
