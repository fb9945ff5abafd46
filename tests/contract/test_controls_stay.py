"""What could be done before can be done: each control that a page has ever had stays in its place, or has a new name.

A control may move, fold or be renamed (then its new label stands here); it does not disappear.
"""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

from tests.helpers.pages import MAIN, go_to

LINK = {"task": "text", "cell": "lstm", "hidden_size": "12"}
SETTINGS = {
    *("Task", "Cell", "Peephole", "Forget bias", "Activation", "Length", "Hidden units", "Layers"),
    *("Learning rate", "Seed", "Examples of the course", "Back to the defaults", "Your own data"),
    *("Optimizer", "Batch", "Clipping", "Clip at", "Truncate after"),
    *("Two directions", "Dropout", "Bias", "Initialization"),
}
LOOK = {"Train 100 updates", "Sequence to watch"}
LETTERS = "In the letters of your book"

# (page, the boxes and tabs that are opened, or "?" and a part of the link; the labels)
PLACES = [
    (
        "live",
        {"equations box": True},
        SETTINGS
        | {LETTERS, "Text to continue", "Temperature", "Only the likeliest (0: all)", "Write"},
    ),
    (
        "compare",
        {},
        {
            *("RNN, LSTM and GRU", "Add an experiment", "Match by", "Task", "Hidden units"),
            *("Learning rate", "Batch", "Seed", "Seeds"),
        },
    ),
    (
        "unrolled",
        {},
        SETTINGS
        | LOOK
        | {LETTERS, "Truncate after (0: not at all)", "Check against autograd", "Unit"},
    ),
    ("gates", {}, SETTINGS | LOOK),
    ("gates", {"gates tab": "Saturation and memory"}, LOOK),
    (
        "gates",
        {"gates tab": "Interventions"},
        LOOK | {"Gate or state", "Unit", "What to do", "Value", "Add"},
    ),
    (
        "gates",
        {"gates tab": "Find units"},
        LOOK | {"Quantity", "Stretch: from step to step", "Threshold, of the largest"},
    ),
    ("gradients", {}, SETTINGS | LOOK | {"Check against autograd"}),
    (
        "gradients",
        {"network tab": "Exploding and clipping"},
        LOOK
        | {
            "Compare without and with clipping",
            "Draw the loss around the present weights",
            "Distance from the weights to the edge, in % of their norm",
        },
    ),
    (
        "gradients",
        {"?tab": "3"},
        {
            *("Initialisation", "Hidden units H", "Length T", "Spectral radius"),
            *("Scale to this radius", "Activation"),
        },
    ),
    (
        "gradients",
        {"?tab": "5"},
        {"Clip at", "Start: w", "Start: b", "In space"},
    ),
    ("memory", {}, {"Study"}),
    (
        "architectures",
        {},
        SETTINGS | {LETTERS, "One, two and three layers side by side", "Train: Echo, two steps"},
    ),
    ("yours", {}, {"Save the run on Live as", "Save"}),
    ("yours", {"yours tab": "Own data"}, {"A text file", "or paste it here"}),
    (
        "yours",
        {"yours tab": "Own model"},
        {"Model file, or several checkpoints of one model, also as a zip"},
    ),
    (
        "yours",
        {"yours tab": "Share"},
        {
            *("Page", "Hide these controls", "Show these, but lock them"),
            *("A sentence above the page", "Large type, for a projector"),
        },
    ),
]


def labels_on(page: str, opened: dict[str, object]) -> set[str]:
    """The labels of the controls of a page, its drawer and its boxes unfolded."""
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    if page not in ("compare", "memory", "yours"):
        for name, value in LINK.items():
            app.query_params[name] = value
    for key, value in {"training box": True, "network box": True, **opened}.items():
        if key.startswith("?"):
            app.query_params[key[1:]] = str(value)
        else:
            app.session_state[key] = value
    go_to(app, page).run()
    assert not app.exception
    return {each.label for each in app._tree if isinstance(each, Widget)}


@pytest.mark.parametrize(
    ("page", "opened", "labels"),
    PLACES,
    ids=[f"{p} {' '.join(map(str, o.values()))}" for p, o, _ in PLACES],
)
def test_a_page_has_every_control_that_it_had(page, opened, labels):
    assert labels <= labels_on(page, opened)
