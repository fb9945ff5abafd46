"""Random clicks in a real browser; `python -m benchmarks hardening.clicking` goes on for minutes."""

import pytest

from benchmarks.hardening.clicking import click

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def test_random_clicks_break_no_page(page, address):
    done = click(page, address, seconds=20, seed=3)
    assert done.total() > 5, done
