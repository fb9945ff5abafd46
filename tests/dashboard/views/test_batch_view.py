"""Architectures and Live say what a batch is made of, show the input as vectors, and give the loss as a formula."""

import json

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.tasks import TASKS
from tests.helpers.pages import MAIN, go_to, run_of, unfold, words_of


def page(name: str, **query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return go_to(app, name).run()


def vectors_of(app: AppTest) -> np.ndarray:
    figures = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    (vectors,) = (f["data"][0]["z"] for f in figures if "vectors" in str(f["data"][0].get("name")))
    return np.array(vectors)


def test_duan_is_a_picture_of_4_times_26():
    app = page("architectures", task="names", reads="duan", hidden_size="4")
    assert not app.exception
    vectors = vectors_of(app)
    assert vectors.shape == (4, 26)
    assert vectors.argmax(1).tolist() == [3, 20, 0, 13]
    words = words_of(app)
    assert "**d u a n** as the network reads it, 4 × 26" in words
    assert "One-hot: every row has a single 1" in words


@pytest.mark.parametrize("task", TASKS)
def test_the_axes_are_named_in_both_orders(task):
    app = page("architectures", task=task, hidden_size="4", batch_size="3")
    assert not app.exception
    words, batch = words_of(app), run_of(app).trainer.peek_batch()
    inputs = run_of(app).trainer.task.input_size
    assert f"[T, B, I] = [{batch.T}, {batch.B}, {inputs}]" in words
    assert f"(sample, step, feature) = ({batch.B}, {batch.T}, {inputs})" in words


@pytest.mark.parametrize(
    ("task", "formulas"),
    [
        ("names", [r"-\sum_k y^*_t[k] \log y_t[k]", r"\sum_j e^{a^{y}_t[j]}", "loss}_{b,T}"]),
        (
            "subtraction",
            [r"(1 - y^*_t) \log(1 - y_t)", r"\frac{1}{1 + e^{-a^{y}_t}}", r"\frac{1}{T}"],
        ),
        ("echo", [r"\left(y_t - y^*_t\right)^2", "loss}_{b,T}"]),
        ("translate", [r"\frac{1}{N} \sum_{b,t}"]),
    ],
)
def test_the_loss_is_a_formula_on_both_pages(task, formulas):
    for app in (
        page("architectures", task=task, hidden_size="4"),
        unfold(page("live", task=task, hidden_size="4"), "equations box"),
    ):
        printed = "\n".join(element.value for element in app.latex)
        for formula in formulas:
            assert formula in printed
