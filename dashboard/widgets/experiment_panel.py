"""The experiment panel in the sidebar, and the link: every setting lives in both.

`st.session_state["experiment"]` is the one truth. A control shows its part of it and, when changed,
asks for a changed copy; what the experiment refuses is said in a sentence, and nothing else happens.
Controls are drawn from the options' own descriptions, so a new cell or task needs nothing here.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.common.options import Option
from core.tasks import TASKS
from core.training.experiment import FIELDS, cell_options
from core.training.presets import PRESETS
from core.training.trainer import Experiment
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.figures.books import NOTATIONS
from dashboard.navigation import LIVE
from dashboard.session import interventions, position
from dashboard.session.lesson import lesson, without

LEARNING_RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0]
CLIP_AT = [0.01, 0.1, 0.5, 1.0, 5.0, 10.0, 100.0]
LABELS = {
    "hidden_size": _("Hidden units"),
    "num_layers": _("Layers"),
    "first_size": _("Units of the first layer"),
    "bidirectional": _("Two directions"),
    "batch_size": _("Batch"),
    "clip_at": _("Clip at"),
    "truncate": _("Truncate after"),
}
CELL_TITLES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
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


def experiment() -> Experiment:
    """The experiment of this session: at first the one that the link describes."""
    if "experiment" not in st.session_state:
        query = without(st.query_params.to_dict())
        problem = interventions.arrive(query.pop("intervene", ""), query.pop("under", ""))
        book = query.pop("notation", "torch")
        st.session_state["notation"] = book if book in NOTATIONS else "torch"
        st.session_state["experiment"], complaints = from_link(query)
        complaints += problem + st.session_state.pop("cursor complaints", [])
        st.session_state["complaints"] = complaints
    return st.session_state["experiment"]


def notation() -> str:
    """The reader's book: a name in NOTATIONS."""
    return st.session_state.get("notation", "torch")


def choose_notation() -> str:
    """The chooser; what is chosen holds on every page and stands in the link."""
    books = list(NOTATIONS)

    def chosen() -> None:
        st.session_state["notation"] = st.session_state["control notation"]

    st.session_state["control notation"] = notation()
    st.selectbox(
        _("In the letters of your book"),
        books,
        format_func=lambda book: NOTATIONS[book].title,
        key="control notation",
        on_change=chosen,
    )
    return notation()


def from_link(query: Mapping[str, str]) -> tuple[Experiment, list[str]]:
    """The experiment of a link, and a sentence for each part of it that had to be left out."""
    try:
        return Experiment.from_query(query), []
    except (ValueError, LookupError) as error:
        complaints = [str(error)]
    kept: dict[str, str] = {}
    result = Experiment()
    for name in sorted(query, key=lambda key: (key != "task", key != "cell")):
        try:
            result = Experiment.from_query(kept | {name: query[name]})
            kept[name] = query[name]
        except (ValueError, LookupError) as error:
            if str(error) not in complaints:
                complaints.append(str(error))
    return result, complaints[:3]


def _changed(name: str, scope: str, change: Change) -> None:
    value = st.session_state[f"{scope} {name}"]
    if name not in FIELDS and value == "":
        value = None
    change({name: value})


def _change(changes: dict[str, Any]) -> None:
    try:
        st.session_state["experiment"] = st.session_state["experiment"].but(**changes)
        st.session_state["complaints"] = []
    except (ValueError, LookupError) as error:
        st.session_state["complaints"] = [str(error)]


def task_titles() -> dict[str, str]:
    """What to call each task."""
    return {name: _(task.title) for name, task in TASKS.items()}


def panel() -> Experiment:
    """Draws the controls into the sidebar and keeps the link up to date."""
    now = experiment()
    with st.sidebar:
        if not lesson().guided:
            _examples(now)
        control(now, FIELDS["task"], task_titles())
        control(now, FIELDS["cell"], CELL_TITLES)
        for option in cell_options(now.cell):
            control(now, option)
        for option in TASKS[now.task].options:
            if option.kind != "content":
                control(now, option)
        for name in MAIN:
            control(now, FIELDS[name])
        with st.expander(_("Training")):
            for name in (*TRAINING, *(("omega",) if now.cell == "rnn" else ())):
                control(now, FIELDS[name])
        with st.expander(_("Network")):
            for name in NETWORK:
                control(now, FIELDS[name])
        for option in TASKS[now.task].options:
            if option.kind == "content" and option.name not in lesson().hide | lesson().lock:
                _own_data(now, option)
        if not lesson().guided:
            st.button(_("Back to the defaults"), on_click=_defaults, width="stretch")
    book = {} if notation() == "torch" else {"notation": notation()}
    held = interventions.to_query(st.session_state.get("live"))
    st.query_params.from_dict(now.to_query() | book | held | _cursor(now) | lesson().to_query())
    for sentence in st.session_state.get("complaints", []):
        st.warning(plain(sentence))
    return now


def _cursor(now: Experiment) -> dict[str, str]:
    """That of the link the reader came with, while the run that it leads to is on the page."""
    run = st.session_state.get("live")
    if run is not None and run.trainer.experiment != now:
        return {}
    return position.to_query(position.of_link(st.session_state.get("page", LIVE), run) or {})


def choose(preset: str) -> None:
    """Takes a ready-made experiment."""
    st.session_state["experiment"] = PRESETS[preset].experiment
    st.session_state["complaints"] = []


def _examples(now: Experiment) -> None:
    """One click for each example of the usual course notes; what to look at, while it is the present one."""
    present = next((name for name, p in PRESETS.items() if p.experiment == now), None)
    st.session_state["control example"] = present

    def chosen() -> None:
        if st.session_state["control example"]:
            choose(st.session_state["control example"])

    st.selectbox(
        _("Examples of the course"),
        list(PRESETS),
        index=None,
        format_func=lambda name: _(PRESETS[name].title),
        placeholder=_("Choose one"),
        key="control example",
        on_change=chosen,
    )
    with st.container():  # always there, so that what stands below keeps its place, and stays open
        if present:
            st.caption(_(PRESETS[present].look))


def _defaults() -> None:
    st.session_state["experiment"] = Experiment(task=st.session_state["experiment"].task)
    st.session_state["complaints"] = []


def control(
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
    label = LABELS.get(name) or _(name.replace("_", " ").capitalize())
    common: dict[str, Any] = {
        "key": key,
        "help": _(option.meaning) or None,
        "on_change": _changed,
        "args": (name, scope, change or _change),
        "disabled": name in lesson().lock,
    }
    st.session_state[key] = value
    if option.kind == "truth":
        st.toggle(label, **common)
    elif option.kind == "choice":
        choices = list(option.choices)
        names = {c: c for c in choices} | dict(titles or {})
        if sum(len(name) for name in names.values()) <= 24:
            st.segmented_control(
                label,
                choices,
                format_func=lambda c: names[c],
                required=True,
                width="stretch",
                **common,
            )
        else:
            st.selectbox(label, choices, format_func=lambda c: names[c], **common)
    elif name in SCALES:
        steps = sorted({*SCALES[name], value})
        st.select_slider(label, steps, format_func=lambda v: f"{v:g}", **common)
    elif option.kind == "integer":
        st.number_input(label, int(option.low), int(option.high), step=1, **common)
    else:
        st.session_state[key] = None if value is None else float(value)
        low, high = float(option.low), float(option.high)
        st.number_input(label, low, high, value=None, step=0.05, format="%g", **common)


def _own_data(now: Experiment, option: Option) -> None:
    """A text that the reader brings along: uploaded, or pasted."""
    with st.expander(_("Your own data")):
        st.caption(plain(_(option.meaning)))
        upload = st.file_uploader(
            _("A text file"),
            key=f"upload {option.name}",
            type=["txt", "csv", "tsv"],
            max_upload_size=5,
        )
        pasted = st.text_area(_("or paste it here"), key=f"paste {option.name}", height=120)
        if st.button(_("Use it"), key=f"use {option.name}"):
            try:
                text = upload.getvalue().decode("utf-8-sig") if upload else pasted
            except UnicodeDecodeError:
                st.session_state["complaints"] = [
                    _("file: expected UTF-8 text, got other bytes. Save it as UTF-8 and try again.")
                ]
            else:
                # Nothing in place of something brings the task's own data back.
                if text or getattr(now, option.name):
                    with st.spinner(_("Reading it")):
                        _change({option.name: text})
                else:
                    st.session_state["complaints"] = [
                        _(
                            "own data: expected a file or a text, got none yet. Wait until the file has "
                            "arrived, or paste its text."
                        )
                    ]
            st.rerun()
        if getattr(now, option.name):
            where = _("It is not part of the link.") if option.name in now.left_out else ""
            st.caption(_("Your own text is in use.") + f" {where}")
            st.caption(plain(now.make_task().note))
