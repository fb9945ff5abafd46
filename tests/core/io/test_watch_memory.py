"""What `watch` keeps, and for how long; copies and files of the model are ordinary ones."""

import copy
import gc
import io
import pickle
import threading
import warnings
import weakref

import numpy as np
import pytest
import torch
from torch import nn

from core.io.watch import watch
from tests.helpers.watching import INPUTS, B, H, T, assert_same, draw, make


@pytest.mark.parametrize("way", ["deepcopy", "pickle", "torch.save", "state_dict"])
def test_copies_and_files_made_inside_are_ordinary_models(way):
    model, x = nn.Sequential(make(nn.LSTM, INPUTS, H)), draw(T, B, INPUTS)
    with watch(model) as recordings:
        model(x)
        if way == "deepcopy":
            best = copy.deepcopy(model)
        elif way == "pickle":
            best = pickle.loads(pickle.dumps(model))
        elif way == "torch.save":
            file = io.BytesIO()
            torch.save(model, file)
            assert b"core.io" not in file.getvalue()
            file.seek(0)
            best = torch.load(file, weights_only=False)
        else:
            best = nn.Sequential(nn.LSTM(INPUTS, H, dtype=torch.float64))
            best.load_state_dict(model.state_dict())
        calls = weakref.ref(recordings.calls["0"])
        best(2 * x)
        np.testing.assert_array_equal(recordings["0"]["x"].values, x)
    for copied, original in ((best, model), (best[0], model[0])):
        assert {*vars(copied)} == {*vars(original)}
    with watch(best) as of_copy:
        output = best(x)[0]
    np.testing.assert_allclose(of_copy["0"]["h"].values, output.detach(), rtol=0, atol=1e-12)
    del recordings, of_copy
    gc.collect()
    assert calls() is None  # nothing keeps what was recorded


@pytest.mark.parametrize(("keep", "kept"), [(1, [4]), (3, [2, 3, 4]), ("all", [0, 1, 2, 3, 4])])
def test_the_last_recordings_are_kept_as_many_as_are_asked_for(keep, kept):
    layer = make(nn.GRU, INPUTS, H)
    inputs = [(k + 1) * draw(T, B, INPUTS) for k in range(5)]
    losses = []
    with watch(layer, keep=keep) as recordings:
        for x in inputs:
            losses.append(layer(x)[0].sum())
    for loss in losses:
        loss.backward()
    assert len(recordings.calls[""]) == len(kept)
    for k, recording in zip(kept, recordings.calls[""], strict=True):
        np.testing.assert_array_equal(recording["x"].values, inputs[k])
        with watch(layer) as alone:
            layer(inputs[k])[0].sum().backward()
        assert_same(alone[""], recording)
    assert_same(recordings.calls[""][-1], recordings[""])


def test_one_is_kept_when_nothing_is_asked_for_and_the_rest_is_let_go():
    layer = make(nn.LSTM, INPUTS, H)
    losses, tapes = [], []
    with watch(layer) as recordings:
        for _ in range(4):
            losses.append(layer(draw(T, B, INPUTS))[0].sum())
            recording = recordings[""]
            assert recording["h"].values.any()
            tapes.append(weakref.ref(recording[0, "forward"]))
            del recording
    assert len(recordings.calls[""]) == 1
    gc.collect()
    assert [tape() for tape in tapes] == [None] * 4
    sum(losses).backward()
    assert recordings[""]["h"].grads.any()


@pytest.mark.parametrize("keep", [0, -1, "al", 1.5, None])
def test_another_number_to_keep_is_refused(keep):
    with (
        pytest.raises(ValueError, match=r'keep .or "all".: expected'),
        watch(nn.GRU(2, 2), keep=keep),
    ):
        pass


def test_one_layer_watched_twice_is_recorded_twice():
    model, x = nn.Sequential(make(nn.GRU, INPUTS, H)), draw(T, B, INPUTS)
    with watch(model) as outer:
        with watch(model[0]) as inner:
            model(x)[0].sum().backward()
        assert_same(outer["0"], inner[""])
        model(2 * x)
    np.testing.assert_array_equal(outer["0"]["x"].values, 2 * x)
    np.testing.assert_array_equal(inner[""]["x"].values, x)


def test_torchs_classes_are_as_before_also_after_an_exception():
    kinds = [nn.RNN, nn.LSTM, nn.GRU, nn.RNNCell, nn.LSTMCell, nn.GRUCell]
    before = [vars(kind)["forward"] for kind in kinds]
    with pytest.raises(ZeroDivisionError), watch(nn.GRU(2, 2)), watch(nn.LSTMCell(2, 2)):
        raise ZeroDivisionError
    with watch(nn.GRU(2, 2)):
        assert vars(nn.GRU)["forward"] is not before[2]
    assert [vars(kind)["forward"] for kind in kinds] == before


def test_two_threads_watch_their_own_models():
    recordings = {}

    def work(k):
        layer = make(nn.LSTM, INPUTS, H)
        with watch(layer, keep="all") as own:
            for _ in range(20):
                layer((k + 1) * draw(T, B, INPUTS))[0].sum().backward()
        recordings[k] = own

    threads = [threading.Thread(target=work, args=(k,)) for k in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, own in recordings.items():
        assert len(own.calls[""]) == 20
        for recording in own.calls[""]:
            np.testing.assert_array_equal(recording["x"].values, (k + 1) * draw(T, B, INPUTS))
            assert recording["h"].grads.any()


def test_reading_disturbs_nothing():
    """A recording is read in the middle of a run, under whatever is switched on there."""
    layer = make(nn.LSTM, INPUTS, H, 2, dropout=0.5)
    saved = []
    x = draw(T, B, INPUTS)
    with watch(layer) as recordings, warnings.catch_warnings():
        layer(x)[0].sum().backward()
        torch.manual_seed(5)
        warnings.simplefilter("ignore")
        with (
            torch.autograd.detect_anomaly(check_nan=True),
            torch.autograd.graph.saved_tensors_hooks(saved.append, lambda t: t),
            torch.inference_mode(),
            torch.device("meta"),
        ):
            assert recordings[""]["h"].grads.any()
    assert not saved
    number = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(torch.rand(1), number)
