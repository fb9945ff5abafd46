"""The embedding on Live: what is compared, and what changes while it trains."""

import json

import numpy as np
import torch
from streamlit.testing.v1 import AppTest

from dashboard.session.live_run import LiveRun
from tests.helpers.pages import MAIN, run_of, unfold, words_of


def page(**query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    settings = {"task": "words", "hidden_size": "8", "length": "5", "embedding": "4"} | query
    for name, value in settings.items():
        app.query_params[name] = value
    return unfold(app.run(), "embedding box")


def tables(app: AppTest) -> list[np.ndarray]:
    """The numbers of the three tables of cosines."""
    charts = [chart.proto for chart in app.get("plotly_chart")]
    figures = [json.loads(chart.spec) for chart in charts]
    return [
        np.array(figure["data"][0]["z"])
        for figure in figures
        if figure["data"][0]["type"] == "heatmap"
    ]


def test_the_table_now_changes_while_that_before_training_stays():
    app = page()
    assert not app.exception
    one_hot, before, now = tables(app)
    np.testing.assert_array_equal(one_hot, np.eye(len(one_hot)))
    np.testing.assert_array_equal(before, now)
    run: LiveRun = run_of(app)
    assert run.embeddings.updates == [0]
    while run.trainer.index < 30:
        run.train(30 - run.trainer.index)
    app.run()
    one_hot, still, then = tables(app)
    np.testing.assert_array_equal(still, before)
    assert np.abs(then - before).max() > 1e-3
    assert run.embeddings.updates == [0, 10, 20, 30]
    vectors = run.trainer.model.embedding.weight.detach().numpy().astype(float)
    labels = list(run.trainer.task.input_labels)
    cat, dog = (vectors[labels.index(word)] for word in ("cat", "dog"))
    expected = cat @ dog / np.linalg.norm(cat) / np.linalg.norm(dog)
    assert then[0, 1] == np.float64(then[1, 0])
    np.testing.assert_allclose(then[0, 1], expected, rtol=1e-5)
    assert "of the variance" in words_of(app)


def test_the_reader_chooses_the_words():
    app = page()
    app.multiselect[-1].set_value(["cat", "sees", "."]).run()
    assert not app.exception
    assert tables(app)[2].shape == (3, 3)
    app.multiselect[-1].set_value(["cat"]).run()
    assert "two symbols" in "".join(each.value for each in app.info)


def test_a_network_without_an_embedding_has_no_such_fold():
    app = page(task="names", length="12", embedding="0")
    assert not app.exception
    assert all("embedding" not in box.label for box in app.expander)
