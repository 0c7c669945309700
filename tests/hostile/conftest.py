"""The editors of the server's tests."""

from tests.server.conftest import connect as connect
