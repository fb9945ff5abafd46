"""Saved runs: the list, and what can be done with each."""

from collections.abc import Callable

import streamlit as st

from core.common.files import reason
from core.io.store import Entry
from core.studies.comparison import LETTERS, Comparison
from core.training.experiment import Experiment
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.session import autosave, interventions, live_run
from dashboard.views.yours.links import address
from dashboard.widgets import welcome

SHOWN = 12


def tab() -> None:
    """The whole tab."""
    _save()
    entries = autosave.store().entries()
    _undo()
    if not entries:
        st.caption(
            _("Nothing is saved yet. A run saves itself every few seconds while it plays on Live.")
        )
        return
    chosen = [entry for entry in entries if st.session_state.get(f"choose {entry.id}")]
    if len(entries) > 1:
        _compare(chosen)
    named = sum(entry.named for entry in entries)
    st.caption(
        _("Saved: {n}, of which you named {named}. Of the others the latest five are kept.").format(
            n=len(entries), named=named
        )
    )
    most = None if st.session_state.get("all runs") else SHOWN
    for entry in entries[:most]:
        _row(entry)
    if most and len(entries) > most:
        st.button(_("Show all"), on_click=_show_all)


def _try(change: Callable[..., object], *args: str) -> bool:
    """Does it, or says in a sentence why not."""
    try:
        change(*args)
    except (ValueError, LookupError) as error:
        st.session_state["runs complaint"] = str(error)
    except OSError as error:
        st.session_state["runs complaint"] = _(
            "runs: expected a folder that can be written, got: {error}. Try again later."
        ).format(error=reason(error))
    else:
        st.session_state["runs complaint"] = ""
        return True
    return False


def _do(change: Callable[..., object], run: str) -> None:
    _try(change, run)


def _show_all() -> None:
    st.session_state["all runs"] = True


def _save() -> None:
    here: live_run.Live | None = st.session_state.get("live")
    name, button = st.columns([3, 1], vertical_alignment="bottom")
    typed = name.text_input(
        _("Save the run that is on Live, under the name"),
        key="save name",
        max_chars=80,
        placeholder=_("for example: LSTM, forget bias 1"),
    )
    if button.button(
        _("Save"), key="save run", type="primary", width="stretch", disabled=here is None
    ):
        assert here is not None
        if not typed.strip():
            st.session_state["runs complaint"] = _(
                "name: expected a name for the run, got none. Type one."
            )
        else:
            here.keeper.save(here, typed)
            st.session_state["runs complaint"] = here.keeper.problem
            if not here.keeper.problem:  # what is trained from now on is a run of its own
                here.keeper = autosave.Keeper(autosave.new_run())
                here.keeper.saved = here.trainer.index
                st.toast(_("Saved."))
    if here is None:
        st.caption(_("No run yet: open Live first."))
    if complaint := st.session_state.get("runs complaint"):
        st.warning(plain(complaint))


def _undo() -> None:
    gone = st.session_state.get("deleted run")
    if not gone:
        return
    run, name = gone
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Deleted: {name}.").format(name=plain(name)))
        st.button(_("Undo"), key="undo", on_click=_bring_back, args=(run,))


def _bring_back(run: str) -> None:
    if _try(autosave.store().undo, run):
        st.session_state["deleted run"] = None


def _delete(entry: Entry) -> None:
    if _try(autosave.store().delete, entry.id):
        st.session_state["deleted run"] = (entry.id, entry.name)


def _compare(chosen: list[Entry]) -> None:
    """The experiments of the chosen runs go to Compare, where they train anew side by side."""
    if st.button(
        _("Compare the chosen ones ({n})").format(n=len(chosen)),
        key="compare runs",
        disabled=not 2 <= len(chosen) <= len(LETTERS),
        help=_("Two to four runs of one task. They train anew, on the same batches."),
    ):
        experiments = tuple(Experiment.from_query(entry.query) for entry in chosen)
        try:
            st.session_state["comparison"] = Comparison(experiments, fair="sizes")
        except (ValueError, LookupError) as error:
            st.warning(plain(str(error)))
        else:
            st.session_state["comparison complaints"] = _left_out(chosen)
            st.switch_page("views/compare/page.py")


def _left_out(chosen: list[Entry]) -> list[str]:
    """What a comparison does not take over of the saved runs, in a sentence."""
    names = [f"“{entry.name}”" for entry in chosen if entry.intervened]
    if not names:
        return []
    told = _("{names} trained under an intervention. Here every network trains anew, without one.")
    return [told.format(names=", ".join(names))]


def _row(entry: Entry) -> None:
    told = [f"{name} {value}" for name, value in entry.query.items()]
    with st.container(border=True):
        choose, about, go, delete = st.columns([0.4, 6, 1.2, 1.2], vertical_alignment="center")
        choose.checkbox(_("Choose"), key=f"choose {entry.id}", label_visibility="collapsed")
        kind = "" if entry.named else " · " + _("saved by itself")
        if entry.interventions:
            kind += " · " + _("under an intervention: {what}").format(
                what=interventions.sentence(entry.interventions)
            )
        elif entry.intervened:
            kind += " · " + _("some updates under an intervention")
        about.markdown(f"**{plain(entry.name)}**")
        about.caption(
            plain(
                _("update {n} · {ago}").format(n=entry.index, ago=welcome.since(entry.saved))
                + kind
                + " · "
                + ", ".join(told)[:160]
            )
        )
        if go.button(_("Open"), key=f"open {entry.id}", width="stretch"):
            welcome.reopen(entry)
        delete.button(
            _("Delete"),
            key=f"delete {entry.id}",
            on_click=_delete,
            args=(entry,),
            width="stretch",
        )
        with st.expander(_("Name, notes, link")):
            _details(entry)


def _details(entry: Entry) -> None:
    store = autosave.store()
    name = st.text_input(
        _("Name"), entry.name if entry.named else "", key=f"name {entry.id}", max_chars=80
    )
    notes = st.text_area(_("Notes"), entry.notes, key=f"notes {entry.id}", max_chars=4000)
    if st.button(_("Keep"), key=f"keep {entry.id}"):
        if _try(store.rename, entry.id, name) and _try(store.note, entry.id, notes):
            st.toast(_("Kept."))
        st.rerun()
    if entry.links:
        st.caption(
            _("Whoever has this link may open a copy of the run, as it was when you made the link:")
        )
        st.code(f"{address('')}?shared={entry.links[-1]}", language=None)
        st.button(
            _("End all its links"),
            key=f"unshare {entry.id}",
            on_click=_do,
            args=(store.unshare, entry.id),
        )
    else:
        st.button(
            _("Make a link to it"),
            key=f"share {entry.id}",
            on_click=_do,
            args=(store.share, entry.id),
        )
