"""A static host on this machine: sends files compressed, as hosts of documentation do, and counts what it sends."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".wasm": "application/wasm",
    ".bin": "application/octet-stream",
}
NOT_COMPRESSED = {".bin"}


class Host:
    """The files of a folder, at an address; it can be switched off."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}/"
        self.is_on = True
        self.requested: list[str] = []
        """Paths of all requests, in order."""
        self.sent_bytes = 0
        """Bytes of all bodies, as sent."""

    def forget(self) -> None:
        """Count from the beginning again."""
        self.requested.clear()
        self.sent_bytes = 0


@cache
def _compressed(path: Path, changed: float) -> bytes:
    return gzip.compress(path.read_bytes(), 9)


@contextmanager
def served(folder: Path) -> Iterator[Host]:
    """Serve a folder until the end."""
    host: Host

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.partition("?")[0].lstrip("/")
            if not host.is_on:
                self.close_connection = True
                return
            host.requested.append(name)
            path = folder / name
            if path.is_dir():
                path /= "index.html"
            if not path.is_file() or ".." in name:
                self.send_error(404)
                return
            body = path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", TYPES.get(path.suffix, "text/plain"))
            self.send_header("Cache-Control", "max-age=600")
            if path.suffix not in NOT_COMPRESSED:
                body = _compressed(path, path.stat().st_mtime)
                self.send_header("Content-Encoding", "gzip")
            host.sent_bytes += len(body)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host = Host(folder, server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
