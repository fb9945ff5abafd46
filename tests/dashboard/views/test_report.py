"""The report and its figures: the recorded numbers, one file, and nothing that a reader typed is run."""

import re
import threading
from collections.abc import Callable
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from core.cells import CELLS
from core.io.cell_candidates import cell_candidates
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer
from dashboard.common.i18n import speak
from dashboard.common.ranges import decades_of
from dashboard.figures import curves as lines
from dashboard.figures import recordings
from dashboard.figures.books import NOTATIONS
from dashboard.figures.equation_html import equation_html
from dashboard.figures.equations import equations
from dashboard.figures.heat import HeatMap, stacked_maps_figure
from dashboard.views.yours.export import ExportState
from dashboard.views.yours.report import ReportTexts, render_report
from tests.helpers.languages import chinese_in, english_in
from tests.helpers.pages import MAIN, find_control, go_to, state_of

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
    assert len(figure.data) == len(trace), "a mask, where every number is finite"
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
    levels = recordings.signed_log(values, decades_of(values))
    np.testing.assert_allclose(levels, [0, 23, 27, -27, 31, 39, 0], atol=1e-6)


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
    assert len(lines.loss_figure(curves).data[0].x) <= lines.MAX_POINTS


def test_no_spike_of_a_long_run_is_lost():
    curves = Curves()
    curves._updates.extend(range(1, 20_001))
    curves._values.extend([1.0] * 60_000)
    curves._values[3 * 7_777] = 1e7
    figure = lines.loss_figure(curves)
    assert max(figure.data[0].y) == 1e7
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis.range == (0, 7)


def test_an_axis_of_few_decades_names_more_than_one_number(trained):
    trace = trained[0].look().recording[0, "forward"]
    figure = recordings.norm_figure(trace, tuple("anna"))
    assert len(figure.layout.yaxis.tickvals) > 2
    assert figure.data[0].x[0] == 1, "steps are counted from 1"


def with_nan(trace, name, steps):
    """The same trace, whose quantity has a NaN at these steps."""
    values = trace[name].values.copy()
    values[steps] = np.nan
    others = {n: SimpleNamespace(values=q.values, grads=q.grads) for n, q in trace.items()}
    others[name] = SimpleNamespace(values=values, grads=trace[name].grads)
    return SimpleNamespace(items=others.items, cell=trace.cell)


@pytest.mark.parametrize("largest", [0.03, 1e38])
def test_one_nan_does_not_change_the_colours_of_the_other_numbers(trained, largest):
    trace = trained[0].look().recording[0, "forward"]
    broken = with_nan(trace, "c", [2, 3])
    dict(broken.items())["c"].values[0, 0, 0] = largest
    figure = recordings.value_figure(broken, tuple("anna"))
    heat = next(h for h, name in zip(maps_of(figure), trace, strict=True) if name == "c")
    assert heat.zmax == pytest.approx(max(largest, np.nanmax(np.abs(heat.z))))
    masks = [m for m in figure.data if m not in maps_of(figure)]
    assert [np.flatnonzero(np.isfinite(m.z).any(0)).tolist() for m in masks] == [[2, 3]]
    assert any("from step 3 on" in note.text for note in figure.layout.annotations)


@pytest.mark.parametrize("units", [9, 64, 300, 512])
def test_stacked_maps_of_many_units_show_the_strongest_of_some_and_say_so(units):
    chance = np.random.default_rng(0)
    gate, state = chance.random((units, 5)), chance.normal(size=(units, 5))
    gate[-1], state[-1] = 0.0, -50.0  # closed, and strong: neither is lost
    maps = [HeatMap("f", gate), HeatMap("c", state, signed=True)]
    figure = stacked_maps_figure(maps, tuple("abcde"), "maps", 260)
    for trace, values, shown in zip(figure["data"], (gate, state), (0, -50), strict=True):
        assert len(trace["z"]) <= 96
        np.testing.assert_allclose(trace["z"][-1], shown)
        exact = np.take_along_axis(values, trace["customdata"], 0)
        np.testing.assert_allclose(trace["z"], exact, rtol=1e-6)
    notes = [
        note["text"] for note in figure["layout"]["annotations"] if "strongest" in note["text"]
    ]
    assert len(notes) == (0 if units <= 64 else 2)


def maps_of(figure):
    """The heat maps of numbers, without the masks over them."""
    return [trace for trace in figure.data if trace.showscale is not False]


@pytest.mark.parametrize("units", [81, 512, 1024])
def test_of_many_units_each_row_shows_the_strongest_of_some_and_says_so(units):
    values = np.random.default_rng(0).normal(size=(5, 1, units)).astype(np.float32)
    values[2, 0, units - 1] = 99.0
    cell = SimpleNamespace(gates=(), bounded_gates=())
    quantity = SimpleNamespace(values=values, grads=None)
    trace = SimpleNamespace(items={"h": quantity}.items, cell=cell)
    (heat,) = maps_of(recordings.value_figure(trace, tuple("abcde")))
    assert len(heat.z) <= recordings.MAX_ROWS
    group = -(-units // recordings.MAX_ROWS)
    for row, shown in enumerate(heat.z):
        part = values[:, 0, row * group : (row + 1) * group]
        np.testing.assert_array_equal(np.abs(shown), np.abs(part).max(1))
    assert heat.customdata[-1, 2].tolist() == [99.0, units - 1, 3], "hovering names another unit"
    notes = [a.text for a in recordings.value_figure(trace, tuple("abcde")).layout.annotations]
    assert any(f"strongest of {group} units" in note for note in notes)


@pytest.mark.parametrize(("units", "steps"), [(3, 1000), (200, 2000)])
def test_of_many_steps_each_column_shows_the_strongest_of_some_and_a_part_shows_each(units, steps):
    values = np.random.default_rng(0).normal(size=(steps, 1, units)).astype(np.float32)
    values[700, 0, 1] = 99.0
    cell = SimpleNamespace(gates=(), bounded_gates=())
    quantity = SimpleNamespace(values=values, grads=None)
    trace = SimpleNamespace(items={"h": quantity}.items, cell=cell)
    symbols = ["a"] * steps
    figure = recordings.value_figure(trace, symbols)
    (heat,) = maps_of(figure)
    assert heat.z.shape[1] <= recordings.MAX_COLUMNS
    rows, columns = -(-units // recordings.MAX_ROWS), -(-steps // recordings.MAX_COLUMNS)
    padded = np.zeros((heat.z.shape[0] * rows, heat.z.shape[1] * columns))
    padded[:units, :steps] = np.abs(values[:, 0].T)
    expected = padded.reshape(len(heat.z), rows, -1, columns).max((1, 3))
    np.testing.assert_array_equal(np.abs(heat.z), expected.astype(np.float32))
    assert heat.customdata[1 // rows, 700 // columns].tolist() == [99.0, 1, 701]
    assert f"at {columns} steps" in "".join(note.text for note in figure.layout.annotations)
    (zoomed,) = maps_of(recordings.value_figure(trace, symbols, part=slice(650, 750)))
    assert zoomed.z.shape[1] == 100
    assert zoomed.x.tolist() == [*range(651, 751)]
    assert np.abs(zoomed.z[1 // rows, 50]) == 99


def test_the_report_is_one_file_that_loads_nothing(trained):
    text = render_report(*trained, ReportTexts("My run", "first\nsecond")).decode()
    assert text.count("<title>My run</title>") == 1
    assert "first\nsecond" in text
    assert "f<sub>t</sub> = σ(W<sub>if</sub> x<sub>t</sub>" in text
    assert "\\sigma" not in text
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
    text = render_report(trainer, curves, [], ReportTexts(HOSTILE, HOSTILE)).decode()
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


def test_it_says_its_language_and_every_setting_by_its_label(trained):
    text = render_report(*trained).decode()
    assert text.startswith('<!doctype html><html lang="en"><head>')
    for line in (
        "Cell: <b>LSTM</b>",
        "Two directions: <b>no</b>",
        "Batch: <b>4</b>",
        "Task: <b>Name",
    ):
        assert line in text
    assert "the network after update 60, seed 1" in text
    assert "hidden_size" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


class Tags(HTMLParser):
    """Which tags are open, and that each one is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("book", NOTATIONS)
def test_every_equation_is_set_without_latex(book):
    for candidate in cell_candidates():
        for line in equations(candidate.cell, candidate.options, book, "softmax"):
            text = equation_html(line)
            assert not re.search(r"[\\{}_^]", text), (line, text)
            assert not Tags(text).open
            letters = re.sub(r"\\[A-Za-z]+", "", line)
            plain = re.sub(r"<[^>]*>", "", text)
            missing = [c for c in letters if c.isalnum() and c not in plain]
            assert not missing, (line, text)
    assert {*CELLS} == {candidate.cell for candidate in cell_candidates()}


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"h_t = o_t \odot \tanh(c_t)", "h<sub>t</sub> = o<sub>t</sub> ⊙ tanh(c<sub>t</sub>)"),
        (r"\tilde c^{\langle t-1 \rangle}", "c\u0303<sup>⟨t-1⟩</sup>"),
        (r"\mathrm{relu}(W_{aa} a < 1)", "relu(W<sub>aa</sub> a &lt; 1)"),
    ],
)
def test_an_equation_as_html(latex, expected):
    assert equation_html(latex) == expected


# ---------------------------------------------------------------- as the browser has it made


@pytest.fixture
def export_page(monkeypatch) -> tuple[AppTest, dict[str, Callable[[], bytes | str]]]:
    """Yours, Export, with a run; and what each download button would have made, by the button's key."""
    made: dict[str, Callable[[], bytes | str]] = {}
    drawn = streamlit.download_button

    def note_callable(label: str, data: Any, *args: Any, **named: Any) -> Any:
        if callable(data):
            made[named["key"]] = data
        return drawn(label, data, *args, **named)

    monkeypatch.setattr(streamlit, "download_button", note_callable)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["task"], app.query_params["hidden_size"] = "echo", "3"
    app.run()
    go_to(app, "yours")
    app.session_state["yours tab"] = "Export"
    app.run()
    return app, made


def in_a_thread(make: Callable[[], bytes | str]) -> bytes | str:
    """As Streamlit makes a file: in a thread of its own, where no script runs."""
    results: list[bytes | str] = []
    thread = threading.Thread(target=lambda: results.append(make()))
    thread.start()
    thread.join()
    return results[0]


def make_report(app: AppTest) -> str:
    """The report that the page offers after a click on its button."""
    app.button(key="make report").click().run()
    assert not app.exception
    return state_of(app, ExportState).files["report"].decode()


def test_title_and_notes_are_in_the_report_that_the_browser_gets(export_page):
    app, _made = export_page
    find_control(app, "report title").input("Forget <bias>").run()
    find_control(app, "report notes").input("first\nsecond").run()
    text = make_report(app)
    assert text.count("<title>Forget &lt;bias&gt;</title>") == 1
    assert "<h1>Forget &lt;bias&gt;</h1>" in text
    assert "<p class='notes'>first\nsecond</p>" in text


def test_what_is_typed_and_clicked_at_once_is_in_the_report(export_page):
    """The reader leaves the field by clicking on the button: both messages come together."""
    app, _made = export_page
    find_control(app, "report title").input("Typed last")
    assert "<h1>Typed last</h1>" in make_report(app)


def test_a_report_with_another_title_is_not_offered(export_page):
    app, _made = export_page
    make_report(app)
    find_control(app, "report title").input("Mine").run()
    assert not state_of(app, ExportState).files.get("report")


def test_title_and_notes_stay_while_another_page_is_open(export_page):
    app, _made = export_page
    find_control(app, "report title").input("Mine").run()
    go_to(app, "gates").run()
    go_to(app, "yours")
    app.session_state["yours tab"] = "Export"
    app.run()
    assert find_control(app, "report title").value == "Mine"
    assert "<h1>Mine</h1>" in make_report(app)


def test_every_file_of_the_tab_is_made_in_a_thread(export_page):
    _app, made = export_page
    assert {*made} == {
        "weights.safetensors",
        "recording.npz",
        "recording.csv",
        "curves.csv",
    }
    for key, make in made.items():
        assert len(in_a_thread(make)) > 20, key


@pytest.mark.parametrize(("code", "foreign"), [("zh", english_in), ("en", chinese_in)])
def test_the_report_speaks_the_language_of_its_reader_alone(trained, code, foreign):
    speak(code)
    try:
        html = render_report(*trained, ReportTexts("GRU", "")).decode()
    finally:
        speak("en")
    assert html.startswith(f'<!doctype html><html lang="{code}">')
    texts = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL)
    assert not foreign(re.sub(r"<[^>]*>", "\n", texts))
    drawn = (
        " \n".join(re.findall(r'"text":"((?:[^"\\]|\\.)*)"', html))
        .encode()
        .decode("unicode_escape")
    )
    assert not foreign(drawn)


def test_a_space_is_seen_among_the_symbols(trained):
    figure = recordings.norm_figure(trained[0].look().recording[0, "forward"], tuple("a <a"))
    assert figure.layout.xaxis.ticktext == ("a", "␣", "&lt;", "a")
