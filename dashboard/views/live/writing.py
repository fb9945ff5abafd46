"""What the network writes by itself."""

from typing import cast

import streamlit as st

from core.tasks.task_types import TEMPERATURE, Writes
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.serving.turns import time_slice
from dashboard.session.live_run import get_run


def draw_writing() -> None:
    """What the network writes with the weights that it has now; training goes on undisturbed."""
    live = get_run()
    options = {"temperature": TEMPERATURE, "top_k": 0} | live.trainer.panel_options
    opening_place, temperature_place, top_k_place = st.columns(3)
    opening = opening_place.text_input(_("It goes on from"), key="write start")
    temperature = temperature_place.slider(
        _("Temperature"),
        0.0,
        2.0,
        options["temperature"],
        0.1,
        key="write temperature",
        help=_("0: always the likeliest"),
    )
    top_k = top_k_place.slider(
        _("Only the likeliest (0: all)"), 0, 30, options["top_k"], key="write top"
    )
    st.caption(
        _("The sample beside the curves, which grows better while it learns, is drawn so too.")
    )
    if (chosen := {"temperature": temperature, "top_k": top_k}) != options:
        live.set_panel_options(chosen)
        st.rerun()  # the player shows the new sample
    if st.button(_("Write"), key="write"):
        trainer = live.trainer
        task = cast(Writes, trainer.task)
        try:
            with time_slice():
                text = task.sample_text(
                    trainer.model, opening, 200, temperature, seed=trainer.index, top_k=top_k
                )
        except ValueError as error:
            st.warning(escape_markdown(str(error)))
        else:
            st.text(text)
