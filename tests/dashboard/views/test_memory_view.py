"""The Memory page without a browser: its link, its controls, its figures, and what it refuses."""

import itertools
import math
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.studies import Folder
from core.studies.folder import StudyError
from core.studies.runner import run_study
from core.studies.shipped import clearest_study, shipped_studies
from core.studies.table import TableCell, make_table
from core.training.presets import FIRST_STUDY
from dashboard.figures.memory import GAP, SHADES, spread, success_heatmap, success_intervals
from dashboard.session.position import PositionState
from dashboard.session.settings import Settings
from dashboard.session.study_settings import StudySettings, own_study
from dashboard.views.memory import points, processes
from dashboard.views.memory.points import PointState
from tests.helpers import tiny_points
from tests.helpers.pages import find_control, go_to, run_of, state_of, words_of

MAIN = Path(__file__).parents[3] / "dashboard" / "main.py"
TINY = {"task": "two_sequence", "cells": "rnn lstm", "lengths": "5 8", "seeds": "2"}
TINY |= {"updates": "40", "hidden_size": "4"}
WORDS = dict.fromkeys(("distance", "solved", "hover"), "")
WORDS |= {"seed": "{solved} of {finished} seed", "seeds": "{solved} of {finished} seeds"}
WORDS |= {"train": "Train {network} at {distance}"}


@pytest.fixture(autouse=True)
def own_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def open_page(**query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "memory")
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def first_warning(app: AppTest) -> str:
    """The first warning of the page, as a reader sees it."""
    return app.warning[0].value.replace("\\", "")


@pytest.mark.parametrize("name", [None, *shipped_studies()])
def test_every_shipped_study_opens_with_its_paper(name):
    app = open_page(**({"study": name} if name else {}))
    assert not app.exception
    assert not app.warning
    text = " ".join(element.value for element in app.markdown)
    assert "**Paper.**" in text
    assert "**Scaled down.**" in text


def test_a_link_describes_a_study_of_ones_own():
    app = open_page(**TINY)
    assert not app.exception
    assert not app.warning
    assert find_control(app, "memory updates").value == 40
    assert "2 networks, 2 distances, 2 seeds" in words_of(app)
    find_control(app, "memory lengths").set_value("5 6 7").run()
    assert "3 distances, 2 seeds" in words_of(app)


def test_what_does_not_fit_stays_in_its_control_with_a_sentence_and_the_last_good_study_is_shown():
    app = open_page(**TINY)
    for wrong in ("", "5 x", "0", "5 " * 20, "1"):
        find_control(app, "memory lengths").set_value(wrong).run()
        assert not app.exception
        assert first_warning(app).startswith("Length")
        assert find_control(app, "memory lengths").value == wrong
        assert "2 distances, 2 seeds" in words_of(app)
    find_control(app, "memory cells").set_value([]).run()
    assert "Networks: expected at least one" in first_warning(app), "of two faults one at a time"
    find_control(app, "memory lengths").set_value("5 6").run()
    assert "Networks: expected at least one" in first_warning(app)
    find_control(app, "memory cells").set_value(["gru"]).run()
    assert not app.warning
    assert "1 network, 2 distances, 2 seeds" in words_of(app)


def test_one_refused_value_does_not_lose_what_is_right_in_another_control():
    app = open_page(**TINY)
    find_control(app, "memory lengths").set_value("5 x").run()
    find_control(app, "memory updates").set_value(70).run()
    assert find_control(app, "memory updates").value == 70
    find_control(app, "memory lengths").set_value("5 6 7").run()
    assert not app.warning
    assert "within 70 updates" in words_of(app)


@given(
    st.dictionaries(
        st.sampled_from([*FIRST_STUDY, "seeds", "updates", "hidden_size", "study", "nonsense"]),
        st.one_of(
            st.text(max_size=12), st.sampled_from(["0", "7", "9" * 9, "adding", "names", "gru gru"])
        ),
    )
)
@settings(max_examples=60, deadline=None)
def test_any_link_gives_a_study_or_a_sentence(query):
    settings = StudySettings.from_query(query)
    own_study(settings.values)  # what is kept always is one
    assert all("expected" in sentence for sentence in settings.complaints)


def test_the_figures_show_the_numbers_of_the_table(tmp_path):
    study = tiny_points.SMALL
    run_study(study, Folder(tmp_path / "study"), 1, function=tiny_points.short)
    rows = make_table(study, Folder(tmp_path / "study").results(study))
    rows[0].append(TableCell(0, 0, None, None, None))
    distances = [*study.distances, 9]
    figure = success_intervals(study.labels, (*study.distances, 9), rows, WORDS)
    (marks,) = figure.data
    assert list(marks.y) == [100 * cell.rate for cell in rows[0][:2]]
    assert [d for d, *_ in marks.customdata] == [5, 6]
    assert [text for _, text, *_ in marks.customdata] == [
        f"{cell.solved} of 20 seeds" for cell in rows[0][:2]
    ]
    for k, cell in enumerate(rows[0][:2]):
        low, high = cell.interval
        assert math.isclose(marks.y[k] + marks.error_y.array[k], 100 * high)
        assert math.isclose(marks.y[k] - marks.error_y.arrayminus[k], 100 * low)
    assert marks.mode == "markers", "three seeds make no line"
    heatmap = success_heatmap(study.labels, distances, rows, WORDS)
    assert list(heatmap.data[0].z[0][:2]) == [cell.rate for cell in rows[0][:2]]
    assert heatmap.data[0].z[0][2] is None
    assert list(heatmap.layout.xaxis.ticktext) == ["5", "6", "9"]
    assert [(note.x, note.y) for note in heatmap.layout.annotations] == [(0, 0), (1, 0), (2, 0)]
    assert [tuple(point) for point in heatmap.data[1].customdata] == [(0, 5), (0, 6), (0, 9)], (
        "what a click sends"
    )
    assert heatmap.data[1].text[2] == f"Train {study.labels[0]} at 9"
    texts = [note.text for note in heatmap.layout.annotations]
    assert f"<b>{rows[0][0].solved}/20</b>" in texts[0]
    assert texts[2] == "·"


def test_networks_of_equal_success_stand_beside_each_other_and_so_do_their_names():
    cells = [[TableCell(3, 3, 10, 1.0, 1.0), TableCell(3, 0, None, 0.5, 1.0)]] * 2
    figure = success_intervals(("A", "B"), (10, 100), cells, WORDS)
    one, two = figure.data
    for a, b, place in zip(one.x, two.x, (0, 1), strict=True):
        assert a < place < b
        assert b - a > 0.1
    assert (one.marker.symbol, one.marker.color) != (two.marker.symbol, two.marker.color)
    names = figure.layout.annotations
    assert [name.text[-1] for name in names] == ["A", "B"]
    assert abs(names[0].y - names[1].y) * 110 >= GAP - 1e-9
    assert all(0 <= name.y <= 1 for name in names), "a name beyond the axis would not be drawn"


@pytest.mark.parametrize("heights", [[0, 0, 0], [100, 100, 100], [50, 51, 0, 100], [3.0], []])
def test_names_keep_their_order_and_their_distance(heights):
    places = spread(heights, 15, -5, 105)
    assert all(-5 <= place <= 105 for place in places)
    order = sorted(range(len(heights)), key=lambda k: heights[k])
    for a, b in itertools.pairwise(order):
        assert places[b] - places[a] >= 15 - 1e-9
    assert spread([10, 60], 15, -5, 105) == [10, 60], "what is apart stays where it is"


@pytest.mark.parametrize("page", [1.0, 0.08], ids=["light", "dark"])
def test_a_third_two_thirds_and_all_are_told_apart(page):
    """Each step from none to all of three seeds changes the lightness of the cell; page: that of the background."""
    by_share = dict(SHADES)
    shades = [_lightness(by_share[share], page) for share in (0.0, 1 / 3, 2 / 3, 1.0)]
    steps = [abs(a - b) for a, b in itertools.pairwise(shades)]
    assert all(step >= 0.05 for step in steps), shades


def _lightness(colour: str, page: float) -> float:
    """Of an rgba() over a grey page, 0 to 1."""
    r, g, b, alpha = map(float, colour[5:-1].split(","))
    return page * (1 - alpha) + alpha * (0.3 * r + 0.6 * g + 0.1 * b) / 255


def test_the_page_opens_on_the_clearest_study_and_says_its_seeds():
    app = open_page()
    assert state_of(app, Settings).study.chosen == clearest_study()
    assert find_control(app, "memory study").value == clearest_study()
    assert "3 seeds" in words_of(app)
    assert "3 seeds say little" in words_of(app)


def test_a_single_seed_is_not_seeds():
    assert "1 seed" in words_of(open_page(**{**TINY, "seeds": "1"}))
    assert "1 seeds" not in words_of(open_page(**{**TINY, "seeds": "1"}))
    one = success_intervals(("A",), (5,), [[TableCell(1, 1, 9, 1.0, 1.0)]], WORDS)
    assert one.data[0].customdata[0][1] == "1 of 1 seed"


def test_train_this_point_leads_to_its_experiment_on_live():
    app = open_page(study="hochreiter1997_order")
    study = shipped_studies()["hochreiter1997_order"].study()
    find_control(app, "memory point").set_value((2, 60)).run()
    app.button(key="memory train").click().run()
    assert not app.exception
    wanted = study.point(2, 60, study.seeds[0]).experiment
    assert state_of(app, Settings).experiment == wanted
    assert run_of(app).trainer.experiment == wanted
    assert state_of(app, PositionState).page.name == "live"


def test_a_click_on_the_map_takes_that_point_and_nothing_else():
    study = shipped_studies()["hochreiter1997_order"].study()
    for point, is_one in (((1, 100), True), ((9, 100), False), ((1, 31), False)):
        app = open_page(study="hochreiter1997_order")
        state_of(app, PointState).chosen = chosen = points.find_experiment(study, point)
        assert (chosen is not None) == is_one, point
        app.run()
        assert (state_of(app, PositionState).page.name == "live") == is_one
        if chosen is not None:
            assert state_of(app, Settings).experiment == study.point(*point, 1).experiment


class TestStarting:
    def test_a_cluster_needs_a_server_for_oneself(self, monkeypatch):
        study = own_study(TINY)
        monkeypatch.setattr(processes, "may_use_clusters", lambda: False)
        with pytest.raises(ValueError, match="cluster: expected none on a server that others"):
            processes.start_study(study, processes.study_folder(study), 1, "tcp://127.0.0.1:8786")

    @pytest.mark.parametrize(
        "address", ["here", "tcp://a b:1", "http://x:1", "tcp://x:1; rm", "-x"]
    )
    def test_an_address_is_one(self, address, monkeypatch):
        study = own_study(TINY)
        monkeypatch.setattr(processes, "may_use_clusters", lambda: True)
        with pytest.raises(ValueError, match="cluster: expected an address like tcp"):
            processes.start_study(study, processes.study_folder(study), 1, address)

    def test_days_of_work_are_refused_with_their_cost(self, monkeypatch):
        study = own_study(TINY)
        monkeypatch.setattr(
            processes, "study_cost", lambda study: 2 * 60 * 3600.0
        )  # on any machine
        with pytest.raises(ValueError, match=r"expected at most 24 hours .+ got up to 60\."):
            processes.start_study(study, processes.study_folder(study), 2, "")

    def test_one_study_at_a_time_has_the_cores(self):
        study = own_study(TINY)
        other = processes.study_folder(own_study({**TINY, "seeds": "3"}))
        with other.lock(), pytest.raises(StudyError, match="expected no other study to run"):
            processes.start_study(study, processes.study_folder(study), 1, "")

    def test_a_killed_process_is_told_from_a_paused_one(self):
        place = processes.study_folder(own_study(TINY))
        assert processes.process_state(place)[0] == ""
        place.path.mkdir(parents=True)
        place.say(state="running")
        assert processes.process_state(place)[0] == "killed"
        place.say(state="stopped")
        assert processes.process_state(place)[0] == "stopped"
        with place.lock():
            assert processes.process_state(place)[0] == "running"
