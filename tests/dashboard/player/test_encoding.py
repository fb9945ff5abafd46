"""The wire format: what the player's own decoder reads is what was recorded."""

import json
import struct
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.layers.recurrent import Recurrent
from dashboard.common import ranges
from dashboard.common.colour_scales import gradients_to_bytes, values_to_bytes
from dashboard.common.ranges import Decades
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
            back = level / 254 if name in "ifo" else (level - 127) / 126 * scale
            np.testing.assert_allclose(back, quantity.values[:T, 0], atol=scale / 127)


def test_gradients_keep_sign_and_size():
    """Zero, what is below the scale, and what is beyond it, are told apart."""
    grads = np.array([[0, 1e1, -1e1, 1e-3, -1e-3, 1e-9, -1e-30, np.inf, -np.inf]], dtype=np.float32)
    levels = gradients_to_bytes(grads, Decades(1, 8))[0].astype(int) - 127
    assert levels.tolist() == [0, 126, -126, 64, -64, 1, -1, 127, -127]
    assert gradients_to_bytes(np.array([[np.nan]], np.float32), Decades(1, 8)) == 255


def plain_levels(value, is_gate, scale):
    """The level of one value, by the formulas of the documentation."""
    if np.isnan(value):
        return 255
    level = np.float64(value) * 254 if is_gate else 127 + np.float64(value) * (126 / scale)
    return int(np.round(min(max(level, 0), 254)))


def plain_gradient_level(grad, scale):
    """As `plain_levels`, of a gradient."""
    if np.isnan(grad):
        return 255
    if grad == 0:
        return 127
    share = (np.log10(np.abs(grad)) - np.float32(scale.bottom)) * np.float32(124 / scale.decades)
    return int(127 + np.sign(grad) * np.round(min(max(2 + share, np.float32(1)), np.float32(127))))


@pytest.mark.parametrize("scale", [Decades(1, 8), Decades(7, 3), Decades(39, 84)])
def test_levels_are_those_of_the_plain_formulas(scale):
    """Also of values that no training makes, and on the borders of two levels."""
    chance = np.random.default_rng(1)
    values = chance.standard_normal((3, 40, 8)).astype(np.float32)
    values[0] = chance.random((40, 8)).astype(np.float32)
    values[:, 0, :6] = [0, -0.0, np.nan, np.inf, -np.inf, 1]
    values[0, 1] = (np.arange(8) + 0.5) / 254
    is_gate, scales = np.array([True, False, False]), np.array([1.0, 0.45, 3.0])
    levels = values_to_bytes(values, is_gate, scales)
    plain = [
        [plain_levels(value, gate, end) for value in quantity.ravel()]
        for quantity, gate, end in zip(values, is_gate, scales, strict=True)
    ]
    np.testing.assert_array_equal(levels.reshape(3, -1), plain)
    grads = values * np.float32(10) ** chance.integers(-9, 3, values.shape).astype(np.float32)
    plain = [plain_gradient_level(grad, scale) for grad in grads.ravel()]
    with np.errstate(all="raise"):
        difference = np.abs(gradients_to_bytes(grads, scale).ravel().astype(int) - plain)
    assert difference.max() <= 1, "rounding at the border of two levels"
    assert (difference > 0).mean() < 0.01


def test_norms_of_gradients_do_not_overflow():
    grads = np.array([[[3, 4], [1e30, 0], [3e38, 3e38]]], dtype=np.float32)
    most = np.finfo(np.float32).max
    np.testing.assert_allclose(encoding.gradient_norms(grads), [[5, 1e30, most]], rtol=1e-6)


def frame_of(encoder, values, grads):
    """The head of a frame of one quantity "h", and the bytes of its values and gradients."""
    trace = FakeTrace(np.asarray(values, np.float32), np.asarray(grads, np.float32))
    head, block = parse(encoder.encode(1, 0, {}, trace, np.zeros((trace.T, 1), np.float32)))
    maps = np.frombuffer(block, np.uint8, offset=4 * 3 * trace.T)
    return head, *maps.reshape(2, *trace.values.shape)


class FakeTrace:
    """A recording of one layer that holds the given numbers [T, H]."""

    layers, names = ((0, "forward"),), ("h",)

    def __init__(self, values, grads):
        self.values, self.grads, self.T = values, grads, len(values)
        self.shares = np.zeros(self.T)

    def __getitem__(self, key):
        if key != "h":
            return self
        return SimpleNamespace(values=self.values[:, None], grads=self.grads[:, None])


numbers = st.floats(width=32, allow_nan=True, allow_infinity=True)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_every_number_is_inside_its_range_or_marked_as_beyond_it(pairs):
    values, grads = np.array(pairs, np.float32).T[:, :, None]
    head, value_bytes, gradient_bytes = frame_of(encoding.FrameEncoder(()), values, grads)
    end, colours, axis = (
        head["ranges"]["0 forward h"],
        Decades(*head["decades"]),
        Decades(*head["axis"]),
    )
    for value, byte in zip(values.ravel().astype(float), value_bytes.ravel(), strict=True):
        if np.isnan(value):
            assert byte == 255
        elif np.isinf(value):
            assert byte == (254 if value > 0 else 0)
        else:
            assert abs((int(byte) - 127) / 126 * end - value) <= end / 251
    for grad, byte in zip(grads.ravel().astype(float), gradient_bytes.ravel(), strict=True):
        level = abs(int(byte) - 127)
        if np.isnan(grad):
            assert byte == 255
        elif np.isinf(grad):
            assert level == 127
        elif grad == 0:
            assert level == 0
        else:
            place = np.log10(abs(grad))
            assert axis.bottom - 1e-4 <= place <= axis.top + 1e-4
            assert 1 <= level <= 126
            assert (int(byte) > 127) == (grad > 0)
            half = 0.51 * colours.decades / 124
            shown = colours.bottom + max(0, level - 2) / 124 * colours.decades
            assert abs(shown - place) <= half or (level <= 2 and place <= colours.bottom + half)


@given(
    outlier=st.floats(2, 2.0**100, width=32),
    steps=st.lists(st.floats(0.1, 1.0), min_size=ranges.PICTURES, max_size=30),
)
def test_ranges_shrink_again_when_what_was_large_is_gone(outlier, steps):
    """And grow at once, and stand still while the data stay where they are."""
    encoder = encoding.FrameEncoder(())
    calm = frame_of(encoder, [[0.7]], [[0.01]])[0]
    wild = frame_of(encoder, [[outlier]], [[1e3 * outlier]])[0]
    heads = [frame_of(encoder, [[size]], [[size / 100]])[0] for size in steps]
    assert wild["ranges"]["0 forward h"] >= outlier > calm["ranges"]["0 forward h"]
    assert wild["axis"][0] >= np.log10(1e3 * outlier) - 1e-6
    assert wild["decades"][0] > calm["decades"][0]
    shrunk = heads[ranges.PICTURES - 1]
    assert shrunk["ranges"]["0 forward h"] <= 1.5
    assert max(shrunk["axis"][0], shrunk["decades"][0]) <= -1
    for settled in heads[ranges.PICTURES :]:
        assert settled["axis"] == heads[-1]["axis"]


def test_ranges_do_not_jump_to_and_fro_at_a_border():
    encoder = encoding.FrameEncoder(())
    heads = [
        frame_of(encoder, [[0.5 * wobble]], [[0.01 * wobble]])[0]
        for k in range(60)
        for wobble in [1 + 0.1 * (-1) ** k]
    ]
    assert len({str(head["ranges"]) for head in heads[1:]}) == 1
    assert len({str(head["axis"]) for head in heads[1:]}) == 1


def test_frames_side_by_side_share_their_ranges():
    pair = [encoding.FrameEncoder(()), encoding.FrameEncoder(())]
    for each in pair:
        each.side_by_side = pair
    small, large = (FakeTrace(np.full((2, 1), v, "f4"), np.full((2, 1), g, "f4"))
                    for v, g in ((0.1, 1e-9), (40.0, 1e5)))  # fmt: skip
    for each, trace in zip(pair, (small, large), strict=True):
        each.follow(trace, 2)
    heads = [
        parse(each.encode(1, 0, {}, trace, np.zeros((2, 1), np.float32)))[0]
        for each, trace in zip(pair, (small, large), strict=True)
    ]
    for name in ("ranges", "axis", "decades"):
        assert heads[0][name] == heads[1][name]
    assert heads[0]["axis"] == [5, 14]
    assert heads[0]["ranges"]["0 forward h"] == 50


def test_a_frame_says_at_which_steps_something_is_not_finite():
    values, grads = np.ones((6, 2)), np.ones((6, 2))
    encoder = encoding.FrameEncoder(())
    assert "lost" not in frame_of(encoder, values, grads)[0]
    values[3:, 1] = np.nan
    grads[:2] = np.inf
    head, value_bytes, _ = frame_of(encoder, values, grads)
    assert head["lost"] == {"values": [3, 5], "gradients": [0, 1]}
    assert head["ranges"]["0 forward h"] == 1, "one NaN changes the range of the others"
    assert value_bytes[:3].tolist() == [[253, 253]] * 3


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_no_number_breaks_a_frame(value):
    values, scales = np.array([[[value, 0.5]]]), np.array([1.0])
    assert values_to_bytes(values, np.array([False]), scales)[0, 0, 1] == 190
    torch.manual_seed(0)
    layer = Recurrent("rnn", 2, 3)
    output, _ = layer(torch.full((5, 1, 2), value))
    output.sum().backward()
    shown = np.full((5, 2), value, dtype=np.float32)
    head, block = parse(encoding.FrameEncoder(()).encode(1, 0, {}, layer.recording, shown))
    # What is not finite comes to the player as it is.
    np.testing.assert_array_equal(np.frombuffer(block, "<f4", 10, 4 * 3 * 5), shown.ravel())
    assert all(np.isfinite(scale) for scale in head["ranges"].values())
