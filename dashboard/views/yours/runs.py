"""Saved runs: the list, and what can be done with each."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.cells import CELL_TITLES
from core.common.files import describe_error
from core.common.messages import say, sentence_of
from core.io.store import SavedRun
from core.studies.comparison import LETTERS, Comparison
from core.tasks import TASKS
from core.training.experiment import Experiment
from dashboard.common.i18n import _, join_words
from dashboard.common.labels import label, say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import COMPARE, LIVE, go_to
from dashboard.session import autosave, interventions
from dashboard.session.controls import read_control
from dashboard.session.live_run import find_run
from dashboard.session.settings import choose_comparison
from dashboard.session.state import state
from dashboard.widgets import welcome
from dashboard.widgets.addresses import find_reach, page_link

MAX_ROWS = 12
# On a phone the buttons stand below what is said of a run.
STYLE = """<style>
@media (max-width: 640px) { :has(> [class*="st-key-about-"]) { min-width: calc(100% - 3rem); } }
</style>"""
TITLED = ("task", "cell")  # settings that stand before the others, as titles


@dataclass
class RunsState:
    """all: every saved run is listed. complaint: why the last deed was refused. deleted: (id, name)."""

    all: bool = False
    complaint: str = ""
    deleted: tuple[str, str] | None = None


def draw_runs_tab() -> None:
    """The whole tab."""
    _draw_save()
    entries = autosave.open_store().entries()
    _draw_undo()
    if not entries:
        st.caption(
            _("Nothing is saved yet. While a run plays on Live, it is saved every few seconds.")
        )
        return
    chosen = [entry for entry in entries if read_control(f"choose {entry.id}")]
    if len(entries) > 1:
        _draw_compare(chosen)
    named = sum(entry.named for entry in entries)
    st.caption(
        _(
            "{n} saved, {named} of them named by you. Of those without a name the latest five stay.",
            n=len(entries),
            named=named,
        )
    )
    st.html(STYLE)
    most = None if state(RunsState).all else MAX_ROWS
    for entry in entries[:most]:
        _draw_row(entry)
    if most and len(entries) > most:
        st.button(_("Show all"), on_click=_show_all)


def _apply_change(change: Callable[..., object], *args: str) -> bool:
    """Does it, or says in a sentence why not."""
    try:
        change(*args)
    except (ValueError, LookupError) as error:
        state(RunsState).complaint = sentence_of(error)
    except OSError as error:
        state(RunsState).complaint = say(
            "Saved runs: expected a folder that can be written, got: {error}. Try again later.",
            error=describe_error(error),
        )
    else:
        state(RunsState).complaint = ""
        return True
    return False


def _apply_to_run(change: Callable[..., object], run: str) -> None:
    _apply_change(change, run)


def _show_all() -> None:
    state(RunsState).all = True


def _draw_save() -> None:
    live = find_run()
    name, button = st.columns([3, 1], vertical_alignment="bottom")
    typed = name.text_input(
        _("Save the run on Live as"),
        key="save name",
        max_chars=80,
        placeholder=_("for example: LSTM, forget bias 1"),
    )
    if button.button(
        _("Save"), key="save run", type="primary", width="stretch", disabled=live is None
    ):
        assert live is not None
        if not typed.strip():
            state(RunsState).complaint = say(
                "Save the run on Live as: expected a name, got none. Type one."
            )
        else:
            live.autosave.save(live, typed)
            state(RunsState).complaint = live.autosave.problem
            if not live.autosave.problem:  # what is trained from now on is a run of its own
                live.autosave = autosave.Autosave(autosave.new_run_name())
                live.autosave.saved = live.trainer.index
                st.toast(_("Saved."))
    if live is None:
        st.caption(_("No run yet: open Live first."))
    if complaint := state(RunsState).complaint:
        st.warning(escape_markdown(say_by_label(complaint)))


def _draw_undo() -> None:
    gone = state(RunsState).deleted
    if not gone:
        return
    run, name = gone
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Deleted: {name}.", name=escape_markdown(name)))
        st.button(_("Undo"), key="undo", on_click=_undo_deletion, args=(run,))


def _undo_deletion(run: str) -> None:
    if _apply_change(autosave.open_store().undo, run):
        state(RunsState).deleted = None


def _delete_run(entry: SavedRun) -> None:
    if _apply_change(autosave.open_store().delete, entry.id):
        state(RunsState).deleted = (entry.id, entry.name)


def _draw_compare(chosen: list[SavedRun]) -> None:
    """The experiments of the chosen runs go to Compare, where they train anew side by side."""
    if st.button(
        _("Compare the chosen ones ({n})", n=len(chosen)),
        key="compare runs",
        disabled=not 2 <= len(chosen) <= len(LETTERS),
        help=_("Two to four runs of one task. Compare trains them again, on the same batches."),
    ):
        experiments = tuple(Experiment.from_query(entry.query) for entry in chosen)
        try:
            comparison = Comparison(experiments, fair="sizes")
        except (ValueError, LookupError) as error:
            st.warning(escape_markdown(say_by_label(error)))
        else:
            choose_comparison(comparison, _left_out(chosen))
            go_to(COMPARE)


def _left_out(chosen: list[SavedRun]) -> list[str]:
    """What a comparison does not take over of the saved runs, in a sentence."""
    names = [f"“{entry.name}”" for entry in chosen if entry.intervened]
    if not names:
        return []
    return [
        _(
            "{names} trained under an intervention. Compare trains every network from the first update, without one.",
            names=", ".join(names),
        )
    ]


def _describe_run(entry: SavedRun) -> str:
    """Its update, its age, its interventions and its settings, in Markdown."""
    settings = [
        f"{label(name)} {value}" for name, value in entry.query.items() if name not in TITLED
    ]
    kind = "" if entry.named else " · " + _("saved automatically")
    if entry.interventions:
        kind += " · " + _("intervention: {what}", what=interventions.describe(entry.interventions))
    elif entry.intervened:
        kind += " · " + _("intervention at some updates")
    return escape_markdown(
        _("update {n} · {ago}", n=entry.index, ago=welcome.time_since(entry.saved))
        + kind
        + (f" · {_describe_network(entry)}" if entry.named else "")
        + "".join(f" · {setting}" for setting in settings)[:160]
    )


def _draw_row(entry: SavedRun) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.checkbox(
                _("Choose {name}", name=escape_markdown(entry.name)),
                key=f"choose {entry.id}",
                label_visibility="collapsed",
                width="content",
            )
            with st.container(width="stretch", key=f"about {entry.id}"):
                st.markdown(f"**{escape_markdown(entry.name)}**")
                st.caption(_describe_run(entry))
            if st.button(_("Open"), key=f"open {entry.id}"):
                welcome.reopen_run(entry)
            st.button(_("Delete"), key=f"delete {entry.id}", on_click=_delete_run, args=(entry,))
        with st.expander(_("Name, notes, link")):
            _draw_details(entry)


def _describe_network(entry: SavedRun) -> str:
    experiment = Experiment.from_query(entry.query)
    return join_words([_(TASKS[experiment.task].title), CELL_TITLES[experiment.cell]])


def _draw_details(entry: SavedRun) -> None:
    store = autosave.open_store()
    name = st.text_input(
        _("Name"), entry.name if entry.named else "", key=f"name {entry.id}", max_chars=80
    )
    notes = st.text_area(_("Notes"), entry.notes, key=f"notes {entry.id}", max_chars=4000)
    if st.button(_("Keep"), key=f"keep {entry.id}"):
        if _apply_change(store.rename, entry.id, name) and _apply_change(
            store.note, entry.id, notes
        ):
            st.toast(_("Kept."))
        st.rerun()
    if entry.links:
        st.caption(_("This link opens a copy of the run, as it was when you made the link:"))
        reach = find_reach()
        link = page_link(LIVE, {"shared": entry.links[-1]}, reach.host_for_others)
        st.code(link, language=None)
        if reach.is_local and not reach.is_open:
            st.caption(_("“localhost” is this computer alone: for others the link leads nowhere."))
        st.button(
            _("End all its links"),
            key=f"unshare {entry.id}",
            on_click=_apply_to_run,
            args=(store.unshare, entry.id),
        )
    else:
        st.button(
            _("Make a link to it"),
            key=f"share {entry.id}",
            on_click=_apply_to_run,
            args=(store.share, entry.id),
        )
