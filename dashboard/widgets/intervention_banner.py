"""The line over a page when its run trains under an intervention."""

import streamlit as st

from core.training.trainer import Trainer
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.session import interventions
from dashboard.session.live_run import get_run


def draw_intervention_banner() -> None:
    """A line over the player when the run trains under an intervention, with the way out of it."""
    trainer: Trainer = get_run().trainer
    active = interventions.get_run_interventions(trainer)
    if not active:
        return

    def remove_interventions() -> None:
        interventions.set_interventions(trainer.model.parts, {})

    banner, button = st.columns([4, 1], vertical_alignment="center")
    sentence = escape_markdown(interventions.describe(active))
    banner.warning(
        _("**This run trains under an intervention:** {what}.", what=sentence),
        icon=":material/back_hand:",
    )
    button.button(_("Remove it"), on_click=remove_interventions, key="take away", width="stretch")
