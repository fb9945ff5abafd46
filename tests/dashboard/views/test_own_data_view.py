"""Yours > Own data: what was read is shown before training, and what the reader chooses of it holds."""

import json
import math

import pytest
from streamlit.testing.v1 import AppTest

from core.io import runs
from dashboard.session.settings import Settings
from tests.dashboard.views.test_views import MAIN
from tests.helpers.pages import find_control, go_to, run_of, state_of

SINE = "v\n" + "\n".join(f"{math.sin(k / 9):.4f}" for k in range(300))
TWO = "day;temp;kW\n" + "\n".join(
    f"{1 + k % 28:02d}.{1 + k // 28:02d}.2021;{20 + k % 7},5;{k % 5}" for k in range(140)
)
SHOPS = "day,shop,sales\n" + "\n".join(
    f"2021-{1 + k // 28:02d}-{1 + k % 28:02d},{shop},{size + k % 9}"
    for k in range(84)
    for shop, size in (("north", 100), ("south", 900))
)
REVIEWS = "\n".join(
    f"I {verb} this film very much, {k} times\t{label}"
    for k in range(20)
    for verb, label in (("loved", "good"), ("hated", "bad"))
)
CHINESE = "\n".join(
    f"{text}第{k}次，{label}" for k in range(20) for text, label in (("很好", "好"), ("太差", "差"))
)
HINDI = "नमस्ते दुनिया कैसे हो। किताब पढ़ो। " * 40


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own data"
    return app.run()


def bring(app: AppTest, content: str) -> AppTest:
    app.text_area(key="own paste").set_value(content).run()
    assert not app.exception
    return app


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key="own data").upload(name, content).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """All sentences of the page."""
    texts = (*app.markdown, *app.caption, *app.warning, *app.text)
    return "\n".join(plain(each.value) for each in texts)


def plain(text: str) -> str:
    """A text as the page shows it, where it was escaped for Markdown."""
    return text.replace("\\", "")


def offered(app: AppTest) -> list[str]:
    return [
        b.key.removeprefix("train on ") for b in app.button if str(b.key).startswith("train on")
    ]


def traces(app: AppTest) -> list[dict]:
    """The lines of the figure."""
    (figure,) = app.get("plotly_chart")
    return json.loads(figure.proto.spec)["data"]


def values(trace: dict) -> list[float]:
    assert isinstance(trace["y"], list), trace["y"]
    return trace["y"]


class TestTable:
    def test_rows_curve_and_notes_are_shown_before_training(self, app):
        bring(app, TWO)
        (table,) = app.table
        assert [plain(name) for name in table.value.columns] == ["1: day", "2: temp", "3: kW"]
        assert [plain(cell) for cell in table.value.iloc[0]] == ["01.01.2021", "20,5", "0"]
        assert "decimal comma" in said(bring_target(app, 2))
        train, evaluate = traces(app)
        assert values(train)[:3] == [20.5, 21.5, 22.5]
        assert len(values(train)) + len(values(evaluate)) == 140
        assert len(values(evaluate)) == 28

    def test_another_column_and_several_inputs(self, app):
        bring(app, TWO)
        assert find_control(app, "own target").value == 3
        bring_target(app, 2)
        find_control(app, "own inputs").set_value([2, 3]).run()
        assert "values of 'temp', 'kW'" in said(app)
        app.button(key="train on forecast").click().run()
        assert not app.exception
        experiment = state_of(app, Settings).experiment
        assert (experiment.target, experiment.inputs) == (2, "2,3")
        assert run_of(app).trainer.task.input_labels == ("temp", "kW")
        assert find_control(app, "control target").value == 2
        assert find_control(app, "control inputs").value == [2, 3]

    def test_one_of_several_series(self, app):
        bring(app, SHOPS)
        assert find_control(app, "own sequence").value == "north"
        assert max(values(traces(app)[0])) < 200
        find_control(app, "own sequence").set_value("south").run()
        assert min(values(traces(app)[0])) > 800
        assert "The series 'south' of 2 is used." in said(app)
        app.button(key="train on forecast").click().run()
        assert state_of(app, Settings).experiment.sequence == "south"

    def test_choices_are_forgotten_with_their_file_and_kept_on_another_page(self, app):
        bring(app, TWO)
        bring_target(app, 2)
        go_to(app, "gates").run()
        app.session_state["yours tab"] = "Own data"
        go_to(app, "yours").run()
        assert find_control(app, "own target").value == 2, "the data and the choice are still there"
        bring(app, TWO + "\n28.12.2021;1,5;3")
        assert find_control(app, "own target").value == 3

    def test_a_column_that_cannot_be_predicted_is_said(self, app):
        bring(app, "a,b\n" + "\n".join(f"{k % 9},{3}" for k in range(90)))
        bring_target(app, 2)
        assert any("expected a column that changes" in w.value for w in app.warning)

    def test_a_sine_is_a_forecast_first_and_no_air(self, app):
        bring(app, SINE)
        assert offered(app) == ["forecast"]
        assert "It fits 1 of" in said(app)
        assert "Air quality: the grade in some hours: file: expected a column named after" in said(
            app
        )


def bring_target(app: AppTest, column: int) -> AppTest:
    find_control(app, "own target").set_value(column).run()
    assert not app.exception
    return app


class TestEncodings:
    def test_one_that_is_not_utf_8_is_named(self, app):
        upload(app, "评论.csv", CHINESE.encode("gb18030"))
        assert "The file was read as GB18030." in said(app)
        assert offered(app)[0] == "classify"

    def test_utf_8_needs_no_word(self, app):
        upload(app, "a.csv", b"\xef\xbb\xbf" + CHINESE.encode())
        assert "The file was read as" not in said(app)

    def test_a_file_that_is_no_text(self, app):
        upload(app, "a.csv", b"PK\x03\x04xl/workbook")
        assert any("Excel" in w.value for w in app.warning)
        assert not offered(app)


class TestOthers:
    def test_labels_and_their_counts(self, app):
        bring(app, REVIEWS + "\nwhat is this\nso so\tneutral")
        counts, first = app.table
        assert counts.value["Label"].tolist() == ["bad", "good"]
        assert counts.value["Sequences"].tolist() == [20, 20]
        assert plain(first.value["Text"][0]) == "I loved this film very much, 0 times"
        assert "'what is this'" in said(app)
        assert "'neutral' (1)" in said(app)
        assert offered(app)[0] == "classify"
        assert "names" not in offered(app)

    def test_the_label_column_can_be_changed(self, app):
        bring(
            app,
            "\n".join(f"word{'s' * (k % 7)} {k}\t{'xy'[k % 2]}\t{'abc'[k % 3]}" for k in range(60)),
        )
        assert find_control(app, "own label column").value == 3
        find_control(app, "own label column").set_value(2).run()
        counts = app.table[0]
        assert counts.value["Label"].tolist() == ["x", "y"]
        app.button(key="train on classify").click().run()
        assert run_of(app).trainer.task.labels == ("x", "y")

    def test_pairs(self, app):
        bring(app, "\n".join(f"{a} {b} .\t{b}ist{a} 。" for a in "abcdef" for b in "uvwxyz"))
        assert "**Pairs:** 36 (Latin → Latin)" in said(app)
        assert offered(app)[0] == "translate"

    def test_a_running_text(self, app):
        bring(app, HINDI + "xyz")
        assert "different ones (Devanagari)" in said(app)
        assert "3 characters occur only once: x y z" in said(app)
        assert offered(app)[0] == "text"

    def test_markdown_and_html_of_a_file_stay_text(self, app):
        bring(
            app, "\n".join(f"<b>a</b> *{k}*\t{'**x**' if k % 2 else '<i>y</i>'}" for k in range(40))
        )
        shown = app.table[0].value["Label"].tolist()
        assert all("\\" in label for label in shown), shown


def test_about_speaks_of_the_readers_data_and_the_sidebar_not_of_made_data(app):
    bring(app, "t,PM2.5\n" + "\n".join(f"{k},{50 + 40 * math.sin(k / 5):.2f}" for k in range(300)))
    app.button(key="train on air_quality").click().run()
    assert not app.exception
    labels = {each.label for each in (*app.button_group, *app.selectbox, *app.number_input)}
    assert "Column" in labels
    assert "Data" not in labels, "it would say made"
    go_to(app, "yours").run()
    app.session_state["yours tab"] = "Own data"
    app.run()
    app.button(key="train on forecast").click().run()
    about = said(app)
    assert "**Your data**" in about
    assert "windows of 24 values of 'PM2.5'" in about
    assert about.index("**Your data**") < about.index("Predict a series")


def test_a_saved_run_of_own_data_is_the_same(app, tmp_path):
    bring(app, SHOPS)
    app.button(key="train on forecast").click().run()
    trainer = run_of(app).trainer
    for _ in range(3):
        next(trainer)
    runs.save(trainer, tmp_path / "run")
    again = runs.load(tmp_path / "run")
    assert again.experiment == trainer.experiment
    assert next(again).loss == next(trainer).loss
