"""Random experiments, links, uploads and files: a working object or a sentence, nothing else.

A few hundred examples; `python -m benchmarks hardening.fuzz --examples 100000` tries many.
"""

import json
import struct

import pytest
from hypothesis import HealthCheck, given, settings

from tests.helpers.fuzzing import READERS, WHOLE

EXAMPLES = 300


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


# What random inputs found once.
FOUND = [
    ("uploads", ("air_quality", "file", "\n,0.0\n,1.5e-286" * 30)),
    ("uploads", ("air_quality", "file", "\n1" * 200 + "\n2\n3")),
    ("uploads", ("load", "file", "\n0.0\n1.5e-200" * 60)),
]


@pytest.mark.parametrize(("name", "sent"), FOUND)
def test_what_was_found_once(name, sent):
    assert READERS[name][1](sent) == "refused"


@pytest.mark.parametrize(
    ("name", "value"),
    [("layers", "[]"), ("lengths", "{}"), ("lengths", "[1]"), ("taught", "-1"), ("options", "[]")],
)
def test_a_recording_whose_description_was_changed(name, value):
    whole = WHOLE["recording"]
    size = struct.unpack("<Q", whole[:8])[0]
    about = json.loads(whole[8 : 8 + size])
    about["__metadata__"][name] = value
    text = json.dumps(about).encode()
    changed = struct.pack("<Q", len(text)) + text + whole[8 + size :]
    assert READERS["files"][1](("recording", changed)) == "refused"


def test_a_recording_that_lacks_a_part():
    whole = WHOLE["recording"]
    size = struct.unpack("<Q", whole[:8])[0]
    for name in (n for n in json.loads(whole[8 : 8 + size]) if n != "__metadata__"):
        changed = whole.replace(f'"{name}"'.encode(), f'"{"x" * len(name)}"'.encode())
        assert changed != whole
        assert READERS["files"][1](("recording", changed)) in ("refused", "accepted")
