"""What a notebook shows of a recording: the very numbers as colours, sentences that are true, no script and no network."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from core import Recording, Recurrent, watch
from core.common.pictures import decade_levels, largest_of, map_png

T, B, H = 7, 2, 3
IMAGE = re.compile(r"href='data:image/png;base64,([^']+)'")


def recorded(
    cell: str = "gru", steps: int = T, backward: bool = True, **settings: object
) -> Recording:
    torch.manual_seed(0)
    layer = Recurrent(cell, 4, H, **settings)  # type: ignore[arg-type]
    output, _ = layer(torch.randn(steps, B, 4), lengths=[steps, steps - 2])
    if backward:
        output[-1, 0].sum().backward()
    assert layer.recording is not None
    return layer.recording


def pictures(html: str) -> list[np.ndarray]:
    """The maps in the HTML, RGBA [rows, columns, 4]."""
    return [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(code))).convert("RGBA")).astype(int)
        for code in IMAGE.findall(html)
    ]


def test_a_map_has_a_unit_in_each_row_and_a_step_in_each_column():
    recording = recorded()
    html = recording.plot("h").html
    values, grads = pictures(html)
    assert "<td" not in html, "two large maps side by side are wider than a notebook"
    for drawn, numbers in ((values, recording["h"].values), (grads, recording["h"].grads)):
        assert numbers is not None
        expected = numbers[:, 0].T  # [H, T]
        assert drawn.shape == (H, T, 4)
        orange, blue = drawn[..., 0] > drawn[..., 2], drawn[..., 0] < drawn[..., 2]
        assert np.array_equal(orange & (drawn[..., 3] > 0), expected > 0)
        assert np.array_equal(blue & (drawn[..., 3] > 0), expected < 0)
        sizes = np.abs(expected)
        assert drawn[..., 3].flat[sizes.argmax()] == 255
        order = np.argsort(sizes.ravel())
        assert (np.diff(drawn[..., 3].ravel()[order]) >= 0).all()


def test_a_gate_is_drawn_from_0_to_1_and_lost_numbers_are_grey():
    drawn = np.asarray(Image.open(io.BytesIO(map_png(np.array([[0, 0.5, 1, np.nan]]), False))).convert("RGBA"))[0]  # fmt: skip
    assert drawn[:, 3].tolist() == [0, pytest.approx(135, abs=1), 255, 255]
    assert tuple(drawn[3, :3]) == (127, 127, 127) != tuple(drawn[2, :3])


def test_gradients_stand_on_decades_and_keep_their_sign():
    levels, peak = decade_levels(np.array([[10.0, -1.0, 1e-9, 0.0, np.inf]]), 6)
    assert peak == 10
    assert levels[0, :4] == pytest.approx([1, -(1 - 1 / 6), 0.01, 0])
    assert np.isnan(levels[0, 4])
    assert largest_of(np.array([[1.0, -3.0], [2.0, 1.0]]), 1).tolist() == [-3, 2]


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "mgu"])
def test_every_quantity_of_a_cell_is_drawn(cell):
    recording = recorded(cell, num_layers=2, bidirectional=True)
    html = recording._repr_html_()
    assert html.count("<details") == 4
    assert len(pictures(html)) == 4 * 2 * len(recording.names)
    assert repr(recording) in html


def test_a_long_and_wide_recording_stays_small():
    layer = Recurrent("rnn", 2, 200)
    output, _ = layer(torch.randn(1500, 1, 2))
    output[-1].sum().backward()
    assert layer.recording is not None
    html = layer.recording._repr_html_()
    assert len(html) < 200_000
    assert "Each point stands for up to 4 × 3 (steps × units)" in html
    assert {drawn.shape for drawn in pictures(html)} == {(96, 400, 4)}


def test_the_sentence_says_how_far_the_gradient_reaches():
    recording = recorded(steps=6)
    grads = recording["h"].grads
    assert grads is not None
    sizes = np.linalg.norm(grads[:, 0], axis=1)
    words = re.search(
        r"At the first step .* is (.*?) of its largest\. .* for (\d) of 6 steps",
        recording._repr_html_(),
    )
    assert words is not None
    assert float(words[1].strip(" %")) == pytest.approx(100 * sizes[0] / sizes.max(), abs=0.6)
    assert int(words[2]) == int(np.argmax(sizes[::-1] < 0.01 * sizes.max()) or 6)


def test_what_is_wrong_is_said_first():
    assert "No backward pass was recorded" in recorded(backward=False)._repr_html_()
    layer = Recurrent("rnn", 2, 4, activation="relu")
    with torch.no_grad():
        for p in layer.parameters():
            p.fill_(-1.0)
    layer(torch.ones(5, 1, 2))[0].sum().backward()
    assert layer.recording is not None
    assert "100 % of the units are 0 at every step" in layer.recording._repr_html_()
    layer(torch.full((5, 1, 2), torch.nan))
    assert "Values are not finite" in layer.recording._repr_html_()
    big = Recurrent("rnn", 2, 4, activation="identity")
    with torch.no_grad():
        big.get_parameter("weight_hh_l0").copy_(8 * torch.eye(4))
    big(torch.ones(9, 1, 2))[0][-1].sum().backward()
    assert big.recording is not None
    assert "It explodes on its way back" in big.recording._repr_html_()


def test_names_are_text_and_nothing_asks_a_network():
    bad = "<script>alert(1)</script>"
    model = nn.ModuleDict({bad: nn.GRU(3, 4), "b": nn.GRU(3, 4), "silent": nn.LSTM(3, 4)})
    with watch(model) as recordings:
        for name in (bad, "b"):
            model[name](torch.randn(5, 1, 3))[0].sum().backward()
    html = recordings._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;: Recording(gru" in html
    assert "<script" not in html
    assert "http" not in IMAGE.sub("", html)
    assert "recording of &#x27;silent&#x27;: expected a call of the layer" in html
    assert len(pictures(html)) == 2 * 2 * 4


def test_plot_says_what_there_is():
    recording = recorded()
    with pytest.raises(LookupError, match="quantity"):
        recording.plot("q")
    with pytest.raises(LookupError, match="layer and direction"):
        recording.plot("h", layer=3)
    with pytest.raises(ValueError, match="below the batch size 2"):
        recording.plot("h", sequence=2)
    assert repr(recording.plot("h")).startswith("Picture(h of layer 0, forward: ")
    shorter, _ = pictures(recording.plot("h", sequence=1).html)
    assert shorter.shape == (H, T - 2, 4)  # steps after its end are not drawn


def test_a_picture_is_a_page_of_its_own(tmp_path):
    recorded().plot("z").save(tmp_path / "z.html")
    text = (tmp_path / "z.html").read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert len(pictures(text)) == 2


def test_the_table_has_a_row_for_each_number():
    recording = recorded("lstm", num_layers=2, bidirectional=True)
    table = recording.to_dataframe()
    read = T + (T - 2)
    assert len(table) == read * H * len(recording.names) * 4
    assert list(table) == ["step", "sequence", "layer", "direction", "unit", "quantity", "value", "gradient"]  # fmt: skip
    for key in recording.layers:
        for name, quantity in recording[key].items():
            rows = table[
                (table.layer == key[0]) & (table.direction == key[1]) & (table.quantity == name)
            ]
            at = rows.step.to_numpy(), rows.sequence.to_numpy(), rows.unit.to_numpy()
            assert np.array_equal(rows.value, quantity.values[at])
            assert quantity.grads is not None
            assert np.array_equal(rows.gradient, quantity.grads[at])
    assert table[table.sequence == 1].step.max() == T - 3
    assert recorded(backward=False).to_dataframe().gradient.isna().all()
