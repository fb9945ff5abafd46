"""Random experiments, links, uploads and files: a working object or a sentence, nothing else.

A few hundred examples; `python -m benchmarks.fuzz --examples 100000` tries many.
"""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzzing import READERS

EXAMPLES = 600


@pytest.mark.parametrize("name", READERS)
def test_whatever_is_sent(name):
    sent, read, share = READERS[name]

    @settings(
        max_examples=max(20, EXAMPLES * share // 1000),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(sent)
    def run(given_):
        assert read(given_) in ("accepted", "refused")

    run()
