"""What the network writes by itself."""

from typing import Any, cast

import streamlit as st

from core.tasks.task_types import START_LABEL, TEMPERATURE, Writes
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.serving.turns import time_slice
from dashboard.session.controls import connect_control
from dashboard.session.live_run import get_run


def draw_writing() -> None:
    """What the network writes with the weights that it has now; training goes on undisturbed."""
    live, options = get_run(), _options()
    opening_place, temperature_place, top_k_place = st.columns(3)
    opening = opening_place.text_input(_(START_LABEL), key="write start")
    temperature_place.slider(
        _("Temperature"),
        0.0,
        2.0,
        options["temperature"],
        0.1,
        help=_("0: always the likeliest"),
        **_connect("temperature"),
    )
    top_k_place.slider(
        _("Only the likeliest (0: all)"), 0, 30, options["top_k"], **_connect("top_k")
    )
    st.caption(
        _("The sample beside the curves, which grows better while it learns, is drawn so too.")
    )
    if st.button(_("Write"), key="write"):
        trainer = live.trainer
        task = cast(Writes, trainer.task)
        try:
            with time_slice():
                text = task.sample_text(trainer.model, opening, 200, seed=trainer.index, **options)
        except ValueError as error:
            st.warning(escape_markdown(say_by_label(error)))
        else:
            st.text(text)


def _options() -> dict[str, Any]:
    return {"temperature": TEMPERATURE, "top_k": 0} | get_run().trainer.panel_options


def _connect(name: str) -> dict[str, Any]:
    """The connection of the control of one of these options."""

    def choose(value: float) -> None:
        get_run().set_panel_options(_options() | {name: value})

    return connect_control(f"write {name}", _options()[name], choose)
