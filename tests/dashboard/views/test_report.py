"""The report and its figures: the recorded numbers, one file, and nothing that a reader typed is run."""

import re

import numpy as np
import pytest

from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer
from dashboard.figures import curves as lines
from dashboard.figures import recordings
from dashboard.views.yours.report import render_report

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def trained():
    trainer, curves = (
        Trainer(Experiment(cell="lstm", hidden_size=6, batch_size=4), "anna"),
        Curves(),
    )
    steps = [next(trainer) for _ in range(60)]
    for step in steps:
        curves.add(step)
    return trainer, curves, steps


def test_the_maps_show_the_recorded_numbers(trained):
    trace = trained[0].look().recording[0, "forward"]
    figure = recordings.value_figure(trace, tuple("anna"))
    assert len(figure.data) == len(trace)
    for name, heat in zip(trace, figure.data, strict=True):
        np.testing.assert_array_equal(heat.z, trace[name].values[:4, 0].T)
        gate = name in "ifo"
        assert (heat.zmin, heat.zmax) == (0, 1) if gate else heat.zmin == -heat.zmax
        assert gate or heat.zmax >= np.abs(heat.z).max()
    figure = recordings.gradient_figure(trace, tuple("anna"))
    for name, heat in zip(trace, figure.data, strict=True):
        np.testing.assert_array_equal(heat.customdata, trace[name].grads[:4, 0].T)
        assert (np.sign(heat.z) * np.sign(heat.customdata) >= 0).all()


def test_the_logarithm_keeps_the_sign_and_counts_decades():
    values = np.array([0, 1e-7, 1e-3, -1e-3, 10, 1e9, -1e-30], dtype=np.float32)
    np.testing.assert_allclose(recordings.signed_log(values), [0, 0, 4, -4, 8, 8, 0], atol=1e-6)


def test_norms_are_those_of_the_gradients(trained):
    trace = trained[0].look().recording[0, "forward"]
    figure = recordings.norm_figure(trace, tuple("anna"))
    line = next(line for line in figure.data if line.name == "c")
    np.testing.assert_allclose(line.y, np.linalg.norm(trace["c"].grads[:4, 0], axis=1), rtol=1e-6)


def test_the_curves_are_those_of_the_run(trained):
    _, curves, steps = trained
    assert list(lines.loss_figure(curves).data[0].y) == pytest.approx(
        [s.loss for s in steps], rel=1e-6
    )
    judged = lines.metric_figure(curves, "accuracy", {"always <b>one</b>": 0.1})
    held_out = next(line for line in judged.data if line.name == "held-out")
    assert held_out.y[0] == steps[0].evaluation.held_out["accuracy"]


def test_a_long_run_stays_a_small_figure():
    curves = Curves()
    curves._updates.extend(range(1, 20_001))
    curves._values.extend([1.0] * 60_000)
    assert len(lines.loss_figure(curves).data[0].x) == lines.MAX_POINTS


def test_the_report_is_one_file_that_loads_nothing(trained):
    text = render_report(*trained, name="My run", notes="first\nsecond").decode()
    assert text.count("<title>My run</title>") == 1
    assert "first\nsecond" in text
    assert text.count("Content-Security-Policy") == 1
    without = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", without)
    assert not re.search(r"<script[^>]*\ssrc", text)
    assert "gradient" in without
    for line in ("hidden units: <b>6</b>", "learning rate: <b>0.003</b>"):
        assert line in without.lower()
    assert text.count("Plotly.newPlot(") == 3 + 3
    assert 4e6 < len(text) < 8e6


def test_what_a_reader_typed_is_only_text(trained):
    letters = "abcdefghij"
    names = "\n".join(f"{letters[k]}anna,{k % 2}{HOSTILE[:30]}" for k in range(10))
    trainer = Trainer(Experiment(task="names", file=names, hidden_size=3))
    curves = Curves()
    curves.add(next(trainer))
    clean = render_report(*trained).decode()
    text = render_report(trainer, curves, [], HOSTILE, HOSTILE).decode()
    assert text.count("<script") == clean.count("<script")
    assert "<img" not in text.replace("<img", "", clean.count("<img"))
    assert "onerror=alert(2)>" not in text


def test_a_corpus_of_hostile_symbols_is_only_text():
    trainer = Trainer(Experiment(task="text", corpus=HOSTILE * 40, length=12, hidden_size=3))
    curves = Curves()
    curves.add(next(trainer))
    trainer.set_probe("<script>")
    text = render_report(trainer, curves).decode()
    labels = re.findall(r'"ticktext":\[(.*?)\]', text)
    assert labels
    assert not any("<" in label for label in labels)
