"""A yes-or-no task that brings nothing but data: the panel, the metrics and the page come with its type."""

import dataclasses
import json
import struct
from pathlib import Path

import torch
from streamlit.testing.v1 import AppTest

from core.common.options import Option
from core.tasks import TASKS
from core.tasks.base import Batch, Probe
from core.tasks.task_types import Binary
from core.training.experiment import FIELDS
from tests.contract.test_every_task import panels
from tests.helpers.pages import run_of

ROOT = Path(__file__).parents[3]


class Sums(Binary):
    """Is the sum so far above a half, is it above one?"""

    title, source, at = "Sums", "made by rule", "every"
    options = (Option("length", "integer", 5, 2, 20),)
    defaults = {"hidden_size": 4}  # noqa: RUF012
    length = property(lambda self: self.values["length"])  # type: ignore[assignment]
    input_labels = ("value",)  # type: ignore[assignment]
    labels = ("above a half", "above one")  # type: ignore[assignment]
    baselines = {"always no": {"accuracy": 0.4}}  # type: ignore[assignment] # noqa: RUF012

    def sample(self, generator, batch_size):
        x = torch.rand(self.length, batch_size, 1, generator=generator)
        sums = x.cumsum(0)
        return Batch(x, torch.cat([sums > 0.5, sums > 1], 2).float())

    def make_held_out(self):
        return self.sample(torch.Generator().manual_seed(7), 30)

    make_train_eval = make_held_out

    def probe(self, text=None):
        batch = self.held_out.subset(slice(0, 1), self.at)
        return Probe(batch, tuple(f"{v:.1f}" for v in batch.x.flatten().tolist()), text or "")


def test_the_player_has_its_panel():
    assert Sums.panel in panels()


def test_it_counts_the_right_answers_of_each_output():
    task = Sums()
    output = torch.full((5, 30, 2), -1.0)  # always no
    tallies = task.panel_data(None, output, task.held_out, 0)
    assert tallies.judged == 150
    assert tallies.right == tuple((task.held_out.y == 0).sum((0, 1)).tolist())
    assert tallies.right[0] != tallies.right[1]


def test_its_page_opens_and_the_player_gets_what_its_panel_draws(monkeypatch):
    monkeypatch.setitem(TASKS._entries, "sums", Sums)
    choices = dataclasses.replace(FIELDS["task"], choices=tuple(TASKS))
    monkeypatch.setitem(FIELDS, "task", choices)
    app = AppTest.from_file(str(ROOT / "dashboard" / "main.py"), default_timeout=60)
    app.query_params["task"] = "sums"
    app.run()
    assert not app.exception
    data = run_of(app).data()
    (size,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + size])
    assert (header["kind"], header["labels"]) == ("binary", list(Sums.labels))
    assert header["headline is share"]
    (length,) = struct.unpack_from("<I", data, 8 + size)
    head = json.loads(data[12 + size : 12 + size + length])
    assert head["picture"]["judged"] == 150
    assert len(head["picture"]["right"]) == 2
    assert len(header["layouts"][0]["targets"]) == 10
