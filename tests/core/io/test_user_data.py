"""A reader's data is offered the tasks that it fits, and no others."""

import math

import pytest

from core.io import user_data
from core.training.trainer import Trainer

SERIES = "t,kw\n" + "\n".join(f"{k},{math.sin(k / 5):.4f}" for k in range(300))
NAMES = "\n".join(
    f"{a}{b}o,{'north' if a in 'ab' else 'south'}" for a in "abcd" for b in "xyzuvwrs"
)
TEXT = "To be, or not to be, that is the question. " * 30


def fitting(content: str) -> dict[str, user_data.TaskFit]:
    return {fit.task: fit for fit in user_data.fit_tasks(content) if fit.experiment}


def test_a_series():
    found = fitting(SERIES)
    assert {"load", "air_quality"} <= found.keys()
    assert "names" not in found
    assert next(iter(found)) != "text", "a series is no text in the first place"
    assert found["load"].division.startswith("Trained on 264 windows of the first 276 values")
    assert next(Trainer(found["load"].experiment)).finite  # type: ignore[arg-type]


def test_labelled_sequences():
    found = fitting(NAMES)
    assert "names" in found
    assert "load" not in found
    assert (
        "Trained on 28 of 32 names with 2 labels; evaluated on the other 4"
        in found["names"].division
    )


def test_a_text():
    found = fitting(TEXT)
    assert "text" in found
    assert "names" not in found
    assert "Trained on the first" in found["text"].division


def test_what_does_not_fit_says_why():
    for fit in user_data.fit_tasks(SERIES):
        assert fit.experiment or ": expected " in fit.problem, fit
    for content in ("", "  \n", "x" * 2_000_001):
        with pytest.raises(ValueError, match="data: expected text"):
            user_data.fit_tasks(content)


def test_a_short_series_is_read_in_short_windows():
    experiment = fitting("\n".join(str(k % 7) for k in range(100)))["load"].experiment
    assert experiment is not None
    assert experiment.length < 12


def test_a_drawn_curve_is_a_series():
    values = [math.sin(k / 9) for k in range(200)]
    fit = fitting(user_data.curve_to_csv(values))["load"]
    assert fit.experiment is not None
    task = fit.experiment.make_task()
    assert task.series.values.tolist() == pytest.approx(values, abs=1e-4)  # type: ignore[attr-defined]
    for wrong in (["<b>"], [None], [math.nan], [1e9]):
        with pytest.raises(ValueError, match="curve: expected numbers"):
            user_data.curve_to_csv(wrong)  # type: ignore[arg-type]
