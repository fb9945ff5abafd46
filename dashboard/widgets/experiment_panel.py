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
from core.training.look_text import plain_look
from core.training.presets import PRESETS, name_of_preset
from core.training.trainer import Experiment
from dashboard.common.i18n import _
from dashboard.common.labels import (
    choice_label,
    columns_of,
    combination_titles,
    label,
    say_by_label,
)
from dashboard.common.markdown import escape_markdown
from dashboard.figures.books import NOTATIONS
from dashboard.navigation import YOURS, go_to
from dashboard.session import link
from dashboard.session.controls import connect_control, first_number, set_tab
from dashboard.session.examples import choose_example
from dashboard.session.live_run import find_run
from dashboard.session.position import PositionState
from dashboard.session.settings import (
    Settings,
    change_experiment,
    choose_experiment,
    experiment,
    notation,
)
from dashboard.session.simplification import simplification
from dashboard.session.state import state
from dashboard.widgets import inspected_switch
from dashboard.widgets.choice import draw_list

LEARNING_RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0]
CLIP_AT = [0.01, 0.1, 0.5, 1.0, 5.0, 10.0, 100.0]
SCALES = {"learning_rate": LEARNING_RATES, "clip_at": CLIP_AT}
Change = Callable[[dict[str, Any]], None]
MAIN = ("hidden_size", "num_layers", "learning_rate", "seed")
TRAINING = ("optimizer", "batch_size", "clipping", "clip_at", "truncate")
NETWORK = (
    "first_size",
    "recurrence",
    "window",
    "normalization",
    "bidirectional",
    "combine",
    "dropout",
    "bias",
    "embedding",
    "initialization",
    "spectral_radius",
)


def choose_notation() -> str:
    """The chooser; what is chosen holds on every page and stands in the link."""
    books = list(NOTATIONS)

    def choose_book(book: str) -> None:
        state(Settings).notation = book

    draw_list(
        _("In the letters of your book"),
        books,
        books.index(notation()),
        format_func=lambda book: NOTATIONS[book].title,
        **connect_control("control notation", notation(), choose_book),
    )
    return notation()


def task_titles() -> dict[str, str]:
    """What to call each task."""
    return {name: _(task.title) for name, task in TASKS.items()}


def draw_panel() -> Experiment:
    """Draws the controls into the sidebar and keeps the link up to date."""
    now = experiment()
    with st.sidebar:
        inspected_switch.say_what_is_inspected(state(PositionState).page)
        if not simplification().guided:
            _draw_presets(now)
        _draw_settings(now)
        if not simplification().guided:
            if any(option.kind == "content" for option in TASKS[now.task].options):
                _draw_own_data_button()
            st.button(_("Back to the defaults"), on_click=_restore_defaults, width="stretch")
    link.write_link(find_run())
    draw_complaints()
    return now


def draw_complaints() -> None:
    """Why parts of a link, or of what was chosen, were left out: a sentence for each."""
    for sentence in state(Settings).complaints:
        st.warning(escape_markdown(say_by_label(sentence)))


def _draw_settings(now: Experiment) -> None:
    """A control for each setting; what is changed rarely is folded, and drawn when it is unfolded."""
    draw_control(now, FIELDS["task"], task_titles())
    draw_control(now, FIELDS["cell"], CELL_TITLES)
    for option in cell_options(now.cell):
        draw_control(now, option)
    draw_task_controls(now)
    for name in MAIN:
        draw_control(now, FIELDS[name])
    training = st.expander(_("Training"), key="training box", on_change="rerun")
    if training.open:
        with training:
            for name in (*TRAINING, *(("omega",) if CELLS[now.cell]().plain else ())):
                draw_control(now, FIELDS[name])
    network = st.expander(_("Network"), key="network box", on_change="rerun")
    if network.open:
        with network:
            for name in NETWORK:
                if name != "combine":
                    draw_control(now, FIELDS[name])
                elif now.bidirectional:
                    draw_control(now, FIELDS[name], combination_titles())


def _draw_own_data_button() -> None:
    """The way to the tab that takes data."""
    if st.button(_("Your own data"), key="to own data", width="stretch"):
        set_tab("yours tab", "data")
        go_to(YOURS)


def _draw_presets(now: Experiment) -> None:
    """One click for each example of the usual course notes; what to look at, while it is the present one."""
    present = name_of_preset(now)

    def choose(preset: str | None) -> None:
        if preset:
            choose_example(preset)

    draw_list(
        _("Examples of the course"),
        list(PRESETS),
        index=list(PRESETS).index(present) if present else None,
        format_func=lambda name: _(PRESETS[name].title),
        **connect_control("control example", present, choose),
    )
    with st.container():  # always there, so that what stands below keeps its place, and stays open
        if present:
            st.caption(plain_look(_(PRESETS[present].look)))


def _restore_defaults() -> None:
    choose_experiment(Experiment(task=experiment().task))


def draw_task_controls(
    now: Experiment, scope: str = "control", change: Change | None = None
) -> None:
    """A control for each option of the task that means something with its present data."""
    task = now.make_task()
    for option in task.shown_options:
        draw_control(now, option, task.value_titles(option.name), scope, change)


def draw_control(
    now: Experiment,
    option: Option,
    titles: Mapping[str, str] | None = None,
    scope: str = "control",
    change: Change | None = None,
) -> None:
    """One control for one option of `now`; where it is moved, `change({name: value})` is called.

    titles: what to call the choices; of a number or a text, the values that there are to choose from, and of a text
    with numbers for values several of them. scope: tells the controls of several experiments apart.
    Nothing is drawn where a lesson hides the control, and for a text without values to choose from.
    """
    if option.name in simplification().hide or (option.kind == "line" and not titles):
        return
    name, value = option.name, getattr(now, option.name)
    title, connected = label(name), f"{scope} {name}"

    def choose(value: Any) -> None:
        (change or change_experiment)({name: value})

    common: dict[str, Any] = connect_control(connected, value, choose) | {
        "help": _(option.meaning) or None,
        "disabled": name in simplification().lock,
    }
    if option.kind == "truth":
        st.toggle(title, value, **common)
    elif option.kind == "choice":
        choices = list(option.choices)
        names = {c: choice_label(name, c) for c in choices} | dict(titles or {})
        if sum(map(columns_of, names.values())) <= 24:
            st.segmented_control(
                title,
                choices,
                default=value,
                format_func=lambda c: names[c],
                required=True,
                width="stretch",
                **common,
            )
        else:
            draw_list(
                title, choices, choices.index(value), format_func=lambda c: names[c], **common
            )
    elif titles and option.kind == "line" and isinstance(next(iter(titles)), int):
        _draw_numbers(title, value, titles, choose, connected, common)
    elif titles:
        values = list(titles)
        index = values.index(value) if value in values else None
        draw_list(title, values, index, format_func=lambda v: titles[v], **common)
    elif name in SCALES:
        steps = sorted({*SCALES[name], value})
        st.select_slider(title, steps, value, format_func=_write_number, **common)
    elif option.kind == "integer":
        st.number_input(title, int(option.low), int(option.high), value, step=1, **common)
    else:
        low, high = float(option.low), float(option.high)
        first = first_number(connected, value)
        st.number_input(title, low, high, first, step=0.05, format="%g", **common)


def _draw_numbers(
    title: str,
    text: str,
    titles: Mapping[Any, str],
    choose: Callable[[Any], None],
    connected: str,
    common: dict[str, Any],
) -> None:
    """Several of the values, which an option holds as a text: "1,3"."""
    chosen = [number for number in titles if str(number) in text.replace(" ", "").split(",")]

    def choose_numbers(numbers: list[int]) -> None:
        choose(",".join(map(str, numbers)))

    connection = connect_control(connected, chosen, choose_numbers)
    st.multiselect(
        title,
        list(titles),
        chosen,
        format_func=lambda number: titles[number],
        placeholder=_("The target's own past"),
        **(common | connection),
    )


def _write_number(value: float) -> str:
    """As short as it can be without meaning another number: Streamlit reads the slider's value from it."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)
