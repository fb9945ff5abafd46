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


def plain_levels(value, is_gate, scale):
    """The level of one value, by the formulas of the documentation."""
    level = np.float64(value * np.float32(255)) if is_gate else 127.5 * (1 + value / scale)
    return 0 if np.isnan(level) else int(np.round(min(max(level, 0), 255)))


def plain_gradient_level(grad):
    """As `plain_levels`, of a gradient from 10^-7 on to 10^1."""
    if np.isnan(grad) or grad == 0:
        return 127
    share = (np.log10(np.abs(grad)) + np.float32(7)) / np.float32(8)
    return int(127 + np.sign(grad) * np.round(min(max(share, np.float32(0)), np.float32(1)) * 127))


def test_levels_are_those_of_the_plain_formulas():
    """Also of values that no training makes, and on the borders of two levels."""
    chance = np.random.default_rng(1)
    values = chance.standard_normal((3, 40, 8)).astype(np.float32)
    values[0] = chance.random((40, 8)).astype(np.float32)
    values[:, 0, :6] = [0, -0.0, np.nan, np.inf, -np.inf, 1]
    values[0, 1] = (np.arange(8) + 0.5) / 255
    is_gate, scales = np.array([True, False, False]), np.array([1.0, 0.45, 3.0])
    levels = values_to_bytes(values, is_gate, scales)
    plain = [
        [plain_levels(value, gate, scale) for value in quantity.ravel()]
        for quantity, gate, scale in zip(values, is_gate, scales, strict=True)
    ]
    np.testing.assert_array_equal(levels.reshape(3, -1), plain)
    grads = values * np.float32(10) ** chance.integers(-9, 3, values.shape).astype(np.float32)
    plain = [plain_gradient_level(grad) for grad in grads.ravel()]
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(gradients_to_bytes(grads).ravel(), plain)


def test_norms_of_gradients_do_not_overflow():
    grads = np.array([[[3, 4], [1e30, 0], [3e38, 3e38]]], dtype=np.float32)
    most = np.finfo(np.float32).max
    np.testing.assert_allclose(encoding.gradient_norms(grads), [[5, 1e30, most]], rtol=1e-6)


def test_ranges_only_grow():
    encoder = encoding.FrameEncoder(())
    assert [encoder._widen_range("k", "c", v) for v in (0.3, 5.0, 0.3)] == pytest.approx(
        [0.3, 5.12578125, 5.12578125]
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_no_number_breaks_a_frame(value):
    values, scales = np.array([[[value, 0.5]]]), np.array([1.0])
    assert values_to_bytes(values, np.array([False]), scales)[0, 0, 1] == 191
    torch.manual_seed(0)
    layer = Recurrent("rnn", 2, 3)
    output, _ = layer(torch.full((5, 1, 2), value))
    output.sum().backward()
    shown = np.full((5, 2), value, dtype=np.float32)
    head, block = parse(encoding.FrameEncoder(()).encode(1, 0, {}, layer.recording, shown))
    assert np.isfinite(np.frombuffer(block, "<f4", (2 + 2) * 5)).all()
    assert all(np.isfinite(scale) for scale in head["ranges"].values())
