"""The connection to the client: messages are read in a thread, and written without waiting for the client.

Memory is bounded in both directions: reading pauses while many bytes wait to be handled, handling pauses while many
wait to be written, and unsent diagnostics are replaced by newer ones of the same document.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass

from posse_server.transport.framing import Frame, Frames
from posse_server.transport.streams import Stream

MOST_WAITING_BYTES = 64 << 20
"""Limit, in bytes, for messages that wait to be handled or written; above it, reading or handling pauses."""
SLICE_SECONDS = 0.01
"""Longest time to handle messages before other tasks of the event loop run."""


class Incoming:
    """Reads messages in a thread, and handles them one after the other in the event loop."""

    def __init__(
        self,
        stream: Stream,
        handle: Callable[[Frame | None], None],
        is_held: Callable[[], bool],
        on_ending: Callable[[], None],
    ) -> None:
        """Prepare to read.

        `handle` is called with each frame, and with None at the end, but not while `is_held`. `on_ending` is called in
        the reading thread once the end has been read.
        """
        self._stream, self._handle, self._is_held = stream, handle, is_held
        self._loop = asyncio.get_running_loop()
        self._frames: deque[Frame | None] = deque()
        """Frames to handle. The thread appends, the event loop removes."""
        self._waiting = 0
        """Size of these, in bytes; changed only under `_room`."""
        self._room = threading.Condition()
        self._has_effects = False
        """Whether handled messages may have scheduled work that has not run yet."""
        self._is_after_request = False
        """Whether the last message handled was a request."""
        self._is_deferred = False
        """Whether a call of `_go_on` is scheduled."""
        self._is_ending = False
        """Whether the client has sent `exit` or disconnected; from then on, `is_held` is ignored."""
        self.handled = 0
        """Number of frames handled."""
        self._on_ending = on_ending

    def start(self) -> None:
        """Start reading."""
        threading.Thread(target=self._read, name="posse-reader", daemon=True).start()

    def resume(self) -> None:
        """Handle waiting messages. Notifications are handled together, so that their effects run only once.

        The effects run before a request is handled, after it, and at least every `SLICE_SECONDS`.
        """
        started = time.monotonic()
        while self._frames and not self._is_deferred and (self._is_ending or not self._is_held()):
            is_request = _is_request(self._frames[0])
            if self._has_effects and (
                is_request or self._is_after_request or time.monotonic() - started > SLICE_SECONDS
            ):
                self._is_deferred = True
                self._loop.call_soon(self._go_on)
                return
            with self._room:
                frame = self._frames.popleft()
                self._waiting -= frame.length if frame else 0
                self._room.notify()
            self.handled += 1
            self._has_effects, self._is_after_request = True, is_request
            self._handle(frame)

    def _go_on(self) -> None:
        """Handle more messages, after the effects of the previous ones have run."""
        self._is_deferred = self._has_effects = False
        self.resume()

    def _read(self) -> None:
        """Read until the stream ends or the event loop is closed. Runs in the thread."""
        frames = Frames()
        with suppress(OSError, RuntimeError):  # the client is gone, or the loop has ended
            while data := self._stream.read():
                for frame in frames.feed(data):
                    self._put(frame)
        with suppress(RuntimeError):
            self._put(None)

    def _put(self, frame: Frame | None) -> None:
        """Add a frame, waiting while too many bytes wait. Runs in the thread.

        `exit` is noticed before it is handled, so that it takes effect even if the handling of another message is
        stuck.
        """
        is_end = frame is None or (frame.message or {}).get("method") == "exit"
        if is_end and not self._is_ending:
            self._is_ending = True
            self._on_ending()
        with self._room:
            self._room.wait_for(lambda: self._waiting < MOST_WAITING_BYTES or self._is_ending)
            is_first = not self._frames
            self._frames.append(frame)
            self._waiting += frame.length if frame else 0
        if is_first or self._is_ending:
            self._loop.call_soon_threadsafe(self.resume)


def _is_request(frame: Frame | None) -> bool:
    """Whether a frame is a request, which needs a response."""
    return frame is not None and frame.message is not None and frame.message.keys() >= {"id", "method"}


class Outgoing:
    """Writes messages: at once as far as the client reads, the rest in a thread.

    Bytes are written in the order of `send`. Either the caller or the thread writes, never both: while the thread is in
    the middle of a message, or messages wait, `send` only adds to them.
    """

    def __init__(self, stream: Stream, on_room: Callable[[], None], on_broken: Callable[[], None]) -> None:
        """Prepare to write.

        `on_room` is called in the writing thread when fewer bytes wait again. `on_broken` is called, in either thread,
        when the client stops reading.
        """
        self._stream, self._on_room, self._on_broken = stream, on_room, on_broken
        self._changed = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._newest: dict[Hashable, _Waiting] = {}
        """Waiting messages that can be replaced, by key."""
        self._size = 0
        """Size of the waiting messages, in bytes."""
        self._written = 0
        """Number of bytes that the thread has written."""
        self._is_writing = False
        """Whether the thread is in the middle of a message."""
        self._is_broken = False
        self._thread: threading.Thread | None = None

    @property
    def is_full(self) -> bool:
        """Whether so many bytes wait that no messages should be added."""
        return self._size > MOST_WAITING_BYTES

    def send(self, body: bytes, key: Hashable = None) -> None:
        """Send a message. It replaces a waiting one with the same key; a message without key is never replaced."""
        data = memoryview(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        with self._changed:
            if self._is_broken:
                return
            if self._stream.is_patient and not self._waiting and not self._is_writing:
                try:
                    data = data[self._stream.write(data) :]
                except BlockingIOError:
                    pass
                except OSError:
                    self._break()
                    return
                if not data:
                    return
                key = None  # partly sent, so it must not be replaced
            self._wait(data, key)

    def flush(self, seconds: float) -> None:
        """Wait until everything is written, or the client reads nothing for the given time, in seconds."""
        with self._changed:
            written = -1
            while (self._waiting or self._is_writing) and written != self._written:
                written = self._written
                self._changed.wait_for(lambda: not self._waiting and not self._is_writing, seconds)

    def _wait(self, data: memoryview, key: Hashable) -> None:
        """Add a message for the thread, which is started with the first one. The caller holds `_changed`.

        A replaced message stays in the queue with no data, so that the order of the others is kept.
        """
        if key is not None and (older := self._newest.pop(key, None)):
            self._size -= len(older.data)
            older.data = memoryview(b"")
        waiting = _Waiting(data, key)
        self._waiting.append(waiting)
        if key is not None:
            self._newest[key] = waiting
        self._size += len(data)
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="posse-writer", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _write(self) -> None:
        """Write waiting messages until the client stops reading. Runs in the thread."""
        while not self._is_broken:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting)
                waiting = self._waiting.popleft()
                if waiting.key is not None and self._newest.get(waiting.key) is waiting:
                    del self._newest[waiting.key]
                was_full, self._is_writing = self.is_full, True
                self._size -= len(waiting.data)
            self._write_one(waiting.data)
            if was_full and not self.is_full:
                self._on_room()

    def _write_one(self, data: memoryview) -> None:
        """Write a whole message, however long the client takes."""
        while data:
            try:
                count = self._stream.write(data)
                self._written += count
                data = data[count:]
            except BlockingIOError:  # noqa: PERF203 - the client reads only now and then
                self._stream.wait()
            except OSError:
                with self._changed:
                    self._break()
                return

    def _break(self) -> None:
        """Discard waiting messages, because the client does not read them. The caller holds `_changed`."""
        self._is_broken = True
        self._waiting.clear()
        self._newest.clear()
        self._size, self._is_writing = 0, False
        self._changed.notify_all()
        self._on_broken()


@dataclass(eq=False, slots=True)
class _Waiting:
    """A message, or the rest of one, that waits to be written."""

    data: memoryview
    key: Hashable
