"""The Gradients page: every tab for every kind of run, and its buttons."""

import base64
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.analysis import error_cliff
from core.analysis.diagnosis import KINDS
from core.analysis.gradients import triangle
from core.analysis.inspection import inspect_trainer
from core.analysis.saliency import GRADIENT, Explained, measure_saliency
from core.training.trainer import Experiment, Trainer
from dashboard.navigation import GRADIENTS
from dashboard.session.live_run import LiveRun, RunState
from dashboard.session.position import PositionState
from dashboard.session.settings import Settings
from dashboard.session.workbench import CONTROLS
from dashboard.views.gradients import jacobians, sections
from dashboard.views.gradients import triangle as wire
from dashboard.views.gradients.fixed_points import FixedPointState
from dashboard.views.gradients.trajectories import TrajectoryState
from tests.helpers.pages import find_control, go_to, run_of, state_of, words_of
from tests.helpers.streams import ask_page

MAIN = Path(__file__).parents[3] / "dashboard" / "main.py"
TABS = (
    "How far back a loss reaches",
    "Jacobians",
    "Untrained: sliders",
    "Exploding and clipping",
    "The error cliff",
    "Where the states go",
    "Which inputs mattered",
)


def page(tab: str = TABS[0], **query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.query_params["tab"] = str(1 + TABS.index(tab))
    return go_to(app, "gradients").run()


def decoded(data: bytes) -> tuple[dict[str, Any], np.ndarray]:
    (size,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + size])
    blocks = np.frombuffer(data[4 + size :], "<f4")
    return header, blocks.reshape(len(header["traces"]), len(header["at"]), len(header["symbols"]))


def told_to(app: AppTest) -> bytes:
    """What the triangle's component was sent."""
    return ask_page(app, "triangle", n=0)


RUNS = {
    "loss at every step, two layers": {"task": "text", "cell": "lstm", "num_layers": "2"},
    "one loss, two directions": {"task": "names", "bidirectional": "true"},
    "encoder and decoder": {"task": "translate", "hidden_size": "8"},
    "linear": {"task": "adding", "cell": "rnn", "activation": "identity"},
    "one unit, one sequence": {"task": "names", "hidden_size": "1", "batch_size": "1"},
}


@pytest.mark.parametrize("query", RUNS.values(), ids=RUNS.keys())
def test_every_run_has_its_pictures(query):
    app = page(**query)
    assert not app.exception
    assert told_to(app)
    app.session_state["network tab"] = TABS[1]
    app.run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3


def pictures(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_which_inputs_mattered_for_what_the_reader_chooses():
    app = page(TABS[6], task="adding", length="12", hidden_size="4")
    assert not app.exception
    live = run_of(app)
    inspection = inspect_trainer(live.trainer)
    last = inspection.at[-1]
    loss = measure_saliency(inspection, Explained("loss", last))
    shares, norms, inputs = pictures(app)
    bars = [np.nan_to_num(np.array(trace["y"], float)) for trace in shares["data"]]
    np.testing.assert_allclose(sum(bars), loss.steps, rtol=1e-4)
    assert (bars[0] >= 0).all()
    assert (bars[1] <= 0).all()
    np.testing.assert_allclose(np.array(norms["data"][0]["y"], float), loss.norms, rtol=1e-4)
    assert inputs["data"][0]["name"] == "share"
    assert inputs["layout"]["yaxis"]["ticktext"] == list(live.trainer.task.input_labels)
    assert f"they lack {abs(loss.gap or 0):.1g} (completeness" in words_of(app)
    assert "Saliency vanishes too" in words_of(app)
    find_control(app, "saliency kind").set_value("score").run()
    find_control(app, "saliency method").set_value(GRADIENT).run()
    assert not app.exception
    score = measure_saliency(inspection, Explained("score", last, 0), GRADIENT)
    bars = [np.nan_to_num(np.array(trace["y"], float)) for trace in pictures(app)[0]["data"]]
    np.testing.assert_allclose(sum(bars), score.steps, rtol=1e-4)
    assert "need not sum up" in words_of(app)


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment("text", cell="lstm", num_layers=2, hidden_size=5),
        Experiment("names", bidirectional=True, hidden_size=5),
        Experiment("translate", hidden_size=5),
    ],
    ids=lambda e: e.task,
)
def test_the_component_is_told_the_triangle(experiment):
    live = LiveRun(Trainer(experiment))
    header, blocks = decoded(wire.encode_run(live))
    gradients = triangle(inspect_trainer(live.trainer))
    expected = [*gradients.h.values(), *gradients.c.values()]
    assert header["at"] == list(gradients.at)
    assert [trace["quantity"] for trace in header["traces"]] == ["h"] * len(gradients.h) + [
        "c"
    ] * len(gradients.c)
    for block, rows in zip(blocks, expected, strict=True):
        np.testing.assert_allclose(block, rows, rtol=1e-6)
    # From where it enters, each loss reaches as far as every step has a hundredth of its largest.
    for trace, rows in zip(header["traces"], expected, strict=True):
        for row, origin, steps in zip(rows, trace["origins"], trace["horizons"], strict=True):
            read = row[origin:] if trace["reverse"] else row[origin::-1]
            assert (read[:steps] >= 0.01 * row.max()).all()
            assert steps == len(read) or read[steps] < 0.01 * row.max()


def test_many_losses_are_thinned_and_the_last_stays():
    live = LiveRun(Trainer(Experiment("text", length=500, hidden_size=4)))
    live.set_probe("the quick brown fox jumps over the lazy dog. " * 12)
    header, blocks = decoded(wire.encode_run(live))
    T = len(header["symbols"])
    assert T > 2 * wire.MAX_LOSSES
    assert len(header["at"]) <= wire.MAX_LOSSES
    assert header["at"][-1] == T - 1
    assert blocks.shape == (1, len(header["at"]), T)


def test_a_sequence_of_one_step():
    app = page(TABS[1])
    run_of(app).set_probe("y")
    app.run()
    assert not app.exception
    assert "no earlier step" in app.caption[0].value
    app.session_state["network tab"] = TABS[0]
    app.run()
    assert not app.exception
    header, blocks = decoded(told_to(app))
    assert blocks.shape == (1, 1, 1)
    assert header["traces"][0]["horizons"] == [1]


def test_a_run_that_diverged_says_so_and_goes_back():
    app = page(
        task="adding",
        cell="rnn",
        activation="identity",
        optimizer="sgd",
        learning_rate="1000.0",
        clipping="off",
    )
    app.button(key="train 100").click().run()
    assert not app.exception
    live = run_of(app)
    assert live.trainer.diverged
    assert "badge[diverged]" in words_of(app)
    assert app.button(key="train 100").disabled
    header, blocks = decoded(wire.encode_run(live))
    assert header["stopped"]
    assert np.isnan(blocks).any(), "what is not finite is drawn as such"
    assert all(trace["lost"] == [True] * len(header["at"]) for trace in header["traces"])
    for tab in (TABS[1], TABS[3]):
        app.session_state["network tab"] = tab
        app.run()
        assert not app.exception
    app.button(key="remedy 0").click().run()
    assert not app.exception
    assert state_of(app, Settings).experiment.clipping == "norm"
    assert not run_of(app).trainer.diverged
    assert run_of(app).trainer.experiment == state_of(app, Settings).experiment


def test_the_remedy_of_a_vanished_gradient_changes_the_experiment():
    app = page(task="adding", cell="rnn", length="50")
    app.button(key="train 100").click().run()
    assert run_of(app).trainer.index == 100
    assert "badge[vanished]" in words_of(app)
    assert app.button(key="remedy 0").label.replace("\\", "") == "Take an LSTM with forget bias 1"
    app.button(key="remedy 0").click().run()
    assert not app.exception
    expected = Experiment("adding", cell="lstm", length=50, forget_bias=1.0)
    assert state_of(app, Settings).experiment == expected
    assert run_of(app).trainer.experiment == expected
    assert "badge[not trained]" in words_of(app)


def test_every_kind_has_a_title():
    assert list(sections.TITLES) == list(sections.COLOURS) == list(KINDS)


def test_norms_of_every_update_and_the_way_to_compare():
    app = page(TABS[3], task="adding", length="10", clip_at="0.05", hidden_size="4")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 0
    app.button(key="train 100").click().run()
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    names = [trace["name"] for trace in figure["data"]]
    assert names == ["norm of the gradient", "after clipping", "loss", "clipped at"]
    assert "of the updates were clipped (by norm, at 0.05)" in words_of(app)
    app.button(key="plane").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3
    assert run_of(app).trainer.index == 100, "drawing the surface trained the run"
    app.button(key="compare clipping").click().run()
    assert not app.exception
    two = state_of(app, Settings).comparison.experiments
    assert [e.clipping for e in two] == ["off", "norm"]
    assert two[0].but(clipping="norm") == two[1]


def test_the_sliders_change_the_untrained_network_and_not_the_run():
    app = page(TABS[2])
    assert state_of(app, RunState).run is None, "the workbench has networks of its own"
    before = words_of(app)
    find_control(app, "bench_radius").set_value(0.5).run()
    assert not app.exception
    assert words_of(app) != before
    find_control(app, "bench_cell").set_value("lstm").run()
    find_control(app, "bench_bias").set_value(3.0).run()
    find_control(app, "bench_length").set_value(1).run()
    assert not app.exception
    assert "no earlier step" in words_of(app)
    assert state_of(app, RunState).run is None


def test_the_tabs_of_a_link_stand_in_two_levels_and_the_workbench_has_no_control_twice():
    for number, title in enumerate(TABS, 1):
        app = page(title, task="adding", length="10")
        assert not app.exception
        assert state_of(app, PositionState).noted["gradients"] == (
            {"tab": number} if number > 1 else {}
        )
        bench = number in (3, 5)
        assert find_control(app, "gradients level").value == ("workbench" if bench else "network")
        labels = [
            each.label for each in (*app.slider, *app.selectbox, *app.toggle, *app.number_input)
        ]
        labels += [each.label for each in app.button_group]
        assert ("Seed" in labels) == (number != 5)
        if bench:
            assert not app.sidebar.selectbox, "the run's settings belong to the run"
            assert len(labels) == len(set(labels)), labels
            assert not [b for b in app.button if b.key in ("train 100", "remedy 0")]
            find_control(app, "gradients level").set_value("network").run()
            assert not app.exception
            assert run_of(app).trainer.experiment == Experiment("adding", length=10)
            assert app.sidebar.selectbox


def test_a_link_sets_the_sliders_of_the_workbench_and_the_others_show_their_first_values():
    app = page(TABS[2], bench_cell="lstm", bench_bias="3", bench_length="20", bench_scaled="false")
    assert not app.exception
    assert find_control(app, "bench_cell").value == "lstm"
    assert find_control(app, "bench_bias").value == 3.0
    assert find_control(app, "bench_length").value == 20
    assert find_control(app, "bench_scaled").value is False
    assert find_control(app, "bench_seed").value == 1
    find_control(app, "bench_length").set_value(30).run()
    noted = state_of(app, PositionState).noted["gradients"]
    assert noted["bench_length"] == 30
    assert "bench_seed" not in noted, "a usual value is left out of links"


def test_what_a_link_says_of_the_workbench_and_makes_no_sense_is_a_sentence():
    app = page(TABS[4], cliff_rate="abc", cliff_w="1e400", cliff_b="-2.1", bench_cell="x" * 90)
    assert not app.exception
    said = " ".join(warning.value for warning in app.warning)
    assert "Cliff w" in said
    assert find_control(app, "cliff_rate").value == error_cliff.LEARNING_RATE
    assert find_control(app, "cliff_b").value == -2.1


def test_the_pages_table_and_the_workbench_name_the_same_controls():
    assert set(CONTROLS) == {n for n in GRADIENTS.position if n.startswith(("bench_", "cliff_"))}


def test_the_cliff_from_above_and_in_space():
    app = page(TABS[4])
    assert not app.exception
    assert "update 77 takes the longest step" in words_of(app)
    kinds = [json.loads(c.proto.spec)["data"][0]["type"] for c in app.get("plotly_chart")]
    assert kinds[0] == "heatmap"
    find_control(app, "cliff_space").set_value(True).run()
    assert not app.exception
    kinds = [json.loads(c.proto.spec)["data"][0]["type"] for c in app.get("plotly_chart")]
    assert kinds[0] == "surface"


def test_of_a_long_sequence_all_steps_are_sampled_and_some_are_exact(monkeypatch):
    monkeypatch.setattr(jacobians, "MAX_WORK", 12 * 8**3)
    usual, samplings = jacobians.sample_products, []
    monkeypatch.setattr(
        jacobians, "sample_products", lambda *given: samplings.append(given) or usual(*given)
    )
    app = page("Jacobians", task="adding", cell="rnn", hidden_size="8", length="20")
    assert not app.exception
    assert "8 random orthonormal directions" in words_of(app)
    figures = [json.loads(c.proto.spec)["data"] for c in app.get("plotly_chart")]
    named = {trace["name"]: trace for data in figures for trace in data}
    assert _numbers_of(named["typical"]["x"]) == list(range(1, 21))
    assert find_control(app, "jacobians window").value == 20
    assert _steps_of(app)[0] == 9
    find_control(app, "jacobians window").set_value(15).run()
    assert not app.exception
    assert _steps_of(app) == list(range(4, 16))
    assert len(samplings) == 1  # the window is none of theirs


def _steps_of(app: AppTest) -> list[int]:
    """The steps of the figure of single Jacobians."""
    return _numbers_of(json.loads(app.get("plotly_chart")[2].proto.spec)["data"][0]["x"])


def _numbers_of(array: dict[str, str]) -> list[int]:
    return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"]).astype(int).tolist()


@pytest.mark.parametrize("size", [1, 64, 150, 600])
def test_a_state_is_decomposed_up_to_the_size_that_is_said(size):
    most = jacobians.largest_state()
    assert jacobians.max_steps(most) >= 1
    assert jacobians.max_steps(most + 1) == 0
    assert jacobians.max_steps(size) >= jacobians.max_steps(size + 1)


def test_states_go_over_the_updates_and_their_fixed_points_are_found():
    app = page("Where the states go", task="names", cell="gru", hidden_size="4", update="30")
    assert not app.exception
    paths = state_of(app, TrajectoryState).paths
    assert sorted(paths) == [0, 10, 20, 30]
    app.button(key="search fixed points").click().run()
    assert not app.exception
    seen = state_of(app, FixedPointState)
    assert seen.points
    weights, step = run_of(app).trainer.model, paths[30][0]
    layer = weights.parts[""]
    point = seen.points[0]
    x = torch.from_numpy(step.inputs[-1]).view(1, 1, -1)
    h = torch.from_numpy(point.state).float().view(1, 1, -1)
    np.testing.assert_allclose(layer(x, h)[1].detach().flatten(), point.state, atol=1e-5)
    find_control(app, "trajectory update").set_value(10).run()
    assert not app.exception
    assert not state_of(app, FixedPointState).points  # they were those of the newest weights
