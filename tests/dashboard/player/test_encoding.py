"""The wire format: what the player's own decoder reads is what was recorded."""

import json
import struct

import numpy as np
import pytest
import torch

from core.layers.recurrent import Recurrent
from dashboard.common.colour_scales import gradients_to_bytes, values_to_bytes
from dashboard.player import encoding


def parse(frame: bytes):
    """A second, independent reader of a frame."""
    (length,) = struct.unpack_from("<I", frame)
    assert length == len(frame) - 4
    (size,) = struct.unpack_from("<I", frame, 4)
    return json.loads(frame[8 : 8 + size]), frame[8 + size :]


def recorded():
    torch.manual_seed(0)
    layer = Recurrent("lstm", 2, 3, num_layers=2, bidirectional=True)
    output, _ = layer(torch.randn(5, 1, 2))
    (output**2).sum().backward()
    return layer.recording


def test_a_frame_holds_what_was_recorded():
    recording, output = recorded(), np.random.default_rng(0).random((4, 7)).astype("f4")
    encoder = encoding.FrameEncoder(("i", "f", "o"))
    head, block = parse(encoder.encode(3, 0, {"loss": 0.5}, recording, output))
    assert head["index"] == 3
    assert head["scalars"] == {"loss": 0.5}
    T, H, names = 4, 3, recording.names
    per_layer = (len(names) + 1) * T
    floats = np.frombuffer(block, "<f4", per_layer * 4 + T * 7)
    maps = np.frombuffer(block, np.uint8, offset=floats.nbytes).reshape(4, len(names), 2, T, H)
    np.testing.assert_array_equal(floats[4 * per_layer :].reshape(T, 7), output)
    for number, key in enumerate(recording.layers):
        part = floats[number * per_layer : (number + 1) * per_layer].reshape(-1, T)
        np.testing.assert_allclose(part[-1], recording[key].shares[:T])
        for q, name in enumerate(names):
            quantity = recording[key][name]
            np.testing.assert_allclose(
                part[q], np.linalg.norm(quantity.grads[:T, 0], axis=1), rtol=1e-6
            )
            scale = head["ranges"][f"{key[0]} {key[1]} {name}"]
            level = maps[number, q, 0].astype(float)
            back = level / 255 if name in "ifo" else (level / 127.5 - 1) * scale
            np.testing.assert_allclose(back, quantity.values[:T, 0], atol=scale / 127)


def test_gradients_keep_sign_and_size():
    grads = np.array([[0, 1e1, -1e1, 1e-2, -1e-2, 1e-9, 1e5]], dtype=np.float32)
    levels = gradients_to_bytes(grads)[0].astype(int) - 127
    assert levels.tolist() == [0, 127, -127, 79, -79, 0, 127]


def test_ranges_only_grow():
    encoder = encoding.FrameEncoder(())
    assert [encoder._widen_range("k", "c", v) for v in (0.3, 5.0, 0.3)] == pytest.approx(
        [0.3, 5.12578125, 5.12578125]
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_no_number_breaks_a_frame(value):
    values = np.array([[value, 0.5]])
    assert values_to_bytes(values, False, 1.0)[0, 1] == 191
    assert gradients_to_bytes(values).shape == (1, 2)
    torch.manual_seed(0)
    layer = Recurrent("rnn", 2, 3)
    output, _ = layer(torch.full((5, 1, 2), value))
    output.sum().backward()
    shown = np.full((5, 2), value, dtype=np.float32)
    head, block = parse(encoding.FrameEncoder(()).encode(1, 0, {}, layer.recording, shown))
    assert np.isfinite(np.frombuffer(block, "<f4", (2 + 2) * 5)).all()
    assert all(np.isfinite(scale) for scale in head["ranges"].values())
