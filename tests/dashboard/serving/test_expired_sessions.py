"""A closed tab costs nothing after its time: a real server, real sessions, and what it holds."""

import asyncio

import pytest

from benchmarks._harness import reporting_server
from benchmarks._harness.browser import free_port
from benchmarks.serving import leaving

pytestmark = pytest.mark.long

SESSIONS = 3


@pytest.fixture
def there(tmp_path):
    with reporting_server.server(free_port(), UNROLLED_RUNS=str(tmp_path)) as server:
        yield server


def test_who_has_left_is_not_counted_and_holds_no_memory(there):
    before, inside, after = asyncio.run(leaving.watch(there, SESSIONS)).values()
    assert before["runs"] == 0
    assert (inside["runs"], inside["counted"]) == (SESSIONS, SESSIONS)
    assert inside["bytes"] > 0
    assert (after["runs"], after["counted"], after["bytes"]) == (0, 0, 0)
