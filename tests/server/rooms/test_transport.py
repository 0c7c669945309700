"""`transport`: fields of untrusted JSON, and requests that may never be answered."""

from __future__ import annotations

import enum
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from posse_server.transport.requests import MOST_PENDING, PendingRequests
from posse_server.transport.shapes import (
    LARGEST_UINTEGER,
    MalformedError,
    Read,
    anything,
    count,
    each,
    flag,
    integer,
    mapped,
    one_of,
    optional,
    readable,
    shape,
    text,
    token,
)


class Kind(enum.Enum):
    ONE = 1


POINT = shape(dict, {"fixed": 0}, line_number=count, name=optional(text, "none"))


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (anything, {"a": 1}, {"a": 1}),
        (text, "a", "a"),
        (flag, True, True),
        (flag, 1, False),
        (flag, None, False),
        (integer, 3.0, 3),
        (integer, "3", 3),
        (count, None, 0),
        (count, -1, 0),
        (count, 10**30, LARGEST_UINTEGER),
        (token, "a", "a"),
        (token, 7, 7),
        (one_of(Kind), 1, Kind.ONE),
        (optional(text), 3, None),
        (optional(text, "b"), None, "b"),
        (each(integer), [1, "2"], [1, 2]),
        (readable(integer), [1, "x", 2], [1, 2]),
        (readable(integer), "x", []),
        (mapped(integer), {"a": 1}, {"a": 1}),
        (POINT, {"lineNumber": 3, "other": [1]}, {"fixed": 0, "line_number": 3, "name": "none"}),
        (POINT, {"name": "a"}, {"fixed": 0, "line_number": 0, "name": "a"}),
    ],
)
def test_field_is_read(read: Read, value: Any, expected: Any) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (text, 3, "not a string"),
        (integer, 3.5, "not a whole number"),
        (integer, True, "not a whole number"),
        (integer, "9" * 19, "not a whole number"),
        (integer, "٣", "not a whole number"),
        (one_of(Kind), 2, "not one of the known values of Kind"),
        (one_of(Kind), [], "not one of the known values of Kind"),
        (each(integer), None, "not a list"),
        (mapped(integer), [], "not an object"),
        (POINT, [], "not an object"),
        (shape(dict, point=POINT), {"point": {"lineNumber": "x"}}, "`point.lineNumber` is not a whole number"),
    ],
)
def test_malformed_field_is_named_with_what_is_expected(read: Read, value: Any, message: str) -> None:
    with pytest.raises(MalformedError) as error:
        read(value)
    assert str(error.value) == message


def test_answer_to_a_request_is_its_result() -> None:
    pending = PendingRequests()
    id, future = pending.ask(None)
    pending.take({"id": id, "result": 3})
    assert future.result() == 3


def test_error_is_raised_and_cut() -> None:
    pending = PendingRequests()
    id, future = pending.ask("named")
    pending.take({"id": id, "error": {"message": "x" * 1000}})
    with pytest.raises(JsonRpcException) as error:
        future.result()
    assert len(str(error.value)) == 500


@pytest.mark.parametrize("answer", [{"id": 99, "result": 1}, {"id": None}, {"id": []}, {}])
def test_answer_to_no_request_is_ignored(answer: dict[str, Any]) -> None:
    pending = PendingRequests()
    _, future = pending.ask(1)
    pending.take(answer)
    assert not future.done()


def test_oldest_of_too_many_requests_is_given_up() -> None:
    pending = PendingRequests()
    futures = [pending.ask(None)[1] for _ in range(MOST_PENDING + 1)]
    assert [future.cancelled() for future in futures] == [True] + [False] * MOST_PENDING
    pending.give_up()
    assert all(future.cancelled() for future in futures)
