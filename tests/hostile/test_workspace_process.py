"""The background process is killed or hangs: no file is lost, and nothing waits forever."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from posse_server.background.client import MOST_ATTEMPTS, FileLeftOut, ScanError, messages
from posse_server.background.main import FileChecked, Order
from posse_server.project.editor_settings import EditorSettings
from posse_server.protocol.convert import Encoding
from tests.server.conftest import Connect

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for child processes in /proc"),
]

FILES = 30
CLIENT = "neovim-0.11.4"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A workspace of several files, each with one finding and enough text to take some time."""
    for number in range(FILES):
        (tmp_path / f"m{number:02}.py").write_text("assert a\n" + "def f(a):\n    return a + 1\n" * 400)
    return tmp_path


def children(process: int) -> list[int]:
    """The processes that the server started to check files, without servers of other tests."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return [child for child in found if checks_files(child)]


def checks_files(process: int) -> bool:
    with contextlib.suppress(OSError):
        return b"posse_server.background.main" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def order(root: Path) -> Order:
    return Order([(root, EditorSettings())], Encoding.UTF8)


async def told(
    root: Path, on_found: Callable[[int], None], warnings: list[str], silence: float | None = None
) -> tuple[Counter[Path], set[Path]]:
    """Have a workspace checked. Returns how often each file was reported, and the skipped files."""
    found, left_out = Counter[Path](), set[Path]()
    async with aclosing(messages(order(root), warnings.append, silence)) as all_of_them:
        async for message in all_of_them:
            match message:
                case FileChecked():
                    found[message.path] += 1
                    on_found(found.total())
                case FileLeftOut():
                    left_out.add(message.path)
    return found, left_out


def kill(how: signal.Signals) -> None:
    for child in children(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, how)


@pytest.mark.parametrize("after", [1, 7, FILES - 1])
async def test_after_the_process_is_killed_each_file_is_told_once(tree: Path, after: int) -> None:
    warnings: list[str] = []
    found, left_out = await told(tree, lambda count: kill(signal.SIGKILL) if count == after else None, warnings)
    assert (set(found.values()), len(found)) == ({1}, FILES)
    assert (left_out, warnings) == (set(), [])


async def test_a_process_that_hangs_is_replaced_and_the_file_named(tree: Path) -> None:
    warnings: list[str] = []
    found, left_out = await told(tree, lambda count: kill(signal.SIGSTOP) if count == 3 else None, warnings, 5.0)
    assert set(found.values()) == {1}
    assert len(found) + len(left_out) == FILES
    assert len(left_out) <= 1
    assert len(warnings) == 1
    assert all(str(path) in warnings[0] for path in left_out)


async def test_a_process_that_is_killed_whenever_it_is_started_is_told(tree: Path) -> None:
    async with killing(os.getpid()) as killed:
        with pytest.raises(ScanError, match="signal 9"):
            await told(tree, lambda _: None, [])
    assert len(killed) == MOST_ATTEMPTS
    found, _ = await told(tree, lambda _: None, [])
    assert len(found) == FILES


async def test_commands_say_null_where_they_failed_and_work_later(connect: Connect, tree: Path) -> None:
    editor = await connect(CLIENT, tree)
    assert editor._server is not None
    async with killing(editor._server.pid):
        assert await editor.run("posse.scanWorkspace") is None
        assert await editor.run("posse.addWorkspaceToBaseline") is None
        assert await editor.run("posse.pruneBaseline") is None
    told = [message.message for message in editor.messages]
    assert sum("Nothing was written to the baseline." in text for text in told) == 2
    assert 3 <= len(told) <= 4  # the files of a scan that failed stay due, and may be tried once more meanwhile
    assert not editor.baseline.exists()
    assert await editor.run("posse.scanWorkspace") == {"files": FILES, "findings": FILES}
    assert await editor.run("posse.addWorkspaceToBaseline") == FILES
    for path in list(tree.glob("m0*.py")):
        path.write_text("")
    assert await editor.run("posse.pruneBaseline") == 10


async def test_the_baseline_takes_open_documents_as_they_are(connect: Connect, tree: Path) -> None:
    editor = await connect(CLIENT, tree)
    buffer = editor.open("assert a\nexec(b)\n", tree / "m00.py")
    await buffer.shows("B101", "B102")
    assert await editor.run("posse.addWorkspaceToBaseline") == FILES + 1
    await buffer.shows()


async def test_two_scans_at_once_are_both_answered(connect: Connect, tree: Path) -> None:
    editor = await connect(CLIENT, tree)
    answers = await asyncio.gather(*(editor.run("posse.scanWorkspace") for _ in range(3)))
    assert answers == [{"files": FILES, "findings": FILES}] * 3


@asynccontextmanager
async def killing(process: int) -> AsyncIterator[set[int]]:
    """Kill every child of a process as soon as it is there. Yields the children that were killed so far."""
    killed = set[int]()

    async def kill_all() -> None:
        while True:
            for child in children(process):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                    killed.add(child)
            await asyncio.sleep(0)

    task = asyncio.ensure_future(kill_all())
    try:
        yield killed
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
