"""Every page and tab shows a run with a normalised input, and says that it is."""

import pytest
from streamlit.testing.v1 import AppTest

from core.common.messages import sentence_of
from core.io.export.script import as_zip
from core.training.experiment import Experiment
from dashboard.common.i18n import speak
from dashboard.navigation import PAGES
from dashboard.session.settings import Settings
from dashboard.views.compare.runs import CompareState
from tests.dashboard.views.test_compare_view import filled, parse
from tests.dashboard.views.test_feed_forward_pages import TABS, open_page
from tests.helpers.pages import MAIN, find_control, go_to, run_of, state_of, unfold, words_of

KINDS = {
    "rnn": {"cell": "rnn", "normalization": "layer"},
    "lstm": {"cell": "lstm", "normalization": "batch", "num_layers": "2"},
    "gru": {"cell": "gru", "normalization": "layer", "bidirectional": "true", "num_layers": "2"},
}
ONE_OFTEN = [
    kind if k == 0 else pytest.param(kind, marks=pytest.mark.long) for k, kind in enumerate(KINDS)
]


@pytest.mark.parametrize("kind", ONE_OFTEN)
@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("", "memory")])
def test_every_page_opens(page, kind):
    for tab in range(1, TABS.get(page, 1) + 1):
        open_page(page, **KINDS[kind], tab=str(tab))


def test_the_drawer_changes_it_and_the_line_and_the_equations_say_it():
    app = unfold(open_page("", **KINDS["rnn"]), "network box")
    control = find_control(app, "control normalization")
    assert control.value == "layer"
    control.set_value("batch").run()
    assert run_of(app).trainer.model.recurrent.normalization == "batch"
    words = words_of(open_page("architectures", **KINDS["lstm"]))
    assert "LSTM, 2 layers of 6 units, batch normalisation" in words
    assert "normalised before it is added: each unit over all steps of the batch" in words


def test_the_sum_in_the_microscope_names_the_normalisation():
    app = open_page("unrolled", **KINDS["rnn"], number="a.2.1")
    formulas = [each.value for each in app.latex]
    assert any(r"\mathrm{norm}\left(W" in formula for formula in formulas), formulas
    assert any(r"_{\text{normalised}}" in formula for formula in formulas), formulas
    app = open_page("unrolled", **KINDS["lstm"], number="dh.2.1")  # of the lower layer
    formulas = [each.value for each in app.latex]
    assert any(r"\mathrm{norm}^\top\left(" in formula for formula in formulas), formulas


def test_the_script_says_that_it_cannot():
    with pytest.raises(
        ValueError, match=r"^script: expected normalization off, got layer"
    ) as error:
        as_zip(Experiment(task="names", normalization="layer"), 1)
    assert sentence_of(error.value)


def test_compare_trains_the_three_on_the_same_batches_and_names_each():
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    query = {"task": "names", "a.cell": "gru", "b.cell": "gru", "c.cell": "gru"}
    query |= {"b.normalization": "layer", "c.normalization": "batch"}
    app.query_params.update(query)
    app = go_to(app, "compare").run()
    assert not app.exception
    assert not app.warning
    columns = state_of(app, CompareState).runs
    names = state_of(app, Settings).comparison.names()
    assert names == ("GRU", "GRU, normalization layer", "GRU, normalization batch")
    filled(columns, 3)
    _, parsed = parse(columns.data())
    assert [[frame["index"] for frame in heads][:3] for _, heads in parsed] == [[0, 1, 2]] * 3
    speak("zh")
    try:
        _, chinese = parse(columns.data())
    finally:
        speak("en")
    in_chinese = [header["name"] for header, _ in chinese]
    assert in_chinese == ["GRU", "GRU，归一化：层", "GRU，归一化：批量"]
    normalizations = [e.normalization for e in columns.comparison.experiments]
    assert normalizations == ["off", "layer", "batch"]
