"""The recording: read-only, sliceable, saved and loaded without loss."""

import numpy as np
import pytest
import torch

from core.cells import CELLS
from core.layers.recording import Recording
from core.layers.recurrent import Recurrent
from core.layers.trace import Quantity


def record(cell="gru", lengths=None, **options):
    torch.manual_seed(0)
    layer = Recurrent(cell, 3, 4, num_layers=2, bidirectional=True, **options)
    output, _ = layer(torch.randn(6, 3, 3), None, lengths)
    (output**2).sum().backward()
    return layer.recording


def same(a: Recording, b: Recording, columns=slice(None)) -> None:
    assert a.layers == b.layers
    for key in a.layers:
        ours, theirs = a[key].arrays(), b[key].arrays()
        assert list(ours) == list(theirs)
        for name in ours:
            np.testing.assert_array_equal(
                ours[name][:, columns], theirs[name], err_msg=f"{key} {name}"
            )


def test_arrays_are_read_only():
    recording = record()
    with pytest.raises(ValueError, match="read-only"):
        recording["h"].values[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        recording["h"].grads[0] = 1


@pytest.mark.parametrize("lengths", [None, [2, 6, 3]])
def test_one_sequence_is_what_it_was(lengths):
    recording = record(lengths=lengths)
    same(recording, recording.sequence(1), slice(1, 2))
    same(recording, recording.sequence(slice(1, 3)), slice(1, 3))
    same(recording.sequence(slice(1, 3)), recording.sequence(2), slice(1, 2))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("lengths", [None, [2, 6, 3]])
def test_saved_and_loaded_without_loss(cell, lengths, tmp_path):
    recording = record(cell, lengths)
    recording.save(tmp_path / "a.safetensors")
    again = Recording.load(tmp_path / "a.safetensors")
    same(recording, again)
    assert again.cell.options == recording.cell.options
    assert again.lengths.tolist() == recording.lengths.tolist()
    np.testing.assert_allclose(
        again[1, "reverse"].shares, recording[1, "reverse"].shares, rtol=1e-5
    )


def test_reverse_direction_is_in_the_order_of_the_input():
    recording = record(lengths=[2, 6, 3])
    reverse = recording[0, "reverse"]
    assert not reverse["h"].values[2:, 0].any()  # beyond the end of a sequence of 2
    assert reverse["h"].values[:2, 0].all()
    np.testing.assert_array_equal(reverse["h_prev"].values[0, 1], reverse["h"].values[1, 1])


def test_unknown_names_are_answered_with_the_known_ones():
    recording = record()
    with pytest.raises(LookupError, match="expected one of r, z, n, h"):
        recording["f"]
    with pytest.raises(LookupError, match="reverse"):
        recording[2, "forward"]
    with pytest.raises(ValueError, match="sequence: expected a number below the batch size 3"):
        recording.sequence(3)


@pytest.mark.parametrize("content", [b"", b"\x80\x04.", b"{}" * 50])
def test_other_files_are_refused(content, tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="recording: expected a file written by"):
        Recording.load(path)


class TestWhatANotebookShows:
    def test_a_recording_names_its_cell_layers_sizes_and_quantities(self):
        assert repr(record("lstm")) == (
            "Recording(lstm, 2 layers x 2 directions, T=6, B=3, H=4: i f g o c h, with gradients)"
        )

    def test_one_layer_that_has_not_learnt(self):
        layer = Recurrent("gru", 3, 5)
        layer(torch.randn(7, 2, 3))
        assert repr(layer.recording) == (
            "Recording(gru, 1 layer, T=7, B=2, H=5: r z n h, without gradients)"
        )
        assert repr(layer.recording[0, "forward"]) == (
            "Trace(gru, T=7, B=2, H=5: r z n h, without gradients)"
        )

    def test_layers_of_several_widths(self):
        layer = Recurrent("rnn", 3, (6, 4), num_layers=2)
        layer(torch.randn(7, 2, 3))
        assert repr(layer.recording) == (
            "Recording(rnn, 2 layers, T=7, B=2, H=6 and 4: a h, without gradients)"
        )

    def test_a_quantity_tells_its_range_and_the_size_of_its_gradients(self):
        values = np.array([[[-0.931, 0.5]], [[0.25, 0.884]]])
        grads = np.array([[[0.0, -3e-2]], [[1e-5, 2e-3]]])
        assert repr(Quantity(values, grads)) == (
            "Quantity(T=2, B=1, H=2, values -0.93 to 0.88, grads 1e-05 to 0.03 in size)"
        )
        assert repr(Quantity(values, None)).endswith("to 0.88, no grads)")
        assert repr(Quantity(values, 0 * grads)).endswith("grads all 0)")

    def test_numbers_that_are_not_finite_are_counted_not_hidden(self):
        values = np.array([[[np.nan, 0.5]], [[np.inf, 2.0]]])
        assert "values 0.5 to 2 (2 not finite)" in repr(Quantity(values, None))
        assert "values none finite" in repr(Quantity(values * np.nan, None))
