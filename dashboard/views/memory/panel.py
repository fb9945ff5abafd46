"""The panel of the Memory page, and its link: which study, one that is shipped, opened, or one's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.cells import CELL_TITLES, CELLS
from core.common.checks import integer
from core.studies import Study
from core.studies.folder import Results, open_file
from core.studies.grid import studied
from core.studies.shipped import shipped
from core.tasks import TASKS
from core.training.presets import FIRST_STUDY
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.session.lesson import lesson
from dashboard.widgets.experiment_panel import task_titles

OWN, FILE = "own", "file"
FIELDS: dict[str, tuple[int, int, int]] = {  # name -> lowest, highest, at first
    "seeds": (1, 20, 3),
    "updates": (20, 100_000, 1000),
    "hidden_size": (1, 256, 32),
}
MOST_LENGTHS = 12


@dataclass(frozen=True)
class Asked:
    """The study on the page. name: of a shipped one, else "". opened: results of a file, and how they came."""

    study: Study
    name: str = ""
    opened: Results | None = None
    about: Mapping[str, str] = field(default_factory=dict)


def from_link(query: Mapping[str, str]) -> tuple[str, dict[str, str], list[str]]:
    """(what is chosen, the values of one's own study, a sentence for each part that was left out)."""
    values = FIRST_STUDY | {name: str(first) for name, (_l, _h, first) in FIELDS.items()}
    complaints = []
    for name in values.keys() & query.keys():
        changed = values | {name: query[name]}
        try:
            own_study(changed)
            values = changed
        except (ValueError, LookupError) as error:
            complaints.append(str(error))
    chosen = query.get("study", OWN if set(query) & set(values) else next(iter(shipped())))
    if chosen != OWN and chosen not in shipped():
        complaints.append(
            f"study: expected one of {', '.join(shipped())}, got {chosen[:40]!r}. Choose one."
        )
        chosen = OWN
    return chosen, values, complaints[:3]


def own_study(values: Mapping[str, str]) -> Study:
    """The study that the controls describe. ValueError or LookupError with a sentence."""
    lengths = re.split(r"[\s,;]+", values["lengths"].strip())
    if not 1 <= len(lengths) <= MOST_LENGTHS:
        raise ValueError(
            f"lengths: expected 1 to {MOST_LENGTHS} whole numbers, got {len(lengths)}. "
            "Type them like 10 20 40."
        )
    numbers = {
        name: _whole(name, values[name], low, high) for name, (low, high, _f) in FIELDS.items()
    }
    cells = values["cells"].split()[: len(CELLS)]
    return Study(
        task=values["task"],
        networks={CELL_TITLES.get(cell, cell): {"cell": cell} for cell in cells},
        distances=tuple(_whole("lengths", length, 1, 1000) for length in lengths),
        seeds=tuple(range(1, numbers["seeds"] + 1)),
        updates=numbers["updates"],
        values={"hidden_size": numbers["hidden_size"]},
    )


def _whole(what: str, text: str, low: int, high: int) -> int:
    return integer(what, int(text) if re.fullmatch(r"[0-9]{1,9}", text) else text, low, high)


def panel() -> Asked | None:
    """Draws the controls, keeps the link up to date; None while there is nothing to show."""
    memory: dict[str, Any] = st.session_state.setdefault("memory", {})
    if not memory:
        query = st.query_params.to_dict()
        chosen, values, complaints = from_link(query)
        memory |= {"chosen": chosen, "values": values, "complaints": complaints}
    with st.sidebar:
        _choose(memory)
        asked = None
        if memory["chosen"] == FILE:
            asked = _opened(memory)
        elif memory["chosen"] == OWN:
            asked = _own(memory)
        else:
            asked = Asked(shipped()[memory["chosen"]].study(), memory["chosen"])
    st.query_params.from_dict(to_query() | lesson().to_query())
    for sentence in memory["complaints"]:
        st.warning(plain(sentence))
    return asked


def to_query() -> dict[str, str]:
    """The part of a link that says which study is on the page; a study from a file is in no link."""
    memory = st.session_state.get("memory")
    if not memory or memory["chosen"] == FILE:
        return {}
    return dict(memory["values"]) if memory["chosen"] == OWN else {"study": memory["chosen"]}


def _choose(memory: dict[str, Any]) -> None:
    titles = {name: _(folder.study().title) for name, folder in shipped().items()}
    titles |= {OWN: _("A study of your own"), FILE: _("A study from a file")}

    def changed() -> None:
        memory["chosen"], memory["complaints"] = st.session_state["memory study"], []

    st.session_state["memory study"] = memory["chosen"]
    st.selectbox(
        _("Study"),
        [OWN, *shipped(), FILE],
        format_func=lambda name: titles[name],
        key="memory study",
        on_change=changed,
    )


def _own(memory: dict[str, Any]) -> Asked:
    """Controls for a grid; what cannot be is said in a sentence, and the last good one stays."""
    values: dict[str, str] = memory["values"]

    def changed(name: str) -> None:
        found = st.session_state[f"memory {name}"]
        wanted = values | {name: " ".join(found) if isinstance(found, list) else str(found)}
        try:
            own_study(wanted)
        except (ValueError, LookupError) as error:
            memory["complaints"] = [str(error)]
        else:
            memory["values"], memory["complaints"] = wanted, []

    def common(name: str, value: Any) -> dict[str, Any]:
        st.session_state[f"memory {name}"] = value
        return {"key": f"memory {name}", "on_change": changed, "args": (name,)}

    titles = task_titles()
    tasks = list(studied())
    st.selectbox(
        _("Task"), tasks, format_func=lambda name: titles[name], **common("task", values["task"])
    )
    st.pills(
        _("Networks"),
        list(CELLS),
        selection_mode="multi",
        format_func=CELL_TITLES.__getitem__,
        **common("cells", values["cells"].split()),
    )
    span = TASKS[values["task"]].span
    st.text_input(
        _("Lengths") if span == "length" else _(span.capitalize() + "s"),
        help=_("How far back the network must remember: whole numbers with spaces between."),
        max_chars=100,
        **common("lengths", values["lengths"]),
    )
    labels = {
        "seeds": _("Seeds: trainings of each"),
        "updates": _("Patience: updates of each training"),
        "hidden_size": _("Hidden units"),
    }
    for name, (low, high, _first) in FIELDS.items():
        st.number_input(labels[name], low, high, step=1, **common(name, int(values[name])))
    return Asked(own_study(memory["values"]))


def _opened(memory: dict[str, Any]) -> Asked | None:
    upload = st.file_uploader(
        _("The result.json of a study"), type=["json"], key="memory file", max_upload_size=20
    )
    if upload is None:
        return None
    try:
        study, results, about = open_file(upload.getvalue())
    except (ValueError, LookupError) as error:
        st.warning(plain(str(error)))
        return None
    return Asked(study, opened=results, about=about)
