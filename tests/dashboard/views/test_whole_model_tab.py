"""A whole model on Yours: its parts are proposed and confirmed, and the pages look at it with its true loss."""

import json

import pytest
import torch
import torch.nn.functional as F
from streamlit.testing.v1 import AppTest

from dashboard.session.inspected import InspectedState
from tests.core.io.test_keras import edited, of_recurrent
from tests.helpers.model_files import saved
from tests.helpers.pages import MAIN, find_control, go_to, state_of
from tests.helpers.whole_models import Regressor, Tagger, TiedLanguageModel, Translator, V

TOKENS = ["<pad>", "<unk>", "<s>", "</s>", "the", "cat", "sat", "on", "a", "mat", "."]


@pytest.fixture
def app(scheduler) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    return app.run()


def open_whole(app: AppTest, model: torch.nn.Module) -> None:
    app.file_uploader(key="own model").upload("model.pt", saved(model.state_dict())).run()
    find_control(app, "own extent").set_value("whole").run()
    assert not app.exception, app.exception[0].value


def texts(app: AppTest) -> str:
    return " ".join(e.value.replace("\\", "") for e in (*app.caption, *app.markdown, *app.warning))


def test_a_language_model_reads_a_text_of_its_vocabulary_and_loses_what_it_should(app):
    torch.manual_seed(3)
    model = TiedLanguageModel().eval()
    open_whole(app, model)
    upload = app.file_uploader(key="whole vocabulary in")
    upload.upload("vocab.json", json.dumps({t: k for k, t in enumerate(TOKENS)}).encode()).run()
    assert "vocab.json: 11 tokens" in texts(app)
    find_control(app, "whole text").set_value("the cat dog mat").run()
    assert not app.exception, app.exception[0].value
    assert "Not in the vocabulary, and read as <unk>: dog" in texts(app)
    ids = torch.tensor([4, 5, 1, 9])
    expected = F.cross_entropy(model(ids)[:-1], ids[1:]).item()
    assert f"Loss = **{expected:.4g}**" in texts(app)
    inspected = state_of(app, InspectedState)
    assert inspected.subject is not None
    assert inspected.subject.derived == ""
    assert inspected.subject.labels == tuple(TOKENS)
    trained_on = {name: 2 * v for name, v in model.state_dict().items()}
    files = app.file_uploader(key="own model")
    files.upload("later.pt", saved(trained_on)).run()
    assert find_control(app, "whole text").value == "the cat dog mat"  # the same model
    app.file_uploader(key="own model").upload("model.pt", saved(model.state_dict())).run()
    go_to(app, "gates").run()
    assert not app.exception, app.exception[0].value
    assert "encoder → rnn → decoder" in texts(app)
    assert f"gradients of the loss = **{expected:.4g}**" in texts(app)


def test_a_translator_hands_its_state_over_and_pages_look_inside_both(app):
    torch.manual_seed(3)
    model = Translator().eval()
    open_whole(app, model)
    find_control(app, "whole text").set_value("4 5 9").run()
    find_control(app, "whole answer").set_value("5 2").run()
    find_control(app, "whole start").set_value(3).run()
    find_control(app, "whole end").set_value(6).run()
    assert not app.exception, app.exception[0].value
    logits = model(torch.tensor([4, 5, 9]), torch.tensor([3, 5, 2]))
    expected = F.cross_entropy(logits, torch.tensor([5, 2, 6])).item()
    assert f"Loss = **{expected:.4g}**" in texts(app)
    subject = state_of(app, InspectedState).subject
    assert subject is not None
    assert list(subject.layers) == ["encoder", "decoder"]
    for page in ("unrolled", "gradients"):
        go_to(app, page).run()
        assert not app.exception, app.exception[0].value


def test_columns_of_a_table_are_inputs_and_another_one_the_target(app):
    torch.manual_seed(3)
    model = Regressor().eval()
    open_whole(app, model)
    find_control(app, "whole between").set_value("tanh").run()
    find_control(app, "whole source").set_value("table").run()
    values = torch.randn(30, 4).round(decimals=3)
    table = "a,b,c,power\n" + "\n".join(
        ",".join(f"{v:.3f}" for v in row) for row in values.tolist()
    )
    app.file_uploader(key="whole table").upload("t.csv", table.encode()).run()
    find_control(app, "whole lines").set_value(30).run()
    find_control(app, "whole at").set_value("end").run()
    find_control(app, "whole target").set_value("column").run()
    assert not app.exception, app.exception[0].value
    expected = F.mse_loss(model(values[:, :3]), values[-1:, 3:]).item()
    assert f"Loss = **{expected:.4g}**" in texts(app)


def test_what_cannot_be_is_said_by_its_label_and_the_form_stays(app):
    open_whole(app, Tagger())
    assert "Recurrent layer: lstm." in texts(app)
    find_control(app, "whole text").set_value(f"1 {V}").run()
    assert not app.exception, app.exception[0].value
    assert f"Text: expected whole numbers from 0 to {V - 1}" in texts(app)
    assert state_of(app, InspectedState).subject is None
    find_control(app, "whole text").set_value("1 2").run()
    assert state_of(app, InspectedState).subject is not None
    app.file_uploader(key="whole vocabulary in").upload("v.json", b'["a", "a"]').run()
    assert "Vocabulary: expected a token for each number" in texts(app)
    app.file_uploader(key="whole vocabulary in").upload("v.txt", b"\n").run()
    assert "Vocabulary: expected tokens, got an empty file" in texts(app)
    assert "was trained with?" not in texts(app)
    app.file_uploader(key="whole vocabulary in").upload("v.txt", b"a b c").run()
    assert f"The vocabulary has 3 tokens, and the model reads {V} symbols" in texts(app)


class Walker(torch.nn.Module):
    """A class for each step of a recording of two numbers."""

    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(2, 6, batch_first=True)
        self.fc = torch.nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.lstm(x[None])[0])[0]


def test_a_column_of_words_is_the_class_of_each_step_or_of_the_sequence(app):
    torch.manual_seed(3)
    model = Walker().eval()
    open_whole(app, model)
    find_control(app, "whole source").set_value("table").run()
    values = torch.randn(2, 12, 2).round(decimals=3)
    words = [["walk"] * 12, ["sit"] * 6 + ["run"] * 6]
    lines = [
        f"{s + 7},{values[s, t, 0]:.3f},{values[s, t, 1]:.3f},{words[s][t]}"
        for s in range(2)
        for t in range(12)
    ]
    table = "\n".join(["seq,ax,ay,activity", *lines])
    app.file_uploader(key="whole table").upload("t.csv", table.encode()).run()
    find_control(app, "whole target").set_value("column").run()
    assert not app.exception, app.exception[0].value
    assert "Order of the classes: expected the one of your training" in texts(app)
    assert state_of(app, InspectedState).subject is None  # no order is guessed
    find_control(app, "whole class order").set_value(("run", "sit", "walk")).run()
    find_control(app, "whole sequence").set_value("8").run()
    y = torch.tensor([1] * 6 + [0] * 6)
    logits = model(values[1])
    expected = F.cross_entropy(logits, y).item()
    hits = int((logits.argmax(1) == y).sum())
    assert f"Loss = **{expected:.4g}**" in texts(app)
    assert f"the right one at {hits} of 12 steps ({100 * hits / 12:.1f}\u00a0%)" in texts(app)
    subject = state_of(app, InspectedState).subject
    assert subject is not None
    assert subject.labels == ("run", "sit", "walk")
    app.button(key="whole count").click().run()
    both = hits + int((model(values[0]).argmax(1) == 2).sum())
    assert f"Of 24 steps in all these sequences the likeliest class is the right one at {both}" in (
        texts(app)
    )
    find_control(app, "whole sequence").set_value("7").run()
    assert "Of 24 steps in all these" in texts(app)  # it holds for every sequence
    find_control(app, "whole sequence").set_value("8").run()
    find_control(app, "whole at").set_value("end").run()
    assert "Of 24 steps in all these" not in texts(app)
    expected = F.cross_entropy(logits[-1:], y[-1:]).item()
    assert f"Loss = **{expected:.4g}**" in texts(app)
    assert "that of the last one counts" in texts(app)
    find_control(app, "whole class order").set_value(()).run()
    assert f"Loss = **{F.cross_entropy(logits[-1:], torch.tensor([2])).item():.4g}**" in texts(app)
    find_control(app, "whole class order").set_value(("run", "sit", "walk")).run()
    gap = table.replace(lines[11], lines[11].replace("walk", ""))
    app.file_uploader(key="whole table").upload("g.csv", gap.encode()).run()
    find_control(app, "whole sequence").set_value("8").run()
    find_control(app, "whole class order").set_value(("run", "sit", "walk")).run()
    app.button(key="whole count").click().run()
    assert "7: Column with the class: expected a class at each step" in texts(app)
    other = table.replace("walk", "run").replace("sit", "run")
    app.file_uploader(key="whole table").upload("u.csv", other.encode()).run()
    find_control(app, "whole class column").set_value(4).run()
    assert not app.exception, app.exception[0].value
    assert "expected 2 to 3 classes, as the head has outputs, got 1 in activity" in texts(app)


def test_what_the_head_reads_is_not_asked_where_the_file_says_it(app):
    last = edited("lstm", of_recurrent(return_sequences=False))
    every = edited("lstm", of_recurrent(return_sequences=True))
    for content, sentence, is_asked in (
        (last, "The head reads the last state, as the file says.", False),
        (every, "The head reads the states of each step, as the file says.", True),
    ):
        app.file_uploader(key="own model").upload("m.keras", content).run()
        find_control(app, "own extent").set_value("whole").run()
        assert not app.exception, app.exception[0].value
        assert sentence in texts(app)
        labels = [e.label for e in (*app.selectbox, *app.segmented_control)]
        assert "The head reads (the file does not say)" not in labels
        assert ("It is taken" in labels) == is_asked
        inspected = state_of(app, InspectedState).subject
        assert inspected is not None
        assert (len(inspected.at) > 1) == is_asked


def test_a_single_output_is_the_chance_of_the_second_of_two_classes(app):
    torch.manual_seed(3)
    model = Regressor().eval()
    open_whole(app, model)
    find_control(app, "whole between").set_value("tanh").run()
    find_control(app, "whole source").set_value("table").run()
    values = torch.randn(10, 3).round(decimals=3)
    y = torch.tensor([0.0] * 4 + [1.0] * 6)
    lines = [
        ",".join(f"{v:.3f}" for v in row) + f",{int(label)}"
        for row, label in zip(values.tolist(), y.tolist(), strict=True)
    ]
    table = "\n".join(["a,b,c,fell", *lines])
    app.file_uploader(key="whole table").upload("t.csv", table.encode()).run()
    find_control(app, "whole lines").set_value(10).run()
    find_control(app, "whole loss").set_value("binary cross entropy").run()
    find_control(app, "whole at").set_value("end").run()
    find_control(app, "whole target").set_value("column").run()
    assert not app.exception, app.exception[0].value
    assert "the numbers are those of the outputs, from 0" in texts(app)  # so nothing is asked
    logit = model(values)[0]
    expected = F.binary_cross_entropy_with_logits(logit, y[-1:]).item()
    assert f"Loss = **{expected:.4g}**" in texts(app)
    is_right = bool(logit > 0)
    assert f"The likeliest class is {'the right' if is_right else 'a wrong'} one." in texts(app)
