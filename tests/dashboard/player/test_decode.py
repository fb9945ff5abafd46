"""The player's decoder gives back the numbers that Python encoded: both sides of the wire at once."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.layers.recurrent import Recurrent
from dashboard.player import encoding

NODE = shutil.which("node")
DECODER = Path(__file__).parents[2] / "js" / "helpers" / "decode.js"

pytestmark = pytest.mark.skipif(
    NODE is None and not os.environ.get("CI"), reason="Node is missing; in CI it must not"
)


def decoded(folder: Path, kind: str, *messages: bytes) -> list[Any]:
    """What the player reads from each of the messages, one after the other."""
    files = []
    for number, message in enumerate(messages):
        files.append(folder / f"{number}.bin")
        files[-1].write_bytes(message)
    command = [NODE or "node", str(DECODER), kind, *map(str, files)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def recorded(steps: int = 5):
    torch.manual_seed(0)
    layer = Recurrent("lstm", 2, (3, 4), num_layers=2, bidirectional=True)
    output, _ = layer(torch.randn(steps, 1, 2))
    (output**2).sum().backward()
    return layer.recording


def header(recording, run: str = "a", symbols: str = "wxyz") -> dict[str, Any]:
    return {
        "run": run,
        "sizes": [3, 3, 4, 4],
        "names": recording.names,
        "layers": recording.layers,
        "labels": list("abcdefg"),
        "layouts": [{"symbols": list(symbols)}],
    }


def test_the_player_reads_what_was_recorded(tmp_path):
    recording, output = recorded(), np.random.default_rng(0).random((4, 7)).astype("f4")
    encoder = encoding.FrameEncoder(("i", "f", "o"))
    sent = [
        encoder.encode(1, 0, {"loss": 0.5}, recording, output),
        encoder.encode(2, 0, {"loss": 0.25}),  # scalars only
        encoder.encode(3, 0, {"loss": 0.125}, recording, output),
    ]
    first = encoding.encode_batch(header(recording) | {"start": 0, "count": 2}, sent[:2])
    again = encoding.encode_batch(
        header(recording) | {"start": 0, "count": 3}, sent
    )  # it repeats itself
    _, run = decoded(tmp_path, "run", first, again)

    assert [frame["index"] for frame in run["frames"]] == [1, 2, 3]
    assert run["curves"] == {"loss": [[0, 0.5], [1, 0.25], [2, 0.125]]}
    assert "traces" not in run["frames"][1]
    for frame in (run["frames"][0], run["frames"][2]):
        np.testing.assert_array_equal(np.reshape(frame["output"], (4, 7)), output)
        for trace, key in zip(frame["traces"], recording.layers, strict=True):
            np.testing.assert_allclose(trace["shares"], recording[key].shares[:4], rtol=1e-6)
            for name in recording.names:
                quantity, where = recording[key][name], f"{key} {name}"
                values, grads = quantity.values[:4, 0], quantity.grads[:4, 0]
                level, scale = np.reshape(trace["values"][name], (4, -1)), trace["ranges"][name]
                back = level / 254 if name in "ifo" else (level - 127) / 126 * scale
                np.testing.assert_allclose(back, values, atol=scale / 127, err_msg=where)
                slopes = np.reshape(trace["grads"][name], (4, -1))
                top, decades = frame["decades"]
                large = np.abs(grads) > 10.0 ** (top - decades)
                half_a_level = 10 ** (decades / 124 / 2) - 1
                np.testing.assert_allclose(
                    slopes[large], grads[large], rtol=1.01 * half_a_level, err_msg=where
                )
                norms = np.linalg.norm(grads, axis=1)
                np.testing.assert_allclose(trace["norms"][name], norms, rtol=1e-5, err_msg=where)


def test_another_sequence_replaces_the_newest_frame_and_moves_to_it(tmp_path):
    recording, output = recorded(), np.zeros((4, 7), dtype="f4")
    encoder = encoding.FrameEncoder(())
    sent = [encoder.encode(k, 0, {"loss": 1.0}, recording, output) for k in range(3)]
    about = header(recording)
    about["layouts"] = [*about["layouts"], {"symbols": list("wx")}]
    shorter = encoder.encode(2, 1, {"loss": 2.0}, recording, output[:2])
    first = encoding.encode_batch(about | {"start": 0, "count": 3}, sent)
    second = encoding.encode_batch(about | {"start": 2, "count": 1}, [shorter])
    before, after = decoded(tmp_path, "run", first, second)
    assert (before["position"], before["replaced"]) == (2, False)
    assert (after["position"], after["replaced"]) == (2, True)
    assert [frame["T"] for frame in after["frames"]] == [4, 4, 2]
    assert after["curves"]["loss"] == [[0, 1.0], [1, 1.0], [2, 2.0]]


def test_the_frames_of_the_run_before_are_kept_for_the_way_back(tmp_path):
    recording, encoder = recorded(), encoding.FrameEncoder(())
    sent = [encoder.encode(k, 0, {"loss": 1.0}) for k in range(4)]

    def batch(run: str, start: int, count: int) -> bytes:
        about = header(recording, run) | {"start": start, "count": count}
        return encoding.encode_batch(about, sent[start : start + count])

    *_, back = decoded(tmp_path, "run", batch("a", 0, 3), batch("b", 0, 1), batch("a", 3, 1))
    assert [frame["index"] for frame in back["frames"]] == [0, 1, 2, 3]
    asked = [batch("a", 0, 3), batch("b", 0, 1), batch("c", 0, 1), batch("a", 3, 1)]
    *_, forgotten = decoded(tmp_path, "run", *asked)
    assert forgotten["frames"] == [], "of more runs than two none is kept"


def test_a_run_that_comes_with_its_past_opens_where_it_stands(tmp_path):
    recording = recorded()
    sent = [encoding.FrameEncoder(()).encode(k, 0, {"loss": 1.0}) for k in range(4)]
    about = header(recording) | {"start": 0, "count": 4}
    (run,) = decoded(tmp_path, "run", encoding.encode_batch(about, sent))
    assert run["position"] == 3


def test_runs_that_are_played_as_one_have_the_frames_of_the_longest(tmp_path):
    recording, encoder = recorded(), encoding.FrameEncoder(())
    parts = [
        encoding.encode_batch(
            header(recording, f"g.{letter}") | {"start": 0, "count": count},
            [encoder.encode(k, 0, {"loss": float(k)}) for k in range(count)],
        )
        for letter, count in (("a", 2), ("b", 3))
    ]
    (group,) = decoded(tmp_path, "group", encoding.encode_group({"run": "g"}, parts))
    assert (group["id"], group["length"]) == ("g", 3)
    assert [len(run["frames"]) for run in group["columns"]] == [2, 3]
    assert group["columns"][1]["curves"]["loss"] == [[0, 0], [1, 1], [2, 2]]


@pytest.mark.parametrize("text", ["", "é", "abc"])  # headers of any length
def test_arrays_come_back_in_their_order(tmp_path, text):
    blocks = [np.arange(3.0), np.array([[4.0, 5.0]])]
    (got,) = decoded(tmp_path, "arrays", encoding.encode_arrays({"text": text}, blocks))
    assert got == {"header": {"text": text}, "numbers": [0, 1, 2, 4, 5]}


def test_a_recording_that_is_recalled_changes_neither_curves_nor_place(tmp_path):
    recording, output = recorded(), np.zeros((4, 0), "f4")
    encoder = encoding.FrameEncoder(("i", "f", "o"))
    about = header(recording) | {"labels": [], "elsewhere": {}}
    frames = [encoder.encode(k, 0, {"loss": 1 / k}) for k in (1, 2)]
    frames.append(encoder.encode(3, 0, {"loss": 1 / 3}, recording, output))
    first = encoding.encode_batch(about | {"start": 0, "count": 3}, frames)
    again = encoder.encode(1, 0, {"loss": 9.0}, recording, output)
    recalled = encoding.encode_batch(about | {"start": 0, "count": 1}, [again])
    before, after = decoded(tmp_path, "run", first, recalled)
    assert [bool(frame.get("traces")) for frame in before["frames"]] == [False, False, True]
    assert [bool(frame.get("traces")) for frame in after["frames"]] == [True, False, True]
    assert after["curves"] == before["curves"]
    assert (after["position"], after["frames"][0]["scalars"]) == (2, {"loss": 1})
