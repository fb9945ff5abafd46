"""The controls of the Memory page: which study, one that is shipped, opened, or one's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from core.cells import CELL_TITLES, CELLS
from core.studies import Study
from core.studies.folder import Results, parse_file
from core.studies.grid import tasks_with_goal
from core.studies.shipped import shipped_studies
from core.tasks import TASKS
from dashboard.common.i18n import _, join_words
from dashboard.common.labels import choice_label, label, say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.session import link
from dashboard.session.controls import connect_control
from dashboard.session.settings import study
from dashboard.session.study_settings import (
    FIELDS,
    FILE,
    OWN,
    StudySettings,
    distances_label,
    own_study,
)
from dashboard.widgets.choice import draw_list
from dashboard.widgets.experiment_panel import task_titles


@dataclass(frozen=True)
class ChosenStudy:
    """The study on the page. name: of a shipped one, else "". opened: results of a file, and how they came."""

    study: Study
    name: str = ""
    opened: Results | None = None
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass
class MemoryState:
    """What the page has seen of a study. of: the study and its folder; results: its finished points.

    trouble: why it could not be started. shown: how it stood when the page was last drawn.
    """

    of: tuple[str, str] | None = None
    results: Results = field(default_factory=dict)
    trouble: str = ""
    shown: str | None = None


def draw_panel() -> ChosenStudy | None:
    """Draws the controls of the chosen study, keeps the link up to date; None while there is nothing to show.

    What a study of one's own is made of is in the sidebar, a file's place on the page.
    """
    settings, chosen = study(), None
    if settings.chosen == FILE:
        chosen = _open_upload()
    elif settings.chosen == OWN:
        with st.sidebar:
            chosen = _draw_grid(settings)
    else:
        chosen = ChosenStudy(shipped_studies()[settings.chosen].study(), settings.chosen)
    if settings.chosen == OWN:
        st.caption(_("What this study is made of can be changed in the drawer with all settings."))
    elif chosen is not None:
        with st.sidebar:
            _draw_settings(chosen.study)
    link.write_link()
    for sentence in settings.complaints:
        st.warning(escape_markdown(say_by_label(sentence)))
    return chosen


def pick_study() -> None:
    """The choice of the study, on the page."""
    settings = study()
    titles = {name: _(folder.study().title) for name, folder in shipped_studies().items()}
    titles |= {OWN: _("A study of your own"), FILE: _("A study from a file")}

    def choose(name: str) -> None:
        settings.chosen, settings.complaints, settings.refused = name, [], {}

    names = [OWN, *shipped_studies(), FILE]
    draw_list(
        _("Study"),
        names,
        names.index(settings.chosen),
        format_func=lambda name: titles[name],
        width=420,
        label_visibility="collapsed",
        **connect_control("memory study", settings.chosen, choose),
    )


def _draw_settings(study: Study) -> None:
    """What a finished study is made of: what all trainings share, then what each network has of its own."""
    shared = {"task": _(TASKS[study.task].title), **study.values}
    lines = [
        f"{label(name)}: **{escape_markdown(choice_label(name, str(value)))}**"
        for name, value in shared.items()
    ]
    for network, values in study.networks.items():
        own = join_words(
            f"{label(name)} {CELL_TITLES.get(value) or choice_label(name, str(value))}"
            for name, value in values.items()
        )
        lines.append(f"**{escape_markdown(_(network))}**: {escape_markdown(own)}")
    st.markdown("\n\n".join(lines))


def _draw_grid(settings: StudySettings) -> ChosenStudy:
    """Controls for a grid. What cannot be stays in its control with a sentence above; the last good study is shown."""
    values = settings.values | settings.refused

    def change(name: str, value: Any) -> None:
        settings.change(name, " ".join(value) if isinstance(value, list) else str(value))

    def connect(name: str, value: Any) -> dict[str, Any]:
        return connect_control(f"memory {name}", value, partial(change, name))

    titles = task_titles()
    tasks = list(tasks_with_goal())
    draw_list(
        _("Task"),
        tasks,
        tasks.index(values["task"]),
        format_func=lambda name: titles[name],
        **connect("task", values["task"]),
    )
    cells = values["cells"].split()
    st.pills(
        _("Networks"),
        list(CELLS),
        selection_mode="multi",
        default=cells,
        format_func=CELL_TITLES.__getitem__,
        **connect("cells", cells),
    )
    st.text_input(
        distances_label(values["task"]),
        values["lengths"],
        help=_("How far back the network must remember: whole numbers separated by spaces."),
        max_chars=100,
        **connect("lengths", values["lengths"]),
    )
    labels = {
        "seeds": _("Seeds: trainings of each network"),
        "updates": _("Patience: most updates of each training"),
        "hidden_size": _("Hidden units"),
    }
    for name, (low, high, _first) in FIELDS.items():
        number = int(values[name])
        st.number_input(labels[name], low, high, number, step=1, **connect(name, number))
    return ChosenStudy(own_study(settings.values))


def _open_upload() -> ChosenStudy | None:
    upload = st.file_uploader(
        _("The result.json of a study"), type=["json"], key="memory file", max_upload_size=20
    )
    if upload is None:
        return None
    try:
        study, results, about = parse_file(upload.getvalue())
    except (ValueError, LookupError) as error:
        st.warning(escape_markdown(say_by_label(error)))
        return None
    return ChosenStudy(study, opened=results, about=about)
