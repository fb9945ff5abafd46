"""The experiment panel in the sidebar: every setting stands there and in the link.

The session's experiment is the one truth. A control shows its part of it and, when changed,
asks for a changed copy; what the experiment refuses is said in a sentence, and nothing else happens.
Controls are drawn from the options' own descriptions, so a new cell or task needs nothing here.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.cells import CELL_TITLES, CELLS
from core.common.options import Option
from core.tasks import TASKS
from core.training.experiment import FIELDS, cell_options
from core.training.presets import PRESETS
from core.training.trainer import Experiment
from dashboard.common.i18n import _
from dashboard.common.labels import label
from dashboard.common.markdown import escape_markdown
from dashboard.figures.books import NOTATIONS
from dashboard.navigation import YOURS, go_to
from dashboard.session import link
from dashboard.session.controls import read_control, set_control
from dashboard.session.lesson import lesson
from dashboard.session.live_run import find_run
from dashboard.session.settings import Settings, choose_experiment, experiment, notation
from dashboard.session.state import state

LEARNING_RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0]
CLIP_AT = [0.01, 0.1, 0.5, 1.0, 5.0, 10.0, 100.0]
SCALES = {"learning_rate": LEARNING_RATES, "clip_at": CLIP_AT}
Change = Callable[[dict[str, Any]], None]
MAIN = ("hidden_size", "num_layers", "learning_rate", "seed")
TRAINING = ("optimizer", "batch_size", "clipping", "clip_at", "truncate")
NETWORK = (
    "first_size",
    "bidirectional",
    "dropout",
    "bias",
    "embedding",
    "initialization",
    "spectral_radius",
)


def choose_notation() -> str:
    """The chooser; what is chosen holds on every page and stands in the link."""
    books = list(NOTATIONS)

    def keep_notation() -> None:
        state(Settings).notation = read_control("control notation")

    set_control("control notation", notation())
    st.selectbox(
        _("In the letters of your book"),
        books,
        format_func=lambda book: NOTATIONS[book].title,
        key="control notation",
        on_change=keep_notation,
    )
    return notation()


def _apply_control(name: str, scope: str, change: Change) -> None:
    value = read_control(f"{scope} {name}")
    if name not in FIELDS and value == "":
        value = None
    change({name: value})


def _change_experiment(changes: dict[str, Any]) -> None:
    try:
        choose_experiment(experiment().but(**changes))
    except (ValueError, LookupError) as error:
        state(Settings).complaints = [str(error)]


def task_titles() -> dict[str, str]:
    """What to call each task."""
    return {name: _(task.title) for name, task in TASKS.items()}


def draw_panel() -> Experiment:
    """Draws the controls into the sidebar and keeps the link up to date."""
    now = experiment()
    with st.sidebar:
        if not lesson().guided:
            _draw_presets(now)
        _draw_settings(now)
        if not lesson().guided:
            if any(option.kind == "content" for option in TASKS[now.task].options):
                _draw_own_data_button()
            st.button(_("Back to the defaults"), on_click=_restore_defaults, width="stretch")
    link.write_link(find_run())
    for sentence in state(Settings).complaints:
        st.warning(escape_markdown(sentence))
    return now


def _draw_settings(now: Experiment) -> None:
    """A control for each setting; what is changed rarely is folded."""
    draw_control(now, FIELDS["task"], task_titles())
    draw_control(now, FIELDS["cell"], CELL_TITLES)
    task_options = [option for option in TASKS[now.task].options if option.kind != "content"]
    for option in (*cell_options(now.cell), *task_options, *(FIELDS[name] for name in MAIN)):
        draw_control(now, option)
    with st.expander(_("Training")):
        for name in (*TRAINING, *(("omega",) if CELLS[now.cell]().plain else ())):
            draw_control(now, FIELDS[name])
    with st.expander(_("Network")):
        for name in NETWORK:
            draw_control(now, FIELDS[name])


def _draw_own_data_button() -> None:
    """The way to the tab that takes data."""
    if st.button(_("Your own data"), key="to own data", width="stretch"):
        set_control("yours tab", _("Own data"))
        go_to(YOURS)


def choose_preset(preset: str) -> None:
    """Takes a ready-made experiment."""
    choose_experiment(PRESETS[preset].experiment)


def _draw_presets(now: Experiment) -> None:
    """One click for each example of the usual course notes; what to look at, while it is the present one."""
    present = next((name for name, p in PRESETS.items() if p.experiment == now), None)
    set_control("control example", present)

    def choose() -> None:
        if preset := read_control("control example"):
            choose_preset(preset)

    st.selectbox(
        _("Examples of the course"),
        list(PRESETS),
        index=None,
        format_func=lambda name: _(PRESETS[name].title),
        placeholder=_("Choose one"),
        key="control example",
        on_change=choose,
    )
    with st.container():  # always there, so that what stands below keeps its place, and stays open
        if present:
            st.caption(_(PRESETS[present].look))


def _restore_defaults() -> None:
    choose_experiment(Experiment(task=experiment().task))


def draw_control(
    now: Experiment,
    option: Option,
    titles: Mapping[str, str] | None = None,
    scope: str = "control",
    change: Change | None = None,
) -> None:
    """One control for one option of `now`; where it is moved, `change({name: value})` is called.

    titles: what to call the choices. scope: tells the controls of several experiments apart.
    Nothing is drawn where a lesson hides the control.
    """
    if option.name in lesson().hide:
        return
    name, value, key = option.name, getattr(now, option.name), f"{scope} {option.name}"
    title = label(name)
    common: dict[str, Any] = {
        "key": key,
        "help": _(option.meaning) or None,
        "on_change": _apply_control,
        "args": (name, scope, change or _change_experiment),
        "disabled": name in lesson().lock,
    }
    set_control(key, value)
    if option.kind == "truth":
        st.toggle(title, **common)
    elif option.kind == "choice":
        choices = list(option.choices)
        names = {c: c for c in choices} | dict(titles or {})
        if sum(len(name) for name in names.values()) <= 24:
            st.segmented_control(
                title,
                choices,
                format_func=lambda c: names[c],
                required=True,
                width="stretch",
                **common,
            )
        else:
            st.selectbox(title, choices, format_func=lambda c: names[c], **common)
    elif name in SCALES:
        steps = sorted({*SCALES[name], value})
        st.select_slider(title, steps, format_func=lambda v: f"{v:g}", **common)
    elif option.kind == "integer":
        st.number_input(title, int(option.low), int(option.high), step=1, **common)
    else:
        set_control(key, None if value is None else float(value))
        low, high = float(option.low), float(option.high)
        st.number_input(title, low, high, value=None, step=0.05, format="%g", **common)
