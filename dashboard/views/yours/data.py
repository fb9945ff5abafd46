"""The reader's own data: uploaded, pasted or drawn; and which tasks it fits."""

from dataclasses import dataclass

import streamlit as st

from core.io.user_data import TaskFit, curve_to_csv, fit_tasks
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LIVE, go_to
from dashboard.player.component import load_component
from dashboard.session.settings import choose_experiment
from dashboard.session.state import state
from dashboard.widgets.upload_text import read_text


@dataclass
class DataState:
    """taken: the data is to be trained on, and Live not open yet."""

    taken: bool = False


def draw_data_tab() -> None:
    """The whole tab."""
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{_('A file, or pasted')}**")
        st.caption(
            _(
                "A CSV series (a column of numbers), labelled names (a name, a comma, a label on each line), pairs to translate (source, tab, target), or any text."
            )
        )
        upload = st.file_uploader(
            _("A text file"), key="own data", type=["csv", "tsv", "txt"], max_upload_size=5
        )
        pasted = st.text_area(_("or paste it here"), key="own paste", height=100)
        content = pasted
        if upload is not None:
            try:
                content = read_text(upload)
            except ValueError as error:
                content = ""
                st.warning(escape_markdown(str(error)))
        if content:
            _offer_tasks(content, "file")
    with right:
        st.markdown(f"**{_('Drawn by hand')}**")
        st.caption(
            _(
                "Draw a curve from left to right, with the pointer or with the arrow keys; a network learns to foretell it."
            )
        )
        sheet = load_component("sheet")(
            key="sheet",
            data={"label": _("a sheet to draw on, with the pointer or with the arrow keys")},
            on_curve_change=lambda: None,
        )
        offer_drawn(getattr(sheet, "curve", None))


def offer_drawn(curve: object) -> None:
    """Offers what the sheet says was drawn on it."""
    if not isinstance(curve, list) or not 0 < len(curve) <= 1000:
        return
    try:
        content = curve_to_csv(curve)
    except ValueError as error:
        st.warning(escape_markdown(str(error)))
    else:
        _offer_tasks(content, "drawn")


def _offer_tasks(content: str, where: str) -> None:
    try:
        fitted = fit_tasks(content)
    except ValueError as error:
        st.warning(escape_markdown(str(error)))
        return
    usable = [fit for fit in fitted if fit.experiment]
    st.markdown(
        _("It fits {n} of {all} tasks that take data:").format(n=len(usable), all=len(fitted))
        if usable
        else _("It fits no task:")
    )
    for fit in usable:
        with st.container(border=True):
            st.markdown(f"**{escape_markdown(_(fit.title))}**")
            st.caption(escape_markdown(fit.division))
            st.button(
                _("Train on it"),
                key=f"train {where} {fit.task}",
                type="primary",
                on_click=_take_data,
                args=(fit,),
            )
    data = state(DataState)
    if data.taken:
        data.taken = False
        go_to(LIVE)
    others = [fit for fit in fitted if not fit.experiment]
    if others:
        with st.expander(_("Why not the others")):
            for fit in others:
                st.markdown(f"{escape_markdown(_(fit.title))}: {escape_markdown(fit.problem)}")


def _take_data(fit: TaskFit) -> None:
    assert fit.experiment is not None  # the others have no button
    choose_experiment(fit.experiment)
    state(DataState).taken = True
