"""Memory: how far back can each network learn?"""

import os

import streamlit as st

from core.studies.cost import in_words
from core.studies.folder import Folder, Results, StudyError, as_file
from core.studies.shipped import shipped
from core.studies.table import table
from core.tasks import TASKS
from dashboard.common.fragments import fragment
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.figures.memory import success_curves, success_heatmap
from dashboard.navigation import MEMORY
from dashboard.session.controls import read_control
from dashboard.session.state import state as topic
from dashboard.views.memory import panel, processes
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.explainer import explain

asked = panel.draw_panel()
if asked is None:
    st.info(_("Choose the result.json that a study wrote: it has the study and all its points."))
    st.stop()
study, folder = asked.study, processes.study_folder(asked.study, asked.name)
CORES = os.cpu_count() or 1
seen = topic(panel.MemoryState)


def known(place: Folder) -> Results:
    """The finished points of the study on the page; those seen before are not read again."""
    if seen.of != (study.id, str(place.path)):
        seen.of, seen.results = (study.id, str(place.path)), {}
    try:
        seen.results = place.results(study, seen.results)
    except ValueError as error:
        st.warning(plain(str(error)))
    return seen.results


def begin() -> None:
    try:
        cluster = read_control("memory cluster", "").strip()
        processes.start_study(study, folder, int(read_control("memory cores", CORES)), cluster)
    except (ValueError, StudyError) as error:
        seen.trouble = str(error)
    else:
        seen.trouble = ""


def controls(state: str, said: dict, results: Results) -> None:
    """Start, Pause or Resume, and how it stands."""
    done = len(results)
    buttons, bar = st.columns([1, 4], vertical_alignment="center")
    if state == "running":
        buttons.button(_("Pause"), on_click=processes.stop_study, args=(folder,), width="stretch")
    elif done < study.size:
        word = _("Resume") if done or state else _("Start")
        buttons.button(word, on_click=begin, type="primary", width="stretch")
    text = _("{done} of {all} points, {state}").format(
        done=done, all=study.size, state=processes.state_titles()[state]
    )
    if state == "running" and "remaining" in said:
        rest = in_words(float(said["remaining"]))
        text += _("; about {time} to go on {workers}").format(time=rest, workers=said["workers"])
    bar.progress(done / study.size, plain(text))


def figures(results: Results) -> None:
    """The curves, and the same as a heatmap."""
    cells = table(study, results)
    words = {
        "distance": _("steps to remember ({span})").format(span=study.span),
        "solved": _("seeds that solved it"),
        "share": _("share of seeds"),
        "hover": _(
            "%{customdata[1]} of %{customdata[2]} seeds at %{customdata[0]}, median updates "
        )
        + "%{customdata[3]}",
    }
    left, right = st.columns(2)
    left.markdown(f"**{_('Success against distance')}**")
    draw_chart(
        success_curves(study.labels, study.distances, cells, words),
        "memory curves",
        left,
        about=study.task,
    )
    right.markdown(f"**{_('Solved of finished seeds, and their median updates')}**")
    draw_chart(
        success_heatmap(study.labels, study.distances, cells, words),
        "memory heatmap",
        right,
        about=study.task,
    )


def watch() -> None:
    """What can change while the study runs; asks again every second, and only then."""
    state, said = processes.process_state(folder)
    results = known(folder)
    controls(state, said, results)
    trouble = seen.trouble or (said.get("sentence") if state == "failed" else "")
    if state == "killed":
        trouble = trouble or processes.last_words(folder)
    if trouble and state != "running":
        st.warning(plain(str(trouble)))
    figures(results)
    if state != seen.shown:
        seen.shown = state
        st.rerun()


title = study.title or TASKS[study.task].title
metric, value = TASKS[study.task].solved or ("", 0.0)
sign = "≥" if TASKS[study.task].higher_is_better else "≤"
st.markdown(f"#### {plain(_(title))}")
st.caption(
    plain(
        _(
            "Solved: held-out {metric} {sign} {value:g} within {updates} updates. "
            "{networks} networks × {distances} distances × {seeds} seeds."
        ).format(
            **{"metric": metric, "sign": sign, "value": value, "updates": f"{study.updates:,}"},
            **{"networks": len(study.networks), "distances": len(study.distances)},
            seeds=len(study.seeds),
        )
    )
)
if asked.opened is not None:
    figures(asked.opened)
    provenance = dict(asked.about)
    results = asked.opened
elif asked.name and len(known(shipped()[asked.name])) == study.size:
    results = known(shipped()[asked.name])
    figures(results)
    provenance = shipped()[asked.name].provenance()
else:
    provenance = {}
    running = processes.process_state(folder)[0] == "running"
    if not running:
        most = processes.study_cost(study)
        with st.sidebar:
            cores = st.number_input(_("Cores"), 1, CORES, CORES, key="memory cores")
            st.text_input(
                _("Dask scheduler, instead of the cores"),
                placeholder="tcp://host:8786",
                key="memory cluster",
                disabled=not processes.may_use_clusters(),
                help=_("Only on a server for yourself; elsewhere use the command line."),
            )
        st.caption(
            _(
                "At most {time} on {cores} cores of this machine, if no training is done early."
            ).format(time=in_words(most / cores), cores=cores)
        )
    fragment(watch, run_every=1.0 if running else None)()
    results = known(folder)

st.download_button(
    _("Results as JSON"),
    lambda: as_file(study, results, provenance),
    f"{asked.name or study.task}.json",
    "application/json",
    on_click="ignore",
)
if study.about:
    with st.expander(_("The paper and this study"), expanded=True):
        columns = st.columns(2)
        for k, (name, text) in enumerate(study.about.items()):
            columns[k % 2].markdown(f"**{plain(_(name.capitalize()))}.** {plain(_(text))}")
if provenance:
    st.caption(
        plain(
            _("Computed with `{command}` in {time} on {machine}, {date}.").format(
                command=provenance.get("command", "?"),
                time=in_words(float(provenance.get("seconds", 0))),
                machine=provenance.get("machine", "?"),
                date=provenance.get("date", "?"),
            )
        )
    )
explain(MEMORY)
