"""The tab of a corpus on Gates: what is read, what the table says, what a click on a unit does."""

import base64
import re

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from core.analysis.corpus_readers import reader_of_run
from core.analysis.unit_table import tabulate_units
from core.io.corpus_text import read_corpus
from core.layers.interventions import Clamp, Intervention
from dashboard.figures.activation_letters import letters_html
from dashboard.session.inspected import InspectedState
from dashboard.session.interventions import InterventionState
from dashboard.session.position import PositionState
from dashboard.views.gates.corpus_state import CorpusState
from tests.dashboard.views.test_gates_view import charts, open_page
from tests.helpers.model_files import saved
from tests.helpers.pages import MAIN, find_control, go_to, run_of, state_of, words_of

TAB = "Units over a corpus"
TEXT = "the little cat sat on the mat, and the dog ran.\nit was a day like any other. " * 6
QUERY = {"task": "text", "cell": "lstm", "hidden_size": "5", "length": "8", "num_layers": "2"}


def read(app: AppTest, text: str) -> AppTest:
    app.text_area(key="corpus paste").set_value(text).run()
    app.button(key="corpus read").click().run()
    assert not app.exception, app.exception[0].value
    return app


@pytest.fixture
def app() -> AppTest:
    return read(open_page(TAB, **QUERY), TEXT)


def shown_table(app: AppTest):
    return app.dataframe[0].value


def test_the_page_shows_the_table_of_the_runs_network(app):
    model = reader_of_run(run_of(app).trainer)
    corpus = read_corpus(TEXT, "text", model.vocabulary, model.unit)
    table = tabulate_units(model.reader, corpus)
    shown = shown_table(app)
    order = table.sort("loss without it")
    assert shown["unit"].tolist() == order.tolist()
    np.testing.assert_allclose(
        shown["loss without it, +nats"],
        table.columns["loss without it"][order],
        rtol=1e-5,
        atol=1e-7,
    )
    np.testing.assert_allclose(shown["half-life, steps"], table.columns["half-life"][order])
    assert "Not in the vocabulary and left out: 6 of the symbols" in words_of(app)
    assert "a sample of" in words_of(app)

    # the order sorts the table, and the maps where the reader says so
    find_control(app, "corpus column").set_value("half-life").run()
    find_control(app, "corpus ascending").set_value(True).run()
    order = table.sort("half-life", ascending=True)
    assert shown_table(app)["unit"].tolist() == order.tolist() != sorted(order)
    app.session_state["gates tab"] = "Over time"
    app.run()
    usual = map_of(app, "hidden state h")
    find_control(app, "gates order").set_value("corpus").run()
    np.testing.assert_array_equal(map_of(app, "hidden state h"), usual[order])
    assert f"At the top unit {order[0]}, at the bottom unit {order[-1]}" in words_of(app)
    # a click silences a unit where it stands
    app.session_state["gates tab"] = TAB
    app.run()
    app.button(key="corpus silence").click().run()
    held = state_of(app, InterventionState).in_run
    assert held == {"": Intervention((Clamp("h", 0.0, int(order[0]), 0, "forward"),))}
    assert app.session_state["gates tab"] == "Interventions"
    assert not app.exception


def map_of(app: AppTest, name: str) -> np.ndarray:
    """The map of that quantity on the page, [H, T]."""
    (figure,) = charts(app)
    z = next(trace["z"] for trace in figure["data"] if trace.get("name") == name)
    shape = [int(n) for n in z["shape"].split(",")]
    return np.frombuffer(base64.b64decode(z["bdata"]), z["dtype"]).reshape(shape)


@pytest.mark.long
def test_a_unit_is_followed_on_unrolled_and_another_layer_has_a_table_of_its_own(app):
    app.button(key="train 100").click().run()
    then = state_of(app, CorpusState).update
    assert f"This is the network of update {then}; the run is at 100." in words_of(app)
    find_control(app, "gates layer").set_value((1, "forward")).run()
    assert any("of another network or layer" in each.value for each in app.info)
    app.session_state["gates tab"] = "Over time"
    app.run()
    assert "corpus" not in find_control(app, "gates order").options
    app.session_state["gates tab"] = TAB
    app.run()
    app.button(key="corpus read").click().run()
    mine = state_of(app, CorpusState)
    assert mine.study.where == (1, "forward")
    app.button(key="corpus follow").click().run()
    (place, _column) = state_of(app, PositionState).numbers[-1]
    assert (place.name, place.unit, place.layer) == ("h", mine.unit, 1)


def test_what_cannot_be_read_is_said():
    app = read(open_page(TAB, **QUERY), "x")
    assert "at least 2 symbols, got 1" in app.warning[0].value.replace("\\", "")
    app.file_uploader(key="corpus file").upload("a.txt", b"\x89PNG\r\n\x1a\n").run()
    assert "got a PNG picture" in app.warning[0].value
    app.file_uploader(key="corpus file").upload("a.txt", b"").run()
    assert "got an empty file" in app.warning[0].value
    assert state_of(app, CorpusState).study is None


def test_what_was_uploaded_stands_again_where_a_pasted_text_is_taken_away():
    app = open_page(TAB, **QUERY)
    app.file_uploader(key="corpus file").upload("mine.txt", b"the cat").run()
    app.text_area(key="corpus paste").set_value("a dog").run()
    assert state_of(app, CorpusState).content == "a dog"
    app.text_area(key="corpus paste").set_value("").run()
    assert (state_of(app, CorpusState).content, state_of(app, CorpusState).source) == (
        "the cat",
        "mine.txt",
    )


@pytest.mark.long
def test_a_table_names_its_columns_and_its_annotation_is_found():
    rows = "\n".join(f"{'ab'[k % 2]},{k // 10},{k % 2}" for k in range(100))
    app = open_page(TAB, **QUERY)
    app.file_uploader(key="corpus file").upload(
        "mine.csv", f"letter,line,is b\n{rows}".encode()
    ).run()
    assert "Annotations: is b" in words_of(app)
    app.button(key="corpus read").click().run()
    study = state_of(app, CorpusState).study
    assert study.corpus.lengths.tolist() == [10] * 10
    assert "is b" in study.table.matches.names
    assert "100 symbols in 10 sequences" in words_of(app)


def test_letters_are_never_html():
    marks = ["<", "img", " ", "src=x", "\n", "&amp;", ">"]
    text = letters_html(marks, np.array([0.5, -1, 0, np.nan, 0.1, 0.1, -0.1]), 1.0, 1, "<b>")
    shown = re.sub(r"<(/?)(div|span)[^<>]*>", "", text)
    assert shown == "&lt;b&gt;&lt; img \xa0 src=x ↵ &amp;amp; &gt;"
    above, below = re.findall(r'<span style="border-(\w+)', text)[0], "peak"
    assert above == "bottom"  # above 0 the bar stands below the letter
    assert re.findall(r'class="peak" style="border-(\w+): ([\d.]+)px', text) == [("top", "6.0")]
    assert below in text


def test_the_readers_own_language_model_reads_a_corpus():
    torch.manual_seed(0)

    class Speaker(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb, self.rnn, self.out = nn.Embedding(6, 4), nn.GRU(4, 3), nn.Linear(3, 6)

    theirs = Speaker()
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    app.run()
    app.file_uploader(key="own model").upload("mine.pt", saved(theirs.state_dict())).run()
    assert state_of(app, InspectedState).subject is not None
    go_to(app, "gates")
    app.session_state["gates tab"] = TAB
    app.run()
    find_control(app, "own alphabet").set_value("ab cd\n").run()
    text = "ab cd\nba dc z\n" * 10
    read(app, text)
    study = state_of(app, CorpusState).study
    assert study.reader.head is not None
    codes = torch.tensor(["ab cd\n".index(s) for s in text if s != "z"])
    with torch.no_grad():
        h = theirs.rnn(theirs.emb(codes)[:, None])[0][:, 0].numpy()
    np.testing.assert_allclose(study.table.columns["mean |h|"], np.abs(h).mean(0), rtol=1e-5)
    app.button(key="corpus silence").click().run()
    assert state_of(app, InterventionState).in_own_model[""].clamps[0].quantity == "h"
