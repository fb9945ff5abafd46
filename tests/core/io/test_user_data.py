"""A reader's data is offered the tasks that it fits, the likeliest first, and no others."""

import math

import pytest

from core.io import user_data
from core.io.data_reading import Pairs, RunningText, read_data, script_of
from core.io.user_data import Choices
from core.tasks import TASKS
from core.tasks.data.csv_table import Table
from core.tasks.data.labels import Labelled
from core.training.trainer import Trainer

SINE = "v\n" + "\n".join(f"{math.sin(k / 9):.4f}" for k in range(300))
SERIES = "t,kw\n" + "\n".join(f"{k},{math.sin(k / 5):.4f}" for k in range(300))
AIR = "t,PM2.5\n" + "\n".join(f"{k},{50 + 40 * math.sin(k / 5):.2f}" for k in range(300))
NAMES = "\n".join(
    f"{a}{b}o,{'north' if a in 'ab' else 'south'}" for a in "abcd" for b in "xyzuvwrs"
)
REVIEWS = "\n".join(
    f"I {verb} this film very much, {k} times\t{label}"
    for k in range(20)
    for verb, label in (("loved", "good"), ("hated", "bad"))
)
PAIRS = "\n".join(f"{a} {b} .\tdas {a} ist {b}" for a in "abcdef" for b in "uvwxyz")
TEXT = "To be, or not to be, that is the question. " * 30
HINDI = "नमस्ते दुनिया कैसे हो। किताब पढ़ो। " * 40
SHOPS = "day,shop,sales\n" + "\n".join(
    f"2021-{1 + k // 28:02d}-{1 + k % 28:02d},{shop},{size + k}"
    for k in range(84)
    for shop, size in (("north", 100), ("south", 900))
)


NOTHING_CHOSEN = Choices()


def fitting(content: str, choices: Choices = NOTHING_CHOSEN) -> dict[str, user_data.TaskFit]:
    return {fit.task: fit for fit in user_data.fit_tasks(content, choices) if fit.experiment}


@pytest.mark.parametrize(
    ("content", "first", "never"),
    [
        (SINE, "forecast", {"air_quality", "load", "text", "words", "names", "classify"}),
        (SERIES, "forecast", {"air_quality", "text"}),
        (AIR, "forecast", {"load", "text"}),
        (NAMES, "classify", {"forecast", "load", "air_quality"}),
        (REVIEWS, "classify", {"names", "forecast"}),
        (PAIRS, "translate", {"classify", "forecast"}),
        (TEXT, "text", {"classify", "forecast", "names", "translate"}),
        (HINDI, "text", {"classify", "forecast", "names", "translate"}),
    ],
)
def test_the_likeliest_task_comes_first_and_strange_ones_not_at_all(content, first, never):
    fits = fitting(content)
    assert next(iter(fits)) == first
    assert not fits.keys() & never
    experiment = fits[first].experiment
    assert experiment is not None
    assert next(Trainer(experiment)).finite


def test_tasks_for_one_sort_of_series_are_offered_where_the_column_is_named_so():
    assert "load" in fitting(SERIES), "its column is kw"
    assert "air_quality" in fitting(AIR), "its column is PM2.5"
    for content in (SERIES, AIR):
        assert next(iter(fitting(content))) == "forecast"


def test_labelled_names():
    found = fitting(NAMES)
    assert found["classify"].division.startswith("Trained on 26 texts of 2 classes; evaluated on 6")
    assert "names" in found
    assert (
        "Trained on 28 of 32 names with 2 labels; evaluated on the other 4"
        in found["names"].division
    )


def test_what_does_not_fit_says_why():
    for content in (SINE, TEXT, REVIEWS):
        for fit in user_data.fit_tasks(content):
            assert fit.experiment or ": expected " in fit.problem, fit
    for content in ("", "  \n", "x" * 5_500_001):
        with pytest.raises(ValueError, match="data: expected text"):
            user_data.fit_tasks(content)


def test_what_cannot_be_drawn_does_not_fit(monkeypatch):
    """A task that takes the data and fails in its panel was once offered, and then failed on the page."""

    def fail(*_arguments):
        raise ValueError("panel: expected a drawing, got none. Draw it.")

    for part in ("panel_data", "probe", "loss", "sample"):
        with monkeypatch.context() as patch:
            patch.setattr(TASKS["forecast"], part, fail)
            user_data.fit_tasks.cache_clear()
            fits = {fit.task: fit for fit in user_data.fit_tasks(SINE)}
            assert fits["forecast"].problem == "panel: expected a drawing, got none. Draw it."
    user_data.fit_tasks.cache_clear()


def test_choices_reach_the_tasks_that_have_the_option():
    choices = Choices(target=3, inputs="1,3", sequence="south")
    shops = "day,shop,sales\n" + SHOPS.split("\n", 1)[1]
    problem = {fit.task: fit.problem for fit in user_data.fit_tasks(shops, choices)}
    assert "inputs: expected a column of numbers, got 'day'" in problem["forecast"]
    experiment = fitting(shops, Choices(target=3, sequence="south"))["forecast"].experiment
    assert experiment is not None
    assert (experiment.target, experiment.sequence) == (3, "south")
    load = fitting(
        "kw,watt\n" + "\n".join(f"{k % 7},{k % 5}" for k in range(300)), Choices(target=1)
    )
    assert load["load"].experiment.column == 1  # type: ignore[union-attr]


def test_a_short_series_is_read_in_short_windows():
    experiment = fitting("\n".join(str(k % 7) for k in range(100)))["forecast"].experiment
    assert experiment is not None
    assert experiment.length == 12


def test_a_drawn_curve_is_a_series():
    values = [math.sin(k / 9) for k in range(200)]
    fit = fitting(user_data.curve_to_csv(values))["forecast"]
    assert fit.experiment is not None
    task = fit.experiment.make_task()
    assert task._columns.values[:, 0].tolist() == pytest.approx(values, abs=1e-4)  # type: ignore[attr-defined]
    for wrong in (["<b>"], [None], [math.nan], [1e9]):
        with pytest.raises(ValueError, match="curve: expected numbers"):
            user_data.curve_to_csv(wrong)  # type: ignore[arg-type]


class TestReading:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (SINE, Table),
            (SHOPS, Table),
            (NAMES, Labelled),
            (REVIEWS, Labelled),
            (PAIRS, Pairs),
            (TEXT, RunningText),
            (HINDI, RunningText),
            ("\n".join(f"{k % 2},{k / 7:.2f}" for k in range(80)), Table),
        ],
    )
    def test_what_it_is(self, content, kind):
        assert isinstance(read_data(content).data, kind)

    def test_a_text_is_counted(self):
        data = read_data("abba\n" * 3 + "zyx").data
        assert data == RunningText(("abba", "abba", "abba", "zyx"), 18, 6, ("x", "y", "z"), "Latin")

    def test_pairs_are_counted_and_their_scripts_named(self):
        pairs = "\n".join(f"go {k}\t走{k}" for k in range(20)) + "\nno tab here"
        data = read_data(pairs).data
        assert isinstance(data, Pairs)
        assert (data.count, data.left_out, data.scripts) == (20, 1, ("Latin", "Chinese"))
        assert data.lines[0] == ("go 0", "走0")

    @pytest.mark.parametrize(
        ("text", "script"),
        [
            ("hello", "Latin"),
            ("привет ok", "Cyrillic"),
            ("你好", "Chinese"),
            ("日本語のテキストです", "Japanese"),
            ("नमस्ते", "Devanagari"),
            ("안녕하세요", "Hangul"),
            ("שלום", "Hebrew"),
            ("123 !?", ""),
        ],
    )
    def test_scripts(self, text, script):
        assert script_of(text) == script


def test_an_offer_is_remembered():
    """Streamlit runs the page at every click; the data is not read again."""
    assert user_data.fit_tasks(SINE) is user_data.fit_tasks(SINE)
