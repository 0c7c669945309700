"""A scan of the workspace for the editor: in a process of its own, so that no keystroke waits for it."""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from posse_server.scan.workspace import LENGTH, Found, Order

BOOT = "import sys; sys.path[:] = sys.argv[1:]; from posse_server.scan.workspace import main; main()"
"""What the process runs: it imports from where this one does, and not from the folder that it happens to be in."""


class ScanFailed(Exception):
    """The process could not be started, or ended before it was done; the message says how."""


async def scanned(order: Order) -> AsyncGenerator[Found, None]:
    """Check files; whoever stops listening ends the process. Raises ScanFailed."""
    process = await _started()
    assert process.stdin is not None and process.stdout is not None, "both were asked for"
    try:
        process.stdin.write(pickle.dumps(order))
        process.stdin.close()
        while head := await _exactly(process.stdout, LENGTH):
            body = await _exactly(process.stdout, int.from_bytes(head, "big"))
            if not body:
                break
            path, diagnostics, findings, stamp, done, total = json.loads(body)
            yield Found(Path(path), diagnostics, findings, tuple(stamp) if stamp else None, done, total)
        status = await process.wait()
        if status:
            raise ScanFailed(f"The scan of the workspace ended before it was done (exit status {status}).")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _started() -> asyncio.subprocess.Process:
    flags = ["-I", *["-S"] * sys.flags.no_site, *["-B"] * sys.dont_write_bytecode]
    paths = [path for path in sys.path if path]
    pipe = asyncio.subprocess.PIPE
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, *flags, "-c", BOOT, *paths, stdin=pipe, stdout=pipe, limit=1 << 20
        )
    except (OSError, ValueError) as error:
        raise ScanFailed(f"The workspace cannot be scanned, as Python cannot be started for it: {error}.") from None


async def _exactly(stream: asyncio.StreamReader, count: int) -> bytes:
    """So many bytes; none where the stream ends first."""
    try:
        return await stream.readexactly(count)
    except asyncio.IncompleteReadError:
        return b""
