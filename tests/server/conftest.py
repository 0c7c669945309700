"""Editors, each with its own server, for the tests of the protocol.

All tests of a run share one event loop, so that an editor can outlive a test.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_lsp import ClientServerConfig

from tests.server.clients import CLIENTS, FEW, ONE, PLAIN
from tests.server.session import SERVER, Editor

Connect = Callable[..., Awaitable[Editor]]
"""Starts an editor: takes a client's name, the folders of its workspace, whether it refuses to watch files, and its
initialization options."""


@asynccontextmanager
async def _connected(client: str, *roots: Path, refuses: bool = False, options: object = None) -> AsyncIterator[Editor]:
    editor = await ClientServerConfig(server_command=SERVER, client_factory=Editor).start()
    assert isinstance(editor, Editor)
    editor.refuses = refuses
    try:
        await editor.begin(client, *roots, options=options)
        yield editor
    finally:
        await editor.end()


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=CLIENTS)
async def running_editor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Editor]:
    """Each of the recorded clients in turn, running as long as the tests do."""
    async with _connected(request.param, tmp_path_factory.mktemp("workspace")) as editor:
        yield editor


@pytest_asyncio.fixture(loop_scope="session")
async def editor(running_editor: Editor) -> AsyncIterator[Editor]:
    """Each of the recorded clients in turn, in a workspace without configuration and open documents."""
    yield running_editor
    await running_editor.tidy()


@pytest_asyncio.fixture(loop_scope="session")
async def plain(tmp_path: Path) -> AsyncIterator[Editor]:
    """A client without any capabilities, with a server for this test alone."""
    async with _connected(PLAIN, tmp_path) as editor:
        yield editor


@pytest_asyncio.fixture(loop_scope="session")
async def connect() -> AsyncIterator[Connect]:
    """Starts editors for this test alone, and ends them after it."""
    async with AsyncExitStack() as stack:

        async def start(client: str, *roots: Path, refuses: bool = False, options: object = None) -> Editor:
            return await stack.enter_async_context(_connected(client, *roots, refuses=refuses, options=options))

        yield start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Exclude tests that duplicate another client's from the faster runs; from the fastest, those with own servers."""
    for item in items:
        specification = getattr(item, "callspec", None)
        parameters = specification.params.values() if specification else ()
        clients = {value for value in parameters if isinstance(value, str) and value in CLIENTS}
        if clients - set(FEW):
            item.add_marker(pytest.mark.longest)
        elif clients - {ONE} or {"plain", "connect"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
