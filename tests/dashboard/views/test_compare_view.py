"""The Compare page's session: its controls, its link, its frames, its files."""

import csv
import io
import itertools
import json
import re
import struct

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.studies.comparison import Comparison, make_trio
from core.studies.lockstep import Lockstep
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer
from dashboard.session.link import read_comparison
from dashboard.session.settings import Settings
from dashboard.views.compare import log, panel
from dashboard.views.compare.log import ComparisonLog
from dashboard.views.compare.runs import ComparedRuns, CompareState, settle_sizes
from tests.dashboard.views.test_views import MAIN
from tests.helpers.pages import find_control, go_to, state_of, unfold
from tests.helpers.streams import pull

SMALL = {"length": 7, "hidden_size": 5, "batch_size": 4}
THREE = make_trio(Experiment("adding", **SMALL))
WILD = {"activation": "relu", "optimizer": "sgd", "learning_rate": 1000, "clipping": "off"}


def open_page(**query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in query.items():
        app.query_params[name.replace("__", ".")] = value
    return go_to(app, "compare").run()


def parse(data: bytes) -> tuple[dict, list[tuple[dict, list[dict]]]]:
    """The header of a group, and of each column its header and the heads of its frames."""

    def taken(at: int, data: bytes) -> tuple[bytes, int]:
        (size,) = struct.unpack_from("<I", data, at)
        return data[at + 4 : at + 4 + size], at + 4 + size

    text, at = taken(0, data)
    columns = []
    while at < len(data):
        column, at = taken(at, data)
        header, place = taken(0, column)
        heads = []
        while place < len(column):
            frame, place = taken(place, column)
            heads.append(json.loads(taken(0, frame)[0]))
        columns.append((json.loads(header), heads))
    return json.loads(text), columns


def filled(columns: ComparedRuns, updates: int) -> None:
    while columns.reels[-1].total <= updates:
        pull(columns, 0, updates + 1)


def test_the_page_compares_the_cells_of_the_present_experiment():
    app = open_page(task="adding", length="9")
    assert not app.exception
    assert state_of(app, Settings).comparison == make_trio(Experiment("adding", length=9))
    assert len(state_of(app, CompareState).runs.reels) == 3


@pytest.mark.parametrize("task", TASKS)
def test_every_task_can_be_compared(task):
    columns = ComparedRuns(make_trio(Experiment(task, hidden_size=4, batch_size=2, num_layers=1)))
    pull(columns, 1, 2)
    _, parsed = parse(columns.data())
    assert [[f["index"] for f in heads][:2] for _, heads in parsed] == [[1, 2]] * 3


def test_controls_change_all_or_one_and_begin_anew():
    app = open_page(task="adding", length="9", a__cell="rnn", b__cell="gru")
    first = state_of(app, CompareState).runs.id
    app.run()
    assert state_of(app, CompareState).runs.id == first
    find_control(app, "compare all length").set_value(8).run()
    assert {e.length for e in state_of(app, Settings).comparison.experiments} == {8}
    assert state_of(app, CompareState).runs.id != first
    unfold(app, "compare b box")
    find_control(app, "compare b num_layers").set_value(2).run()
    assert [e.num_layers for e in state_of(app, Settings).comparison.experiments] == [1, 2]
    find_control(app, "compare fair").set_value("parameters").run()
    rnn, gru = state_of(app, Settings).comparison.levelled
    assert gru.hidden_size < rnn.hidden_size
    find_control(app, "compare seeds").set_value(2).run()
    assert [len(t) for t in state_of(app, CompareState).runs.lockstep.trainers] == [2, 2]
    assert not app.exception


def test_runs_go_on_with_settings_that_they_can_live_with():
    app = open_page(task="adding", length="9", a__cell="rnn", b__cell="gru", seeds="2")
    runs = state_of(app, CompareState).runs
    first = runs.id
    filled(runs, 2)
    find_control(app, "compare all learning_rate").set_value(0.1).run()
    unfold(app, "compare b box")
    find_control(app, "compare b clipping").set_value("off").run()
    assert state_of(app, CompareState).runs.id == first
    rates = [t.experiment.learning_rate for trainers in runs.lockstep.trainers for t in trainers]
    assert rates == [0.1] * 4
    assert [trainers[1].experiment.clipping for trainers in runs.lockstep.trainers] == [
        "norm",
        "off",
    ]
    filled(runs, 3)
    lines = list(csv.DictReader(io.StringIO(runs.as_csv().decode())))
    names = {line["name"] for line in lines if line["experiment"] == "b" and line["update"] == "3"}
    assert names == {"GRU, clipping off"}, "a name tells what the update was made with"
    assert {line["name"] for line in lines if line["update"] == "2"} == {"RNN", "GRU"}
    find_control(app, "compare all batch_size").set_value(3).run()
    assert state_of(app, CompareState).runs.id != first
    assert not app.exception


def test_a_run_that_diverged_needs_a_new_comparison():
    pair = Comparison((Experiment("adding", cell="rnn"), Experiment("adding", cell="gru")))
    runs = ComparedRuns(pair)
    faster = pair.but(experiments=tuple(e.but(learning_rate=0.1) for e in pair.experiments))
    assert runs.can_go_on_as(faster)
    assert not runs.can_go_on_as(pair.but(fair="sizes"))
    assert not runs.can_go_on_as(pair.but(seeds=2))
    runs.lockstep.trainers[1][0].diverged = "Update 1: expected finite numbers, got nan."
    assert not runs.can_go_on_as(faster)


def test_a_learning_rate_leaves_the_time_of_an_update_as_it_was_measured():
    pair = Comparison(
        (Experiment("adding", cell="rnn"), Experiment("adding", cell="gru")), "time", sizes=(40, 20)
    )
    assert panel._sizes_after(pair, {"learning_rate": 0.1}) == (40, 20)
    assert panel._sizes_after(pair, {"learning_rate": 0.1, "dropout": 0.1}) is None


def test_what_does_not_fit_is_refused_with_a_sentence_and_nothing_is_lost():
    app = open_page(hidden_size="1024", a__cell="rnn", b__cell="lstm")
    run = state_of(app, CompareState).runs.id
    find_control(app, "compare fair").set_value("parameters").run()
    assert "equal parameters: expected" in app.warning[0].value.replace("\\", "")
    assert state_of(app, CompareState).runs.id == run


@given(
    st.dictionaries(
        st.sampled_from(["a.cell", "b.cell", "c.cell", "task", "seed", "fair", "b.seed", "."])
        | st.text(max_size=8),
        st.sampled_from(["rnn", "gru", "adding", "names", "2", "time", "-1", ""])
        | st.text(max_size=9),
        max_size=6,
    )
)
def test_any_link_gives_a_comparison_and_a_sentence_for_what_is_left_out(query):
    comparison, complaints = read_comparison(query)
    assert isinstance(comparison, Comparison)
    assert all("expected" in sentence for sentence in complaints)
    assert len(complaints) <= 3


def test_every_column_has_the_same_updates_and_the_same_colour_range():
    """An RNN whose states leave -1 .. 1 widens the range of the others too."""
    rnn = Experiment("adding", cell="rnn", activation="identity", initialization="spectral",
                     spectral_radius=1.5, **SMALL)  # fmt: skip
    columns = ComparedRuns(Comparison((rnn, Experiment("adding", cell="gru", **SMALL))))
    filled(columns, 5)
    header, ((one, ones), (other, others)) = parse(columns.data())
    assert header["run"] == one["run"].split(".")[0] == other["run"].split(".")[0]
    assert [f["index"] for f in ones] == [f["index"] for f in others] == list(range(len(ones)))
    wide = [f["ranges"]["0 forward h"] for f in ones]
    assert wide == [f["ranges"]["0 forward h"] for f in others]
    assert wide[-1] > 1


def test_a_column_that_diverged_ends_and_no_longer_sets_the_colours():
    wild = Experiment("adding", cell="rnn", initialization="identity", **WILD, **SMALL)
    columns = ComparedRuns(Comparison((Experiment("adding", cell="gru", **SMALL), wild)))
    while columns.reels[0].total <= 30:
        pull(columns, 0, 31)
    header, ((_, going), (_, lost)) = parse(columns.data())
    assert len(lost) < 30 < len(going)
    assert going[-1]["ranges"]["0 forward h"] <= 1.5, "its own states lie between -1 and 1"
    assert "B · RNN" in header["banner"]["text"]
    assert header["banner"]["frame"] == len(lost) - 1
    assert not header["done"]
    healed = columns.with_remedies()
    assert healed.experiments[0] == columns.comparison.experiments[0]
    assert healed.experiments[1].clipping == "norm"


def test_curves_show_the_median_and_the_spread_of_the_seeds():
    columns = ComparedRuns(THREE.but(seeds=3))
    filled(columns, 4)
    _, parsed = parse(columns.data())
    for e, (_, heads) in zip(THREE.experiments, parsed, strict=True):
        alone = [list(itertools.islice(Trainer(e.but(seed=e.seed + k)), 4)) for k in range(3)]
        for k in range(4):
            losses = sorted(steps[k].loss for steps in alone)
            shown = heads[k + 1]["scalars"]
            assert [shown["loss low"], shown["loss"], shown["loss high"]] == losses


def test_a_typed_sequence_replaces_the_newest_frame_of_every_column():
    columns = ComparedRuns(make_trio(Experiment(hidden_size=5, batch_size=4)))
    filled(columns, 3)
    totals = [reel.total for reel in columns.reels]
    columns.set_probe("rossi")
    assert columns.reels[0].probe_error == ""
    _, parsed = parse(columns.data())
    assert [reel.total for reel in columns.reels] == totals
    for header, heads in parsed:
        assert header["layouts"][heads[-1]["layout"]]["symbols"] == list("rossi")
    columns.set_probe("7!?")
    header, _ = parse(columns.data())
    assert "expected" in header["probe"]["error"]
    assert header["probe"]["text"] == "7!?", "what was typed stays, to be put right"


def test_where_every_step_has_a_loss_the_reach_comes_with_the_evaluations():
    pair = tuple(Experiment("text", cell=c, hidden_size=5, batch_size=4) for c in ("rnn", "gru"))
    columns = ComparedRuns(Comparison(pair))
    filled(columns, 2)
    _, parsed = parse(columns.data())
    for header, heads in parsed:
        steps = len(header["layouts"][0]["symbols"])
        assert 0 < len(heads[0]["reach"]) <= steps
        assert "reach" in heads[1]
        assert "reach" not in heads[2], "nothing is judged at the second update"


def test_a_csv_file_has_every_loss_of_every_seed():
    comparison = THREE.but(seeds=2, fair="parameters")
    lockstep, log = Lockstep(comparison.levelled, 2), ComparisonLog(comparison)
    rounds = list(itertools.islice(lockstep, 3))
    for each in rounds:
        log.add(each)
    rows = list(csv.DictReader(io.StringIO(log.as_csv().decode())))
    assert len(rows) == 3 * 3 * 2
    for row in rows:
        column, seed = "abc".index(row["experiment"]), int(row["seed"]) - 1
        step = rounds[int(row["update"]) - 1].updates[column][seed]
        assert step is not None
        assert float(row["loss"]) == pytest.approx(step.loss, rel=1e-6)
        assert int(row["hidden_size"]) == comparison.levelled[column].hidden_size
        assert row["fair"] == "parameters"
        assert bool(row["held-out mse"]) == (step.evaluation is not None)


def test_an_npz_file_has_the_recordings_and_the_link():
    lockstep, log = Lockstep(THREE.levelled), ComparisonLog(THREE)
    log.add(next(lockstep))
    with np.load(io.BytesIO(log.as_npz(lockstep))) as arrays:
        assert Comparison.from_query(json.loads(str(arrays["comparison"]))) == THREE
        look = lockstep.trainers[1][0].look()
        np.testing.assert_array_equal(
            arrays["b.0.forward.f.values"], look.recording["f"].values[:, 0]
        )
        np.testing.assert_array_equal(
            arrays["b.0.forward.f.grads"],
            look.recording["f"].grads[:, 0],  # type: ignore[index]
        )


def test_a_long_history_is_thinned_but_keeps_every_evaluation(monkeypatch):
    monkeypatch.setattr(log, "MAX_UPDATES", 8)
    pair = Comparison(THREE.experiments[:2])
    lockstep, comparison_log = Lockstep(pair.levelled), ComparisonLog(pair)
    for each in itertools.islice(lockstep, 33):
        comparison_log.add(each)
    updates, values = comparison_log.arrays()
    assert len(updates) == len(values) <= 9
    assert updates[0] == 1, "the first update is an evaluation"
    assert all(
        u % comparison_log.every == 0
        for u in updates[1:]
        if u not in {i for i, _, _ in comparison_log._evaluations}
    )


def test_equal_time_is_settled_once():
    pair = Comparison(THREE.experiments[::2], "time")
    settled = settle_sizes(pair)
    assert settled.settled
    assert settle_sizes(settled) is settled


@pytest.mark.parametrize(
    ("fair", "words"),
    [
        ("units", "Equal hidden units: 5 each"),
        ("parameters", r"Equal parameters: about \d+ each"),
        ("sizes", "Sizes as set"),
    ],
)
def test_what_was_made_equal_is_said_once_with_its_size(fair, words):
    columns = ComparedRuns(THREE.but(fair=fair))
    header, parsed = parse(columns.data())
    assert re.fullmatch(words, header["fair"])
    assert header["title"] == TASKS["adding"].title
    assert all(one["score"]["unseen"] == TASKS["adding"].score_words[0] for one, _ in parsed)


def test_what_is_wrong_with_where_a_link_leads_is_said_beside_the_usual_three():
    app = open_page(update="1e400")
    assert not app.exception
    assert "expected a whole number" in app.warning[0].value
    assert state_of(app, Settings).comparison == make_trio(Experiment())
