"""Memory: how far back can each network learn?"""

import os

import streamlit as st

from core.common.messages import sentence_of
from core.studies.cost import duration_in_words
from core.studies.folder import Folder, Results, StudyError, to_file_text
from core.studies.shipped import shipped_studies
from core.tasks import TASKS
from dashboard.common.i18n import N_, _, join_words
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import MEMORY
from dashboard.session.controls import read_control
from dashboard.session.state import state as state_of
from dashboard.views.memory import panel, points, processes
from dashboard.views.memory.points import draw_points
from dashboard.widgets.context_place import join_parts, open_context
from dashboard.widgets.explainer import explain
from dashboard.widgets.heading import draw_heading

points.go_to_chosen_point()
with open_context():
    panel.pick_study()
    place = st.empty()  # what it looks at, in words
chosen = panel.draw_panel()
draw_heading(_("How far back can each network learn?"))
if chosen is None:
    st.info(_("Choose the result.json that a study wrote: it holds the study and all its points."))
    st.stop()
study, folder = chosen.study, processes.study_folder(chosen.study, chosen.name)
CORES = os.cpu_count() or 1
memory = state_of(panel.MemoryState)


def read_results(place: Folder) -> Results:
    """The finished points of the study on the page; those seen before are not read again."""
    if memory.of != (study.id, str(place.path)):
        memory.of, memory.results = (study.id, str(place.path)), {}
    try:
        memory.results = place.results(study, memory.results)
    except ValueError as error:
        st.warning(escape_markdown(say_by_label(error)))
    return memory.results


def start_study() -> None:
    """Starts the process of the study; a refusal is shown as a sentence."""
    try:
        cluster = read_control("memory cluster", "").strip()
        processes.start_study(study, folder, int(read_control("memory cores", CORES)), cluster)
    except (ValueError, StudyError) as error:
        memory.trouble = sentence_of(error)
    else:
        memory.trouble = ""


def draw_progress(state: str, status: dict, results: Results) -> None:
    """Start, Pause or Resume, and how it stands."""
    done = len(results)
    buttons, bar = st.columns([1, 4], vertical_alignment="center")
    is_done = done == study.size  # the process ends a moment after its last point
    if state == "running" and not is_done:
        buttons.button(_("Pause"), on_click=processes.stop_study, args=(folder,), width="stretch")
    elif not is_done:
        word = _("Resume") if done or state else _("Start")
        buttons.button(word, on_click=start_study, type="primary", width="stretch")
    text = _(
        "{done} of {all} points: {state}",
        done=done,
        all=study.size,
        state=_("finished") if is_done else processes.state_titles()[state],
    )
    if state == "running" and not is_done and "remaining" in status:
        rest = duration_in_words(float(status["remaining"]))
        text += _("; about {time} to go on {workers}", time=rest, workers=_(status["workers"]))
    bar.progress(done / study.size, escape_markdown(text))


def watch_study() -> None:
    """What can change while the study runs; asks again every second, and only then."""
    state, status = processes.process_state(folder)
    results = read_results(folder)
    draw_progress(state, status, results)
    trouble = memory.trouble or (status.get("sentence") if state == "failed" else "")
    if state == "killed":
        trouble = trouble or processes.last_words(folder)
    if trouble and state != "running":
        st.warning(escape_markdown(say_by_label(trouble)))
    draw_points(study, results)
    if state != memory.shown:
        memory.shown = state
        st.rerun()


metric, value = TASKS[study.task].solved or ("", 0.0)
sign = "≥" if TASKS[study.task].higher_is_better else "≤"
parts = (
    escape_markdown(_(TASKS[study.task].title)),
    join_words(
        _(one if n == 1 else several, n=n)
        for n, one, several in (
            (len(study.networks), N_("1 network"), N_("{n} networks")),
            (len(study.distances), N_("1 distance"), N_("{n} distances")),
            (len(study.seeds), N_("1 seed"), N_("{n} seeds")),
        )
    ),
    escape_markdown(
        _(
            "solved: held-out {metric} {sign} {value:g} within {updates:,} updates",
            metric=_(metric),
            sign=sign,
            value=value,
            updates=study.updates,
        )
    ),
)
place.markdown(join_parts(parts), width="content")
if chosen.opened is not None:
    draw_points(study, chosen.opened)
    provenance = dict(chosen.about)
    results = chosen.opened
elif chosen.name and len(read_results(shipped_studies()[chosen.name])) == study.size:
    results = read_results(shipped_studies()[chosen.name])
    draw_points(study, results)
    provenance = shipped_studies()[chosen.name].provenance()
else:
    provenance = {}
    running = processes.process_state(folder)[0] == "running"
    if not running:
        cost = processes.study_cost(study)
        with st.sidebar:
            core_count = st.number_input(_("Cores"), 1, CORES, CORES, key="memory cores")
            st.text_input(
                _("Dask scheduler, instead of the cores"),
                placeholder="tcp://host:8786",
                key="memory cluster",
                disabled=not processes.may_use_clusters(),
                help=_("Only on a server of your own; on others use the command line."),
            )
        st.caption(
            _(
                "At most {time} on {cores} of this machine; less where trainings solve the task early.",
                time=duration_in_words(cost / core_count),
                cores=_("1 core") if core_count == 1 else _("{n} cores", n=core_count),
            )
        )
    with st.container():  # of its own: what is drawn once a second must not land on its neighbour
        st.fragment(watch_study, run_every=1.0 if running else None)()
    results = read_results(folder)

st.download_button(
    _("Results as JSON"),
    lambda: to_file_text(study, results, provenance),
    f"{chosen.name or study.task}.json",
    "application/json",
    on_click="ignore",
)
if study.about:
    with st.expander(_("The paper and this study"), expanded=True):
        columns = st.columns(2)
        for k, (name, text) in enumerate(study.about.items()):
            columns[k % 2].markdown(
                _(
                    "**{heading}.** {text}",
                    heading=escape_markdown(_(name.capitalize())),
                    text=escape_markdown(_(text)),
                )
            )
if provenance:
    st.caption(
        escape_markdown(
            _(
                "Computed with {command} in {time} on {machine}, {date}.",
                command=provenance.get("command", "?"),
                time=duration_in_words(float(provenance.get("seconds", 0))),
                machine=provenance.get("machine", "?"),
                date=provenance.get("date", "?"),
            )
        )
    )
explain(MEMORY)
