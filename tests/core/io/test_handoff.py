"""From a notebook to the page: the recordings arrive whole, by a link that nobody can guess."""

import numpy as np
import pytest
import torch
from torch import nn

from core.io import handoff
from core.io.store import new_key
from core.io.watch import watch


def recorded():
    torch.manual_seed(1)
    model = nn.Sequential(nn.LSTM(3, 4, num_layers=2, bidirectional=True))
    with watch(model) as recordings:
        model(torch.randn(6, 2, 3))[0].square().sum().backward()
    return recordings


def test_show_gives_a_link_to_what_was_recorded(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    recordings = recorded()
    link = recordings.show("http://localhost:9/")
    assert opened == [link]
    page, _, token = link.partition("?watched=")
    assert page == "http://localhost:9/yours"
    found = handoff.collect_recordings(token, tmp_path)
    assert list(found) == ["0"]
    for key in recordings["0"].layers:
        for name, array in recordings["0"][key].arrays().items():
            np.testing.assert_array_equal(found["0"][key].arrays()[name], array)
    assert not list(tmp_path.rglob(f"*{token}*"))


def test_nothing_recorded_is_said(tmp_path):
    with pytest.raises(ValueError, match="recordings: expected 1 to 64 recorded layers, got 0"):
        handoff.publish_recordings({}, tmp_path)


def test_a_wrong_link_finds_nothing(tmp_path):
    token = handoff.publish_recordings(dict(recorded()), tmp_path)
    with pytest.raises(LookupError, match="link: expected one to recordings"):
        handoff.collect_recordings(new_key(), tmp_path)
    with pytest.raises(ValueError, match="key: expected"):
        handoff.collect_recordings("../" * 6, tmp_path)
    (names,) = tmp_path.rglob("watched.json")
    for content in (b"", b"[]", b'{"format": "unrolled-watched-1", "names": {"../x": "a"}}'):
        names.write_bytes(content)
        with pytest.raises(LookupError, match="link: expected"):
            handoff.collect_recordings(token, tmp_path)


def test_old_ones_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(handoff, "MAX_HANDOFFS", 2)
    recordings = dict(recorded())
    for _ in range(4):
        token = handoff.publish_recordings(recordings, tmp_path)
    assert len(list((tmp_path / "watched").iterdir())) == 2
    assert handoff.collect_recordings(token, tmp_path)
